import { Checkbox } from '@mantine/core';
import type { ReactElement } from 'react';
import { roleLabel, roles as roleWords } from '../../words/roles.ts';

const ROLES = Object.keys(roleWords).filter((role) => role !== 'operator');

/** Roles to tick, each with what it may do; the value is their names with commas, as a form holds it. */
export function RoleBoxes({
  value,
  onChange,
  error,
  label,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
  readonly label: string;
}): ReactElement {
  const held = value.split(',').filter(Boolean);
  return (
    <Checkbox.Group
      label={label}
      value={held}
      onChange={(next) => onChange(ROLES.filter((role) => next.includes(role)).join(','))}
      error={error}
    >
      <div className="boxes">
        {ROLES.map((role) => (
          <Checkbox key={role} value={role} label={roleLabel(role)} description={roleWords[role]?.help} />
        ))}
      </div>
    </Checkbox.Group>
  );
}
