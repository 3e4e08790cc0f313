import type { listConnectors } from '@countersign/api/operations/jobs.ts';
import { PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { z } from 'zod';
import { useAsked, useOrganisation } from '../../api/hooks.ts';
import { sendJson } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { Go } from '../../kit/Go.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { text, useQueryState } from '../../kit/query-state.ts';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/sources.ts';

type Connectors = z.output<(typeof listConnectors)['answer']['schema']>;
type Connector = Connectors['connectors'][number];
interface Connected {
  readonly source: string;
  readonly says: string;
  readonly checks: readonly string[];
}

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

export default function Connect(): ReactElement {
  const state = useQueryState({ connector: text(100) });
  const asked = useAsked(['connectors'], async (org) => (await sendJson(org, 'GET', '/api/connectors')) as Connectors);
  const chosen = asked.data?.connectors.find(({ name }) => name === state.value.connector);
  const [done, setDone] = useState<Connected>();
  return (
    <Page
      title={words.page.title}
      sentence={done === undefined ? (chosen?.title ?? words.page.sentence) : words.page.done(done.source)}
      sub={done === undefined ? (chosen?.says ?? words.page.sub) : `${words.page.answered}: ${done.says}`}
      crumbs={[{ label: words.title, to: '/sources' }]}
      dropped={state.dropped}
    >
      <Answer of={asked}>
        {({ connectors }) =>
          done !== undefined ? (
            <Card>
              <p>{words.page.adopted(done.checks.length)}</p>
              <Go to={`/sources/${done.source}`} className="btn p">
                {words.page.open}
              </Go>
            </Card>
          ) : chosen === undefined ? (
            <Choice connectors={connectors} onChoose={(name) => state.set({ connector: name })} />
          ) : (
            <Settings
              key={chosen.name}
              connector={chosen}
              onBack={() => state.set({ connector: undefined })}
              onDone={setDone}
            />
          )
        }
      </Answer>
    </Page>
  );
}

function Choice({
  connectors,
  onChoose,
}: {
  readonly connectors: readonly Connector[];
  readonly onChoose: (name: string) => void;
}): ReactElement {
  return (
    <div className="grid g2">
      {connectors.map((connector) => (
        <Card key={connector.name} title={connector.title} aside={<span className="chip mono">{connector.name}</span>}>
          <p className="t2">{connector.says}</p>
          <p className="s2 t3">
            {words.page.reads}: {connector.datasets.map(({ name }) => name).join(', ')}.{' '}
            {words.page.checks(connector.checks.length)}.
          </p>
          <Button
            verdict={{ allowed: connector.allowed, because: connector.because ?? undefined }}
            label={`${words.page.choose}: ${connector.title}`}
            onClick={() => onChoose(connector.name)}
          >
            {words.page.choose}
          </Button>
        </Card>
      ))}
    </div>
  );
}

function Settings({
  connector,
  onBack,
  onDone,
}: {
  readonly connector: Connector;
  readonly onBack: () => void;
  readonly onDone: (done: Connected) => void;
}): ReactElement {
  const org = useOrganisation();
  const queries = useQueryClient();
  // No key: what is typed here may be secret, and is kept nowhere in the browser.
  const form = useForm<Record<string, string>>(
    {
      id: connector.name,
      ...Object.fromEntries(connector.settings.map(({ name }) => [`settings.${name}`, ''])),
      ...Object.fromEntries(connector.secrets.map((name) => [`secrets.${name}`, ''])),
    },
    { id: (value) => (ID.test(value) ? undefined : words.page.idWrong) },
  );
  const given = (
    part: 'settings' | 'secrets',
    values: Readonly<Record<string, string>>,
  ): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) =>
        name.startsWith(`${part}.`) && value !== '' ? [[name.slice(part.length + 1), value] as const] : [],
      ),
    );
  return (
    <Card>
      <Form
        state={form}
        submit={words.page.send}
        verdict={{ allowed: connector.allowed, because: connector.because ?? undefined }}
        send={async (values) => {
          const body = {
            connector: connector.name,
            id: values['id'],
            settings: given('settings', values),
            secrets: given('secrets', values),
          };
          const told = (await sendJson(org, 'POST', '/api/sources', body)) as Connected;
          await queries.invalidateQueries({ queryKey: [org] });
          setTimeout(() => onDone(told));
        }}
      >
        <TextInput label={words.page.id} description={words.page.idHelp} autoComplete="off" {...form.field('id')} />
        {connector.settings.length === 0 ? <p className="t2">{words.page.none}</p> : undefined}
        {connector.settings.map(({ name, says, required }) => (
          <TextInput
            key={name}
            label={name}
            description={says}
            required={required}
            autoComplete="off"
            {...form.field(`settings.${name}`)}
          />
        ))}
        {connector.secrets.map((name) => (
          <PasswordInput
            key={name}
            label={name}
            description={words.page.secretHelp}
            autoComplete="off"
            {...form.field(`secrets.${name}`)}
          />
        ))}
        <button type="button" className="lnk" onClick={onBack}>
          {words.page.back}
        </button>
      </Form>
    </Card>
  );
}
