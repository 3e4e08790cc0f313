import { Checkbox, Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowed, useAllowedOn } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { moment } from '../../kit/format.ts';
import { Proof } from '../../kit/marks.tsx';
import { Facts } from '../../kit/Page.tsx';
import { words } from '../../words/erasure.ts';
import type { Row } from './Erasures.tsx';
import { WhatGoes } from './WhatGoes.tsx';

const say = words.deciding;

/** One erasure: who asked and why, what would go, and the second person's decision beneath it. */
export function Deciding({ row }: { readonly row: Row }): ReactElement {
  const zone = useZone();
  const maySee = useAllowed('erasure.ask');
  const { facts } = words;
  const { what } = row;
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      <Facts
        rows={[
          [facts.what, what.kind === 'item' ? `${words.kinds.item}, ${what.source}` : words.kinds[what.kind]],
          [facts.why, row.why],
          [facts.basis, row.basis],
          [facts.asked, words.at(row.askedBy.name, moment(row.askedAt, zone))],
          ...(row.decidedBy === undefined || row.decidedAt === undefined
            ? []
            : [[facts.decided, words.at(row.decidedBy.name, moment(row.decidedAt, zone))] as const]),
          ...(row.refusedFor === undefined ? [] : [[facts.refused, row.refusedFor] as const]),
          [facts.id, <code key="id">{row.id}</code>],
          [facts.entry, <Proof key="entry" index={row.index ?? null} />],
        ]}
      />
      {row.state === 'asked' ? (
        maySee.allowed ? (
          <WhatGoes what={what}>{({ holds }) => <Decision row={row} isHeld={holds.length > 0} />}</WhatGoes>
        ) : (
          <Decision row={row} isHeld={false} />
        )
      ) : undefined}
    </div>
  );
}

function Decision({ row, isHeld }: { readonly row: Row; readonly isHeld: boolean }): ReactElement {
  const may = useAllowedOn('erasure.approve', 'erasure', row.id);
  const mayApprove = may.allowed && isHeld ? { allowed: false, because: say.held } : may;
  const mayRefuse = useAllowedOn('erasure.refuse', 'erasure', row.id);
  const act = useAct('erasure.approve');
  const [isRefusing, setRefusing] = useState(false);
  const form = useForm({ seen: '' }, { seen: (value) => (value === 'yes' ? undefined : say.confirmNeeded) });
  if (isRefusing) return <Refusing id={row.id} onClose={() => setRefusing(false)} />;
  return (
    <Form
      state={form}
      submit={say.approve}
      verdict={mayApprove}
      send={() => act.mutateAsync({ input: { erasure: row.id } })}
    >
      {mayApprove.allowed ? (
        <Checkbox
          label={say.confirm}
          checked={form.values.seen === 'yes'}
          error={form.errors.seen}
          onChange={(event) => form.set({ seen: event.currentTarget.checked ? 'yes' : '' })}
        />
      ) : (
        <p className="s2 t2">{mayApprove.because}</p>
      )}
      <div>
        <Button verdict={mayRefuse} onClick={() => setRefusing(true)}>
          {say.refuse}
        </Button>
      </div>
    </Form>
  );
}

function Refusing({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactElement {
  const act = useAct('erasure.refuse');
  const form = useForm(
    { reason: '' },
    { reason: (value) => (value.trim().length < 3 ? words.asking.short : undefined) },
  );
  return (
    <Form
      state={form}
      submit={say.refuseSend}
      cancel={onClose}
      send={async ({ reason }) => {
        await act.mutateAsync({ input: { erasure: id, reason: reason.trim() } });
        onClose();
      }}
    >
      <Textarea label={say.reason} rows={3} data-autofocus {...form.field('reason')} />
    </Form>
  );
}
