import { Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import { Choice } from '../../kit/Choice.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { frameworks, reports, words } from '../../words/programmes.ts';
import type { Told } from './Programmes.tsx';

const say = words.form;

export interface Written {
  readonly framework: string;
  readonly title: string;
  readonly report: string;
  readonly asOfDate: string;
  readonly periodFrom: string;
  readonly periodTo: string;
  readonly scope: string;
  readonly firm: string;
  readonly from: string;
  readonly to: string;
  readonly previous: string;
}

/** Last day of a period of whole months that begins on a day. */
function lastOf(from: string, months: number): string {
  const at = new Date(`${from}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return '';
  const first = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(at.getUTCDate(), last));
  return new Date(first.getTime() - 86_400_000).toISOString().slice(0, 10);
}

const LENGTHS = [
  { months: 3, label: say.three },
  { months: 6, label: say.six },
  { months: 12, label: say.twelve },
] as const;

/** What a programme leads to and when: for a new one and for one that is there. */
export function ProgrammeForm({
  of,
  keep,
  isNew = false,
  others,
  verdict,
  submit,
  save,
  cancel,
}: {
  readonly of: Written;
  readonly keep: string;
  readonly isNew?: boolean;
  /** Programmes it may follow. */
  readonly others: readonly Told[];
  readonly verdict: Verdict;
  readonly submit: string;
  readonly save: (body: Readonly<Record<string, string | null>>) => Promise<unknown>;
  readonly cancel: () => void;
}): ReactElement {
  const initial: Record<keyof Written, string> = { ...of };
  const form = useForm(
    initial,
    {
      title: (value) => (!isNew && value.trim() === '' ? say.titleNeeded : undefined),
      periodTo: (value, { report, periodFrom }) =>
        report !== 'type-2'
          ? undefined
          : (value === '') !== (periodFrom === '')
            ? say.both
            : value !== '' && periodFrom !== undefined && value < periodFrom
              ? say.order
              : undefined,
      to: (value, { from }) =>
        value !== '' && from !== undefined && from !== '' && value < from ? say.order : undefined,
    },
    `programme.${keep}`,
  );
  const { framework, report, periodFrom } = form.values;
  const isSoc2 = framework === 'soc2';
  const candidates = others.filter((other) => other.framework === framework);
  return (
    <Form state={form} submit={submit} verdict={verdict} cancel={cancel} send={(values) => save(bodyOf(values, isNew))}>
      {isNew ? (
        <Choice
          form={form}
          name="framework"
          label={say.framework}
          options={(['soc2', 'iso27001'] as const).map((value) => ({ value, label: frameworks[value] }))}
        />
      ) : undefined}
      {isSoc2 ? (
        <Choice
          form={form}
          name="report"
          label={say.report}
          description={say.reportHelp}
          none={say.noReport}
          options={(['type-1', 'type-2'] as const).map((value) => ({ value, label: reports[value] }))}
        />
      ) : undefined}
      {isSoc2 && report === 'type-1' ? (
        <TextInput label={say.asOfDate} type="date" {...form.field('asOfDate')} />
      ) : undefined}
      {isSoc2 && report === 'type-2' ? (
        <>
          <div className="twodays">
            <TextInput label={say.periodFrom} type="date" {...form.field('periodFrom')} />
            <TextInput label={say.periodTo} type="date" {...form.field('periodTo')} />
          </div>
          <p className="hint">{say.periodHelp}</p>
          {periodFrom === '' ? undefined : (
            <div className="row w" role="group" aria-label={say.lengths}>
              {LENGTHS.map(({ months, label }) => (
                <button
                  key={months}
                  type="button"
                  className="chip f"
                  onClick={() => form.set({ periodTo: lastOf(periodFrom, months) })}
                >
                  {label}
                </button>
              ))}
            </div>
          )}
        </>
      ) : undefined}
      <TextInput label={say.title} {...(isNew ? { description: say.titleHelp } : {})} {...form.field('title')} />
      {candidates.length === 0 ? undefined : (
        <Choice
          form={form}
          name="previous"
          label={say.previous}
          {...(isNew ? { description: say.previousHelp } : {})}
          none={say.none}
          options={candidates.map(({ id, title }) => ({ value: id, label: title }))}
        />
      )}
      <Textarea
        label={say.scope}
        description={say.scopeHelp[isSoc2 ? 'soc2' : 'iso27001']}
        rows={3}
        {...form.field('scope')}
      />
      <TextInput label={say.firm} description={say.firmHelp} {...form.field('firm')} />
      <div className="twodays">
        <TextInput label={say.from} type="date" {...form.field('from')} />
        <TextInput label={say.to} type="date" {...form.field('to')} />
      </div>
      <p className="hint">{say.fromHelp}</p>
    </Form>
  );
}

/** What is sent: of a new one what was filled in, of one that is there also what was emptied. */
function bodyOf(values: Written, isNew: boolean): Readonly<Record<string, string | null>> {
  const { framework, report } = values;
  const dated: readonly (keyof Written)[] =
    framework !== 'soc2' || report === '' ? [] : report === 'type-1' ? ['asOfDate'] : ['periodFrom', 'periodTo'];
  const fields: readonly (keyof Written)[] = [
    ...(framework === 'soc2' ? (['report'] as const) : []),
    ...dated,
    'title',
    'previous',
    'scope',
    'firm',
    'from',
    'to',
  ];
  return Object.fromEntries([
    ...(isNew ? [['framework', framework] as const] : []),
    ...fields.flatMap((field): readonly (readonly [string, string | null])[] => {
      const value = values[field].trim();
      return value !== '' ? [[field, value] as const] : isNew || field === 'title' ? [] : [[field, null] as const];
    }),
  ]);
}
