import type { Relation } from '@countersign/core/crosswalk/relation.ts';
import type { ReactElement } from 'react';
import { words } from '../../words/elements.ts';

/** How two things relate: two circles, the first in ink, the second in the colour of what is served. */
export function Venn({
  relation,
  one,
  other,
}: {
  readonly relation: Relation;
  readonly one: string;
  readonly other: string;
}): ReactElement {
  const says = words.relation[relation](one, other);
  const [ink, green] = ['var(--cs-text-2)', 'var(--cs-ok)'];
  return (
    <svg width="26" height="16" viewBox="0 0 26 16" role="img" aria-label={says} className="el-venn">
      <title>{says}</title>
      {relation === 'intersects' ? (
        <>
          <path d="M13 3.2a6.2 6.2 0 0 1 0 9.6 6.2 6.2 0 0 1 0-9.6z" fill="var(--cs-ok-soft)" />
          <circle cx="9.2" cy="8" r="6.2" fill="none" stroke={ink} strokeWidth="1.3" />
          <circle cx="16.8" cy="8" r="6.2" fill="none" stroke={green} strokeWidth="1.4" />
        </>
      ) : relation === 'superset' ? (
        <>
          <circle cx="13" cy="8" r="7" fill="none" stroke={ink} strokeWidth="1.3" />
          <circle cx="14.8" cy="8.6" r="3.6" fill="var(--cs-ok-soft)" stroke={green} strokeWidth="1.4" />
        </>
      ) : relation === 'subset' ? (
        <>
          <circle cx="13" cy="8" r="7" fill="var(--cs-ok-soft)" stroke={green} strokeWidth="1.4" />
          <circle cx="14.8" cy="8.6" r="3.6" fill="none" stroke={ink} strokeWidth="1.3" />
        </>
      ) : relation === 'equal' ? (
        <>
          <circle cx="13" cy="8" r="7" fill="var(--cs-ok-soft)" stroke={ink} strokeWidth="1.3" />
          <circle cx="13" cy="8" r="5" fill="none" stroke={green} strokeWidth="1.4" />
        </>
      ) : (
        <>
          <circle cx="7" cy="8" r="5" fill="none" stroke={ink} strokeWidth="1.3" />
          <circle cx="19" cy="8" r="5" fill="none" stroke={green} strokeWidth="1.4" />
        </>
      )}
    </svg>
  );
}

const CELLS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Tenths as ten cells: filled what is certain, hatched what may be beyond that. */
export function Tenths({ least, most = least }: { readonly least: number; readonly most?: number }): ReactElement {
  return (
    <span className="el-tenths" role="img" aria-label={words.meter(least, most)}>
      {CELLS.map((n) => {
        const filled = Math.min(1, Math.max(0, least - n));
        const maybe = most - least > 0.05 && most > n + 0.05;
        if (filled > 0.95) return <i key={n} className="el-f" />;
        if (maybe) return <i key={n} className="el-m" />;
        if (filled < 0.05) return <i key={n} />;
        const edge = `${Math.round(filled * 100)}%`;
        return (
          <i key={n} style={{ background: `linear-gradient(90deg, var(--cs-ok) ${edge}, transparent ${edge})` }} />
        );
      })}
    </span>
  );
}
