import { Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useId, useState } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useRecord } from '../../api/hooks.ts';
import { Form, required, useForm } from '../../kit/Form.tsx';
import type { Rules } from '../../kit/Form.tsx';
import { Segments } from '../../kit/Page.tsx';
import { Loading } from '../../kit/states.tsx';
import { words } from '../../words/ledger.ts';
import type { Authority, Witness } from './Outside.tsx';

const say = words.form;

const SHORT = /^[a-z0-9][a-z0-9-]{0,39}$/;
const VKEY = /^[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/;
const MOST_ROOTS = 200_000;

/** "Example Time" is "example-time": as a file may be called. */
export const shortOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');

const address = (url: string): string | undefined => (/^https?:\/\/\S+$/.test(url.trim()) ? undefined : say.badUrl);
const short = (id: string): string | undefined => (id === '' || SHORT.test(id) ? undefined : say.badId);

/** The short name follows what is typed as the name, until it is written by hand. */
function ShortName({
  form,
}: {
  readonly form: {
    readonly values: { readonly name: string };
    field(name: 'id'): ReturnType<ReturnType<typeof useForm<{ id: string }>>['field']>;
  };
}): ReactElement {
  const field = form.field('id');
  return (
    <TextInput
      {...field}
      label={say.id}
      description={say.idHelp}
      value={field.value === '' ? shortOf(form.values.name) : field.value}
      styles={{ input: { fontFamily: 'var(--cs-mono)' } }}
    />
  );
}

const idOf = ({ id, name }: { readonly id: string; readonly name: string }): string =>
  id === '' ? shortOf(name) : id.trim();

export function NameWitness({
  held,
  onDone,
}: {
  readonly held: Witness | undefined;
  readonly onDone: () => void;
}): ReactElement {
  const act = useAct('witness.name');
  const verdict = useAllowed('witness.name');
  const rules: Rules<{ name: string; id: string; vkey: string; how: string; url: string }> = {
    name: (name) => required(name) ?? (shortOf(name) === '' && held === undefined ? say.badId : undefined),
    id: short,
    vkey: (vkey) => (VKEY.test(vkey.trim()) ? undefined : say.badVkey),
    url: (url, { how }) => (how === 'mail' ? undefined : address(url)),
  };
  const form = useForm(
    {
      name: held?.name ?? '',
      id: held?.id ?? '',
      vkey: held?.vkey ?? '',
      how: held?.how ?? 'http',
      url: held?.url ?? '',
    },
    rules,
    `witness.${held?.id ?? 'new'}`,
  );
  return (
    <Form
      state={form}
      verdict={verdict}
      submit={held === undefined ? say.saveWitness : say.save}
      cancel={onDone}
      send={async (typed) => {
        const { name, vkey, how, url } = typed;
        await act.mutateAsync({
          input: {
            ...{ id: idOf(typed), name: name.trim(), vkey: vkey.trim(), how },
            ...(how === 'http' ? { url: url.trim() } : {}),
          },
        });
        setTimeout(onDone);
      }}
    >
      <p className="t2">{say.about.witness}</p>
      <TextInput label={say.name} description={say.nameHelp} {...form.field('name')} />
      {held === undefined ? <ShortName form={form} /> : undefined}
      <TextInput
        label={say.vkey}
        description={held === undefined ? say.vkeyHelp : say.fixed}
        readOnly={held !== undefined}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--cs-mono)' } }}
        {...form.field('vkey')}
      />
      <div>
        <p className="m" style={{ marginBottom: 6 }}>
          {say.how}
        </p>
        <Segments
          label={say.how}
          options={(['http', 'mail'] as const).map((value) => ({ value, label: say.hows[value] }))}
          value={form.values.how === 'mail' ? 'mail' : 'http'}
          onChange={(how) => form.set({ how })}
        />
        {form.values.how === 'mail' ? <p className="hint">{say.mailHelp}</p> : undefined}
      </div>
      {form.values.how === 'mail' ? undefined : (
        <TextInput label={say.url} description={say.witnessUrlHelp} inputMode="url" {...form.field('url')} />
      )}
    </Form>
  );
}

/** One that is there already is read with its roots first: the page does not show them. */
export function NameAuthority({
  held,
  onDone,
}: {
  readonly held: Authority | undefined;
  readonly onDone: () => void;
}): ReactElement {
  const record = useRecord('time-authority', held?.id ?? '', { enabled: held !== undefined });
  if (held !== undefined && record.data === undefined) return <Loading rows={4} />;
  const roots = record.data?.['roots'];
  return <AuthorityForm held={held} roots={typeof roots === 'string' ? roots : ''} onDone={onDone} />;
}

function AuthorityForm({
  held,
  roots,
  onDone,
}: {
  readonly held: Authority | undefined;
  readonly roots: string;
  readonly onDone: () => void;
}): ReactElement {
  const act = useAct('authority.name');
  const verdict = useAllowed('authority.name');
  const file = useId();
  const [unread, setUnread] = useState<string>();
  const form = useForm(
    { name: held?.name ?? '', id: held?.id ?? '', url: held?.url ?? '', roots },
    {
      name: (name) => required(name) ?? (shortOf(name) === '' && held === undefined ? say.badId : undefined),
      id: short,
      url: address,
      roots: (text) => (text.includes('-----BEGIN CERTIFICATE-----') ? undefined : say.badRoots),
    },
    `authority.${held?.id ?? 'new'}`,
  );
  const read = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    const isTooLarge = chosen.size > MOST_ROOTS;
    setUnread(isTooLarge ? say.tooLarge : undefined);
    if (!isTooLarge) form.set({ roots: await chosen.text() });
  };
  const certificates = form.values.roots.split('-----BEGIN CERTIFICATE-----').length - 1;
  return (
    <Form
      state={form}
      verdict={verdict}
      submit={held === undefined ? say.saveTime : say.save}
      cancel={onDone}
      send={async (typed) => {
        const { name, url } = typed;
        await act.mutateAsync({
          input: { id: idOf(typed), name: name.trim(), url: url.trim(), roots: typed.roots },
        });
        setTimeout(onDone);
      }}
    >
      <p className="t2">{say.about.time}</p>
      <TextInput label={say.name} description={say.nameHelp} {...form.field('name')} />
      {held === undefined ? <ShortName form={form} /> : undefined}
      <TextInput label={say.url} description={say.timeUrlHelp} inputMode="url" {...form.field('url')} />
      <div>
        <Textarea
          label={say.roots}
          description={say.rootsHelp}
          minRows={4}
          maxRows={8}
          autosize
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--cs-mono)', fontSize: 'var(--cs-fs-2)' } }}
          {...form.field('roots')}
        />
        <div className="row w" style={{ marginTop: 8 }}>
          <input
            id={file}
            type="file"
            className="vh"
            accept=".pem,.crt,.cer,application/x-pem-file"
            onChange={(event) => {
              void read(event.currentTarget.files?.[0]);
              event.currentTarget.value = '';
            }}
          />
          <label htmlFor={file} className="btn x">
            {say.rootsFile}
          </label>
          <span className={unread === undefined ? 's2 t2' : 's2 bad'} role="status">
            {unread ?? (certificates > 0 ? say.rootsRead(certificates) : '')}
          </span>
        </div>
      </div>
    </Form>
  );
}
