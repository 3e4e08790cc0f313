import type { Overlap } from '@countersign/core/overlap/view.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { range } from '../../kit/format.ts';
import { Card } from '../../kit/Page.tsx';
import { CoverBar } from '../../kit/Relation.tsx';
import { words } from '../../words/crosswalk.ts';
import { words as reviews } from '../../words/reviews.ts';
import type { Shown } from './Crosswalk.tsx';

export type Told = z.output<typeof Overlap>;
export type Basis = Told['basis'];

export const directions = ({ from, to, titles }: Told) => [
  { direction: `${from}→${to}`, side: 'there' as const, of: titles.to, by: titles.from },
  { direction: `${to}→${from}`, side: 'back' as const, of: titles.from, by: titles.to },
];

const daysOf = ({ period }: Told): string => (period === null ? '' : range(period.from, period.to));

/** Every definition on every basis, both ways; each figure leads to its items. */
export function Figures({
  answers,
  onOpen,
}: {
  /** In the order in which they are told. */
  readonly answers: readonly (readonly [Basis, Told | undefined])[];
  readonly onOpen: (shown: Shown) => void;
}): ReactElement {
  const first = answers.find(([, told]) => told !== undefined)?.[1];
  if (first === undefined) return <></>;
  const ways = directions(first);
  return (
    <Card title={words.measured.title} flush>
      <div className="tw" tabIndex={0} role="region" aria-label={words.measured.title}>
        <table className="cw-figs">
          <thead>
            <tr>
              <th scope="col">{words.measured.basis}</th>
              {ways.map(({ direction, of, by }) => (
                <th key={direction} scope="col">
                  {words.measured.of(of, by)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {answers.map(([basis, told]) => (
              <tr key={basis}>
                <th scope="row">
                  <b>{words.bases[basis]}</b>
                  <span className="s2 t3">
                    {basis === 'evidence'
                      ? words.basesHelp.evidence(told === undefined ? '' : daysOf(told))
                      : words.basesHelp[basis]}
                  </span>
                </th>
                {ways.map(({ direction, side, of, by }) => (
                  <td key={direction} data-of={words.measured.of(of, by)}>
                    {told === undefined ? (
                      <span className="t3">{words.measured.unanswered}</span>
                    ) : (
                      <Cell
                        told={told}
                        direction={direction}
                        onOpen={(minStrength) => onOpen({ basis, side, minStrength })}
                      />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Cell({
  told,
  direction,
  onOpen,
}: {
  readonly told: Told;
  readonly direction: string;
  readonly onOpen: (minStrength: 1 | 5 | 7) => void;
}): ReactElement {
  const mine = told.definitions.filter((one) => one.direction === direction);
  // Said once anybody has reviewed anything: before that it is said once for all of them.
  const behind = told.lines === null || told.lines.unreviewed === told.lines.of ? [] : told.reviews;
  const mean = told.weighted.find((one) => one.direction === direction);
  if (told.basis === 'evidence' && mine.every(({ touched }) => touched === 0)) {
    return <span className="t2">{words.measured.none}</span>;
  }
  return (
    <ul className="cw-defs">
      {mine.map(({ minStrength, touched, whole, partial, of }) => (
        <li key={minStrength}>
          <CoverBar whole={whole} touched={touched} of={of} />
          <button
            type="button"
            className="cw-fig num"
            aria-label={`${words.measured.reached(touched, of)}. ${words.measured.open(words.bases[told.basis], minStrength)}`}
            onClick={() => onOpen(minStrength)}
          >
            {words.measured.reached(touched, of)}
          </button>
          <span className="s2">
            {words.measured.whole(whole)}, {words.measured.partly(partial)}
          </span>
          <span className="s2 t3">
            {words.measured.definition[minStrength]}, {words.measured.strength(minStrength)}
          </span>
          {behind
            .filter((one) => one.direction === direction && one.minStrength === minStrength && one.of > 0)
            .map((counts) => (
              <span key={minStrength} className="s2 t3">
                {reviews.behind(counts)}
              </span>
            ))}
        </li>
      ))}
      {mean === undefined ? undefined : (
        <li className="s2 t3 cw-mean">{words.measured.mean(mean.mean, mine[0]?.of ?? 0)}</li>
      )}
    </ul>
  );
}

/** The same by group, for one definition, both ways. */
export function Groups({
  told,
  minStrength,
  onGroup,
}: {
  readonly told: Told;
  readonly minStrength: number;
  readonly onGroup: (side: 'there' | 'back', group: string) => void;
}): ReactElement {
  return (
    <div className="grid g2">
      {directions(told).map(({ direction, side, of }) => (
        <Card key={direction} title={words.groups.title(of)} label={words.groups.title(of)}>
          <ul className="cw-groups">
            {told.byGroup
              .filter((one) => one.direction === direction && one.minStrength === minStrength && one.of > 0)
              .map(({ group, name, kind, touched, whole, of: all }) => (
                <li key={group} className={kind === 'category' ? 'cw-cat' : ''}>
                  <button type="button" className="cw-fig" onClick={() => onGroup(side, group)}>
                    {kind === 'category' ? undefined : <span className="ref">{group}</span>} <span>{name}</span>
                  </button>
                  <CoverBar whole={whole} touched={touched} of={all} />
                  <span className="s2 num">{words.groups.reached(touched, all, whole)}</span>
                </li>
              ))}
          </ul>
        </Card>
      ))}
    </div>
  );
}
