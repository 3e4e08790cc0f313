import type { Strip as Output } from '@countersign/core/timeline/strip.ts';
import type { ReactElement } from 'react';
import { memo } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { count, day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import type { Cell } from '../../kit/marks.tsx';
import { CellKey, Strip, stripSays } from '../../kit/marks.tsx';
import { Page, Segments } from '../../kit/Page.tsx';
import { date, oneOf, useQueryState } from '../../kit/query-state.ts';
import { said } from '../../kit/said.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import { Filters } from '../../kit/Table.tsx';
import { monthsIn, useWindow } from '../../kit/window.ts';
import { PeriodReport } from '../../kit/Export.tsx';
import { words } from '../../words/effectiveness.ts';
import { WhatIf } from './WhatIf.tsx';
import './page.css';

type Told = z.infer<typeof Output>;
type Row = Told['controls'][number];

const GROUPS = ['failing', 'missed', 'late', 'not-observed', 'excepted', 'fine', 'planned'] as const;
const KEY: readonly Cell[] = ['on-time', 'pass', 'late', 'missed', 'fail', 'excused', 'pending', 'unknown'];
const CELLS = {
  'on-time': 'on-time',
  late: 'late',
  missed: 'missed',
  pending: 'pending',
  excused: 'excused',
  pass: 'pass',
  failing: 'fail',
  'not-observed': 'unknown',
  'not-applicable': 'not-applicable',
  ahead: 'future',
} as const satisfies Record<Row['cells'][number]['state'], Cell>;

export default function Effectiveness(): ReactElement {
  const state = useQueryState({
    from: date(),
    to: date(),
    group: oneOf(...GROUPS),
    by: oneOf('domain'),
    bucket: oneOf('day', 'week'),
  });
  const zone = useZone();
  const window = useWindow(state);
  const bucket = state.value.bucket ?? 'week';
  const asked = useView<typeof Output>('effectiveness.strip', { from: window.from, to: window.to, bucket });
  const told = asked.data?.answer;
  const inGroup = (group: Row['group']): number => told?.groups.find((one) => one.group === group)?.controls ?? 0;
  return (
    <Page
      wide
      title={words.title}
      actions={<PeriodReport from={window.from} to={window.to} />}
      sentence={told === undefined ? words.title : words.sentence(told.controls.length, day(told.from), day(told.to))}
      sub={
        told === undefined
          ? undefined
          : words.sub(
              inGroup('failing') + inGroup('missed'),
              inGroup('late'),
              inGroup('not-observed'),
              inGroup('fine') + inGroup('excepted'),
              inGroup('planned'),
            )
      }
      dropped={state.dropped}
    >
      <Answer of={asked} rows={14}>
        {({ answer }) => (
          <>
            <WhatIf window={window} totals={answer.totals} zone={zone} />
            <div className="row sp w filters">
              <span className="row w">
                <Filters
                  label={words.filter}
                  value={state.value.group}
                  onChange={(group) => state.set({ group })}
                  options={GROUPS.map((value) => ({ value, label: words.short[value], n: inGroup(value) }))}
                />
                <Segments
                  label={words.by}
                  options={[
                    { value: 'outcome', label: words.byOutcome },
                    { value: 'domain', label: words.byDomain },
                  ]}
                  value={state.value.by ?? 'outcome'}
                  onChange={(by) => state.set({ by: by === 'domain' ? by : undefined })}
                />
                <Segments
                  label={words.bucket}
                  options={(['week', 'day'] as const).map((value) => ({ value, label: words.buckets[value] }))}
                  value={bucket}
                  onChange={(value) => state.set({ bucket: value === 'week' ? undefined : value })}
                />
              </span>
              <CellKey cells={KEY} />
            </div>
            <Heat told={answer} group={state.value.group} by={state.value.by} zone={zone} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function Heat({
  told,
  group,
  by,
  zone,
}: {
  readonly told: Told;
  readonly group: Row['group'] | undefined;
  readonly by: 'domain' | undefined;
  readonly zone: string;
}): ReactElement {
  const rows = told.controls.filter((row) => group === undefined || row.group === group);
  const groups =
    by === 'domain'
      ? [...Map.groupBy(rows, ({ domain }) => domain ?? words.noDomain)].sort(([a], [b]) => (a < b ? -1 : 1))
      : GROUPS.map((name) => [words.groups[name], rows.filter((row) => row.group === name)] as const);
  if (rows.length === 0)
    return (
      <section className="card">
        <Empty title={words.empty}>{words.emptyHelp}</Empty>
      </section>
    );
  return (
    <section className="card hw" aria-label={words.controlsBy} tabIndex={0}>
      <table className="ht">
        <thead>
          <tr>
            <th scope="col">{words.columns.control}</th>
            <th scope="col" className="hd">
              <span className="vh">{words.columns.title}</span>
            </th>
            <th scope="col" className="hd">
              {words.columns.every}
            </th>
            <th scope="col" className="hc">
              <span className="vh">{words.columns.strip}</span>
              <span className="mx" aria-hidden="true">
                {monthsIn({ from: told.from, to: told.to }).map(({ name, days }, i) => (
                  <span key={i} style={{ flex: days }}>
                    {name}
                  </span>
                ))}
              </span>
            </th>
            <th scope="col" className="sumc">
              {words.columns.explain}
            </th>
          </tr>
        </thead>
        {groups.map(([name, mine]) =>
          mine.length === 0 ? undefined : (
            <tbody key={name}>
              <tr className="grp">
                <th scope="rowgroup" colSpan={5}>
                  {name} <span className="t3 light">{count(mine.length)}</span>
                </th>
              </tr>
              {mine.map((row) => (
                <Line key={row.control} row={row} told={told} zone={zone} />
              ))}
            </tbody>
          ),
        )}
      </table>
    </section>
  );
}

const TONES: Partial<Record<Row['group'], string>> = {
  failing: 'bad m',
  missed: 'bad m',
  late: 'warn',
  'not-observed': 'un',
};

const Line = memo(function Line({
  row,
  told,
  zone,
}: {
  readonly row: Row;
  readonly told: Told;
  readonly zone: string;
}): ReactElement {
  const byBucket = new Map(row.cells.map((cell) => [cell.at, cell.state]));
  const cells = told.buckets.map((bucket, i): Cell => {
    const state = byBucket.get(i);
    if (state !== undefined) return CELLS[state];
    // Ahead of as-of there is a dot, so that the axis goes on; before it, nothing was due.
    return bucket.from > told.asOf ? 'future' : row.group === 'planned' ? 'none' : 'not-applicable';
  });
  return (
    <tr className={row.group === 'failing' || row.group === 'missed' ? 'hot' : ''}>
      <td className="idc">
        <Go to={`/controls/${row.control}`} search={{ from: told.from, to: told.to }} className="ref">
          {row.control}
        </Go>
      </td>
      <td className="ttl hd">
        <span className="ell">{row.title}</span>
      </td>
      <td className="t3 s2 hd">{words.every[row.frequency]}</td>
      <td className="hc">
        <span className="heat">
          <Strip cells={cells} label={`${row.control}: ${stripSays(cells)}`} />
        </span>
      </td>
      <td className={`s2 sumc ${TONES[row.group] ?? 't3'}`}>{said(row.because, zone)}</td>
    </tr>
  );
});
