import type { mailState } from '@countersign/api/operations/mail.ts';
import { NativeSelect, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useAsked, useList, useOrganisation } from '../../api/hooks.ts';
import { sendJson, useMe } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { Card } from '../../kit/Page.tsx';
import { Answer, ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/notifications.ts';
import { words as sourceWords } from '../../words/sources.ts';

type MailState = z.output<(typeof mailState)['answer']['schema']>;

export default function NotificationsPart(): ReactElement {
  const state = useAsked(['mail'], async (org) => (await sendJson(org, 'GET', '/api/mail')) as MailState);
  const kept = useList('notifications');
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      <Answer of={state}>
        {(told) => (
          <div className="stack" style={{ '--g': '16px' } as object}>
            <Mine told={told} />
            <MailPart told={told} />
          </div>
        )}
      </Answer>
      <Answer of={kept}>{({ items }) => <ForAll kept={items[0]} />}</Answer>
    </div>
  );
}

function Mine({ told }: { readonly told: MailState }): ReactElement {
  const org = useOrganisation();
  const queries = useQueryClient();
  const [failure, setFailure] = useState<unknown>();
  const choose = (patch: Partial<MailState['choice']>): void => {
    setFailure(undefined);
    sendJson(org, 'POST', '/api/mail/choice', { ...told.choice, ...patch })
      .then(() => queries.invalidateQueries({ queryKey: [org, 'mail'] }))
      .catch(setFailure);
  };
  return (
    <Card title={words.mine}>
      <p className="t2" style={{ marginBottom: 10 }}>
        {words.mineHelp}
      </p>
      <div className="stack" style={{ '--g': '10px' } as object}>
        <Switch
          label={words.reminders}
          checked={told.choice.reminders}
          onChange={(event) => choose({ reminders: event.currentTarget.checked })}
        />
        <Switch
          label={words.digest}
          checked={told.choice.digest}
          onChange={(event) => choose({ digest: event.currentTarget.checked })}
        />
      </div>
      {failure === undefined ? undefined : <ErrorState error={failure} />}
    </Card>
  );
}

function MailPart({ told }: { readonly told: MailState }): ReactElement {
  const org = useOrganisation();
  const roles = useMe().data?.actor.roles ?? [];
  const [said, setSaid] = useState<string>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const tryIt = (): void => {
    setBusy(true);
    setFailure(undefined);
    sendJson(org, 'POST', '/api/mail/trial')
      .then((answer) => setSaid(words.tried((answer as { readonly to: string }).to)))
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  const may = roles.includes('owner') || roles.includes('lead');
  return (
    <Card title={words.mail}>
      <p>{told.isSet ? words.isSet(told.from ?? '') : words.isNotSet}</p>
      {told.isSet && !told.links ? <p className="s2 warn">{words.noLinks}</p> : undefined}
      {told.isSet && may ? (
        <div className="row w">
          <Button busy={busy} onClick={tryIt}>
            {words.try}
          </Button>
          {said === undefined ? undefined : (
            <span role="status" className="s2 t2">
              {said}
            </span>
          )}
        </div>
      ) : undefined}
      {failure === undefined ? undefined : <ErrorState error={failure} />}
    </Card>
  );
}

const FREQUENCIES = ['weekly', 'monthly', 'quarterly', 'semiannual', 'annual'] as const;
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const DEFAULTS = { weekly: 1, monthly: 3, quarterly: 7, semiannual: 14, annual: 14 } as const;
const TIME = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/;

const Kept = z.object({
  daysBefore: z.record(z.string(), z.number()),
  quietFrom: z.string(),
  quietTo: z.string(),
  digestOn: z.string(),
  digestAt: z.string(),
});

function ForAll({ kept }: { readonly kept: unknown }): ReactElement {
  const set = useAct('notifications.set');
  const verdict = useAllowed('notifications.set');
  const read = Kept.safeParse(kept);
  const before: z.infer<typeof Kept> = read.success
    ? read.data
    : { daysBefore: {}, quietFrom: '19:00', quietTo: '07:00', digestOn: 'monday', digestAt: '08:00' };
  const daysBefore: Readonly<Record<string, number>> = before.daysBefore;
  const time = (value: string): string | undefined => (TIME.test(value) ? undefined : words.time);
  const days = (value: string): string | undefined => (/^\d{1,3}$/.test(value) ? undefined : words.days);
  const form = useForm<Record<string, string>>(
    {
      ...{ quietFrom: before.quietFrom, quietTo: before.quietTo, digestOn: before.digestOn, digestAt: before.digestAt },
      ...Object.fromEntries(FREQUENCIES.map((name) => [name, String(daysBefore[name] ?? DEFAULTS[name])])),
    },
    { quietFrom: time, quietTo: time, digestAt: time, ...Object.fromEntries(FREQUENCIES.map((name) => [name, days])) },
  );
  return (
    <Card title={words.all}>
      <p className="t2" style={{ marginBottom: 12 }}>
        {words.allHelp}
      </p>
      <Form
        state={form}
        verdict={verdict}
        submit={words.save}
        send={({ quietFrom, quietTo, digestOn, digestAt, ...rest }) =>
          set.mutateAsync({
            input: {
              ...{ quietFrom, quietTo, digestOn, digestAt },
              daysBefore: Object.fromEntries(FREQUENCIES.map((name) => [name, Number(rest[name])])),
            },
          })
        }
      >
        <fieldset className="row w" style={{ border: 0, padding: 0, margin: 0 }}>
          <legend className="m" style={{ padding: 0, marginBottom: 6 }}>
            {words.before}
          </legend>
          {FREQUENCIES.map((name) => (
            <TextInput key={name} label={words.frequencies[name]} inputMode="numeric" w={110} {...form.field(name)} />
          ))}
        </fieldset>
        <div className="row w">
          <TextInput label={words.quietFrom} w={110} {...form.field('quietFrom')} />
          <TextInput label={words.quietTo} w={110} {...form.field('quietTo')} />
        </div>
        <div className="row w">
          <NativeSelect
            label={words.digestOn}
            data={DAYS.map((value) => ({ value, label: sourceWords.days[value] }))}
            {...form.field('digestOn')}
          />
          <TextInput label={words.digestAt} w={110} {...form.field('digestAt')} />
        </div>
      </Form>
    </Card>
  );
}
