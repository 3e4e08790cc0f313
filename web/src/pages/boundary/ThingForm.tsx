import { MultiSelect, Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useList, useRecord } from '../../api/hooks.ts';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import type { FormState } from '../../kit/Form.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { kind as kindNames, links as linkNames, words } from '../../words/boundary.ts';
import type { Thing } from './things.tsx';

const say = words.thing;
type Kind = Thing['kind'];

/** Which fields a kind has beyond those of all; the links that name several, and those that name one. */
const FIELDS: Readonly<
  Record<
    Kind,
    {
      readonly types?: readonly string[];
      readonly country?: true;
      readonly people?: true;
      readonly holds?: true;
      readonly one: Readonly<Partial<Record<keyof typeof linkNames, Kind>>>;
      readonly many: Readonly<Partial<Record<keyof typeof linkNames, Kind>>>;
    }
  >
> = {
  'legal-entity': { country: true, one: { parent: 'legal-entity' }, many: {} },
  system: {
    types: ['service', 'product', 'software', 'infrastructure'],
    one: { provider: 'third-party' },
    many: { runsOn: 'system', connectsTo: 'system', storesIn: 'data-store', runBy: 'team', sites: 'site' },
  },
  'data-store': { country: true, holds: true, one: { site: 'site', provider: 'third-party' }, many: {} },
  team: { people: true, one: { entity: 'legal-entity' }, many: { sites: 'site' } },
  site: {
    types: ['office', 'data-centre', 'remote'],
    country: true,
    one: { entity: 'legal-entity', provider: 'third-party' },
    many: {},
  },
  'third-party': { country: true, one: {}, many: {} },
};
const KINDS = Object.keys(FIELDS) as readonly Kind[];

type Draft = Record<string, string>;

