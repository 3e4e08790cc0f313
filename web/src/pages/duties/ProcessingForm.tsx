import { Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { useAct } from '../../api/hooks.ts';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { words } from '../../words/duties.ts';
import { processingWords } from '../../words/duty-registers.ts';
import type { Told } from './Duties.tsx';
import { given, listOf, PersonChoice, some } from './fields.tsx';
import type { ActivityRow } from './Processing.tsx';

const say = processingWords.form;
const Done = z.object({ activity: z.string() });

/** One entry of the record of processing, whole: what is left empty is not in it any more. */
export function ProcessingForm({
  told,
  row,
  onDone,
  onCancel,
}: {
  readonly told: Told;
  readonly row?: ActivityRow;
  readonly onDone: (activity: string) => void;
  readonly onCancel?: () => void;
}): ReactElement {
  const act = useAct('processing.record');
  // Laws that apply, and those the entry names already.
  const laws = told.laws.filter(
    ({ id, kind, decision }) =>
      (kind === 'law' && decision?.applies !== 'no') || row?.laws.some(({ law }) => law.id === id) === true,
  );
  // A law may be there more than once, in several roles: the first is edited here, the others stay.
  const firstOf = (id: string) => row?.laws.find(({ law }) => law.id === id);
  const roles = Object.fromEntries(laws.map(({ id }) => [`role.${id}`, firstOf(id)?.role ?? '']));
  const bases = Object.fromEntries(laws.map(({ id }) => [`basis.${id}`, firstOf(id)?.basis?.id ?? '']));
  const initial: Readonly<Record<string, string>> = {
    ...roles,
    ...bases,
    title: row?.title ?? '',
    purpose: row?.purpose ?? '',
    subjects: (row?.subjects ?? []).join(', '),
    data: (row?.data ?? []).join(', '),
    sensitive: (row?.sensitive ?? []).join(', '),
    recipients: (row?.recipients ?? []).join(', '),
    systems: (row?.systems ?? []).join(', '),
    retention: row?.retention ?? '',
    security: row?.security ?? '',
    assessment: row?.assessment ?? 'undecided',
    owner: row?.owner?.id ?? '',
  };
  const form = useForm(initial, { title: required, purpose: some }, `processing.${row?.id ?? 'new'}`);
  const lists = ['subjects', 'data', 'sensitive', 'recipients', 'systems'] as const;
  return (
    <Form
      state={form}
      submit={say.save}
      {...(onCancel === undefined ? {} : { cancel: onCancel })}
      send={async (typed) => {
        const of = (name: string): string => typed[name] ?? '';
        const edited = laws.flatMap(({ id }) => {
          const role = of(`role.${id}`);
          const note = firstOf(id)?.note ?? '';
          return role === '' ? [] : [{ law: id, role, ...given('basis', of(`basis.${id}`)), ...given('note', note) }];
        });
        const kept = (row?.laws ?? [])
          .filter((one) => firstOf(one.law.id) !== one)
          .map(({ law, role, basis, note }) => ({
            law: law.id,
            role,
            ...(basis === null ? {} : { basis: basis.id }),
            ...(note === null ? {} : { note }),
          }));
        const { answer } = await act.mutateAsync({
          input: {
            ...(row === undefined ? {} : { id: row.id }),
            title: of('title').trim(),
            purpose: of('purpose').trim(),
            laws: [...edited, ...kept],
            ...Object.fromEntries(lists.map((name) => [name, listOf(of(name))])),
            assessment: of('assessment'),
            ...given('retention', of('retention')),
            ...given('security', of('security')),
            ...given('owner', of('owner')),
            ...(row?.startsOn == null ? {} : { startsOn: row.startsOn }),
            ...(row?.endsOn == null ? {} : { endsOn: row.endsOn }),
          },
        });
        onDone(Done.parse(answer).activity);
      }}
    >
      <TextInput label={say.name} {...form.field('title')} />
      <Textarea label={say.purpose} rows={2} {...form.field('purpose')} />
      {laws.map((law) => (
        <div key={law.id} className="stack" style={{ '--g': '8px' } as object}>
          <Choice
            form={form}
            name={`role.${law.id}`}
            label={say.law(law.short)}
            options={[
              { value: '', label: say.not },
              ...law.roles.map((role) => ({ value: role, label: words.roles[role] })),
            ]}
          />
          {form.values[`role.${law.id}`] === '' || law.bases.length === 0 ? undefined : (
            <Choice
              form={form}
              name={`basis.${law.id}`}
              label={say.basis(law.short)}
              options={[
                { value: '', label: words.notSaid },
                ...law.bases.map(({ id, title, article }) => ({ value: id, label: `${title} (${article})` })),
              ]}
            />
          )}
        </div>
      ))}
      {lists.map((name) => (
        <TextInput
          key={name}
          label={say[name]}
          description={name === 'systems' ? say.systemsHelp : words.form.list}
          {...form.field(name)}
        />
      ))}
      <TextInput label={say.retention} {...form.field('retention')} />
      <Textarea label={say.security} rows={2} {...form.field('security')} />
      <Choice form={form} name="assessment" label={say.assessment} options={optionsOf(processingWords.assessment)} />
      <PersonChoice form={form} name="owner" label={say.owner} />
    </Form>
  );
}
