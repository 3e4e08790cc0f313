import { Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAct } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { words } from '../../words/erasure.ts';
import type { Thing } from './WhatGoes.tsx';
import { WhatGoes } from './WhatGoes.tsx';

const say = words.asking;
const OTHER = 'other';

/** `evidence:e-1`, as a page that leads here names what it is about. */
function thingIn(given: string | undefined): Thing | undefined {
  const [kind, id] = given?.split(':', 2) ?? [];
  return (kind === 'evidence' || kind === 'person') && id !== undefined && id !== '' ? { kind, id } : undefined;
}

/** First what, then what would go, then why: the reasons are asked for beneath what they are for. */
export function Asking({
  given,
  onDone,
}: {
  readonly given: string | undefined;
  readonly onDone: (id: string) => void;
}): ReactElement {
  const [what, setWhat] = useState<Thing | undefined>(() => thingIn(given));
  if (what === undefined) return <Choosing onChosen={setWhat} />;
  return (
    <WhatGoes what={what}>
      {({ isErased, asked, holds }) =>
        isErased || asked !== undefined || holds.length > 0 ? (
          <>
            {asked === undefined ? undefined : <p className="note">{words.preview.asked(asked)}</p>}
            <Button onClick={() => setWhat(undefined)}>{say.back}</Button>
          </>
        ) : (
          <Reasons what={what} onDone={onDone} onBack={() => setWhat(undefined)} />
        )
      }
    </WhatGoes>
  );
}

function Choosing({ onChosen }: { readonly onChosen: (what: Thing) => void }): ReactElement {
  const form = useForm(
    { kind: 'evidence', id: '', dataset: '', source: '', item: '' },
    {
      id: (value, { kind }) => (kind === 'item' ? undefined : required(value)),
      dataset: (value, { kind }) => (kind === 'item' ? required(value) : undefined),
      source: (value, { kind }) => (kind === 'item' ? required(value) : undefined),
      item: (value, { kind }) => (kind === 'item' ? required(value) : undefined),
    },
  );
  const { kind } = form.values;
  return (
    <Form
      state={form}
      submit={say.look}
      send={(all) => {
        const id = all.id.trim();
        onChosen(
          all.kind === 'item'
            ? { kind: 'item', dataset: all.dataset.trim(), source: all.source.trim(), item: all.item.trim() }
            : { kind: all.kind === 'person' ? 'person' : 'evidence', id },
        );
        return Promise.resolve();
      }}
    >
      <Choice form={form} name="kind" label={say.kind} options={optionsOf(words.kinds)} />
      {kind === 'item' ? (
        <>
          <TextInput label={say.source} {...form.field('source')} />
          <TextInput label={say.dataset} description={say.datasetHelp} {...form.field('dataset')} />
          <TextInput label={say.item} description={say.itemHelp} {...form.field('item')} />
        </>
      ) : (
        <TextInput
          label={say.id}
          description={say.idHelp[kind === 'person' ? 'person' : 'evidence']}
          data-autofocus
          {...form.field('id')}
        />
      )}
    </Form>
  );
}

function Reasons({
  what,
  onDone,
  onBack,
}: {
  readonly what: Thing;
  readonly onDone: (id: string) => void;
  readonly onBack: () => void;
}): ReactElement {
  const act = useAct('erasure.ask');
  const form = useForm(
    { why: '', ground: 'GDPR Art. 17(1)(a)', basis: '' },
    {
      why: (value) => (value.trim().length < 3 ? say.short : undefined),
      basis: (value, { ground }) => (ground === OTHER ? required(value) : undefined),
    },
  );
  return (
    <Form
      state={form}
      submit={say.send}
      cancel={onBack}
      send={async ({ why, ground, basis }) => {
        const { answer } = await act.mutateAsync({
          input: { what, why: why.trim(), basis: ground === OTHER ? basis.trim() : (NAMED[ground] ?? ground) },
        });
        onDone((answer as { readonly erasure: string }).erasure);
      }}
    >
      <Textarea label={say.why} description={say.whyHelp} rows={3} {...form.field('why')} />
      <Choice
        form={form}
        name="ground"
        label={say.basis}
        options={[...optionsOf(words.grounds), { value: OTHER, label: say.other }]}
      />
      {form.values.ground === OTHER ? (
        <TextInput label={say.other} description={say.otherHelp} {...form.field('basis')} />
      ) : undefined}
    </Form>
  );
}

/** Grounds that are no citation are recorded in words. */
const NAMED: Readonly<Record<string, string>> = {
  retention: words.grounds.retention,
  mistake: words.grounds.mistake,
};
