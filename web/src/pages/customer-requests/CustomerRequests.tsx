import type { Requests } from '@countersign/core/customer/list.ts';
import type { ReactElement } from 'react';
import { useDeferredValue, useEffect, useState } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { TableExport } from '../../kit/Export.tsx';
import { day } from '../../kit/format.ts';
import { Icon } from '../../kit/Icon.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { Pager } from '../../kit/Pager.tsx';
import { Dialog, Panel } from '../../kit/Panel.tsx';
import { oneOf, text, useQueryState, whole } from '../../kit/query-state.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { regions, sends, states, wanted, words } from '../../words/customer-requests.ts';
import { amountOf, amountsOf } from './amounts.ts';
import { RequestForm } from './RequestForm.tsx';
import { RequestSide } from './RequestSide.tsx';
import { Totals } from './Totals.tsx';
import './page.css';

export type Told = z.output<typeof Requests>;
export type Row = Told['requests'][number];

const PAGE = 50;
const STATES = ['open', 'answered', 'won', 'lost'] as const;
const WANTED = ['soc2-type-1', 'soc2-type-2', 'iso27001', 'other'] as const;
const REGIONS = ['us-ca', 'europe', 'apac', 'middle-east', 'latam', 'other'] as const;
const SORTS = ['by', '-by', 'customer', '-customer', 'amount', '-amount', 'state', '-state'] as const;

const COLUMNS: readonly Column<Row>[] = [
  {
    name: 'customer',
    label: words.columns.customer,
    sort: () => 0,
    cell: ({ customer, region }) => (
      <>
        <span className="m">{customer}</span>
        <div className="s2 t2">{regions[region]}</div>
      </>
    ),
  },
  {
    name: 'wants',
    label: words.columns.wants,
    cell: ({ wants }) => wants.map((one) => <div key={one}>{wanted[one]}</div>),
  },
  {
    name: 'by',
    label: words.columns.by,
    sort: () => 0,
    cell: ({ by, inDays, state }) =>
      by === null || inDays === null ? (
        <span className="t3">{words.noDate}</span>
      ) : (
        <>
          <span className="nw">{day(by)}</span>
          {state === 'won' || state === 'lost' ? undefined : (
            <div className={inDays < 0 ? 's2 bad' : 's2 t2'}>{words.inDays(inDays)}</div>
          )}
        </>
      ),
  },
  {
    name: 'amount',
    label: words.columns.amount,
    right: true,
    sort: () => 0,
    cell: (row) => amountOf(row) ?? <span className="t3">{words.noAmount}</span>,
  },
  { name: 'state', label: words.columns.state, sort: () => 0, cell: ({ state }) => states[state] },
  {
    name: 'send',
    label: words.columns.send,
    wideOnly: true,
    cell: ({ send, state }) =>
      state === 'won' || state === 'lost' ? (
        <span className="t3">–</span>
      ) : (
        send.map((one) => (
          <div key={one.wants}>
            {sends[one.state]}
            {one.state === 'expected' && one.on !== null ? ` ${day(one.on)}` : ''}
            {one.lateDays === null ? undefined : <span className="s2 warn">{` ${words.late(one.lateDays)}`}</span>}
          </div>
        ))
      ),
  },
];

