import type { ControlsList } from '@countersign/core/timeline/controls-list.ts';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { TableExport } from '../../kit/Export.tsx';
import { day, shortDay } from '../../kit/format.ts';
import { Go, useGo } from '../../kit/Go.tsx';
import type { Cell, State } from '../../kit/marks.tsx';
import { StateMark, Strip } from '../../kit/marks.tsx';
import { Page } from '../../kit/Page.tsx';
import { oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { said } from '../../kit/said.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { words as kitWords } from '../../words/kit.ts';
import { words } from '../../words/controls.ts';
import { words as importing } from '../../words/import.ts';
import './page.css';

type Told = z.infer<typeof ControlsList>;
type Row = Told['controls'][number];

const STATES = ['operating', 'failing', 'not-observed', 'planned', 'no-occasion', 'ended'] as const;
const PAGE = 100;
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
} as const satisfies Record<Row['strip'][number]['state'], Cell>;

const TWELVE = 12;

/** Twelve cells, the latest at the right: fewer are no wider than others. */
const twelve = (strip: Row['strip']): readonly Cell[] => [
  ...Array.from({ length: Math.max(0, TWELVE - strip.length) }, () => 'none' as const),
  ...strip.map((cell) => CELLS[cell.state]),
];

/** The word and mark of a control’s state; one that has ended is drawn as what is over. */
export function ControlMark({ state }: { readonly state: Row['state'] }): ReactElement {
  const mark: State = state === 'ended' ? 'retired' : state;
  return <StateMark state={mark}>{state === 'ended' ? words.ended : kitWords.states[state]}</StateMark>;
}

const columnsOf = (zone: string): readonly Column<Row>[] => [
  {
    name: 'id',
    label: words.columns.control,
    sort: ({ id }) => id,
    cell: ({ id, title, state, because }) => (
      <>
        <Go to={`/controls/${id}`} className="ref">
          {id}
        </Go>{' '}
        <span className="m">{title}</span>
        {state === 'planned' ? undefined : <div className="s2 t3 why">{said(because[0] ?? '', zone)}</div>}
      </>
    ),
  },
  {
    name: 'state',
    label: words.columns.state,
    sort: ({ state }) => STATES.indexOf(state),
    cell: ({ state }) => <ControlMark state={state} />,
  },
  {
    name: 'frequency',
    label: words.columns.frequency,
    sort: ({ frequency }) => frequency,
    cell: ({ frequency }) => <span className="t2">{words.frequencies[frequency]}</span>,
    wideOnly: true,
  },
  {
    name: 'responsible',
    label: words.columns.responsible,
    cell: ({ responsible, ownerRole }) =>
      responsible === null ? (
        <span className="t3">{ownerRole ?? words.nobody}</span>
      ) : (
        <span className="nw">
          {responsible.name ?? responsible.id}
          {responsible.left === null ? undefined : <div className="s2 warn">{words.left(day(responsible.left))}</div>}
        </span>
      ),
    wideOnly: true,
  },
  {
    name: 'nextDue',
    label: words.columns.nextDue,
    sort: ({ nextDue }) => nextDue?.due ?? '',
    cell: ({ nextDue }) =>
      nextDue === null ? (
        <span className="t3">–</span>
      ) : (
        <span className="nw">
          {day(nextDue.due, zone)}
          {nextDue.inGrace ? (
            <div className="s2 warn">{words.inGrace(shortDay(nextDue.graceEnd, zone))}</div>
          ) : undefined}
        </span>
      ),
    wideOnly: true,
  },
  {
    name: 'lastPerformed',
    label: words.columns.lastPerformed,
    sort: ({ lastPerformed }) => lastPerformed?.at ?? '',
    cell: ({ lastPerformed }) =>
      lastPerformed === null ? (
        <span className="t3">–</span>
      ) : (
        <span className="nw">{day(lastPerformed.at, zone)}</span>
      ),
    wideOnly: true,
  },
  {
    name: 'strip',
    label: words.columns.strip,
    width: 120,
    cell: ({ strip }) => (strip.length === 0 ? undefined : <Strip mini cells={twelve(strip)} />),
  },
];

const SORTS = ['id', 'state', 'frequency', 'nextDue', 'lastPerformed'].flatMap((name) => [name, `-${name}`]);

