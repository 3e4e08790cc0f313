import { Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useAct } from '../../api/hooks.ts';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { words } from '../../words/duties.ts';
import { decideWords, lawWords } from '../../words/duty-laws.ts';
import type { LawRow } from './Duties.tsx';
import { Choices, dateOrNothing, given, listOf, PersonChoice, some } from './fields.tsx';

const say = decideWords;

/** Whether a law applies: by a person, with the reason. What is not said any more is taken away. */
export function DecideForm({ law, onClose }: { readonly law: LawRow; readonly onClose: () => void }): ReactElement {
  const act = useAct('duty.decide');
  const before = law.decision;
  const form = useForm(
    {
      applies: before?.applies ?? 'undecided',
      why: before?.why ?? '',
      since: before?.since ?? '',
      roles: (before?.roles ?? []).join(','),
      reach: before?.reach ?? 'people-there',
      small: before?.small === true ? 'yes' : 'no',
      timeZone: before?.timeZone ?? '',
      daysOff: (before?.daysOff ?? []).join(', '),
      owner: law.owner?.id ?? '',
    },
    {
      why: some,
      since: dateOrNothing,
      daysOff: (value) => (listOf(value).every((one) => /^\d{4}-\d{2}-\d{2}$/.test(one)) ? undefined : say.badDates),
    },
  );
  const applies = form.values.applies === 'yes';
  return (
    <Form
      state={form}
      submit={say.save}
      cancel={onClose}
      send={async (typed) => {
        await act.mutateAsync({
          input: {
            law: law.id,
            applies: typed.applies,
            why: typed.why.trim(),
            roles: listOf(typed.roles),
            reach: typed.reach,
            small: typed.small === 'yes',
            daysOff: listOf(typed.daysOff),
            holidays: before?.holidays ?? [],
            ...given('since', typed.since),
            ...given('timeZone', typed.timeZone),
            ...given('owner', typed.owner),
          },
        });
        onClose();
      }}
    >
      <p className="hint">{lawWords.decideHelp}</p>
      <Choice
        form={form}
        name="applies"
        label={say.applies}
        options={optionsOf({
          yes: lawWords.applies.yes,
          no: lawWords.applies.no,
          undecided: lawWords.applies.undecided,
        })}
      />
      <Textarea label={say.why} description={say.whyHelp} rows={3} {...form.field('why')} />
      {applies ? (
        <>
          <Choices
            form={form}
            name="roles"
            label={say.roles}
            options={law.roles.map((role) => ({ value: role, label: words.roles[role] }))}
          />
          <TextInput label={say.since} description={say.sinceHelp} type="date" {...form.field('since')} />
          {law.kind === 'law' ? (
            <>
              <Choice form={form} name="reach" label={say.reach} options={optionsOf(say.reaches)} />
              <Choice form={form} name="small" label={say.small} options={optionsOf(say.smalls)} />
              <TextInput label={say.zone} description={say.zoneHelp(law.timeZone)} {...form.field('timeZone')} />
              <TextInput label={say.daysOff} description={say.daysOffHelp} {...form.field('daysOff')} />
            </>
          ) : undefined}
        </>
      ) : undefined}
      <PersonChoice form={form} name="owner" label={say.owner} />
    </Form>
  );
}
