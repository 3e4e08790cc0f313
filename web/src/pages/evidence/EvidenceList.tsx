import type { EvidenceListing } from '@countersign/core/evidence-use/list.ts';
import type { z } from 'zod';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { bytes, day, range } from '../../kit/format.ts';
import { TableExport } from '../../kit/Export.tsx';
import { Go, useGo } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Lag, Proof, StateMark } from '../../kit/marks.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { Pager } from '../../kit/Pager.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { date, oneOf, text, useQueryState, whole } from '../../kit/query-state.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { words } from '../../words/evidence.ts';
import { words as kit } from '../../words/kit.ts';
import { DropZone } from './Drop.tsx';
import { Filing } from './Filing.tsx';
import './page.css';

const STATES = ['submitted', 'accepted', 'returned', 'replaced'] as const;
const PAGE = 50;

type Row = z.output<typeof EvidenceListing>['items'][number];

const columnsIn = (zone: string): readonly Column<Row>[] => [
  {
    name: 'name',
    label: words.columns.name,
    sort: ({ name }) => name.toLowerCase(),
    cell: ({ id, name, type, bytes: size }) => (
      <>
        <Go to={`/evidence/${id}`} className="m">
          {name}
        </Go>
        <div className="s2 t3">
          {type} · {bytes(size)}
        </div>
      </>
    ),
  },
  {
    name: 'state',
    label: words.columns.state,
    sort: ({ state }) => STATES.indexOf(state),
    cell: ({ state }) => <StateMark state={state} />,
  },
  {
    name: 'controls',
    label: words.columns.controls,
    cell: ({ controls }) => (
      <span className="row w gap4">
        {controls.slice(0, 4).map(({ id }) => (
          <Go key={id} to={`/controls/${id}`} className="ref">
            {id}
          </Go>
        ))}
        {controls.length > 4 ? <span className="t3 s2">+{controls.length - 4}</span> : undefined}
      </span>
    ),
  },
  {
    name: 'filedAt',
    label: words.columns.filedAt,
    sort: ({ filedAt }) => Date.parse(filedAt),
    cell: ({ filedAt, filedBy }) => (
      <>
        <span className="nw">{day(filedAt, zone)}</span>
        <div className="s2 t3 nw">{words.by(filedBy.name)}</div>
      </>
    ),
  },
  {
    name: 'lag',
    label: words.columns.lag,
    sort: ({ lagSeconds }) => lagSeconds ?? Infinity,
    wideOnly: true,
    cell: ({ lagSeconds, from, to }) => (
      <>
        {lagSeconds === undefined ? <span className="t3 s2">{words.notSaid}</span> : <Lag seconds={lagSeconds} />}
        {from === undefined || to === undefined ? undefined : (
          <div className="s2 t3">{range(day8(from, zone), day8(to, zone))}</div>
        )}
      </>
    ),
  },
  {
    name: 'uses',
    label: words.columns.uses,
    wideOnly: true,
    cell: ({ performances, validUntil, isExpired }) => (
      <>
        <span className={performances === 0 ? 't3' : ''}>{words.uses(performances)}</span>
        {isExpired ? (
          <div className="s2 warn nw">
            {words.expired} {day(validUntil ?? '')}
          </div>
        ) : undefined}
      </>
    ),
  },
  {
    name: 'proof',
    label: words.columns.proof,
    right: true,
    cell: ({ id, index, name, digest, bytes: size }) => (
      <Proof index={index ?? null} about={{ kind: 'evidence', id, name, digest, bytes: size }} />
    ),
  },
];

