import type { ReactElement } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useZone } from '../../api/session.ts';
import { ago, moment } from '../../kit/format.ts';
import { Go, useGo } from '../../kit/Go.tsx';
import { Lane, StateMark } from '../../kit/marks.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { text, useQueryState } from '../../kit/query-state.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Table } from '../../kit/Table.tsx';
import { words } from '../../words/sources.ts';
import { Collecting } from './Collecting.tsx';
import type { Covered, Schedule } from './coverage.ts';
import { lastOf, seenOf, stretchesOf, useCoverage, useSchedules, useWindow } from './coverage.ts';

export const stateOf = (source: Covered): 'complete' | 'partial' | 'failed' | 'silent' | 'planned' | 'retired' =>
  source.removedAt !== null ? 'retired' : source.state === 'never' ? 'planned' : source.state;

export function When({
  schedule,
  connector,
}: {
  readonly schedule: Schedule | undefined;
  readonly connector: string | null;
}): ReactElement {
  if (schedule === undefined)
    return <span className="s2 t2">{connector === 'push' ? words.pushed : words.byHand}</span>;
  const { every, at, on, paused, nextRun } = schedule;
  return (
    <span className="s2">
      {words.when(every, at, on === null ? undefined : words.days[on])}{' '}
      <span className="t3">{paused ? words.paused : nextRun === null ? '' : words.next(ago(nextRun))}</span>
    </span>
  );
}

export default function Sources(): ReactElement {
  const state = useQueryState({ find: text(), sort: text(40) });
  const { find = '', sort } = state.value;
  const asked = useCoverage();
  const timing = useSchedules().data?.answer.schedules ?? [];
  const window = useWindow();
  const zone = useZone();
  const go = useGo();
  const verdict = useAllowed('schedule.set');
  const all = asked.data?.answer.sources;
  const live = all?.filter(({ removedAt }) => removedAt === null) ?? [];
  const bad = live.filter((source) => source.state !== 'complete').length;
  const columns: readonly Column<Covered>[] = [
    {
      name: 'state',
      label: words.columns.state,
      width: 130,
      sort: (source) => source.state,
      cell: (source) => (
        <StateMark state={stateOf(source)}>{source.state === 'never' ? words.never : undefined}</StateMark>
      ),
    },
    {
      name: 'source',
      label: words.columns.source,
      sort: ({ id }) => id,
      cell: (source) => (
        <div>
          <Go to={`/sources/${source.id}`} className="m mono">
            {source.id}
          </Go>{' '}
          <span className="s2 t3">{source.connector ?? ''}</span>
          <div className="s2 t2">{source.because}</div>
        </div>
      ),
    },
    {
      name: 'coverage',
      label: words.columns.coverage,
      width: '24%',
      wideOnly: true,
      cell: (source) => (
        <div className="stack" style={{ '--g': '3px' } as object}>
          {source.datasets.map((dataset) => (
            <Lane
              key={dataset.dataset}
              window={window}
              stretches={stretchesOf(dataset)}
              label={`${dataset.dataset}: ${words.seen(seenOf(dataset))}`}
            />
          ))}
        </div>
      ),
    },
    {
      name: 'schedule',
      label: words.columns.schedule,
      cell: (source) => <When schedule={timing.find((one) => one.source === source.id)} connector={source.connector} />,
    },
    {
      name: 'last',
      label: words.columns.last,
      sort: (source) => lastOf(source) ?? '',
      cell: (source) => {
        const last = lastOf(source);
        return last === undefined ? (
          <span className="t3">{words.never}</span>
        ) : (
          <span className="s2 nw">{moment(last, zone)}</span>
        );
      },
    },
    {
      name: 'act',
      label: words.columns.act,
      cell: (source) =>
        source.connector === 'push' || source.removedAt !== null ? undefined : (
          <Collecting source={source.id} verdict={verdict} />
        ),
    },
  ];
  return (
    <Page
      title={words.title}
      sentence={all === undefined ? words.title : words.sentence(live.length, bad)}
      sub={words.sub}
      dropped={state.dropped}
      wide
      actions={
        <Go to="/sources/connect" className="btn p">
          {words.connect}
        </Go>
      }
    >
      <Answer of={asked}>
        {({ answer }) =>
          answer.sources.length === 0 ? (
            <div className="card">
              <Empty
                title={words.empty}
                actions={
                  <Go to="/sources/connect" className="btn">
                    {words.connect}
                  </Go>
                }
              >
                {words.emptyHelp}
              </Empty>
            </div>
          ) : (
            <Card
              flush
              aside={<Filter value={find} onChange={(value) => state.set({ find: value }, { replace: true })} />}
            >
              <Table
                label={words.list}
                rows={answer.sources.filter((source) =>
                  `${source.id} ${source.connector ?? ''} ${source.because}`.toLowerCase().includes(find.toLowerCase()),
                )}
                columns={columns}
                keyOf={({ id }) => id}
                sort={sort}
                onSort={(value) => state.set({ sort: value })}
                onOpen={({ id }) => go(`/sources/${id}`)}
              />
            </Card>
          )
        }
      </Answer>
    </Page>
  );
}
