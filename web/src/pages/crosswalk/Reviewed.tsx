import type { Overlap } from '@countersign/core/overlap/view.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { count } from '../../kit/format.ts';
import { Card } from '../../kit/Page.tsx';
import { words } from '../../words/reviews.ts';

type Lines = NonNullable<z.output<typeof Overlap>['lines']>;
export const REVIEWED = ['unreviewed', 'disagreed'] as const;
export type ReviewFilter = (typeof REVIEWED)[number];

/** How many of the lines behind the figures are reviewed; what is not leads to its items. */
export function Reviewed({
  lines,
  onOpen,
}: {
  readonly lines: Lines;
  readonly onOpen: (standing: ReviewFilter) => void;
}): ReactElement {
  return (
    <Card title={words.title}>
      <div className="row w">
        <span>{words.counts(lines)}</span>
        {lines.agreed === 0 ? undefined : <span className="ok num">{words.agreed(lines.agreed)}</span>}
        <span className="row w">
          {REVIEWED.filter((standing) => lines[standing] > 0).map((standing) => (
            <button
              key={standing}
              type="button"
              className="chip f"
              title={words.filterHelp[standing](lines[standing])}
              onClick={() => onOpen(standing)}
            >
              {words.filters[standing]} <span className="t3 num">{count(lines[standing])}</span>
            </button>
          ))}
        </span>
      </div>
      <p className="s2 t3" style={{ marginTop: 8 }}>
        {words.help} {lines.earlier === 0 ? undefined : words.earlier(lines.earlier)}
      </p>
    </Card>
  );
}
