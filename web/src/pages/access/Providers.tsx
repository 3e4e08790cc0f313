import { PasswordInput, Select, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { Button } from '../../kit/Button.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { day } from '../../kit/format.ts';
import { Card, Facts } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { Answer, Empty } from '../../kit/states.tsx';
import { words } from '../../words/access.ts';
import { Failure } from '../sign-in/Entrance.tsx';
import { useTrying } from '../sign-in/trying.ts';
import type { Providers } from './asking.ts';
import { useProviders, useSend } from './asking.ts';

const said = words.sso;
type Provider = Providers['providers'][number];
type Preset = keyof typeof said.presets;

const isPreset = (name: string): name is Preset => name in said.presets;

export function ProvidersCard(): ReactElement {
  const asked = useProviders();
  const [isAdding, setAdding] = useState(false);
  return (
    <Card
      title={said.title}
      aside={
        <Button small onClick={() => setAdding(true)}>
          {said.add}
        </Button>
      }
    >
      <p className="t2">{said.about}</p>
      <Answer of={asked}>
        {({ providers }) =>
          providers.length === 0 ? (
            <Empty title={said.none}>{said.noneHelp}</Empty>
          ) : (
            <>
              {providers.map((provider) => (
                <One key={provider.id} provider={provider} />
              ))}
            </>
          )
        }
      </Answer>
      <Dialog title={said.add} open={isAdding} onClose={() => setAdding(false)}>
        {isAdding ? <Add done={() => setAdding(false)} /> : undefined}
      </Dialog>
    </Card>
  );
}

function One({ provider }: { readonly provider: Provider }): ReactElement {
  const send = useSend();
  const trying = useTrying();
  const [isLeaving, setLeaving] = useState(false);
  const at = `/api/access/identity-providers/${encodeURIComponent(provider.id)}`;
  return (
    <section className="prov" aria-label={provider.title}>
      <div className="row w sp">
        <h3>{provider.title}</h3>
        <Button small onClick={() => setLeaving(true)}>
          {said.remove}
        </Button>
      </div>
      <Facts
        rows={[
          [said.preset, said.presets[provider.preset]],
          [said.issuer, <span className="mono">{provider.issuer}</span>],
          [said.client, <span className="mono">{provider.client}</span>],
          [said.callback, <span className="mono">{provider.callback}</span>],
          [said.record, <span className="mono">{provider.record}</span>],
          [
            said.domains,
            <ul>
              {provider.domains.map(({ domain, verifiedOn }) => (
                <li key={domain} className="row w sp">
                  <span>
                    <b>{domain}</b>{' '}
                    <span className="t3">
                      {verifiedOn === null ? said.unproven : said.verified(day(`${verifiedOn}T00:00:00Z`))}
                    </span>
                  </span>
                  {verifiedOn === null ? (
                    <Button
                      small
                      busy={trying.busy}
                      label={said.verifyLabel(domain)}
                      onClick={() => void trying.run(() => send(`${at}/verify`, { domain }))}
                    >
                      {said.verify}
                    </Button>
                  ) : undefined}
                </li>
              ))}
            </ul>,
          ],
        ]}
      />
      <Failure of={trying.failure} />
      <Dialog title={said.removeTitle} open={isLeaving} onClose={() => setLeaving(false)}>
        <p className="t2">
          <b>{provider.title}</b>. {said.removeHelp}
        </p>
        <div className="row w" style={{ marginTop: 16 }}>
          <Button
            filled
            busy={trying.busy}
            onClick={() =>
              void trying.run(() => send(`${at}/remove`)).then((done) => (done ? setLeaving(false) : undefined))
            }
          >
            {said.remove}
          </Button>
        </div>
      </Dialog>
    </section>
  );
}

function Add({ done }: { readonly done: () => void }): ReactElement {
  const send = useSend();
  const form = useForm(
    { preset: 'google', title: '', issuer: '', client: '', secret: '', domains: '' },
    {
      title: required,
      client: required,
      secret: required,
      domains: (value) => (domainsIn(value).length === 0 ? said.needed.domains : undefined),
      issuer: (value, all) => (all.preset !== 'google' && value.trim() === '' ? said.needed.issuer : undefined),
    },
  );
  const preset = isPreset(form.values.preset) ? form.values.preset : 'oidc';
  return (
    <Form
      state={form}
      submit={said.save}
      cancel={done}
      send={async ({ title, issuer, client, secret, domains }) => {
        await send('/api/access/identity-providers', {
          preset,
          title: title.trim(),
          client: client.trim(),
          secret: secret.trim(),
          domains: domainsIn(domains),
          ...(issuer.trim() === '' ? {} : { issuer: issuer.trim() }),
        });
        done();
      }}
    >
      <Select
        label={said.preset}
        data={Object.entries(said.presets).map(([value, label]) => ({ value, label }))}
        value={preset}
        allowDeselect={false}
        onChange={(value) => form.set({ preset: value ?? 'oidc' })}
      />
      <TextInput label={said.name} {...form.field('title')} />
      {preset === 'google' ? undefined : (
        <TextInput label={said.issuer} description={said.issuerHelp[preset]} {...form.field('issuer')} />
      )}
      <TextInput label={said.client} {...form.field('client')} />
      <PasswordInput label={said.secret} description={said.secretHelp} autoComplete="off" {...form.field('secret')} />
      <TextInput label={said.domains} description={said.domainsHelp} {...form.field('domains')} />
    </Form>
  );
}

const domainsIn = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((one) => one !== '');