export default function Controls(): ReactElement {
  const state = useQueryState({
    q: text(),
    state: oneOf(...STATES),
    domain: text(100),
    owner: text(100),
    framework: oneOf('soc2', 'iso27001'),
    sort: oneOf(...SORTS),
  });
  const zone = useZone();
  const go = useGo();
  const { q, domain, owner, framework, sort } = state.value;
  const [limit, setLimit] = useState(PAGE);
  // What is typed is asked once one pauses.
  const [search, setSearch] = useState(q ?? '');
  useEffect(() => {
    if (search === (q ?? '')) return undefined;
    const timer = setTimeout(() => state.set({ q: search === '' ? undefined : search }, { replace: true }), 250);
    return () => clearTimeout(timer);
    // The address follows what is typed, not the other way round.
  }, [search]);
  const filters = {
    ...(q === undefined ? {} : { search: q }),
    ...(state.value.state === undefined ? {} : { state: state.value.state }),
    ...(domain === undefined ? {} : { domain }),
    ...(owner === undefined ? {} : { owner }),
    ...(framework === undefined ? {} : { framework }),
    ...(sort === undefined ? {} : { sort }),
  };
  const asked = useView<typeof ControlsList>('controls.list', { limit, ...filters });
  const told = asked.data?.answer;
  const counted = (value: string): number => told?.filters.state.find((one) => one.value === value)?.controls ?? 0;
  return (
    <Page
      wide
      title={words.title}
      sentence={told === undefined ? words.title : words.sentence(told.total, told.of)}
      sub={told === undefined ? undefined : words.sub(counted('failing'), counted('not-observed'), counted('planned'))}
      dropped={state.dropped}
      actions={
        <>
          <Filter value={search} label={words.filter} onChange={setSearch} />
          <TableExport of={{ view: 'controls.list', input: filters, rows: 'controls' }} />
          <Go to="/controls/import" className="btn x">
            {importing.title}
          </Go>
        </>
      }
    >
      <Answer of={asked} rows={12}>
        {({ answer }) => (
          <>
            <div className="row w filters">
              <Filters
                label={words.state}
                value={state.value.state}
                onChange={(value) => state.set({ state: value })}
                options={STATES.map((value) => ({
                  value,
                  label: value === 'ended' ? words.ended : kitWords.states[value],
                  n: counted(value),
                }))}
              />
              <span className="row w picks">
                <Pick
                  label={words.framework}
                  any={words.anyFramework}
                  value={framework}
                  options={answer.filters.framework.map((one) => ({
                    ...one,
                    says: one.value === 'soc2' ? words.frameworks.soc2 : words.frameworks.iso27001,
                  }))}
                  onChange={(value) => state.set({ framework: value })}
                />
                <Pick
                  label={words.domain}
                  any={words.anyDomain}
                  value={domain}
                  options={answer.filters.domain}
                  onChange={(value) => state.set({ domain: value })}
                />
                <Pick
                  label={words.owner}
                  any={words.anyOwner}
                  value={owner}
                  options={answer.filters.owner}
                  onChange={(value) => state.set({ owner: value })}
                />
              </span>
            </div>
            <section className="card">
              <Table
                label={words.title}
                rows={answer.controls}
                columns={columnsOf(zone)}
                keyOf={({ id }) => id}
                sort={sort}
                onSort={(next) => state.set({ sort: next })}
                onOpen={({ id }) => go(`/controls/${id}`)}
                total={answer.total}
                more={() => setLimit(Math.min(500, limit + PAGE))}
                empty={<Empty title={words.empty}>{words.emptyHelp}</Empty>}
              />
            </section>
          </>
        )}
      </Answer>
    </Page>
  );
}

/** A filter of many values, each with its count. */
function Pick({
  label,
  any,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly any: string;
  readonly value: string | undefined;
  readonly options: readonly { readonly value: string; readonly says: string; readonly controls: number }[];
  readonly onChange: (value: string | undefined) => void;
}): ReactElement {
  return (
    <select
      className="inp pick"
      aria-label={label}
      value={value ?? ''}
      onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? undefined : currentTarget.value)}
    >
      <option value="">{any}</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {`${option.says === 'none' ? words.none : option.says} (${option.controls})`}
        </option>
      ))}
    </select>
  );
}