/** The date on which an instant falls, for a range of days. */
const day8 = (text: string, zone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(new Date(text));

export default function EvidenceList(): ReactElement {
  const zone = useZone();
  const go = useGo();
  const state = useQueryState({
    q: text(),
    control: text(100),
    state: oneOf(...STATES),
    from: date(),
    to: date(),
    sort: text(20),
    after: whole(),
    add: text(10),
    replaces: text(100),
    for: text(100),
  });
  const { q, control, state: shown, from, to, sort, after = 0, add, replaces } = state.value;
  const [typed, setTyped] = useState(q ?? '');
  const [dropped, setDropped] = useState<File>();
  // Another list begins on its first page.
  const filter: typeof state.set = (patch, options) => state.set({ ...patch, after: undefined }, options);
  useEffect(() => {
    if (typed === (q ?? '')) return;
    const timer = setTimeout(() => filter({ q: typed === '' ? undefined : typed }, { replace: true }), 200);
    return () => clearTimeout(timer);
    // What was typed is what is waited for.
  }, [typed]);
  const isSort = /^-?(?:name|state|filedAt|lag)$/.test(sort ?? '');
  const asking = {
    ...(q === undefined ? {} : { search: q }),
    ...(control === undefined ? {} : { control }),
    ...(shown === undefined ? {} : { state: shown }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(isSort && sort !== undefined ? { sort } : {}),
  };
  const listed = useView<typeof EvidenceListing>('evidence.list', {
    ...asking,
    limit: PAGE,
    ...(after === 0 ? {} : { cursor: String(after) }),
  });
  const verdict = useAllowed('evidence.add');
  const open = (file?: File): void => {
    setDropped(file);
    state.set({ add: '1' });
  };
  const counts = listed.data?.answer.counts;
  const isFiltered = Object.values({ q, control, shown, from, to }).some((value) => value !== undefined);

  return (
    <DropZone onFile={(file) => (verdict.allowed ? open(file) : undefined)}>
      <Page
        title={words.title}
        sentence={counts === undefined ? words.title : words.sentence(counts)}
        sub={words.sub}
        dropped={state.dropped}
        actions={
          <Button filled verdict={verdict} onClick={() => open()}>
            <Icon name="upload" />
            {words.file}
          </Button>
        }
      >
        <div className="row w filters">
          <Filter value={typed} onChange={setTyped} label={words.filter} />
          <Filters
            label={words.states}
            value={shown}
            onChange={(value) => filter({ state: value })}
            options={STATES.map((value) => ({
              value,
              label: kit.states[value],
              ...(counts === undefined ? {} : { n: counts[value] }),
            }))}
          />
          <label className="row s2 t2">
            {words.from}
            <input
              type="date"
              className="datein"
              value={from ?? ''}
              onChange={(event) => filter({ from: event.currentTarget.value || undefined })}
            />
          </label>
          <label className="row s2 t2">
            {words.to}
            <input
              type="date"
              className="datein"
              value={to ?? ''}
              onChange={(event) => filter({ to: event.currentTarget.value || undefined })}
            />
          </label>
          <TableExport of={{ view: 'evidence.list', input: asking, rows: 'items' }} />
          {control === undefined ? undefined : (
            <button type="button" className="chip f" aria-pressed onClick={() => filter({ control: undefined })}>
              {words.ofControl(control)}
              <Icon name="close" size={12} />
            </button>
          )}
        </div>
        <Answer of={listed}>
          {({ answer }) => (
            <Card flush>
              <Table
                label={words.table}
                rows={answer.items}
                columns={columnsIn(zone)}
                keyOf={({ id }) => id}
                sort={isSort ? sort : undefined}
                isSorted
                onSort={(next) => filter({ sort: next })}
                onOpen={({ id }) => go(`/evidence/${id}`)}
                total={answer.total}
                empty={
                  isFiltered ? (
                    <Empty
                      title={words.empty.filtered}
                      actions={
                        <Button
                          onClick={() => {
                            setTyped('');
                            filter({
                              q: undefined,
                              control: undefined,
                              state: undefined,
                              from: undefined,
                              to: undefined,
                            });
                          }}
                        >
                          {words.clear}
                        </Button>
                      }
                    >
                      {words.sub}
                    </Empty>
                  ) : (
                    <Empty
                      title={words.empty.title}
                      actions={
                        <Button verdict={verdict} onClick={() => open()}>
                          {words.file}
                        </Button>
                      }
                    >
                      {words.empty.body}
                    </Empty>
                  )
                }
              />
              <Pager
                first={after}
                shown={answer.items.length}
                total={answer.total}
                next={answer.next}
                size={PAGE}
                onMove={(first) => state.set({ after: first })}
              />
            </Card>
          )}
        </Answer>
        <Panel
          title={words.filing.title}
          open={add !== undefined}
          onClose={() => state.set({ add: undefined, replaces: undefined, for: undefined })}
        >
          {add === undefined ? undefined : (
            <Filing
              given={dropped}
              replaces={replaces}
              controls={state.value.for?.split(',').filter(Boolean) ?? (control === undefined ? [] : [control])}
            />
          )}
        </Panel>
      </Page>
    </DropZone>
  );
}
