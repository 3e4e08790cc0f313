import { Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { moment } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Proof } from '../../kit/marks.tsx';
import { Facts } from '../../kit/Page.tsx';
import { words } from '../../words/duties.ts';
import { requestWords } from '../../words/duty-requests.ts';
import { given, instantOf, Moment, nowIn, pastIn, some } from './fields.tsx';
import { ClockMark, DueSaid, leftSaid, orDash } from './parts.tsx';
import type { RequestRow } from './Requests.tsx';

const say = requestWords;
const ACTS = ['confirm', 'identify', 'extend', 'answer', 'refuse', 'withdraw'] as const;
type ActName = (typeof ACTS)[number];

/** One request: where it stands, and what may be done. */
export function RequestPanel({ row }: { readonly row: RequestRow }): ReactElement {
  const zone = useZone();
  const [doing, setDoing] = useState<ActName>();
  if (doing !== undefined) return <ActForm row={row} name={doing} onClose={() => setDoing(undefined)} />;
  const { facts } = say;
  return (
    <div className="stack" style={{ '--g': '14px' } as object}>
      <h3>
        {say.types[row.type]}, {row.law.short}
      </h3>
      <section>
        <h4>{say.clocks}</h4>
        <ul className="rows">
          {row.clocks.map((clock) => (
            <li key={clock.obligation} className="dstack">
              <span className="row w">
                <ClockMark state={clock.state} />
                <span className="s2">{leftSaid(clock)}</span>
                <span className="s2 t2">
                  <DueSaid clock={clock} />
                </span>
              </span>
              <span className="s2 t2">
                {clock.title}: {clock.deadline}. {clock.counted}
              </span>
              {clock.cautions.map((caution) => (
                <span key={caution} className="s2 warn">
                  {caution}
                </span>
              ))}
            </li>
          ))}
        </ul>
      </section>
      <Facts
        rows={[
          [facts.received, moment(row.receivedAt, zone)],
          [facts.channel, say.channels[row.channel as keyof typeof say.channels]],
          [facts.confirmed, row.confirmedAt === null ? orDash(null) : moment(row.confirmedAt, zone)],
          [facts.identity, say.identity[row.identity]],
          [
            row.extended === null ? facts.mayExtend : facts.extended,
            row.extended === null
              ? (row.mayExtend ?? facts.mayNot)
              : `${moment(row.extended.at, zone)}: ${row.extended.reason}`,
          ],
          [
            facts.activity,
            row.activity === null ? (
              orDash(null)
            ) : (
              <Go key="activity" to="/duties" search={{ tab: 'processing', open: row.activity.id }}>
                {row.activity.title}
              </Go>
            ),
          ],
          [facts.owner, orDash(row.owner?.name)],
          ...(row.outcome === null || row.closedAt === null
            ? []
            : [
                [facts.outcome, `${say.outcome[row.outcome]}, ${moment(row.closedAt, zone)}`] as const,
                ...(row.reason === null ? [] : [[facts.reason, row.reason] as const]),
              ]),
          [facts.entry, <Proof key="entry" index={row.index} />],
        ]}
      />
      {row.state === 'closed' ? undefined : (
        <div className="row w">
          {ACTS.map((name) => (
            <Act key={name} row={row} name={name} onClick={() => setDoing(name)} />
          ))}
        </div>
      )}
    </div>
  );
}

function Act({
  row,
  name,
  onClick,
}: {
  readonly row: RequestRow;
  readonly name: ActName;
  readonly onClick: () => void;
}): ReactElement {
  const verdict = useAllowedOn(`privacy-request.${name}`, 'privacy-request', row.id);
  return (
    <Button filled={name === 'answer'} verdict={verdict} onClick={onClick}>
      {say.acts[name]}
    </Button>
  );
}

const HELP = {
  confirm: say.confirmHelp,
  identify: say.identifyHelp,
  extend: say.extendHelp,
  answer: say.answerHelp,
  refuse: say.refuseHelp,
  withdraw: say.withdrawHelp,
} as const satisfies Record<ActName, string>;

const NEEDS_REASON: readonly ActName[] = ['extend', 'refuse', 'withdraw'];

function ActForm({
  row,
  name,
  onClose,
}: {
  readonly row: RequestRow;
  readonly name: ActName;
  readonly onClose: () => void;
}): ReactElement {
  const zone = useZone();
  const act = useAct(`privacy-request.${name}`);
  const needs = NEEDS_REASON.includes(name);
  const form = useForm(
    { at: nowIn(zone), reason: '', identity: 'confirmed', outcome: 'answered' },
    {
      at: pastIn(zone),
      reason: (value, all) => (needs || (name === 'answer' && all.outcome === 'partly') ? some(value) : undefined),
    },
  );
  return (
    <Form
      state={form}
      submit={say.acts[name]}
      cancel={onClose}
      send={async (typed) => {
        await act.mutateAsync({
          input: {
            request: row.id,
            at: instantOf(zone, typed.at),
            ...(name === 'identify' ? { identity: typed.identity } : {}),
            ...(name === 'answer' ? { outcome: typed.outcome } : {}),
            ...(needs || name === 'answer' ? given('reason', typed.reason) : {}),
          },
        });
        onClose();
      }}
    >
      <p className="hint">{HELP[name]}</p>
      {name === 'identify' ? (
        <Choice
          form={form}
          name="identity"
          label={say.facts.identity}
          options={optionsOf({
            asked: say.identity.asked,
            confirmed: say.identity.confirmed,
            'not-confirmed': say.identity['not-confirmed'],
          })}
        />
      ) : undefined}
      {name === 'answer' ? (
        <Choice
          form={form}
          name="outcome"
          label={say.facts.outcome}
          options={optionsOf({ answered: say.outcome.answered, partly: say.outcome.partly })}
        />
      ) : undefined}
      <Moment form={form} name="at" />
      {needs || name === 'answer' ? (
        <Textarea label={words.form.reason} rows={3} {...form.field('reason')} />
      ) : undefined}
    </Form>
  );
}
