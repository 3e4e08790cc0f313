import { Select, Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useRef, useState } from 'react';
import { z } from 'zod';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct, useList, useOrganisation } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { upload } from '../../api/upload.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { bytes, day } from '../../kit/format.ts';
import { instantIn, wallIn } from '../../kit/zoned.ts';
import { words } from '../../words/control.ts';
import { words as list } from '../../words/controls.ts';
import type { Told } from './Operation.tsx';

interface OfControl {
  readonly told: Told;
  /** What was answered, as a sentence for the page. */
  readonly onDone: (says: string) => void;
}

const Performed = z.object({
  met: z.string().optional(),
  outside: z.string().optional(),
  overdue: z.string().optional(),
});
const Filed = z.object({ evidence: z.string() });

const OUTCOMES = ['done', 'findings', 'not-done'] as const;

/** Somebody did it: when, for which occurrence, with what came of it and what shows it. Files are sent first, then filed, then the performance names them. */
export function PerformForm({
  told,
  forKey,
  onDone,
}: OfControl & { readonly forKey: string | undefined }): ReactElement {
  const { id, frequency } = told.control;
  const zone = useZone();
  const org = useOrganisation();
  const verdict = useAllowedOn('performance.record', 'control', id);
  const record = useAct('performance.record');
  const file = useAct('evidence.add');
  const picker = useRef<HTMLInputElement>(null);
  const [files, setFiles] = useState<readonly File[]>([]);
  const [sending, setSending] = useState('');
  const form = useForm(
    { at: wallIn(zone, Date.now()).replace('T', ' '), for: forKey ?? '', outcome: 'done', note: '' },
    {
      at: (value) => {
        const at = instantIn(zone, value);
        if (at === undefined) return words.perform.badTime;
        return Date.parse(at) > Date.now() + 60_000 ? words.perform.future : undefined;
      },
    },
    `perform.${org ?? ''}.${id}`,
  );
  const open = told.occurrences.filter(({ state }) => state === 'pending' || state === 'missed').reverse();
  const keys = [...new Set([...(forKey === undefined ? [] : [forKey]), ...open.map(({ key }) => key)])];
  return (
    <Form
      state={form}
      verdict={verdict}
      submit={words.perform.submit}
      send={async (values) => {
        const evidence: string[] = [];
        const observedAt = instantIn(zone, values.at);
        for (const one of files) {
          setSending(words.perform.uploading(one.name));
          const kept = await upload(org, one, () => undefined, new AbortController().signal);
          const filed = await file.mutateAsync({
            input: {
              name: one.name.slice(0, 255),
              blob: kept.digest,
              bytes: kept.bytes,
              controls: [id],
              ...(observedAt === undefined ? {} : { observedAt }),
            },
          });
          evidence.push(Filed.parse(filed.answer).evidence);
        }
        setSending('');
        const { answer } = await record.mutateAsync({
          input: {
            control: id,
            at: observedAt,
            outcome: values.outcome,
            evidence,
            ...(values.for.trim() === '' ? {} : { for: values.for.trim() }),
            ...(values.note.trim() === '' ? {} : { note: values.note.trim() }),
          },
        });
        const { met, outside, overdue } = Performed.parse(answer);
        const says =
          met !== undefined
            ? words.perform.met(met)
            : outside !== undefined
              ? words.perform.outside(outside)
              : words.perform.sent(files.length);
        onDone(overdue === undefined ? says : `${says} ${words.perform.overdue(overdue)}`);
      }}
    >
      <p>
        <span className="ref">{id}</span> <span className="m">{told.control.title}</span>
      </p>
      {told.control.evidence === 'required' ? <p className="note">{words.perform.required}</p> : undefined}
      <TextInput label={words.perform.at} description={words.perform.atHelp(zone)} {...form.field('at')} />
      {frequency === 'per-event' ? (
        <TextInput label={words.perform.event} description={words.perform.eventHelp} {...form.field('for')} />
      ) : (
        <Select
          label={words.perform.for}
          description={words.perform.forHelp}
          allowDeselect={false}
          data={[
            { value: '', label: words.perform.forAny },
            ...keys.map((key) => {
              const one = told.occurrences.find((occurrence) => occurrence.key === key);
              return { value: key, label: one === undefined ? key : `${key}, ${day(one.due, zone)}` };
            }),
          ]}
          value={form.values.for}
          onChange={(value) => form.set({ for: value ?? '' })}
          error={form.errors.for}
        />
      )}
      <Select
        label={words.perform.outcome}
        allowDeselect={false}
        data={OUTCOMES.map((value) => ({ value, label: words.outcomes[value] }))}
        value={form.values.outcome}
        onChange={(value) => form.set({ outcome: value ?? 'done' })}
      />
      <Textarea
        label={words.perform.note}
        description={words.perform.noteHelp}
        autosize
        minRows={2}
        {...form.field('note')}
      />
      <div className="field">
        <span className="m" id="perform-files">
          {words.perform.files}
        </span>
        <p className="hint">{words.perform.filesHelp}</p>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={({ currentTarget }) => {
            setFiles([...files, ...(currentTarget.files ?? [])]);
            currentTarget.value = '';
          }}
        />
        {files.length === 0 ? undefined : (
          <ul className="filelist" aria-labelledby="perform-files">
            {files.map((one, i) => (
              <li key={`${one.name}${i}`}>
                <span className="cut">
                  {one.name} <span className="t3">{bytes(one.size)}</span>
                </span>
                <button
                  type="button"
                  className="lnk s2"
                  aria-label={words.perform.remove(one.name)}
                  onClick={() => setFiles(files.filter((_, at) => at !== i))}
                >
                  ×
                </button>
              </li>
            ))}
          </ul>
        )}
        <p style={{ marginTop: 8 }}>
          <Button onClick={() => picker.current?.click()}>{words.perform.choose}</Button>
        </p>
        <p className="s2 t2" role="status">
          {sending}
        </p>
      </div>
    </Form>
  );
}

