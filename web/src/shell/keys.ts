import { useEffect, useRef } from 'react';
import { useGo } from '../kit/Go.tsx';

const OFF = 'countersign.keys.off';
export const areKeysOff = (): boolean => localStorage.getItem(OFF) === 'true';
export const turnKeys = (on: boolean): void => localStorage.setItem(OFF, String(!on));

const PLACES: Readonly<Record<string, string>> = {
  o: '/overview',
  w: '/work',
  c: '/controls',
  e: '/evidence',
  s: '/sources',
  p: '/people',
};

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The mark of the log in the row that has the focus, else the first on the page. */
const firstProof = (): HTMLElement | null =>
  (document.activeElement?.closest('tr, li') ?? document.querySelector('main'))?.querySelector('button.proof') ?? null;

/** Keys of the whole shell. Single letters act outside fields only and can be turned off (WCAG 2.1.4). */
export function useKeys(on: {
  readonly palette: () => void;
  readonly list: () => void;
  readonly clocks: () => void;
}): void {
  const go = useGo();
  const latest = useRef({ on, go });
  latest.current = { on, go };
  useEffect(() => {
    let afterG = false;
    const press = (event: KeyboardEvent): void => {
      const { on: to, go: leave } = latest.current;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        to.palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || areKeysOff()) return;
      if (document.querySelector('[aria-modal="true"], :popover-open') !== null) return;
      const place = afterG ? PLACES[event.key] : undefined;
      afterG = false;
      if (place !== undefined) leave(place);
      else if (event.key === 'g') {
        afterG = true;
        return;
      } else if (event.key === 'T') to.clocks();
      else if (event.key === '?') to.list();
      else if (event.key === 'p') firstProof()?.click();
      else if (event.key === '/') document.querySelector<HTMLElement>('[data-filter]')?.focus();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
