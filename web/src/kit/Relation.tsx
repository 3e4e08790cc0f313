import type { Relation } from '@countersign/core/crosswalk/relation.ts';
import type { ReactElement } from 'react';
import { words } from '../words/relation.ts';
import './relation.css';

const INK = 'var(--cs-text-2)';
const GREEN = 'var(--cs-ok)';
const SOFT = 'var(--cs-ok-soft)';

const SHAPES: Readonly<Record<Relation | 'unclaimed', ReactElement>> = {
  equal: <circle cx="13" cy="8" r="6.2" fill={SOFT} stroke={GREEN} strokeWidth="1.4" />,
  superset: (
    <>
      <circle cx="13" cy="8" r="7" fill="none" stroke={INK} strokeWidth="1.3" />
      <circle cx="14.8" cy="8.6" r="3.6" fill={SOFT} stroke={GREEN} strokeWidth="1.4" />
    </>
  ),
  subset: (
    <>
      <circle cx="13" cy="8" r="7" fill={SOFT} stroke={GREEN} strokeWidth="1.3" />
      <circle cx="14.8" cy="8.6" r="3.6" fill="var(--cs-surface)" stroke={INK} strokeWidth="1.4" />
    </>
  ),
  intersects: (
    <>
      <path d="M13 3.2a6.2 6.2 0 0 1 0 9.6 6.2 6.2 0 0 1 0-9.6z" fill={SOFT} />
      <circle cx="9.2" cy="8" r="6.2" fill="none" stroke={INK} strokeWidth="1.3" />
      <circle cx="16.8" cy="8" r="6.2" fill="none" stroke={GREEN} strokeWidth="1.4" />
    </>
  ),
  none: (
    <>
      <circle cx="6.6" cy="8" r="5" fill="none" stroke={INK} strokeWidth="1.3" />
      <circle cx="19.4" cy="8" r="5" fill="none" stroke={GREEN} strokeWidth="1.4" />
    </>
  ),
  unclaimed: (
    <>
      <circle cx="9.2" cy="8" r="6.2" fill="none" stroke={INK} strokeWidth="1.2" strokeDasharray="2.4 2" />
      <circle cx="16.8" cy="8" r="6.2" fill="none" stroke={GREEN} strokeWidth="1.2" strokeDasharray="2.4 2" />
    </>
  ),
};

/** How two items relate: two circles, the first in ink, the second in green; dashed where nothing can be claimed. */
export function RelationMark({
  relation,
  from,
  to,
}: {
  /** Seen from the first. */
  readonly relation: Relation | null;
  readonly from: string;
  readonly to: string;
}): ReactElement {
  const says = words.says[relation ?? 'unclaimed'](from, to);
  return (
    <svg className="xr-mark" width="26" height="16" viewBox="0 0 26 16" role="img" aria-label={says}>
      <title>{says}</title>
      {SHAPES[relation ?? 'unclaimed']}
    </svg>
  );
}

const CELLS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Tenths as ten cells: filled what is certain, tinted what may be. */
export function StrengthBar({
  tenths,
  most = tenths,
  says = words.strength(tenths, most),
}: {
  readonly tenths: number;
  readonly most?: number;
  /** Where the tenths are not those of a strength: what they are of. */
  readonly says?: string;
}): ReactElement {
  const certain = Math.round(tenths);
  return (
    <span className="xr-bar" role="img" aria-label={says}>
      {CELLS.map((n) => (
        <i key={n} className={n <= certain ? 'xr-full' : n <= Math.round(most) ? 'xr-may' : ''} />
      ))}
    </span>
  );
}

/** How many of all items are reached: filled those reached whole, tinted those in part, empty the rest. The figures stand beside it. */
export function CoverBar({
  whole,
  touched,
  of,
}: {
  readonly whole: number;
  readonly touched: number;
  readonly of: number;
}): ReactElement {
  const share = (n: number): string => `${of === 0 ? 0 : (100 * n) / of}%`;
  return (
    <span className="xr-cover" role="img" aria-label={words.cover(whole, touched - whole, of)}>
      {whole === 0 ? undefined : <i className="xr-whole" style={{ width: share(whole) }} />}
      {touched === whole ? undefined : <i className="xr-part" style={{ width: share(touched - whole) }} />}
    </span>
  );
}
