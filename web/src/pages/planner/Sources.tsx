import type { ReactElement, ReactNode } from 'react';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Card } from '../../kit/Page.tsx';
import { words } from '../../words/planner.ts';
import type { Figure, Roadmap } from './money.ts';
import { bandSaid } from './money.ts';

const say = words.sourceRows;

/** Where the figures come from, in lines; the page of figures has each. */
export function Sources({
  roadmap,
  plan,
  windowMonths,
}: {
  readonly roadmap: Roadmap;
  readonly plan: string;
  readonly windowMonths: number;
}): ReactElement {
  const { figures, auditDays } = roadmap;
  const used = figures.filter(({ isUsed, use }) => isUsed && use !== 'rule');
  const reuse =
    roadmap.recommendation.options.includes('sequence') && roadmap.recommendation.first === 'soc2'
      ? 'reuse.iso27001'
      : 'reuse.soc2';
  const shared = figures.find(({ id }) => id === reuse);
  const bands = used.flatMap(({ notes }) => notes.filter((note) => note.startsWith('No band')));
  const rows: readonly (readonly [string, ReactNode])[] = [
    [say.fees, named(used.filter(({ unit }) => unit === 'usd'))],
    [say.days, auditDays.says],
    ...(shared === undefined
      ? []
      : [[say.reuse, `${shared.source.name}: ${bandSaid(shared, shared.unit)}. ${shared.notes[0] ?? ''}`] as const]),
    [say.durations, named(used.filter(({ unit }) => unit === 'months'))],
    [say.window, words.windowSays(windowMonths)],
  ];
  return (
    <Card title={words.sources}>
      <ul className="pl-pairs pl-src">
        {rows.map(([what, from]) => (
          <li key={what}>
            <span>{what}</span>
            <span className="t2">{from}</span>
          </li>
        ))}
      </ul>
      {bands.map((note) => (
        <p key={note} className="s2 t2">
          {note}
        </p>
      ))}
      <p className="s2 noprint" style={{ marginTop: 8 }}>
        <Go to={`/planner/${plan}/figures`}>{words.editFigures}</Go>
      </p>
    </Card>
  );
}

/** Each source once, with how many figures are from it. */
function named(figures: readonly Figure[]): string {
  const counts = new Map<string, number>();
  for (const { source } of figures) {
    const dated =
      source.date === null || source.name.includes(source.date) ? source.name : `${source.name}, ${day(source.date)}`;
    const name = source.isClaim ? `${dated}, ${words.claimsNotVerified}` : dated;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, n]) => `${name} (${n})`).join('; ');
}
