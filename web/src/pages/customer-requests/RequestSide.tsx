import { Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { day } from '../../kit/format.ts';
import { Facts, Segments } from '../../kit/Page.tsx';
import { regions, states, words } from '../../words/customer-requests.ts';
import { amountOf } from './amounts.ts';
import type { Row, Told } from './CustomerRequests.tsx';
import { RequestForm } from './RequestForm.tsx';
import { Send } from './Send.tsx';

const say = words.panel;
type Doing = 'change' | 'answer' | 'close' | 'reopen';

/** One request: what can be sent, what was sent, and what may be done about it. */
export function RequestSide({
  row,
  programmes,
}: {
  readonly row: Row;
  readonly programmes: Told['programmes'];
}): ReactElement {
  const [doing, setDoing] = useState<Doing>();
  const may = {
    change: useAllowedOn('request.change', 'customer-request', row.id),
    answer: useAllowedOn('request.answer', 'customer-request', row.id),
    close: useAllowedOn('request.close', 'customer-request', row.id),
    reopen: useAllowedOn('request.reopen', 'customer-request', row.id),
  };
  const done = (): void => setDoing(undefined);
  if (doing === 'change') return <RequestForm row={row} verdict={may.change} onDone={done} />;
  if (doing === 'answer') return <AnswerForm row={row} programmes={programmes} onDone={done} />;
  if (doing === 'close') return <CloseForm row={row} onDone={done} />;
  if (doing === 'reopen') return <ReopenForm row={row} onDone={done} />;
  const isClosed = row.state === 'won' || row.state === 'lost';
  const facts = say.facts;
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      <p className="m">{states[row.state]}</p>
      <div className="row w">
        {isClosed ? undefined : (
          <>
            <Button filled verdict={may.answer} onClick={() => setDoing('answer')}>
              {say.answer}
            </Button>
            <Button verdict={may.close} onClick={() => setDoing('close')}>
              {say.close}
            </Button>
          </>
        )}
        {row.state === 'open' ? undefined : (
          <Button verdict={may.reopen} onClick={() => setDoing('reopen')}>
            {say.reopen}
          </Button>
        )}
        <Button verdict={may.change} onClick={() => setDoing('change')}>
          {say.change}
        </Button>
      </div>
      {isClosed ? undefined : (
        <section>
          <h3>{say.send}</h3>
          <Send send={row.send} />
        </section>
      )}
      <Facts
        rows={[
          [facts.region, regions[row.region]],
          [facts.asked, day(row.askedOn)],
          [facts.by, row.by === null ? words.noDate : day(row.by)],
          [facts.amount, amountOf(row) ?? words.noAmount],
          [facts.nda, row.underNda ? say.nda.yes : say.nda.no],
          ...(row.contact === null ? [] : [[facts.contact, row.contact] as const]),
          [facts.owner, row.owner === null ? words.form.nobody : (row.owner.name ?? row.owner.id)],
          ...(row.note === null ? [] : [[facts.note, row.note] as const]),
          ...(row.closedFor === null ? [] : [[facts.closed, row.closedFor] as const]),
        ]}
      />
      <section>
        <h3>{say.sent}</h3>
        {row.sent.length === 0 ? <p className="t2">{say.nothingSent}</p> : undefined}
        <ul className="sends">
          {row.sent.map(({ what, on, note }, i) => (
            <li key={`${on} ${what} ${i}`}>
              <span className="m">{say.whats[what]}</span> <span className="t2">{day(on)}</span>
              {note === null ? undefined : <p className="t2">{note}</p>}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

interface Part {
  readonly row: Row;
  readonly onDone: () => void;
}

function AnswerForm({ row, programmes, onDone }: Part & { readonly programmes: Told['programmes'] }): ReactElement {
  const act = useAct('request.answer');
  const verdict = useAllowedOn('request.answer', 'customer-request', row.id);
  const form = useForm({ what: 'report', on: '', programme: '', note: '' });
  return (
    <Form
      state={form}
      submit={say.answer}
      verdict={verdict}
      cancel={onDone}
      send={async ({ what, on, programme, note }) => {
        await act.mutateAsync({
          input: {
            request: row.id,
            what,
            ...(on === '' ? {} : { on }),
            ...(programme === '' ? {} : { programme }),
            ...(note.trim() === '' ? {} : { note: note.trim() }),
          },
        });
        onDone();
      }}
    >
      <Choice form={form} name="what" label={words.form.what} options={optionsOf(say.whats)} />
      <TextInput label={words.form.on} description={words.form.today} type="date" {...form.field('on')} />
      <Choice
        form={form}
        name="programme"
        label={words.form.ofProgramme}
        none={words.form.none}
        options={programmes.map(({ id, title }) => ({ value: id, label: title }))}
      />
      <Textarea label={words.form.note} rows={2} {...form.field('note')} />
    </Form>
  );
}

const short = (value: string): string | undefined => (value.trim().length < 3 ? words.form.short : undefined);

function CloseForm({ row, onDone }: Part): ReactElement {
  const act = useAct('request.close');
  const verdict = useAllowedOn('request.close', 'customer-request', row.id);
  const form = useForm({ outcome: 'won', reason: '' }, { reason: short });
  return (
    <Form
      state={form}
      submit={say.close}
      verdict={verdict}
      cancel={onDone}
      send={async ({ outcome, reason }) => {
        await act.mutateAsync({ input: { request: row.id, outcome, reason: reason.trim() } });
        onDone();
      }}
    >
      <Segments
        label={words.form.outcome}
        options={[
          { value: 'won', label: words.form.won },
          { value: 'lost', label: words.form.lost },
        ]}
        value={form.values.outcome === 'lost' ? 'lost' : 'won'}
        onChange={(outcome) => form.set({ outcome })}
      />
      <Textarea label={words.form.reason} description={words.form.reasonHelp} rows={3} {...form.field('reason')} />
    </Form>
  );
}

function ReopenForm({ row, onDone }: Part): ReactElement {
  const act = useAct('request.reopen');
  const verdict = useAllowedOn('request.reopen', 'customer-request', row.id);
  const form = useForm({ reason: '' }, { reason: short });
  return (
    <Form
      state={form}
      submit={say.reopen}
      verdict={verdict}
      cancel={onDone}
      send={async ({ reason }) => {
        await act.mutateAsync({ input: { request: row.id, reason: reason.trim() } });
        onDone();
      }}
    >
      <Textarea label={words.form.reason} rows={3} data-autofocus {...form.field('reason')} />
    </Form>
  );
}
