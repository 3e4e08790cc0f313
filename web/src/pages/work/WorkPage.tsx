import type { Work } from '@countersign/core/work/view.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { z } from 'zod';
import { useAllowed, useAllowedOn } from '../../api/allowed.ts';
import { useAct, useList, useView } from '../../api/hooks.ts';
import { useMe, useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { day, moment } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { CellMark } from '../../kit/marks.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { text, useQueryState } from '../../kit/query-state.ts';
import { Answer, Empty, ErrorState } from '../../kit/states.tsx';
import { Term } from '../../kit/Term.tsx';
import { words } from '../../words/work.ts';
import type { ToPerform } from './Performing.tsx';
import { Performing } from './Performing.tsx';
import './page.css';

type Told = z.output<typeof Work>;

/** Who may look at the work of others; core refuses the rest. */
const LEADS = ['owner', 'lead', 'operator'];

export default function WorkPage(): ReactElement {
  const state = useQueryState({ person: text(100) });
  const me = useMe();
  const { person } = state.value;
  const leads = me.data?.actor.roles.some((role) => LEADS.includes(role)) === true;
  const isNobody = me.data !== undefined && person === undefined && me.data.actor.roles.includes('operator');
  const asked = useView<typeof Work>('work', person === undefined ? {} : { person }, {
    enabled: me.data !== undefined && !isNobody,
  });
  const told = asked.data?.answer;
  const isOther = person !== undefined && person !== me.data?.actor.id;
  const sentence = told === undefined ? words.title : words.sentence(told.counts);
  return (
    <Page
      title={words.title}
      sentence={told !== undefined && isOther ? words.of(told.person.name, sentence) : sentence}
      {...(told === undefined ? {} : { sub: words.sub(told.controls.running, told.controls.planned) })}
      dropped={state.dropped}
      actions={leads ? <Whose value={person} onChange={(id) => state.set({ person: id })} /> : undefined}
    >
      {isNobody ? (
        <div className="card">
          <Empty title={words.noPerson}>{words.noPersonHelp}</Empty>
        </div>
      ) : (
        <Answer of={asked}>{({ answer }) => <Body told={answer} />}</Answer>
      )}
    </Page>
  );
}

function Whose({
  value,
  onChange,
}: {
  readonly value: string | undefined;
  readonly onChange: (id: string | undefined) => void;
}): ReactElement {
  const people = useList('person', { limit: 200, sort: 'name' });
  return (
    <label className="row">
      <span className="t2 s2">{words.whose}</span>
      <select
        className="datein"
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      >
        <option value="">{words.mine}</option>
        {(people.data?.items ?? []).map((row) => {
          const { id, name } = row as { readonly id: string; readonly name?: unknown };
          return (
            <option key={id} value={id}>
              {typeof name === 'string' ? name : id}
            </option>
          );
        })}
      </select>
    </label>
  );
}

function Body({ told }: { readonly told: Told }): ReactElement {
  const [performing, setPerforming] = useState<ToPerform>();
  return (
    <div className="grid g32 top">
      <div className="stack" style={{ '--g': '16px' } as object}>
        <Duties told={told} onPerform={setPerforming} />
        {told.clocks.length === 0 ? undefined : <Clocks told={told} />}
        {told.returned.length === 0 ? undefined : <Returned told={told} />}
      </div>
      <div className="stack" style={{ '--g': '16px' } as object}>
        <Reviews told={told} />
        {told.acknowledge.length === 0 ? undefined : <Acknowledge told={told} />}
        {told.invitations.length === 0 ? undefined : <Invitations told={told} />}
      </div>
      <Performing what={performing} onClose={() => setPerforming(undefined)} />
    </div>
  );
}

/** Clocks of requests and incidents, what presses first above. */
function Clocks({ told }: { readonly told: Told }): ReactElement {
  const zone = useZone();
  return (
    <Card title={words.clocks}>
      <ul className="rows">
        {told.clocks.map(({ id, title, obligation, says, state, dueAt, path }) => {
          const [to = path, query = ''] = path.split('?');
          return (
            <li key={`${id} ${obligation}`}>
              <span className="grow intext">
                <Go to={to} search={Object.fromEntries(new URLSearchParams(query))}>
                  {title}
                </Go>
                <span className="s2 t2"> {says}</span>
              </span>
              <span className="push s2">
                <b className={state === 'missed' ? 'bad' : state === 'unknown' ? 'un' : ''}>
                  {words.clockStates[state]}
                </b>
                , {words.clockDue(dueAt === null ? undefined : moment(dueAt, zone), state === 'unknown')}
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function Duties({
  told,
  onPerform,
}: {
  readonly told: Told;
  readonly onPerform: (what: ToPerform) => void;
}): ReactElement {
  const verdict = useAllowed('performance.record');
  return (
    <Card title={words.due}>
      {told.duties.length === 0 ? (
        <p className="t2">{told.controls.running === 0 ? words.noControls : words.dueEmpty}</p>
      ) : (
        <ul className="todo">
          {told.duties.map((duty) => (
            <li key={`${duty.control.id} ${duty.key} ${duty.state}`}>
              <span className="mk">
                <CellMark cell={words.cells[duty.state]} />
              </span>
              <div>
                <div className="row w" style={{ gap: '2px 8px' }}>
                  <Go to={duty.path} className="ref">
                    {duty.control.id}
                  </Go>
                  <span className="m">{duty.control.title}</span>
                  <span className="mono s2 t3">{duty.key}</span>
                </div>
                <p className="s2 t2">
                  <b className={duty.state === 'overdue' ? 'bad' : duty.state === 'in-grace' ? 'warn' : ''}>
                    {duty.state === 'in-grace' ? (
                      <Term id="grace">{words.states[duty.state]}</Term>
                    ) : (
                      words.states[duty.state]
                    )}
                  </b>
                  . {duty.says}{' '}
                  {duty.evidence === 'required' ? <span className="t3">{words.evidence}</span> : undefined}
                </p>
              </div>
              {duty.state === 'upcoming' ? (
                <span />
              ) : (
                <Button
                  small
                  verdict={verdict}
                  label={`${words.record}: ${duty.control.title}, ${duty.key}`}
                  onClick={() =>
                    onPerform({
                      control: duty.control,
                      evidence: duty.evidence,
                      for: duty.state === 'in-grace' ? duty.key : undefined,
                    })
                  }
                >
                  {words.record}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

type Review = Told['reviews'][number];

/** What else than approving may be done to what waits, by its kind; where reading comes first, the page of it is opened. */
const DECISIONS = {
  exception: { approve: 'exception.approve', other: 'exception.refuse', word: words.refuse, field: 'exception' },
  'design-evaluation': { approve: 'design.approve', other: 'design.return', word: words.return, field: 'evaluation' },
} as const;

function Reviews({ told }: { readonly told: Told }): ReactElement {
  const zone = useZone();
  return (
    <Card title={words.reviews}>
      {told.reviews.length === 0 ? (
        <p className="t2">{words.reviewsEmpty}</p>
      ) : (
        <ul className="todo two">
          {told.reviews.map((review) => (
            <li key={`${review.kind} ${review.id}`}>
              <div>
                <p className="s2 t3">{words.kinds[review.kind]}</p>
                <p className="m">{review.title}</p>
                <p className="s2 t2">{review.says}</p>
                <p className="s2 t3">{words.by(review.by.name, day(review.since, zone))}</p>
              </div>
              {review.kind === 'exception' || review.kind === 'design-evaluation' ? (
                <Deciding review={review} kind={review.kind} />
              ) : (
                <Go
                  to={review.path}
                  className="btn x"
                  label={`${review.kind === 'policy' ? words.read : words.look}: ${review.title}`}
                >
                  {review.kind === 'policy' ? words.read : words.look}
                </Go>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Deciding({ review, kind }: { readonly review: Review; readonly kind: keyof typeof DECISIONS }): ReactElement {
  const { approve: name, other: otherName, word, field } = DECISIONS[kind];
  const approve = useAct(name);
  const other = useAct(otherName);
  const mayApprove = useAllowedOn(name, kind, review.id);
  const mayOther = useAllowedOn(otherName, kind, review.id);
  const input = { [field]: review.id };
  const error = approve.error ?? other.error;
  return (
    <div>
      <span className="row w">
        <Button
          small
          verdict={mayApprove}
          busy={approve.isPending}
          label={`${words.approve}: ${review.title}`}
          onClick={() => approve.mutate({ input })}
        >
          {words.approve}
        </Button>
        <Button
          small
          verdict={mayOther}
          busy={other.isPending}
          label={`${word}: ${review.title}`}
          onClick={() => other.mutate({ input })}
        >
          {word}
        </Button>
      </span>
      {error === null ? undefined : <ErrorState error={error} />}
    </div>
  );
}

function Returned({ told }: { readonly told: Told }): ReactElement {
  const zone = useZone();
  return (
    <Card title={words.returned}>
      <ul className="todo two">
        {told.returned.map((one) => (
          <li key={`${one.kind} ${one.id}`}>
            <div>
              <p className="s2 t3">{words.kinds[one.kind]}</p>
              <p className="m">{one.title}</p>
              <p className="t2">{one.reason}</p>
              <p className="s2 t3">{words.by(one.by.name, day(one.since, zone))}</p>
            </div>
            <Go to={one.path} className="btn x" label={`${words.look}: ${one.title}`}>
              {words.look}
            </Go>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Acknowledge({ told }: { readonly told: Told }): ReactElement {
  return (
    <Card title={words.acknowledge}>
      <ul className="todo two">
        {told.acknowledge.map((one) => (
          <li key={one.policy}>
            <div>
              <p className="m">
                {one.title} <span className="t3 s2">{one.label}</span>
              </p>
              <p className="s2 t2">
                {one.state === 'overdue' ? <b className="bad">{words.overdue} </b> : undefined}
                {words.byDay(day(one.dueOn))}, {words.sinceDay(day(one.since))}
              </p>
            </div>
            <Go to={one.path} className="btn x" label={`${words.read}: ${one.title}`}>
              {words.read}
            </Go>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Invitations({ told }: { readonly told: Told }): ReactElement {
  const zone = useZone();
  return (
    <Card title={words.invitations}>
      <ul className="todo two">
        {told.invitations.map((one) => (
          <li key={one.id}>
            <div>
              <p className="m">{one.person.name}</p>
              <p className={one.isExpired ? 's2 warn' : 's2 t2'}>
                {one.isExpired ? words.expired(day(one.expires, zone)) : words.expires(day(one.expires, zone))}
              </p>
            </div>
            <Go to={one.path} className="btn x">
              {words.people}
            </Go>
          </li>
        ))}
      </ul>
    </Card>
  );
}
