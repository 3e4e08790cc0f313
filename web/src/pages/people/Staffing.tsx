import { Select, TextInput } from '@mantine/core';
import type { PersonDetail } from '@countersign/core/directory/view.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useAct, useList } from '../../api/hooks.ts';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { words } from '../../words/people.ts';
import { RoleBoxes } from './RoleBoxes.tsx';

export type Detail = z.output<typeof PersonDetail>;

interface Showing {
  readonly detail: Detail;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** People who may take somebody’s place, by name. */
function useOthers(id: string): { readonly value: string; readonly label: string }[] {
  const people = useList('person', { limit: 200, sort: 'name' });
  return (people.data?.items ?? []).flatMap((row) =>
    row.id === id || typeof row['leavesOn'] === 'string'
      ? []
      : [{ value: row.id, label: typeof row['name'] === 'string' ? row['name'] : row.id }],
  );
}

export function Leaving({ detail, open, onClose }: Showing): ReactElement {
  return (
    <Dialog title={words.leave.title(detail.name)} open={open} onClose={onClose}>
      {open ? <LeaveForm detail={detail} onClose={onClose} /> : undefined}
    </Dialog>
  );
}

function LeaveForm({ detail, onClose }: Omit<Showing, 'open'>): ReactElement {
  const act = useAct('person.leave');
  const others = useOthers(detail.id);
  const form = useForm(
    { leavesOn: detail.leavesOn ?? '', substitute: detail.substitute?.id ?? '' },
    { leavesOn: required },
  );
  const { substitute } = form.values;
  const theirs = detail.controls.length;
  const name = others.find(({ value }) => value === substitute)?.label;
  return (
    <Form
      state={form}
      submit={words.leave.send}
      cancel={onClose}
      send={async ({ leavesOn }) => {
        await act.mutateAsync({
          input: { person: detail.id, leavesOn, ...(substitute === '' ? {} : { substitute }) },
          ifMatch: detail.head,
        });
        onClose();
      }}
    >
      <TextInput label={words.leave.on} type="date" data-autofocus {...form.field('leavesOn')} />
      <Select
        label={words.leave.substitute}
        description={words.leave.help}
        placeholder={words.leave.nobody}
        data={others}
        searchable
        clearable
        value={substitute === '' ? null : substitute}
        onChange={(value) => form.set({ substitute: value ?? '' })}
        error={form.errors.substitute}
        comboboxProps={{ withinPortal: false }}
      />
      <p className={theirs > 0 && name === undefined ? 'note w' : 'note'} role="status">
        {theirs === 0
          ? words.leave.none
          : name === undefined
            ? words.leave.gap(theirs)
            : words.leave.moves(theirs, name)}
      </p>
    </Form>
  );
}

export function Changing({ detail, open, onClose }: Showing): ReactElement {
  return (
    <Dialog title={words.change.title(detail.name)} open={open} onClose={onClose}>
      {open ? <ChangeForm detail={detail} onClose={onClose} /> : undefined}
    </Dialog>
  );
}

function ChangeForm({ detail, onClose }: Omit<Showing, 'open'>): ReactElement {
  const act = useAct('person.change');
  const others = useOthers(detail.id);
  const before = {
    name: detail.name,
    email: detail.email ?? '',
    jobTitle: detail.jobTitle ?? '',
    substitute: detail.substitute?.id ?? '',
  };
  const form = useForm(before, { name: required });
  return (
    <Form
      state={form}
      submit={words.change.send}
      cancel={onClose}
      send={async (values) => {
        const texts = (['name', 'email', 'jobTitle'] as const).flatMap((field) => {
          const value = values[field].trim();
          return value === before[field] || value === '' ? [] : [[field, value] as const];
        });
        await act.mutateAsync({
          input: {
            person: detail.id,
            ...Object.fromEntries(texts),
            ...(values.substitute === before.substitute
              ? {}
              : { substitute: values.substitute === '' ? null : values.substitute }),
          },
          ifMatch: detail.head,
        });
        onClose();
      }}
    >
      <TextInput label={words.person.name} data-autofocus {...form.field('name')} />
      <TextInput
        label={words.person.email}
        description={words.change.emailHelp}
        type="email"
        {...form.field('email')}
      />
      <TextInput label={words.person.jobTitle} {...form.field('jobTitle')} />
      <Select
        label={words.person.substitute}
        placeholder={words.change.noSubstitute}
        data={others}
        searchable
        clearable
        value={form.values.substitute === '' ? null : form.values.substitute}
        onChange={(value) => form.set({ substitute: value ?? '' })}
        error={form.errors.substitute}
        comboboxProps={{ withinPortal: false }}
      />
    </Form>
  );
}

export function GivingRoles({ detail, open, onClose }: Showing): ReactElement {
  return (
    <Dialog title={words.roles.title(detail.name)} open={open} onClose={onClose}>
      {open ? <RolesForm detail={detail} onClose={onClose} /> : undefined}
    </Dialog>
  );
}

function RolesForm({ detail, onClose }: Omit<Showing, 'open'>): ReactElement {
  const act = useAct('person.roles');
  const form = useForm(
    { roles: detail.roles.join(',') },
    { roles: (value) => (value === '' ? words.roles.none : undefined) },
  );
  return (
    <Form
      state={form}
      submit={words.roles.send}
      cancel={onClose}
      send={async ({ roles }) => {
        await act.mutateAsync({ input: { person: detail.id, roles: roles.split(',') }, ifMatch: detail.head });
        onClose();
      }}
    >
      <RoleBoxes
        value={form.values.roles}
        onChange={(roles) => form.set({ roles })}
        error={form.errors.roles}
        label={words.person.roles}
      />
      <p className="s2 t2">{words.roles.help}</p>
    </Form>
  );
}
