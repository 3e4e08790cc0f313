import { Select } from '@mantine/core';
import type { ReactElement } from 'react';
import { useList } from '../../api/hooks.ts';
import { optionsOf } from '../../kit/Choice.tsx';
import { words } from '../../words/crosswalk.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Frameworks there are: those that come with the product, then the organisation’s own. */
export function useFrameworks(): readonly Choice[] {
  const own = useList('framework', { limit: 200 });
  return [
    ...optionsOf(words.frameworks),
    ...(own.data?.items ?? [])
      .filter((row) => row['withdrawn'] !== true)
      .map(({ id, ...row }) => ({ value: id, label: typeof row['title'] === 'string' ? row['title'] : id })),
  ];
}

/** Mappings one may ask by: the shipped ones, then the organisation’s own sets. */
export function useMappings(): readonly Choice[] {
  const own = useList('mapping-set', { limit: 200 });
  return [
    ...optionsOf(words.pick.mappings),
    ...(own.data?.items ?? [])
      .filter((row) => row['withdrawn'] !== true)
      .map(({ id, ...row }) => ({ value: id, label: typeof row['title'] === 'string' ? row['title'] : id })),
  ];
}

export function Pick({
  label,
  options,
  value,
  onChange,
}: {
  readonly label: string;
  readonly options: readonly Choice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  // One that the address names and nobody lists is shown by its name: the answer says what is wrong with it.
  const known = options.some((option) => option.value === value) ? options : [...options, { value, label: value }];
  return (
    <Select
      label={label}
      data={[...known]}
      value={value}
      allowDeselect={false}
      onChange={(next) => (next === null ? undefined : onChange(next))}
    />
  );
}
