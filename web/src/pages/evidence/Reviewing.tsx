import { Textarea } from '@mantine/core';
import type { EvidenceDetail } from '@countersign/core/evidence-use/page.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useAct } from '../../api/hooks.ts';
import { Form, useForm } from '../../kit/Form.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { words } from '../../words/evidence.ts';

interface Showing {
  readonly open: boolean;
  readonly onClose: () => void;
}

const enough = (value: string): string | undefined => (value.trim().length < 3 ? words.returning.short : undefined);

/** Asks for the reason for which a document goes back. */
export function Returning({ id, open, onClose }: Showing & { readonly id: string }): ReactElement {
  return (
    <Dialog title={words.returning.title} open={open} onClose={onClose}>
      {open ? <ReturnForm id={id} onClose={onClose} /> : undefined}
    </Dialog>
  );
}

function ReturnForm({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactElement {
  const act = useAct('evidence.return');
  const form = useForm({ reason: '' }, { reason: enough });
  return (
    <Form
      state={form}
      submit={words.returning.send}
      cancel={onClose}
      send={async ({ reason }) => {
        await act.mutateAsync({ input: { evidence: id, reason: reason.trim() } });
        onClose();
      }}
    >
      <Textarea
        label={words.returning.reason}
        description={words.returning.help}
        rows={4}
        data-autofocus
        {...form.field('reason')}
      />
    </Form>
  );
}

/** Submits a returned document again, with what was put right. */
export function Resubmitting({
  detail,
  open,
  onClose,
}: Showing & { readonly detail: z.output<typeof EvidenceDetail> }): ReactElement {
  return (
    <Dialog title={words.again.title} open={open} onClose={onClose}>
      {open ? <ResubmitForm detail={detail} onClose={onClose} /> : undefined}
    </Dialog>
  );
}

function ResubmitForm({
  detail,
  onClose,
}: {
  readonly detail: z.output<typeof EvidenceDetail>;
  readonly onClose: () => void;
}): ReactElement {
  const act = useAct('evidence.resubmit');
  const form = useForm({ note: '', source: detail.source ?? '' }, { note: enough });
  return (
    <Form
      state={form}
      submit={words.again.send}
      cancel={onClose}
      send={async ({ note, source }) => {
        await act.mutateAsync({
          input: {
            evidence: detail.id,
            note: note.trim(),
            ...(source.trim() === '' || source === detail.source ? {} : { source: source.trim() }),
          },
        });
        onClose();
      }}
    >
      <Textarea
        label={words.again.note}
        description={words.again.help}
        rows={4}
        data-autofocus
        {...form.field('note')}
      />
      <Textarea label={words.page.source} description={words.filing.sourceHelp} rows={1} {...form.field('source')} />
    </Form>
  );
}
