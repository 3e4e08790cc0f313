import { Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useList } from '../../api/hooks.ts';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { words } from '../../words/duties.ts';
import { transferWords } from '../../words/duty-registers.ts';
import type { Told } from './Duties.tsx';
import { Choices, dateOrNothing, given, listOf } from './fields.tsx';
import { titled } from './ReceiveForm.tsx';
import type { ContractRow, TransferRow } from './Transfers.tsx';

const say = transferWords.form;

const lawOptions = ({ laws }: Told) =>
  laws.filter(({ kind }) => kind === 'law').map(({ id, short }) => ({ value: id, label: short }));
const lawNeeded = (value: string): string | undefined =>
  listOf(value).length === 0 ? words.form.lawNeeded : undefined;
const applied = ({ laws }: Told): string =>
  laws
    .filter(({ id }) => id === 'gdpr')
    .map(({ id }) => id)
    .join(',');

export function TransferForm({
  told,
  row,
  onClose,
}: {
  readonly told: Told;
  readonly row: TransferRow | undefined;
  readonly onClose: () => void;
}): ReactElement {
  const act = useAct('transfer.record');
  const verdict = useAllowed('transfer.record');
  const activities = useList('processing-activity', { limit: 200, sort: 'title' });
  const form = useForm(
    {
      activity: row?.activity.id ?? '',
      laws: row?.laws.map(({ id }) => id).join(',') ?? applied(told),
      to: row?.to ?? '',
      recipient: row?.recipient ?? '',
      data: row?.data ?? '',
      mechanism: row?.mechanism ?? 'none-yet',
      assessed: row?.assessed ?? '',
      endsOn: row?.endsOn ?? '',
    },
    {
      activity: required,
      laws: lawNeeded,
      to: (value) => (/^[A-Za-z]{2}$/.test(value.trim()) ? undefined : say.toWrong),
      recipient: required,
      endsOn: dateOrNothing,
    },
    `transfer.${row?.id ?? 'new'}`,
  );
  if (activities.data?.items.length === 0) return <p className="t2">{transferWords.noActivities}</p>;
  return (
    <Form
      state={form}
      verdict={verdict}
      submit={say.save}
      cancel={onClose}
      send={async (typed) => {
        await act.mutateAsync({
          input: {
            ...(row === undefined ? {} : { id: row.id }),
            activity: typed.activity,
            laws: listOf(typed.laws),
            to: typed.to.trim().toUpperCase(),
            recipient: typed.recipient.trim(),
            mechanism: typed.mechanism,
            ...given('data', typed.data),
            ...given('assessed', typed.assessed),
            ...given('startsOn', row?.startsOn ?? ''),
            ...given('endsOn', typed.endsOn),
          },
        });
        onClose();
      }}
    >
      <Choice
        form={form}
        name="activity"
        label={transferWords.columns.activity}
        options={titled(activities.data?.items)}
      />
      <Choices form={form} name="laws" label={words.form.laws} options={lawOptions(told)} />
      <TextInput label={say.to} description={say.toHelp} {...form.field('to')} />
      <TextInput label={say.recipient} {...form.field('recipient')} />
      <TextInput label={say.data} {...form.field('data')} />
      <Choice form={form} name="mechanism" label={say.mechanism} options={optionsOf(transferWords.mechanisms)} />
      <Textarea label={say.assessed} rows={3} {...form.field('assessed')} />
      <TextInput label={say.endsOn} type="date" {...form.field('endsOn')} />
    </Form>
  );
}

export function ContractForm({
  told,
  row,
  onClose,
}: {
  readonly told: Told;
  readonly row: ContractRow | undefined;
  readonly onClose: () => void;
}): ReactElement {
  const act = useAct('privacy-contract.record');
  const verdict = useAllowed('privacy-contract.record');
  const activities = useList('processing-activity', { limit: 200, sort: 'title' });
  const form = useForm(
    {
      contract: row?.contract ?? 'dpa',
      party: row?.party ?? '',
      role: row?.role ?? 'processor',
      laws: row?.laws.map(({ id }) => id).join(',') ?? applied(told),
      activities: (row?.activities ?? []).map(({ id }) => id).join(','),
      signedOn: row?.signedOn ?? '',
      endsOn: row?.endsOn ?? '',
      amount: row?.notice === null || row === undefined ? '' : String(row.notice.amount),
      unit: row?.notice?.unit ?? 'hours',
      reviewOn: row?.reviewOn ?? '',
      note: row?.note ?? '',
    },
    {
      party: required,
      laws: lawNeeded,
      amount: (value) => (/^(?:|[1-9]\d{0,2})$/.test(value.trim()) ? undefined : words.form.badNumber),
      signedOn: dateOrNothing,
      endsOn: dateOrNothing,
      reviewOn: dateOrNothing,
    },
    `privacy-contract.${row?.id ?? 'new'}`,
  );
  return (
    <Form
      state={form}
      verdict={verdict}
      submit={say.save}
      cancel={onClose}
      send={async (typed) => {
        const amount = typed.amount.trim();
        await act.mutateAsync({
          input: {
            ...(row === undefined ? {} : { id: row.id }),
            contract: typed.contract,
            party: typed.party.trim(),
            role: typed.role,
            laws: listOf(typed.laws),
            activities: listOf(typed.activities),
            ...given('signedOn', typed.signedOn),
            ...given('endsOn', typed.endsOn),
            ...(amount === '' ? {} : { notice: { amount: Number(amount), unit: typed.unit } }),
            ...given('reviewOn', typed.reviewOn),
            ...given('note', typed.note),
          },
        });
        onClose();
      }}
    >
      <Choice form={form} name="contract" label={say.contract} options={optionsOf(transferWords.kinds)} />
      <TextInput label={say.party} {...form.field('party')} />
      <Choice form={form} name="role" label={say.role} options={optionsOf(words.roles)} />
      <Choices form={form} name="laws" label={words.form.laws} options={lawOptions(told)} />
      <Choices form={form} name="activities" label={say.activities} options={titled(activities.data?.items)} />
      <TextInput label={say.signedOn} type="date" {...form.field('signedOn')} />
      <TextInput label={say.notice} description={say.noticeHelp} inputMode="numeric" {...form.field('amount')} />
      <Choice form={form} name="unit" label={say.unit} options={optionsOf(transferWords.units)} />
      <TextInput label={say.endsOn} type="date" {...form.field('endsOn')} />
      <TextInput label={say.reviewOn} type="date" {...form.field('reviewOn')} />
      <Textarea label={say.note} rows={2} {...form.field('note')} />
    </Form>
  );
}
