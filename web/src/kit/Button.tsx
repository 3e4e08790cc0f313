import type { ReactElement, ReactNode } from 'react';
import { useId } from 'react';
import type { Verdict } from '../api/allowed.ts';

/**
 * A button. Where it may not be pressed it stays, disabled, with the reason on focus and hover: `verdict` is core’s answer
 * (`useAllowed`, `useAllowedOn`). At most one `filled` a page.
 */
export function Button({
  children,
  onClick,
  filled,
  small,
  verdict,
  busy,
  type = 'button',
  label,
  form,
}: {
  readonly children: ReactNode;
  readonly onClick?: () => void;
  readonly filled?: boolean;
  readonly small?: boolean;
  readonly verdict?: Verdict;
  readonly busy?: boolean;
  readonly type?: 'button' | 'submit';
  readonly label?: string;
  readonly form?: string;
}): ReactElement {
  const why = useId();
  const isOff = verdict?.allowed === false;
  const because = isOff ? verdict.because : undefined;
  const button = (
    <button
      type={isOff ? 'button' : type}
      className={['btn', filled === true ? 'p' : '', small === true ? 'x' : ''].filter(Boolean).join(' ')}
      aria-disabled={isOff || busy === true}
      aria-busy={busy === true}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(form === undefined ? {} : { form })}
      {...(because === undefined ? {} : { 'aria-describedby': why })}
      onClick={() => {
        if (!isOff && busy !== true) onClick?.();
      }}
    >
      {children}
    </button>
  );
  if (because === undefined) return button;
  return (
    <span className="tipped">
      {button}
      <span role="tooltip" id={why} className="tip">
        {because}
      </span>
    </span>
  );
}
