import { Checkbox, Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import { useAct, useList } from '../../api/hooks.ts';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { regions, wanted, words } from '../../words/customer-requests.ts';
import type { Row } from './CustomerRequests.tsx';

const say = words.form;
const WANTED = Object.keys(wanted) as (keyof typeof wanted)[];

/** Records a request, or changes what is known of one. */
export function RequestForm({
  row,
  verdict,
  onDone,
}: {
  readonly row?: Row;
  readonly verdict: Verdict;
  readonly onDone: () => void;
}): ReactElement {
  const record = useAct('request.record');
  const change = useAct('request.change');
  const people = useList('person', { limit: 200, sort: 'name' });
  const form = useForm(
    {
      customer: row?.customer ?? '',
      contact: row?.contact ?? '',
      wants: (row?.wants ?? []).join(','),
      askedOn: row?.askedOn ?? '',
      by: row?.by ?? '',
      amount: row?.amount === null || row?.amount === undefined ? '' : String(row.amount),
      currency: row?.currency ?? '',
      region: row?.region ?? 'us-ca',
      underNda: row?.underNda === true ? '1' : '',
      owner: row?.owner?.insteadOf?.id ?? row?.owner?.id ?? '',
      note: row?.note ?? '',
    },
    {
      customer: required,
      wants: (value) => (value === '' ? say.wantsNeeded : undefined),
      by: (value, { askedOn }) => (value !== '' && askedOn !== '' && value < askedOn ? say.order : undefined),
      amount: (value) => (/^\d{0,12}(?:[.]\d{1,2})?$/.test(value.trim()) ? undefined : say.amountWrong),
      currency: (value, { amount }) =>
        (value.trim() === '' && amount.trim() === '') || /^[A-Z]{3}$/.test(value.trim())
          ? undefined
          : say.currencyWrong,
      note: (value, { wants }) =>
        wants.split(',').includes('other') && value.trim() === '' ? say.noteNeeded : undefined,
    },
  );
  const held = form.values.wants.split(',').filter(Boolean);
  return (
    <Form
      state={form}
      submit={row === undefined ? say.save : say.saveChange}
      verdict={verdict}
      cancel={onDone}
      send={async (values) => {
        const { amount, underNda, customer, region, wants, askedOn, ...texts } = values;
        const optional = Object.entries({ ...texts }).flatMap(([field, value]) => {
          const said = value.trim();
          return said !== '' ? [[field, said]] : row === undefined ? [] : [[field, null]];
        });
        const body = {
          customer: customer.trim(),
          wants: wants.split(','),
          region,
          underNda: underNda === '1',
          ...(askedOn === '' ? {} : { askedOn }),
          ...(amount.trim() !== '' ? { amount: Number(amount) } : row === undefined ? {} : { amount: null }),
          ...Object.fromEntries(optional),
        };
        if (row === undefined) await record.mutateAsync({ input: body });
        else await change.mutateAsync({ input: { request: row.id, ...body } });
        onDone();
      }}
    >
      <TextInput label={say.customer} data-autofocus {...form.field('customer')} />
      <Checkbox.Group
        label={say.wants}
        value={held}
        onChange={(next) => form.set({ wants: WANTED.filter((one) => next.includes(one)).join(',') })}
        error={form.errors.wants}
      >
        <div className="wantboxes">
          {WANTED.map((one) => (
            <Checkbox key={one} value={one} label={wanted[one]} />
          ))}
        </div>
      </Checkbox.Group>
      <div className="twodays">
        <TextInput label={say.askedOn} type="date" {...form.field('askedOn')} />
        <TextInput label={say.by} type="date" {...form.field('by')} />
      </div>
      <div className="twodays">
        <TextInput label={say.amount} inputMode="decimal" {...form.field('amount')} />
        <TextInput label={say.currency} maxLength={3} {...form.field('currency')} />
      </div>
      <p className="hint">{say.amountHelp}</p>
      <Choice form={form} name="region" label={say.region} options={optionsOf(regions)} />
      <Checkbox
        label={say.underNda}
        checked={form.values.underNda === '1'}
        onChange={(event) => form.set({ underNda: event.currentTarget.checked ? '1' : '' })}
      />
      <TextInput label={say.contact} {...form.field('contact')} />
      <Choice
        form={form}
        name="owner"
        label={say.owner}
        none={say.nobody}
        options={(people.data?.items ?? []).map((person) => {
          const { id, name } = person as { readonly id: string; readonly name?: unknown };
          return { value: id, label: typeof name === 'string' ? name : id };
        })}
      />
      <Textarea label={say.note} rows={3} {...form.field('note')} />
    </Form>
  );
}