/** Who asks for which report, by when and worth what, and what can be sent to them today. */
export default function CustomerRequests(): ReactElement {
  const state = useQueryState({
    q: text(),
    state: oneOf(...STATES),
    wants: oneOf(...WANTED),
    region: oneOf(...REGIONS),
    sort: oneOf(...SORTS),
    after: whole(),
    open: text(100),
    new: oneOf('1'),
  });
  const { q, state: shown, wants, region, sort, after = 0, open } = state.value;
  const [typed, setTyped] = useState(q ?? '');
  const search = useDeferredValue(typed);
  useEffect(() => {
    if (search !== (q ?? '')) state.set({ q: search, after: undefined }, { replace: true });
    // What is typed goes to the address; what changes the address otherwise is not typed back.
  }, [search]);
  const verdict = useAllowed('request.record');
  const filters = {
    ...(q === undefined ? {} : { search: q }),
    ...(shown === undefined ? {} : { state: shown }),
    ...(wants === undefined ? {} : { wants }),
    ...(region === undefined ? {} : { region }),
    sort: sort ?? ('by' as const),
  };
  const asked = useView<typeof Requests>('requests.list', {
    ...filters,
    limit: PAGE,
    ...(after === 0 ? {} : { cursor: String(after) }),
  });
  const told = asked.data?.answer;
  const all = told?.totals.all;
  const isFiltered = [q, shown, wants, region].some((one) => one !== undefined);
  const opened = told?.requests.find(({ id }) => id === open);
  const clear = (): void => {
    setTyped('');
    state.set({ q: undefined, state: undefined, wants: undefined, region: undefined, after: undefined });
  };
  return (
    <Page
      wide
      title={words.title}
      dropped={state.dropped}
      {...(all === undefined
        ? {}
        : {
            sentence: isFiltered
              ? words.title
              : words.sentence({
                  waiting: all.waiting,
                  amounts: amountsOf(all.amounts),
                  by: all.by === null ? undefined : day(all.by),
                }),
          })}
      sub={words.sub}
      actions={
        <>
          <TableExport of={{ view: 'requests.list', input: filters, rows: 'requests' }} />
          <Button filled verdict={verdict} onClick={() => state.set({ new: '1' })}>
            <Icon name="plus" />
            {words.record}
          </Button>
        </>
      }
    >
      <div className="row w filters">
        <Filter value={typed} onChange={setTyped} label={words.filter} />
        <Filters
          label={words.stateLabel}
          value={shown}
          onChange={(value) => state.set({ state: value, after: undefined })}
          options={STATES.map((value) => ({ value, label: states[value] }))}
        />
        <select
          className="datein"
          aria-label={words.wantedLabel}
          value={wants ?? ''}
          onChange={(event) => state.set({ wants: event.currentTarget.value || undefined, after: undefined })}
        >
          <option value="">{words.anyWanted}</option>
          {WANTED.map((value) => (
            <option key={value} value={value}>
              {wanted[value]}
            </option>
          ))}
        </select>
        <select
          className="datein"
          aria-label={words.regionLabel}
          value={region ?? ''}
          onChange={(event) => state.set({ region: event.currentTarget.value || undefined, after: undefined })}
        >
          <option value="">{words.anyRegion}</option>
          {REGIONS.map((value) => (
            <option key={value} value={value}>
              {regions[value]}
            </option>
          ))}
        </select>
      </div>
      <Answer of={asked}>
        {({ answer }) => (
          <div className="stack" style={{ '--g': '16px' } as object}>
            <Card flush>
              <Table
                label={words.table}
                rows={answer.requests}
                columns={COLUMNS}
                keyOf={({ id }) => id}
                sort={sort}
                isSorted
                onSort={(next) => state.set({ sort: next, after: undefined })}
                onOpen={({ id }) => state.set({ open: id })}
                isOpen={({ id }) => id === open}
                total={answer.total}
                empty={
                  answer.of === 0 ? (
                    <Empty
                      title={words.empty.title}
                      actions={
                        <Button verdict={verdict} onClick={() => state.set({ new: '1' })}>
                          {words.record}
                        </Button>
                      }
                    >
                      {words.empty.body}
                    </Empty>
                  ) : (
                    <Empty title={words.none.title} actions={<Button onClick={clear}>{words.clear}</Button>}>
                      {words.none.body}
                    </Empty>
                  )
                }
              />
              <Pager
                first={after}
                shown={answer.requests.length}
                total={answer.total}
                next={answer.next}
                size={PAGE}
                onMove={(first) => state.set({ after: first })}
              />
            </Card>
            {answer.of === 0 ? undefined : <Totals totals={answer.totals} />}
          </div>
        )}
      </Answer>
      <Panel title={opened?.customer ?? ''} open={opened !== undefined} onClose={() => state.set({ open: undefined })}>
        {opened === undefined || told === undefined ? undefined : (
          <RequestSide key={opened.id} row={opened} programmes={told.programmes} />
        )}
      </Panel>
      <Dialog
        title={words.form.new}
        open={state.value.new !== undefined}
        onClose={() => state.set({ new: undefined })}
        size="lg"
      >
        {state.value.new === undefined ? undefined : (
          <RequestForm verdict={verdict} onDone={() => state.set({ new: undefined })} />
        )}
      </Dialog>
    </Page>
  );
}
