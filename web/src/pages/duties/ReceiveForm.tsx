import { TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { useAct, useList } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { words } from '../../words/duties.ts';
import { lawWords } from '../../words/duty-laws.ts';
import { requestWords } from '../../words/duty-requests.ts';
import type { Told } from './Duties.tsx';
import { given, instantOf, Moment, nowIn, pastIn, PersonChoice } from './fields.tsx';

const say = requestWords.receive;
const Done = z.object({ request: z.string() });

/** A request came in: under which law, what for, by whom as a reference, and when. */
export function ReceiveForm({
  told,
  onDone,
}: {
  readonly told: Told;
  readonly onDone: (request: string) => void;
}): ReactElement {
  const act = useAct('privacy-request.receive');
  const zone = useZone();
  const activities = useList('processing-activity', { limit: 200, sort: 'title' });
  // Laws that apply come first: those of which nobody decided give rights too.
  const laws = told.laws
    .filter(({ requests }) => requests.length > 0)
    .sort((a, b) => Number(b.decision?.applies === 'yes') - Number(a.decision?.applies === 'yes'));
  const form = useForm(
    {
      law: laws[0]?.id ?? 'gdpr',
      type: 'access',
      subject: '',
      receivedAt: nowIn(zone),
      channel: 'mail',
      activity: '',
      owner: '',
    },
    {
      subject: (value) =>
        required(value) ?? (/^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$/.test(value.trim()) ? undefined : say.subjectWrong),
      receivedAt: pastIn(zone),
    },
    'privacy-request',
  );
  const types = laws.find(({ id }) => id === form.values.law)?.requests ?? [];
  return (
    <Form
      state={form}
      submit={say.save}
      send={async (typed) => {
        const { answer } = await act.mutateAsync({
          input: {
            law: typed.law,
            type: typed.type,
            subject: typed.subject.trim(),
            receivedAt: instantOf(zone, typed.receivedAt),
            channel: typed.channel,
            ...given('activity', typed.activity),
            ...given('owner', typed.owner),
          },
        });
        onDone(Done.parse(answer).request);
      }}
    >
      <p className="hint">{requestWords.help}</p>
      <Choice
        form={form}
        name="law"
        label={say.law}
        options={laws.map(({ id, short, decision }) => ({
          value: id,
          label: `${short} · ${lawWords.applies[decision?.applies ?? 'none']}`,
        }))}
      />
      <Choice
        form={form}
        name="type"
        label={say.type}
        options={types.map((type) => ({ value: type, label: requestWords.types[type] }))}
      />
      <TextInput label={say.subject} description={say.subjectHelp} {...form.field('subject')} />
      <Moment form={form} name="receivedAt" label={say.receivedAt} />
      <Choice form={form} name="channel" label={say.channel} options={optionsOf(requestWords.channels)} />
      <Choice
        form={form}
        name="activity"
        label={say.activity}
        options={[{ value: '', label: words.notSaid }, ...titled(activities.data?.items)]}
      />
      <PersonChoice form={form} name="owner" label={say.owner} />
    </Form>
  );
}

/** Records as options, by their titles. */
export const titled = (
  items: readonly Readonly<Record<string, unknown>>[] | undefined,
  field = 'title',
): readonly { readonly value: string; readonly label: string }[] =>
  (items ?? []).map((row) => {
    const [id, title] = [String(row['id']), row[field]];
    return { value: id, label: typeof title === 'string' ? title : id };
  });
