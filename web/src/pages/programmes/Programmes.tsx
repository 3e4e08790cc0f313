import type { Programmes as Listing } from '@countersign/core/programme/list.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { day, range } from '../../kit/format.ts';
import { Go, useGo } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { text, useQueryState } from '../../kit/query-state.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { frameworks, phases, reports, words } from '../../words/programmes.ts';
import { Years } from './Years.tsx';
import './page.css';

export type Told = z.output<typeof Listing>['programmes'][number];

/** “SOC 2 Type 2” or “ISO/IEC 27001”. */
export const kindOf = ({ framework, report }: Pick<Told, 'framework' | 'report'>): string =>
  [frameworks[framework], report === null ? '' : reports[report]].filter(Boolean).join(' ');

/** What time it speaks of, in words. */
export function speaksOf({ asOfDate, periodFrom, periodTo, months }: Told): string {
  if (asOfDate !== null) return words.asOf(day(asOfDate));
  if (periodFrom === null || periodTo === null) return words.noDates;
  return months === null || months === 0
    ? range(periodFrom, periodTo)
    : `${range(periodFrom, periodTo)}, ${words.months(months)}`;
}

const COLUMNS: readonly Column<Told>[] = [
  {
    name: 'title',
    label: words.columns.title,
    sort: ({ title }) => title,
    cell: (row) => (
      <>
        <Go to={`/programmes/${row.id}`} className="m">
          {row.title}
        </Go>
        <div className="s2 t2">
          {kindOf(row)} · {row.inForce ? words.inForce : words.notInForce}
        </div>
      </>
    ),
  },
  {
    name: 'phase',
    label: words.columns.phase,
    sort: ({ phase }) => phases[phase],
    cell: ({ phase, warnings }) => (
      <>
        {phases[phase]}
        {warnings.length === 0 ? undefined : <div className="s2 warn">{words.toSettle(warnings.length)}</div>}
      </>
    ),
  },
  {
    name: 'dates',
    label: words.columns.dates,
    sort: ({ speaks }) => speaks?.from ?? '',
    cell: (row) =>
      row.framework === 'soc2'
        ? speaksOf(row)
        : row.speaks === null
          ? words.noDates
          : range(row.speaks.from, row.speaks.to),
  },
  {
    name: 'next',
    label: words.columns.next,
    sort: ({ next }) => next?.on ?? '9999',
    cell: ({ next }) =>
      next === null ? (
        <span className="t3">{words.nothingNext}</span>
      ) : (
        <>
          {next.note ?? words.next(next.what)}
          <div className={next.inDays < 0 ? 's2 bad' : 's2 t2'}>
            {day(next.on)}, {words.inDays(next.inDays)}
          </div>
        </>
      ),
  },
  {
    name: 'scope',
    label: words.columns.scope,
    right: true,
    sort: ({ counts }) => counts.in,
    cell: ({ counts }) => <span className="num">{words.inScope(counts.in, counts.of)}</span>,
  },
  {
    name: 'follows',
    label: words.columns.follows,
    wideOnly: true,
    cell: ({ previous }) =>
      previous === null ? undefined : <Go to={`/programmes/${previous.id}`}>{previous.title}</Go>,
  },
];

export default function Programmes(): ReactElement {
  const go = useGo();
  const state = useQueryState({ sort: text(20) });
  const verdict = useAllowed('programme.begin');
  const asked = useView<typeof Listing>('programmes', {});
  const all = asked.data?.answer.programmes;
  return (
    <Page
      title={words.title}
      {...(all === undefined
        ? {}
        : {
            sentence: words.sentence({
              all: all.length,
              open: all.filter(({ warnings }) => warnings.length > 0).length,
            }),
          })}
      sub={words.sub}
      dropped={state.dropped}
      actions={
        <>
          <Go to="/compare" className="btn">
            {words.compare}
          </Go>
          <Go to="/boundary" className="btn">
            {words.boundary}
          </Go>
          <Button filled verdict={verdict} onClick={() => go('/programmes/new')}>
            <Icon name="plus" />
            {words.begin}
          </Button>
        </>
      }
    >
      <Answer of={asked}>
        {({ answer }) => (
          <div className="stack" style={{ '--g': '16px' } as object}>
            {answer.programmes.some(({ speaks }) => speaks !== null) ? (
              <Years programmes={answer.programmes} today={answer.day} />
            ) : undefined}
            <Card flush>
              <Table
                label={words.table}
                rows={answer.programmes}
                columns={COLUMNS}
                keyOf={({ id }) => id}
                sort={state.value.sort}
                onSort={(sort) => state.set({ sort })}
                onOpen={({ id }) => go(`/programmes/${id}`)}
                empty={<Empty title={words.sentence({ all: 0, open: 0 })}>{words.empty}</Empty>}
              />
            </Card>
          </div>
        )}
      </Answer>
    </Page>
  );
}
