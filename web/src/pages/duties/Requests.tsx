import type { RequestListing } from '@countersign/core/duty/request-view.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { day } from '../../kit/format.ts';
import { Panel } from '../../kit/Panel.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filters } from '../../kit/Table.tsx';
import { requestWords } from '../../words/duty-requests.ts';
import type { DutyState, Told } from './Duties.tsx';
import { ClockMark, leftSaid, orDash } from './parts.tsx';
import { questionOf, Register } from './Register.tsx';
import { ReceiveForm } from './ReceiveForm.tsx';
import { RequestPanel } from './RequestPanel.tsx';

export type RequestRow = z.output<typeof RequestListing>['items'][number];
const say = requestWords;
const STATES = ['open', 'closed'] as const;

/** The clock that presses most, as a cell says it. */
function Clock({ row }: { readonly row: RequestRow }): ReactElement {
  const clock = row.clocks[0];
  return (
    <>
      <ClockMark state={row.clock} />
      {clock === undefined ? undefined : <div className="s2 t2 nw">{leftSaid(clock)}</div>}
    </>
  );
}

const columnsIn = (zone: string): readonly Column<RequestRow>[] => [
  {
    name: 'subject',
    label: say.columns.subject,
    cell: ({ id, subject }) => (
      <>
        <span className="m mono">{subject}</span>
        <div className="s2 t3">{id}</div>
      </>
    ),
  },
  {
    name: 'type',
    label: say.columns.what,
    sort: ({ type }) => type,
    cell: ({ type, law }) => (
      <>
        {say.types[type]}
        <div className="s2 t2">{law.short}</div>
      </>
    ),
  },
  {
    name: 'receivedAt',
    label: say.columns.received,
    sort: ({ receivedAt }) => Date.parse(receivedAt),
    cell: ({ receivedAt }) => <span className="nw">{day(receivedAt, zone)}</span>,
  },
  { name: 'press', label: say.columns.clock, cell: (row) => <Clock row={row} /> },
  {
    name: 'dueAt',
    label: say.columns.due,
    sort: ({ dueAt }) => dueAt ?? '9',
    cell: ({ dueAt, extended, outcome }) => (
      <>
        <span className="nw">{dueAt === null ? orDash(null) : day(dueAt, zone)}</span>
        <div className="s2 t2">
          {outcome !== null ? say.outcome[outcome] : extended !== null ? say.extended : undefined}
        </div>
      </>
    ),
  },
  {
    name: 'identity',
    label: say.columns.identity,
    wideOnly: true,
    cell: ({ identity }) => <span className={identity === 'confirmed' ? '' : 't2'}>{say.identity[identity]}</span>,
  },
  { name: 'owner', label: say.columns.owner, wideOnly: true, cell: ({ owner }) => orDash(owner?.name) },
];

/** Sorting is the server’s, so that it holds over pages. */
const SORTED = /^-?(?:dueAt|receivedAt|law|type)$/;

/** What people ask about their data, each with its clocks. */
export function Requests({ told, state }: { readonly told: Told; readonly state: DutyState }): ReactElement {
  const zone = useZone();
  const { only, open, add, state: shown } = state.value;
  const wanted = STATES.find((one) => one === shown);
  const law = told.laws.find(({ id }) => id === only);
  const question = questionOf(state, SORTED, { state: wanted, law: law?.id });
  const asked = useView<typeof RequestListing>('privacy-requests', question.page, { every: 60_000 });
  const verdict = useAllowed('privacy-request.receive');
  const answer = asked.data?.answer;
  const row = answer?.items.find(({ id }) => id === open);
  return (
    <>
      <Register
        of={asked}
        label={say.table}
        columns={columnsIn(zone)}
        state={state}
        view="privacy-requests"
        question={question}
        filters={
          <>
            <Filters
              label={say.columns.clock}
              value={wanted}
              onChange={(value) => state.set({ state: value, from: undefined })}
              options={STATES.map((value) => ({
                value,
                label: say.states[value],
                ...(answer === undefined ? {} : { n: answer.counts[value] }),
              }))}
            />
            <Filters
              label={say.facts.law}
              value={law?.id}
              onChange={(value) => state.set({ only: value, from: undefined })}
              options={(answer?.byLaw ?? []).map(({ id, short, n }) => ({ value: id, label: short, n }))}
            />
          </>
        }
        add={{ name: 'request', label: say.add, verdict }}
        empty={{ ...say.empty, body: question.isFiltered ? say.help : say.empty.body }}
      />
      <Panel title={say.receive.title} open={add === 'request'} onClose={() => state.set({ add: undefined })}>
        {add === 'request' ? (
          <ReceiveForm told={told} onDone={(id) => state.set({ add: undefined, open: id })} />
        ) : undefined}
      </Panel>
      <Panel title={row?.subject ?? ''} open={row !== undefined} onClose={() => state.set({ open: undefined })}>
        {row === undefined ? undefined : <RequestPanel key={row.id} row={row} />}
      </Panel>
    </>
  );
}
