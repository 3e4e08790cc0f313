import type { WitnessingPage } from '@countersign/core/witnessing/page.ts';
import type { ReactElement } from 'react';
import { useDeferredValue, useEffect, useState } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { moment } from '../../kit/format.ts';
import { Icon } from '../../kit/Icon.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { Dialog, Panel } from '../../kit/Panel.tsx';
import { oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { words } from '../../words/witnessing.ts';
import { ByMail } from './ByMail.tsx';
import { LogForm } from './LogForm.tsx';
import { LogSide } from './LogSide.tsx';
import { OwnKey } from './OwnKey.tsx';
import { Refusals } from './Refusals.tsx';
import './page.css';

export type Told = z.output<typeof WitnessingPage>;
export type Log = Told['logs'][number];

const STATES = ['open', 'calm', 'waiting'] as const;
const WORST = ['forked', 'inconsistent', 'ahead'] as const;
const SORTS = ['name', '-name', 'size', '-size', 'at', '-at', 'state', '-state'] as const;

const stateOf = ({ worst, last }: Log): (typeof STATES)[number] =>
  worst !== undefined ? 'open' : last === undefined ? 'waiting' : 'calm';

const columns = (zone: string): readonly Column<Log>[] => [
  {
    name: 'name',
    label: words.columns.name,
    sort: ({ name }) => name,
    cell: ({ name, origin }) => (
      <>
        <span className="m">{name}</span>
        <div className="s2 t3 mono" style={{ overflowWrap: 'anywhere' }}>
          {origin}
        </div>
      </>
    ),
  },
  {
    name: 'size',
    label: words.columns.size,
    sort: ({ last }) => last?.size ?? -1,
    cell: ({ last }) =>
      last === undefined ? <span className="t3">–</span> : <span className="num">{words.entries(last.size)}</span>,
  },
  {
    name: 'at',
    label: words.columns.at,
    sort: ({ last }) => last?.at ?? '',
    cell: ({ last }) =>
      last === undefined ? (
        <span className="t3">{words.never}</span>
      ) : (
        <span className="nw">{moment(last.at, zone)}</span>
      ),
  },
  {
    name: 'state',
    label: words.columns.state,
    // A fork before all else.
    sort: (log) => (log.worst === undefined ? 3 + STATES.indexOf(stateOf(log)) : WORST.indexOf(log.worst)),
    cell: (log) =>
      log.worst !== undefined ? (
        <span className="bad">{words.states[log.worst]}</span>
      ) : (
        <span className={log.last === undefined ? 't3' : 't2'}>
          {log.last === undefined ? words.states.waiting : words.states.calm}
        </span>
      ),
  },
];

function sentenceOf({ logs }: Told): string {
  const open = logs.filter(({ worst }) => worst !== undefined).length;
  if (logs.length === 0) return words.sentence.none;
  return open === 0 ? words.sentence.calm(logs.length) : words.sentence.open(logs.length, open);
}

const fits = ({ name, origin, vkey, url = '' }: Log, search: string): boolean =>
  [name, origin, vkey, url].some((one) => one.toLowerCase().includes(search.toLowerCase()));

/** The logs of others that this organisation is a witness of, its key for them, and what it refused. */
export default function Witnessing(): ReactElement {
  const state = useQueryState({
    q: text(),
    state: oneOf(...STATES),
    sort: oneOf(...SORTS),
    open: text(100),
    new: oneOf('1'),
  });
  const { q, state: shown, sort, open } = state.value;
  const [typed, setTyped] = useState(q ?? '');
  const search = useDeferredValue(typed);
  useEffect(() => {
    if (search !== (q ?? '')) state.set({ q: search }, { replace: true });
    // What is typed goes to the address; what changes the address otherwise is not typed back.
  }, [search]);
  const zone = useZone();
  const verdict = useAllowed('witnessed-log.name');
  const asked = useView<typeof WitnessingPage>('witnessing.page', {}, { window: true });
  const told = asked.data?.answer;
  const opened = told?.logs.find(({ id }) => id === open);
  const naming = (
    <Button
      filled={told === undefined || told.logs.length > 0}
      verdict={verdict}
      onClick={() => state.set({ new: '1' })}
    >
      <Icon name="plus" />
      {words.name}
    </Button>
  );
  return (
    <Page
      title={words.title}
      sentence={told === undefined ? words.title : sentenceOf(told)}
      sub={words.sub}
      dropped={state.dropped}
      actions={naming}
    >
      <Answer of={asked} rows={8}>
        {({ answer }) => {
          const rows = answer.logs.filter(
            (log) => fits(log, q ?? '') && (shown === undefined || stateOf(log) === shown),
          );
          return (
            <div className="stack" style={{ '--g': '16px' } as object}>
              {answer.logs.length === 0 ? undefined : (
                <div className="row w filters">
                  <Filter value={typed} onChange={setTyped} label={words.filter} />
                  <Filters
                    label={words.filters.label}
                    value={shown}
                    onChange={(value) => state.set({ state: value })}
                    options={STATES.map((value) => ({
                      value,
                      label: words.filters[value],
                      n: answer.logs.filter((log) => stateOf(log) === value).length,
                    }))}
                  />
                </div>
              )}
              <Card flush>
                <Table
                  label={words.table}
                  rows={rows}
                  columns={columns(zone)}
                  keyOf={({ id }) => id}
                  sort={sort ?? 'state'}
                  onSort={(next) => state.set({ sort: next })}
                  onOpen={({ id }) => state.set({ open: id })}
                  isOpen={({ id }) => id === open}
                  empty={
                    answer.logs.length === 0 ? (
                      <Empty
                        title={words.empty.title}
                        actions={
                          <Button filled verdict={verdict} onClick={() => state.set({ new: '1' })}>
                            {words.name}
                          </Button>
                        }
                      >
                        {words.empty.body}
                      </Empty>
                    ) : (
                      <Empty
                        title={words.none.title}
                        actions={
                          <Button
                            onClick={() => {
                              setTyped('');
                              state.set({ q: undefined, state: undefined });
                            }}
                          >
                            {words.none.clear}
                          </Button>
                        }
                      >
                        {words.none.body}
                      </Empty>
                    )
                  }
                />
              </Card>
              {answer.refusals.length === 0 ? undefined : (
                <Card
                  title={words.refusals.title}
                  aside={
                    answer.refusalsTotal > answer.refusals.length ? (
                      <span className="s2 t2">{words.refusals.of(answer.refusals.length, answer.refusalsTotal)}</span>
                    ) : undefined
                  }
                >
                  <Refusals of={answer.refusals} zone={zone} />
                </Card>
              )}
              <div className="grid g32 top">
                <OwnKey own={answer.key} zone={zone} />
                {answer.key === undefined ? undefined : <ByMail />}
              </div>
            </div>
          );
        }}
      </Answer>
      <Panel title={opened?.name ?? ''} open={opened !== undefined} onClose={() => state.set({ open: undefined })}>
        {opened === undefined || told === undefined ? undefined : (
          <LogSide
            key={opened.id}
            log={opened}
            refusals={told.refusals.filter(({ origin }) => origin === opened.origin)}
            zone={zone}
            onGone={() => state.set({ open: undefined })}
          />
        )}
      </Panel>
      <Dialog
        title={words.form.title}
        open={state.value.new !== undefined}
        onClose={() => state.set({ new: undefined })}
        size="lg"
      >
        {state.value.new === undefined ? undefined : <LogForm onDone={() => state.set({ new: undefined })} />}
      </Dialog>
    </Page>
  );
}
