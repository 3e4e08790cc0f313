import type { ReactElement, ReactNode } from 'react';
import { useEffect, useId, useRef } from 'react';

/**
 * Something that opens below or above its button: a menu of links, a few fields. The browser’s own popover: Escape, a click elsewhere and
 * focus are its affair, and no script comes along for it.
 */
export function Popup({
  button,
  className,
  label,
  title,
  side = 'below',
  open,
  onOpen,
  children,
}: {
  /** What stands on the button. */
  readonly button: ReactNode;
  readonly className: string;
  /** Of what opens. */
  readonly label: string;
  readonly title?: string;
  readonly side?: 'below' | 'above' | 'end';
  /** Opens it by key, as `T` does for the clocks. */
  readonly open?: boolean;
  readonly onOpen?: (open: boolean) => void;
  readonly children: ReactNode;
}): ReactElement {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const target = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const isOpen = box.current?.matches(':popover-open') === true;
    if (open === true && !isOpen) box.current?.showPopover();
    if (open === false && isOpen) box.current?.hidePopover();
  }, [open]);
  const place = (): void => {
    const [at, it] = [target.current?.getBoundingClientRect(), box.current];
    if (at === undefined || it === null) return;
    const style = it.style;
    style.left = side === 'end' ? 'auto' : `${Math.max(8, at.left)}px`;
    style.right = side === 'end' ? `${Math.max(8, window.innerWidth - at.right)}px` : 'auto';
    style.top = side === 'above' ? 'auto' : `${at.bottom + 6}px`;
    style.bottom = side === 'above' ? `${window.innerHeight - at.top + 6}px` : 'auto';
  };
  return (
    <>
      <button
        ref={target}
        type="button"
        className={className}
        aria-haspopup="dialog"
        popoverTarget={id}
        {...(title === undefined ? {} : { title })}
      >
        {button}
      </button>
      <div
        ref={box}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className="pop"
        onBeforeToggle={(event) => {
          if (event.newState === 'open') place();
        }}
        onToggle={(event) => {
          const isOpen = event.newState === 'open';
          if (isOpen) box.current?.querySelector<HTMLElement>('input, a, button')?.focus();
          onOpen?.(isOpen);
        }}
      >
        {children}
      </div>
    </>
  );
}
