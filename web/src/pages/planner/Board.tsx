import { Textarea, TextInput } from '@mantine/core';
import { Refusal } from '@countersign/core/kernel/refusal.ts';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { z } from 'zod';
import { useAllowedOn } from '../../api/allowed.ts';
import { useDownload } from '../../api/download.ts';
import { useOrganisation } from '../../api/hooks.ts';
import { sendJson, useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { moment } from '../../kit/format.ts';
import { Icon } from '../../kit/Icon.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { FaultState, RefusalNote } from '../../kit/states.tsx';
import { words } from '../../words/planner.ts';

const Sent = z.object({ sent: z.int(), digest: z.string() });
const MOST = 20;
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const linesOf = (text: string): readonly string[] =>
  text
    .split(/[\n,;]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The page for the board: downloaded, or sent to addresses that are used once and not kept. */
export function Board({
  plan,
  sent,
}: {
  readonly plan: string;
  readonly sent: readonly { readonly at: string; readonly by: { readonly name: string }; readonly addresses: number }[];
}): ReactElement {
  const zone = useZone();
  const download = useDownload();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Icon name="export" /> {words.board}
      </Button>
      <Dialog title={words.boardMenu} open={isOpen} onClose={() => setOpen(false)} size="lg">
        <div className="stack" style={{ '--g': '14px' } as object}>
          <p className="t2">{words.boardHelp}</p>
          <div className="row w" aria-live="polite">
            <Button busy={download.isMaking} onClick={() => download.start('/api/documents/plan', { plan })}>
              {words.pdf}
            </Button>
            {download.saved === undefined ? undefined : <span className="s2 t2">{download.saved}</span>}
          </div>
          {download.error === undefined ? undefined : download.error instanceof Refusal ? (
            <RefusalNote error={download.error} />
          ) : (
            <FaultState error={download.error} />
          )}
          <hr className="hr" />
          <h3>{words.send}</h3>
          <Letter plan={plan} />
          {sent.length === 0 ? undefined : (
            <>
              <h3>{words.sentList}</h3>
              <ul>
                {sent.map(({ at, by, addresses }) => (
                  <li key={at} className="t2">
                    {words.sentRow({ at: moment(at, zone), by: by.name, n: addresses })}
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      </Dialog>
    </>
  );
}

function Letter({ plan }: { readonly plan: string }): ReactElement {
  const org = useOrganisation();
  const queries = useQueryClient();
  // Who may adopt a plan may send it: both speak for the company.
  const verdict = useAllowedOn('plan.retire', 'plan', plan);
  const [told, setTold] = useState<string>();
  const form = useForm(
    { to: '', note: '' },
    {
      to: (value) => {
        const lines = linesOf(value);
        const wrong = lines.find((line) => !ADDRESS.test(line));
        return lines.length === 0
          ? words.sendNone
          : wrong !== undefined
            ? words.sendWrong(wrong)
            : lines.length > MOST
              ? words.sendToHelp
              : undefined;
      },
    },
  );
  return (
    <>
      <Form
        state={form}
        submit={words.sendDo}
        verdict={verdict}
        send={async ({ to, note }) => {
          setTold(undefined);
          const body = { to: linesOf(to), ...(note.trim() === '' ? {} : { note: note.trim() }) };
          const { sent } = Sent.parse(
            await sendJson(org, 'POST', `/api/plans/${encodeURIComponent(plan)}/letters`, body),
          );
          setTold(words.sent(sent));
          form.reset();
          await queries.invalidateQueries({ queryKey: [org] });
        }}
      >
        <Textarea
          label={words.sendTo}
          description={words.sendToHelp}
          rows={3}
          autoComplete="off"
          {...form.field('to')}
        />
        <TextInput label={words.sendNote} description={words.sendNoteHelp} maxLength={500} {...form.field('note')} />
      </Form>
      <p role="status" className="t2">
        {told}
      </p>
    </>
  );
}