/** Adds a thing or changes one. A field this form does not know stays as it was recorded. */
export function ThingForm({
  kind,
  thing,
  things,
  onKind,
  onDone,
}: {
  readonly kind: Kind;
  readonly thing?: Thing;
  readonly things: readonly Thing[];
  /** For a new one: another kind is meant. */
  readonly onKind?: (kind: Kind) => void;
  readonly onDone: () => void;
}): ReactElement {
  const fields = FIELDS[kind];
  const verdict = useAllowed('records.apply');
  const apply = useAct('records.apply');
  const people = useList('person', { limit: 200, sort: 'name' });
  const before = useRecord(kind, thing?.id ?? '', { enabled: thing !== undefined });
  const linked = (link: string): string =>
    (thing?.links ?? [])
      .filter((to) => to.link === link)
      .map(({ id }) => id)
      .join(',');
  const initial: Draft = {
    id: thing?.id ?? '',
    name: thing?.name ?? '',
    description: thing?.description ?? '',
    type: thing?.type ?? fields.types?.[0] ?? '',
    owner: thing?.owner?.insteadOf?.id ?? thing?.owner?.id ?? '',
    from: thing?.from ?? '',
    to: thing?.to ?? '',
    country: thing?.country ?? '',
    people: thing?.people === null || thing?.people === undefined ? '' : String(thing.people),
    holds: (thing?.holds ?? []).join(','),
    ...Object.fromEntries(
      [...Object.keys(fields.one), ...Object.keys(fields.many)].map((link) => [link, linked(link)]),
    ),
  };
  const form = useForm(initial, {
    name: required,
    id: (value) => (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(value.trim()) ? undefined : say.idWrong),
    country: (value) => (value.trim() === '' || /^[A-Z]{2}$/.test(value.trim()) ? undefined : say.countryWrong),
    people: (value) => (/^\d{0,8}$/.test(value.trim()) ? undefined : say.peopleWrong),
    to: (value, { from = '' }) => (value !== '' && from !== '' && value < from ? say.order : undefined),
  });
  const named = (of: Kind): readonly { readonly value: string; readonly label: string }[] =>
    things.filter((one) => one.kind === of && one.id !== thing?.id).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Form
      state={form}
      submit={say.save}
      verdict={verdict}
      cancel={onDone}
      send={async (values) => {
        await apply.mutateAsync({ input: { records: [recordOf(kind, values, before.data)] } });
        setTimeout(onDone);
      }}
    >
      {onKind === undefined ? undefined : (
        <label className="field">
          <span className="m">{say.kind}</span>
          <select
            className="inp"
            value={kind}
            onChange={(event) => {
              const next = KINDS.find((one) => one === event.currentTarget.value);
              if (next !== undefined) onKind(next);
            }}
          >
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {kindNames[one]}
              </option>
            ))}
          </select>
        </label>
      )}
      <TextInput label={say.name} data-autofocus {...form.field('name')} />
      {thing === undefined ? <TextInput label={say.id} description={say.idHelp} {...form.field('id')} /> : undefined}
      {fields.types === undefined ? undefined : (
        <Choice
          form={form}
          name="type"
          label={say.type}
          options={fields.types.map((value) => ({ value, label: words.types[value] ?? value }))}
        />
      )}
      <Textarea label={say.description} rows={3} {...form.field('description')} />
      <Choice
        form={form}
        name="owner"
        label={say.owner}
        description={say.ownerHelp}
        none={words.nobody}
        options={(people.data?.items ?? []).map((row) => {
          const { id, name } = row as { readonly id: string; readonly name?: unknown };
          return { value: id, label: typeof name === 'string' ? name : id };
        })}
      />
      {fields.people === true ? (
        <TextInput label={say.people} description={say.peopleHelp} inputMode="numeric" {...form.field('people')} />
      ) : undefined}
      {fields.country === true ? (
        <TextInput label={say.country} description={say.countryHelp} maxLength={2} {...form.field('country')} />
      ) : undefined}
      {fields.holds === true ? (
        <Several form={form} name="holds" label={say.holds} options={optionsOf(words.classes)} />
      ) : undefined}
      {Object.entries(fields.one).map(([link, to]) => (
        <Choice
          key={link}
          form={form}
          name={link}
          label={capital(linkNames[link as keyof typeof linkNames])}
          none={words.nobody}
          options={named(to)}
        />
      ))}
      {Object.entries(fields.many).map(([link, to]) => (
        <Several
          key={link}
          form={form}
          name={link}
          label={capital(linkNames[link as keyof typeof linkNames])}
          options={named(to)}
        />
      ))}
      <div className="twodays">
        <TextInput label={say.from} type="date" {...form.field('from')} />
        <TextInput label={say.to} type="date" {...form.field('to')} />
      </div>
      <p className="hint">{say.fromHelp}</p>
    </Form>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function Several({
  form,
  name,
  label,
  options,
}: {
  readonly form: FormState<Draft>;
  readonly name: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}): ReactElement {
  return (
    <MultiSelect
      label={label}
      data={[...options]}
      value={(form.values[name] ?? '').split(',').filter(Boolean)}
      onChange={(next) => form.set({ [name]: next.join(',') })}
      error={form.errors[name]}
      searchable
      comboboxProps={{ withinPortal: false }}
    />
  );
}

/** The record to apply: what was recorded, with what the form says instead; what was emptied goes. */
function recordOf(kind: Kind, values: Draft, kept: object | undefined): Readonly<Record<string, unknown>> {
  const { one, many, types, country, people, holds } = FIELDS[kind];
  const STAMP = ['version', 'head', 'recordedAt', 'effectiveAt', 'actor', 'act', 'retired', 'logIndex', 'kind'];
  const said = (field: string): string | undefined => {
    const value = (values[field] ?? '').trim();
    return value === '' ? undefined : value;
  };
  const list = (field: string): readonly string[] => (values[field] ?? '').split(',').filter(Boolean);
  const count = said('people');
  const body: Record<string, unknown> = {
    ...Object.fromEntries(Object.entries(kept ?? {}).filter(([field]) => !STAMP.includes(field))),
    id: values['id']?.trim(),
    name: said('name'),
    description: said('description'),
    owner: said('owner'),
    from: said('from'),
    to: said('to'),
    ...(types === undefined ? {} : { type: said('type') }),
    ...(country === true ? { country: said('country') } : {}),
    ...(people === true ? { people: count === undefined ? undefined : Number(count) } : {}),
    ...(holds === true ? { holds: list('holds') } : {}),
    ...Object.fromEntries(Object.keys(one).map((link) => [link, said(link)])),
    ...Object.fromEntries(Object.keys(many).map((link) => [link, list(link)])),
  };
  return { kind, ...Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) };
}
