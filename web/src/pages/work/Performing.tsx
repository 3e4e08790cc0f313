import { MultiSelect, Select, Textarea, TextInput } from '@mantine/core';
import type { EvidenceListing } from '@countersign/core/evidence-use/list.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { z } from 'zod';
import { useAct, useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { instantIn, wallIn } from '../../kit/zoned.ts';
import { words } from '../../words/work.ts';

const say = words.perform;
const OUTCOMES = ['done', 'findings', 'not-done'] as const;
const Told = z.object({ met: z.string().optional(), outside: z.string().optional() });

export interface ToPerform {
  readonly control: { readonly id: string; readonly title: string };
  /** The occurrence that it is done for, where that is not the running one. */
  readonly for?: string | undefined;
  readonly evidence: 'required' | 'optional';
}

/** Records that a control was done, and says which occurrence that met. */
export function Performing({
  what,
  onClose,
}: {
  readonly what: ToPerform | undefined;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Dialog
      title={what === undefined ? words.record : say.title(`${what.control.id} ${what.control.title}`)}
      open={what !== undefined}
      onClose={onClose}
    >
      {what === undefined ? undefined : <PerformForm what={what} onClose={onClose} />}
    </Dialog>
  );
}

function PerformForm({ what, onClose }: { readonly what: ToPerform; readonly onClose: () => void }): ReactElement {
  const zone = useZone();
  const act = useAct('performance.record');
  const [evidence, setEvidence] = useState<readonly string[]>([]);
  const [outcome, setOutcome] = useState<(typeof OUTCOMES)[number]>('done');
  const [told, setTold] = useState<z.infer<typeof Told>>();
  const filed = useView<typeof EvidenceListing>('evidence.list', { control: what.control.id, limit: 100 });
  const documents = (filed.data?.answer.items ?? []).filter(({ state }) => state !== 'replaced');
  const form = useForm(
    { at: wallIn(zone, Date.now() - 60_000), note: '' },
    {
      at: (value) => {
        const at = instantIn(zone, value);
        if (at === undefined) return say.invalid;
        return Date.parse(at) > Date.now() ? say.future : undefined;
      },
    },
  );
  if (told !== undefined) {
    return (
      <div className="stack" style={{ '--g': '16px' } as object}>
        <p className="note" role="status">
          {told.met === undefined ? say.outside(told.outside ?? '') : say.met(told.met)}
        </p>
        <Button onClick={onClose}>{say.done}</Button>
      </div>
    );
  }
  return (
    <Form
      state={form}
      submit={say.send}
      cancel={onClose}
      send={async ({ at, note }) => {
        const done = await act.mutateAsync({
          input: {
            control: what.control.id,
            at: instantIn(zone, at),
            outcome,
            evidence,
            ...(what.for === undefined ? {} : { for: what.for }),
            ...(note.trim() === '' ? {} : { note: note.trim() }),
          },
        });
        setTold(Told.parse(done.answer));
      }}
    >
      {what.for === undefined ? undefined : <p className="note w">{say.for(what.for)}</p>}
      <TextInput type="datetime-local" label={say.at} description={say.atHelp(zone)} {...form.field('at')} />
      <Select
        label={say.outcome}
        data={OUTCOMES.map((value) => ({ value, label: say.outcomes[value] }))}
        value={outcome}
        allowDeselect={false}
        onChange={(value) => setOutcome(OUTCOMES.find((one) => one === value) ?? 'done')}
      />
      <div>
        <MultiSelect
          label={say.evidence}
          description={documents.length === 0 ? say.none : say.evidenceHelp}
          data={documents.map(({ id, name, filedAt }) => ({ value: id, label: `${name}, ${day(filedAt, zone)}` }))}
          value={[...evidence]}
          onChange={setEvidence}
          searchable
        />
        <p className="hint">
          {what.evidence === 'required' && evidence.length === 0 ? `${say.evidenceRequired} ` : ''}
          <Go to="/evidence" search={{ add: '1', for: what.control.id }}>
            {say.fileOne}
          </Go>
        </p>
      </div>
      <Textarea label={say.note} description={say.noteHelp} rows={3} {...form.field('note')} />
    </Form>
  );
}
