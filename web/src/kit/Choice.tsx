import { Select } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Draft, FormState } from './Form.tsx';

export interface Option {
  readonly value: string;
  readonly label: string;
}

/** Options from a table of words, in its order. */
export const optionsOf = (table: Readonly<Record<string, string>>): readonly Option[] =>
  Object.entries(table).map(([value, label]) => ({ value, label }));

/** One of a list as a field of a form. With `none`, nothing may be chosen, and that is what it is called. */
export function Choice<D extends Draft>({
  form,
  name,
  label,
  description,
  options,
  none,
}: {
  readonly form: FormState<D>;
  readonly name: keyof D & string;
  readonly label: string;
  readonly description?: string;
  readonly options: readonly Option[];
  readonly none?: string;
}): ReactElement {
  const value = form.values[name] ?? '';
  return (
    <Select
      label={label}
      {...(description === undefined ? {} : { description })}
      data={[...(none === undefined ? [] : [{ value: '', label: none }]), ...options]}
      value={value}
      onChange={(next) => form.set({ [name]: next ?? '' } as Partial<D>)}
      error={form.errors[name]}
      searchable={options.length > 8}
      allowDeselect={false}
      comboboxProps={{ withinPortal: false }}
    />
  );
}
