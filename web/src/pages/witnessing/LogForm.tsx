import { Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { words } from '../../words/witnessing.ts';
import type { Log } from './Witnessing.tsx';

const say = words.form;
const VKEY = /^[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}$/;

const address = (url: string): string | undefined =>
  url.trim() === '' || /^https?:\/\/\S+$/.test(url.trim()) ? undefined : say.badUrl;

/** Names a log, or says anew what one is called: its key stays. */
export function LogForm({ held, onDone }: { readonly held?: Log; readonly onDone: () => void }): ReactElement {
  const act = useAct(held === undefined ? 'witnessed-log.name' : 'witnessed-log.change');
  const verdict = useAllowed(held === undefined ? 'witnessed-log.name' : 'witnessed-log.change');
  const form = useForm(
    { name: held?.name ?? '', vkey: held?.vkey ?? '', url: held?.url ?? '' },
    { name: required, vkey: (vkey) => (VKEY.test(vkey.trim()) ? undefined : say.badVkey), url: address },
    `witnessed-log.${held?.id ?? 'new'}`,
  );
  return (
    <Form
      state={form}
      verdict={verdict}
      submit={held === undefined ? say.save : say.change}
      cancel={onDone}
      send={async ({ name, vkey, url }) => {
        const given = { name: name.trim(), ...(url.trim() === '' ? {} : { url: url.trim() }) };
        await act.mutateAsync({
          input:
            held === undefined
              ? { ...given, vkey: vkey.trim() }
              : { log: held.id, name: given.name, url: given.url ?? null },
        });
        setTimeout(onDone);
      }}
    >
      {held === undefined ? <p className="t2">{say.says}</p> : undefined}
      <TextInput label={say.name} description={say.nameHelp} {...form.field('name')} />
      {held === undefined ? (
        <Textarea
          label={say.vkey}
          description={say.vkeyHelp}
          minRows={2}
          autosize
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--cs-mono)', overflowWrap: 'anywhere' } }}
          {...form.field('vkey')}
        />
      ) : undefined}
      <TextInput label={say.url} description={say.urlHelp} inputMode="url" {...form.field('url')} />
    </Form>
  );
}
