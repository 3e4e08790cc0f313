import type { ErasurePage } from '@countersign/core/erasing/page.ts';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { day } from '../../kit/format.ts';
import { Proof } from '../../kit/marks.tsx';
import { Card, Page, Tabs } from '../../kit/Page.tsx';
import { Pager } from '../../kit/Pager.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { oneOf, text, useQueryState, whole } from '../../kit/query-state.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { words } from '../../words/erasure.ts';
import { Asking } from './Asking.tsx';
import { Deciding } from './Deciding.tsx';
import { Holds } from './Holds.tsx';
import './page.css';

export type Told = z.output<typeof ErasurePage>;
export type Row = Told['items'][number];

const STATES = ['asked', 'done', 'refused'] as const;
const KINDS = ['evidence', 'person', 'item'] as const;
const PAGE = 50;
/** Sorting is the server’s, so that it holds over pages. */
const SORTED = /^-?(?:askedAt|title|state)$/;
const TONE = { asked: 'warn', done: '', refused: 't2' } as const;

const columnsIn = (zone: string): readonly Column<Row>[] => [
  {
    name: 'title',
    label: words.columns.what,
    sort: ({ title }) => title.toLowerCase(),
    cell: ({ what, title, id }) => (
      <>
        <span className="m">{title}</span>
        <div className="s2 t2">
          {words.kinds[what.kind]} · <span className="mono">{what.kind === 'item' ? id : what.id}</span>
        </div>
      </>
    ),
  },
  {
    name: 'why',
    label: words.columns.why,
    cell: ({ why, basis }) => (
      <>
        <span className="erasure-why">{why}</span>
        <div className="s2 t2">{basis}</div>
      </>
    ),
  },
  {
    name: 'state',
    label: words.columns.state,
    sort: ({ state }) => STATES.indexOf(state),
    cell: ({ state, decidedBy, decidedAt }) => (
      <>
        <span className={TONE[state]}>{words.states[state]}</span>
        {decidedBy === undefined || decidedAt === undefined ? undefined : (
          <div className="s2 t2">
            {words.by(decidedBy.name)}, {day(decidedAt, zone)}
          </div>
        )}
      </>
    ),
  },
  {
    name: 'askedAt',
    label: words.columns.asked,
    sort: ({ askedAt }) => Date.parse(askedAt),
    cell: ({ askedAt, askedBy }) => (
      <>
        <span className="nw">{day(askedAt, zone)}</span>
        <div className="s2 t2">{words.by(askedBy.name)}</div>
      </>
    ),
  },
  { name: 'entry', label: words.columns.entry, cell: ({ index }) => <Proof index={index ?? null} /> },
];

