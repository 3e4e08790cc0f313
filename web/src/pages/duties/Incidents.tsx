import type { IncidentListing } from '@countersign/core/duty/incident-view.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { ago, count, moment } from '../../kit/format.ts';
import { Go, useGo } from '../../kit/Go.tsx';
import { Panel } from '../../kit/Panel.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filters } from '../../kit/Table.tsx';
import { words } from '../../words/duties.ts';
import { incidentWords } from '../../words/duty-incidents.ts';
import type { DutyState } from './Duties.tsx';
import { OpenForm } from './IncidentForms.tsx';
import { orDash } from './parts.tsx';
import { questionOf, Register } from './Register.tsx';

type Row = z.output<typeof IncidentListing>['items'][number];
const say = incidentWords;
const STATES = ['open', 'closed'] as const;
const SORTED = /^-?(?:awareAt|nextDue|title)$/;

const columnsIn = (zone: string): readonly Column<Row>[] => [
  {
    name: 'title',
    label: say.columns.title,
    sort: ({ title }) => title,
    cell: ({ id, title, state }) => (
      <>
        <Go to={`/duties/incidents/${id}`} className="m">
          {title}
        </Go>
        <div className="s2 t3">{say.states[state]}</div>
      </>
    ),
  },
  {
    name: 'awareAt',
    label: say.columns.aware,
    sort: ({ awareAt }) => Date.parse(awareAt),
    cell: ({ awareAt }) => <span className="nw">{moment(awareAt, zone)}</span>,
  },
  {
    name: 'personal',
    label: say.columns.personal,
    cell: ({ personalData, risk }) => (
      <>
        <span className={personalData === 'unknown' ? 'un' : ''}>{words.yesNo[personalData]}</span>
        <div className="s2 t2">
          {say.page.labels.risk}: {say.risk[risk].toLowerCase()}
        </div>
      </>
    ),
  },
  {
    name: 'people',
    label: say.columns.people,
    right: true,
    wideOnly: true,
    cell: ({ people }) => (people === null ? orDash(null) : <span className="num">{count(people)}</span>),
  },
  {
    name: 'clocks',
    label: say.columns.clocks,
    cell: ({ counts }) => <span className={counts.missed > 0 ? 'bad m' : ''}>{words.clocksSaid(counts)}</span>,
  },
  {
    name: 'nextDue',
    label: say.columns.next,
    sort: ({ nextDue }) => nextDue ?? '9',
    cell: ({ nextDue }) => (nextDue === null ? orDash(null) : <span className="nw">{ago(nextDue)}</span>),
  },
  { name: 'owner', label: say.columns.owner, wideOnly: true, cell: ({ owner }) => orDash(owner?.name) },
];

/** Incidents, each with how its clocks stand. */
export function Incidents({ state }: { readonly state: DutyState }): ReactElement {
  const zone = useZone();
  const go = useGo();
  const { add, state: shown } = state.value;
  const wanted = STATES.find((one) => one === shown);
  const question = questionOf(state, SORTED, { state: wanted });
  const asked = useView<typeof IncidentListing>('personal-data-incidents', question.page, { every: 60_000 });
  const verdict = useAllowed('personal-data-incident.open');
  const counts = asked.data?.answer.counts;
  return (
    <>
      <Register
        of={asked}
        label={say.table}
        columns={columnsIn(zone)}
        state={state}
        view="personal-data-incidents"
        question={question}
        filters={
          <Filters
            label={say.columns.clocks}
            value={wanted}
            onChange={(value) => state.set({ state: value, from: undefined })}
            options={STATES.map((value) => ({
              value,
              label: say.states[value],
              ...(counts === undefined ? {} : { n: counts[value] }),
            }))}
          />
        }
        add={{ name: 'incident', label: say.add, verdict }}
        empty={say.empty}
        onOpen={(id) => go(`/duties/incidents/${id}`)}
      />
      <Panel title={say.open.title} open={add === 'incident'} onClose={() => state.set({ add: undefined })}>
        {add === 'incident' ? <OpenForm onDone={(id) => go(`/duties/incidents/${id}`)} /> : undefined}
      </Panel>
    </>
  );
}