const Row = z.object({ id: z.string(), name: z.string() });
const FREQUENCIES = Object.entries(list.frequencies).map(([value, label]) => ({ value, label }));
const isDate = (value: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));

export function StartForm({ told, onDone }: OfControl): ReactElement {
  const { id, frequency } = told.control;
  const verdict = useAllowedOn('control.start', 'control', id);
  const start = useAct('control.start');
  const people = useList('person', { limit: 200, sort: 'name' });
  const zone = useZone();
  const form = useForm(
    { owner: '', frequency: String(frequency), startsOn: wallIn(zone, Date.now()).slice(0, 10) },
    { owner: required, startsOn: (value) => (isDate(value) ? undefined : words.starting.badDate) },
    `start.${id}`,
  );
  return (
    <Form
      state={form}
      verdict={verdict}
      submit={words.starting.submit}
      send={async ({ owner, frequency: often, startsOn }) => {
        await start.mutateAsync({ input: { control: id, owner, frequency: often, startsOn } });
        onDone('');
      }}
    >
      <p className="t2">{words.starting.help}</p>
      <Select
        searchable
        label={words.starting.owner}
        description={words.starting.ownerHelp}
        placeholder={words.starting.choose}
        data={(people.data?.items ?? []).flatMap((item) => {
          const read = Row.safeParse(item);
          return read.success ? [{ value: read.data.id, label: read.data.name }] : [];
        })}
        value={form.values.owner === '' ? null : form.values.owner}
        onChange={(value) => form.set({ owner: value ?? '' })}
        error={form.errors.owner}
      />
      <Select
        label={words.starting.frequency}
        allowDeselect={false}
        data={FREQUENCIES}
        value={form.values.frequency}
        onChange={(value) => form.set({ frequency: value ?? frequency })}
        error={form.errors.frequency}
      />
      <TextInput
        type="date"
        label={words.starting.startsOn}
        description={words.starting.startsHelp}
        {...form.field('startsOn')}
      />
    </Form>
  );
}

export function ExceptForm({ told, onDone }: OfControl): ReactElement {
  const { id } = told.control;
  const verdict = useAllowedOn('exception.request', 'control', id);
  const ask = useAct('exception.request');
  const date = (value: string): string | undefined => (isDate(value) ? undefined : words.starting.badDate);
  const form = useForm(
    { item: '', from: '', to: '', reason: '' },
    { from: date, to: date, reason: (value) => (value.trim().length < 3 ? words.excepting.short : undefined) },
    `except.${id}`,
  );
  return (
    <Form
      state={form}
      verdict={verdict}
      submit={words.excepting.submit}
      send={async ({ item, from, to, reason }) => {
        await ask.mutateAsync({
          input: { control: id, from, to, reason: reason.trim(), ...(item.trim() === '' ? {} : { item: item.trim() }) },
        });
        onDone('');
      }}
    >
      <p className="t2">{words.excepting.help}</p>
      <TextInput type="date" label={words.excepting.from} {...form.field('from')} />
      <TextInput type="date" label={words.excepting.to} {...form.field('to')} />
      <TextInput label={words.excepting.item} description={words.excepting.itemHelp} {...form.field('item')} />
      <Textarea
        label={words.excepting.reason}
        description={words.excepting.reasonHelp}
        autosize
        minRows={3}
        {...form.field('reason')}
      />
    </Form>
  );
}

/** Takes a performance back, with the reason. */
export function WithdrawForm({
  performance,
  onDone,
}: {
  readonly performance: string;
  readonly onDone: (says: string) => void;
}): ReactElement {
  const verdict = useAllowedOn('performance.withdraw', 'performance', performance);
  const withdraw = useAct('performance.withdraw');
  const form = useForm(
    { reason: '' },
    { reason: (value) => (value.trim().length < 3 ? words.excepting.short : undefined) },
  );
  return (
    <Form
      state={form}
      verdict={verdict}
      submit={words.withdraw}
      send={async ({ reason }) => {
        await withdraw.mutateAsync({ input: { performance, reason: reason.trim() } });
        onDone('');
      }}
    >
      <p className="t2">{words.withdrawHelp}</p>
      <Textarea label={words.reason} autosize minRows={2} {...form.field('reason')} />
    </Form>
  );
}
