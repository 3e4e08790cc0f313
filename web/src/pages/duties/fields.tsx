import { TextInput } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useList } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import type { Option } from '../../kit/Choice.tsx';
import { Choice } from '../../kit/Choice.tsx';
import type { Draft, FormState } from '../../kit/Form.tsx';
import { instantIn, wallIn } from '../../kit/zoned.ts';
import { words } from '../../words/duties.ts';

const say = words.form;

/** “2026-11-26 09:30” in the organisation’s zone: now, as a form begins with it. */
export const nowIn = (zone: string): string => wallIn(zone, Date.now()).replace('T', ' ');

/** A moment that has been, as typed. */
export const pastIn =
  (zone: string) =>
  (value: string): string | undefined => {
    const at = instantIn(zone, value);
    if (at === undefined) return say.badTime;
    return Date.parse(at) > Date.now() + 60_000 ? say.future : undefined;
  };

/** The same, or nothing at all. */
export const pastOrNothing =
  (zone: string) =>
  (value: string): string | undefined =>
    value.trim() === '' ? undefined : pastIn(zone)(value);

/** The instant typed; one that was typed for this very minute is not said to be later than now. */
export const instantOf = (zone: string, text: string): string => {
  const at = instantIn(zone, text) ?? text;
  return Date.parse(at) > Date.now() ? new Date(Date.now() - 1000).toISOString() : at;
};

export const some = (value: string): string | undefined => (value.trim().length < 3 ? say.short : undefined);
export const dateOrNothing = (value: string): string | undefined =>
  /^(?:|\d{4}-\d{2}-\d{2})$/.test(value.trim()) ? undefined : say.badDate;

/** What was typed with commas between. */
export const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** A field of an input that is left out where nothing was typed. */
export const given = (name: string, value: string): Readonly<Record<string, string>> =>
  value.trim() === '' ? {} : { [name]: value.trim() };

/** Somebody of the organisation, or nobody yet. */
export function PersonChoice<D extends Draft>({
  form,
  name,
  label,
  help,
}: {
  readonly form: FormState<D>;
  readonly name: keyof D & string;
  readonly label: string;
  readonly help?: string;
}): ReactElement {
  const people = useList('person', { limit: 200, sort: 'name' });
  const options = (people.data?.items ?? []).map((row) => {
    const { id, name: called } = row as { readonly id: string; readonly name?: unknown };
    return { value: id, label: typeof called === 'string' ? called : id };
  });
  return (
    <Choice
      form={form}
      name={name}
      label={label}
      {...(help === undefined ? {} : { description: help })}
      options={options}
      none={say.nobody}
    />
  );
}

/** A moment, by the clocks of the organisation. */
export function Moment<D extends Draft>({
  form,
  name,
  label = say.at,
  help,
}: {
  readonly form: FormState<D>;
  readonly name: keyof D & string;
  readonly label?: string;
  readonly help?: string;
}): ReactElement {
  const zone = useZone();
  return (
    <TextInput
      label={label}
      description={help === undefined ? say.atHelp(zone) : `${help} ${say.atHelp(zone)}`}
      {...form.field(name)}
    />
  );
}

/** Several of a few; what is chosen is kept as one text with commas between. */
export function Choices<D extends Draft>({
  form,
  name,
  label,
  help,
  options,
}: {
  readonly form: FormState<D>;
  readonly name: keyof D & string;
  readonly label: string;
  readonly help?: ReactNode;
  readonly options: readonly Option[];
}): ReactElement {
  const chosen = listOf(form.values[name] ?? '');
  const toggle = (value: string): void => {
    const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
    form.set({ [name]: next.join(',') } as Partial<D>);
  };
  return (
    <fieldset className="field dchoices">
      <legend className="m">{label}</legend>
      {help === undefined ? undefined : <p className="hint">{help}</p>}
      <div className="row w">
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            className="chip f"
            aria-pressed={chosen.includes(option.value)}
            onClick={() => toggle(option.value)}
          >
            {option.label}
          </button>
        ))}
      </div>
      {form.errors[name] === undefined ? undefined : <p className="bad s2">{form.errors[name]}</p>}
    </fieldset>
  );
}
