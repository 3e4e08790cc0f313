import { MultiSelect, Select, Textarea, TextInput } from '@mantine/core';
import { READERS } from '@countersign/core/policy/readers.ts';
import { Refusal } from '@countersign/core/kernel/refusal.ts';
import type { ReactElement } from 'react';
import { useDeferredValue, useState } from 'react';
import { useList } from '../../api/hooks.ts';
import type { Verdict } from '../../api/allowed.ts';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { Markdown } from '../../kit/Markdown.tsx';
import { words as kit } from '../../words/kit.ts';
import { words } from '../../words/policies.ts';
import './page.css';

const say = words.form;

export interface Written {
  readonly title: string;
  readonly label: string;
  readonly text: string;
  readonly owner: string;
  readonly appliesTo: readonly string[];
  readonly within: string;
}

/** What a policy says, with its preview beside; saving makes or changes a draft. */
export function Editor({
  of,
  keep,
  verdict,
  save,
  cancel,
}: {
  readonly of: Written;
  /** Under which name what is typed is kept over a reload. */
  readonly keep: string;
  readonly verdict: Verdict;
  readonly save: (written: Written) => Promise<unknown>;
  readonly cancel: () => void;
}): ReactElement {
  const people = useList('person', { limit: 200, sort: 'name' });
  const [owner, setOwner] = useState(of.owner);
  const [appliesTo, setAppliesTo] = useState<readonly string[]>(of.appliesTo);
  const [missing, setMissing] = useState<{ readonly owner?: string; readonly binds?: string }>({});
  const form = useForm(
    { title: of.title, label: of.label, within: of.within, text: of.text },
    {
      title: required,
      label: required,
      text: required,
      within: (value) =>
        /^(?:|[1-9]\d{0,2})$/.test(value.trim()) && Number(value) <= 365 ? undefined : say.withinWrong,
    },
    `policy.${keep}`,
  );
  const preview = useDeferredValue(form.values.text);
  return (
    <div className="editor">
      <Form
        state={form}
        submit={say.save}
        verdict={verdict}
        cancel={cancel}
        send={async (values) => {
          const wrong = {
            ...(owner === '' ? { owner: say.ownerNeeded } : {}),
            ...(appliesTo.length === 0 ? { binds: say.bindsNeeded } : {}),
          };
          setMissing(wrong);
          const [first] = Object.values(wrong);
          if (first !== undefined) throw new Refusal('policy.incomplete', 'invalid', first);
          await save({ ...values, owner, appliesTo });
        }}
      >
        <TextInput label={say.title} {...form.field('title')} />
        <TextInput label={say.label} description={say.labelHelp} {...form.field('label')} />
        <Select
          label={say.owner}
          description={say.ownerHelp}
          data={(people.data?.items ?? []).map((row) => {
            const { id, name } = row as { readonly id: string; readonly name?: unknown };
            return { value: id, label: typeof name === 'string' ? name : id };
          })}
          value={owner === '' ? null : owner}
          onChange={(value) => setOwner(value ?? '')}
          error={missing.owner}
          searchable
        />
        <MultiSelect
          label={say.binds}
          data={READERS.map((role) => ({ value: role, label: kit.roles[role] }))}
          value={[...appliesTo]}
          onChange={setAppliesTo}
          error={missing.binds}
        />
        <TextInput label={say.within} description={say.withinHelp} inputMode="numeric" {...form.field('within')} />
        <Textarea
          label={say.text}
          description={say.textHelp}
          rows={24}
          classNames={{ input: 'mdin' }}
          {...form.field('text')}
        />
      </Form>
      <section aria-label={say.preview} className="card mdpre">
        <header>
          <p className="m t2">{say.preview}</p>
        </header>
        <div className="in">
          {preview.trim() === '' ? <p className="t3">{say.previewEmpty}</p> : <Markdown text={preview} />}
        </div>
      </section>
    </div>
  );
}
