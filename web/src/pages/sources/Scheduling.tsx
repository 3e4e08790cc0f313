import { NativeSelect, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Form, useForm } from '../../kit/Form.tsx';
import { words } from '../../words/sources.ts';
import type { Schedule } from './coverage.ts';

const EVERY = ['hour', 'day', 'week'] as const;
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const TIME = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/;

export function Scheduling({
  source,
  schedule,
  onDone,
}: {
  readonly source: string;
  readonly schedule: Schedule | undefined;
  readonly onDone: () => void;
}): ReactElement {
  const zone = useZone();
  const set = useAct('schedule.set');
  const verdict = useAllowed('schedule.set');
  const form = useForm(
    { every: schedule?.every ?? 'day', at: schedule?.at ?? '02:00', on: schedule?.on ?? 'monday' },
    { at: (value) => (TIME.test(value) ? undefined : words.form.atWrong) },
  );
  const { every } = form.values;
  return (
    <Form
      state={form}
      verdict={verdict}
      submit={words.form.save}
      cancel={onDone}
      send={async ({ at, on }) => {
        await set.mutateAsync({
          input: {
            ...{ source, every, at },
            ...(every === 'week' ? { on } : {}),
            ...(schedule?.timeZone == null ? {} : { timeZone: schedule.timeZone }),
          },
        });
        setTimeout(onDone);
      }}
    >
      <NativeSelect
        label={words.form.every}
        data={EVERY.map((value) => ({ value, label: words.every[value] }))}
        {...form.field('every')}
      />
      {every === 'week' ? (
        <NativeSelect
          label={words.form.on}
          data={DAYS.map((value) => ({ value, label: words.days[value] }))}
          {...form.field('on')}
        />
      ) : undefined}
      <TextInput
        label={words.form.at}
        description={words.form.atHelp(schedule?.timeZone ?? zone)}
        {...form.field('at')}
      />
    </Form>
  );
}