/** What was asked to be erased and what became of it, and the holds that keep things. */
export default function Erasures(): ReactElement {
  const zone = useZone();
  const state = useQueryState({
    tab: oneOf('erasures', 'holds'),
    state: oneOf(...STATES),
    kind: oneOf(...KINDS),
    q: text(),
    sort: text(20),
    after: whole(),
    open: text(100),
    add: oneOf('erasure', 'hold'),
    of: text(400),
  });
  const { tab = 'erasures', q, sort, after = 0, open, add } = state.value;
  const [typed, setTyped] = useState(q ?? '');
  useEffect(() => {
    const wait = setTimeout(() => {
      if (typed !== (q ?? '')) state.set({ q: typed || undefined, after: undefined });
    }, 250);
    return () => clearTimeout(wait);
  });
  const isSorted = sort !== undefined && SORTED.test(sort);
  const asked = useView<typeof ErasurePage>('erasure.page', {
    ...(q === undefined ? {} : { search: q }),
    ...(state.value.state === undefined ? {} : { state: state.value.state }),
    ...(state.value.kind === undefined ? {} : { kind: state.value.kind }),
    ...(isSorted ? { sort } : {}),
    limit: PAGE,
    ...(after === 0 ? {} : { cursor: String(after) }),
  });
  const answer = asked.data?.answer;
  const mayAsk = useAllowed('erasure.ask');
  const mayPlace = useAllowed('hold.place');
  const held = answer?.holds?.filter(({ inForce }) => inForce).length;
  const isFiltered = q !== undefined || state.value.state !== undefined || state.value.kind !== undefined;
  const row = answer?.items.find(({ id }) => id === open);
  const clear = (): void => {
    setTyped('');
    state.set({ q: undefined, state: undefined, kind: undefined, after: undefined });
  };
  return (
    <Page
      title={words.title}
      sentence={answer === undefined ? words.title : words.sentence({ ...answer.counts, held })}
      sub={words.sub}
      dropped={state.dropped}
      actions={
        tab === 'holds' ? (
          <Button filled verdict={mayPlace} onClick={() => state.set({ add: 'hold' })}>
            {words.holds.place}
          </Button>
        ) : (
          <Button filled verdict={mayAsk} onClick={() => state.set({ add: 'erasure' })}>
            {words.ask}
          </Button>
        )
      }
    >
      <Answer of={asked}>
        {(told) => (
          <div className="stack" style={{ '--g': '14px' } as object}>
            {told.answer.holds === null ? undefined : (
              <Tabs
                label={words.tabs.label}
                to="/erasure"
                open={tab}
                tabs={[
                  { name: 'erasures', label: words.tabs.erasures, n: told.answer.total },
                  { name: 'holds', label: words.tabs.holds, n: told.answer.holds.length },
                ]}
              />
            )}
            {tab === 'holds' && told.answer.holds !== null ? (
              <Holds holds={told.answer.holds} state={state} mayPlace={mayPlace} />
            ) : (
              <>
                <div className="row w" style={{ gap: 10 }}>
                  <Filter value={typed} onChange={setTyped} label={words.filter} />
                  <Filters
                    label={words.byState}
                    value={state.value.state}
                    onChange={(value) => state.set({ state: value, after: undefined })}
                    options={STATES.map((value) => ({
                      value,
                      label: words.states[value],
                      n: told.answer.counts[value],
                    }))}
                  />
                  <Filters
                    label={words.byKind}
                    value={state.value.kind}
                    onChange={(value) => state.set({ kind: value, after: undefined })}
                    options={KINDS.map((value) => ({ value, label: words.kinds[value] }))}
                  />
                </div>
                <Card flush>
                  <Table
                    label={words.table}
                    rows={told.answer.items}
                    columns={columnsIn(zone)}
                    keyOf={({ id }) => id}
                    sort={isSorted ? sort : undefined}
                    isSorted
                    onSort={(next) => state.set({ sort: next, after: undefined })}
                    onOpen={({ id }) => state.set({ open: id })}
                    total={told.answer.total}
                    empty={
                      isFiltered ? (
                        <Empty
                          title={words.empty.filtered}
                          actions={<Button onClick={clear}>{words.empty.clear}</Button>}
                        >
                          {words.sub}
                        </Empty>
                      ) : (
                        <Empty title={words.empty.title}>{words.empty.body}</Empty>
                      )
                    }
                  />
                  <Pager
                    first={after}
                    shown={told.answer.items.length}
                    total={told.answer.total}
                    next={told.answer.next}
                    size={PAGE}
                    onMove={(first) => state.set({ after: first })}
                  />
                </Card>
              </>
            )}
          </div>
        )}
      </Answer>
      <Panel
        title={words.asking.title}
        open={add === 'erasure'}
        onClose={() => state.set({ add: undefined, of: undefined })}
      >
        {add === 'erasure' ? (
          <Asking given={state.value.of} onDone={(id) => state.set({ add: undefined, of: undefined, open: id })} />
        ) : undefined}
      </Panel>
      <Panel title={row?.title ?? ''} open={row !== undefined} onClose={() => state.set({ open: undefined })}>
        {row === undefined ? undefined : <Deciding key={row.id} row={row} />}
      </Panel>
    </Page>
  );
}
