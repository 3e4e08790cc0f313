import type { ReactElement } from 'react';
import { words } from '../words/kit.ts';
import { Button } from './Button.tsx';
import { count } from './format.ts';

/** Pages of a list that the server cuts; nothing where all of it is on one. Places count from 0. */
export function Pager({
  first,
  shown,
  total,
  next,
  size,
  onMove,
}: {
  /** The place of the first line shown. */
  readonly first: number;
  readonly shown: number;
  readonly total: number;
  /** The place of the next page’s first line, as the server told it; nothing on the last page. */
  readonly next: string | number | null | undefined;
  /** Lines on a page. */
  readonly size: number;
  /** The place to go to, undefined for the beginning: so the address of the first page has none. */
  readonly onMove: (first: number | undefined) => void;
}): ReactElement | undefined {
  if (total <= size && first === 0) return undefined;
  const { label, before, after, span } = words.pager;
  return (
    <nav className="row pager noprint" aria-label={label}>
      <Button
        small
        verdict={{ allowed: first > 0, because: undefined }}
        onClick={() => onMove(Math.max(0, first - size) || undefined)}
      >
        {before}
      </Button>
      <span className="s2 t2 num">{span(count(first + 1), count(first + shown), count(total))}</span>
      <Button
        small
        verdict={{ allowed: next !== null && next !== undefined, because: undefined }}
        onClick={() => onMove(Number(next))}
      >
        {after}
      </Button>
    </nav>
  );
}
