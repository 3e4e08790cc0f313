import type { ReactElement } from 'react';
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useAllowed } from '../../api/allowed.ts';
import { save } from '../../api/download.ts';
import { useOrganisation } from '../../api/hooks.ts';
import { sendJson } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { DropZone } from '../../kit/DropZone.tsx';
import { momentInZone } from '../../kit/format.ts';
import { Icon } from '../../kit/Icon.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/ledger.ts';
import type { Witness } from './Outside.tsx';

const say = words.mail;
const MOST_BYTES = 128 * 1024;

interface Requested {
  readonly file: string;
  readonly name: string;
  readonly size: number;
}
interface Answered {
  readonly size: number;
  readonly at: string;
}

/** A witness that people carry files to: the request is saved, and the answer that came back is entered. */
export function ByFile({ witness, zone }: { readonly witness: Witness; readonly zone: string }): ReactElement {
  const org = useOrganisation();
  const queries = useQueryClient();
  const verdict = useAllowed('witness.name');
  const [busy, setBusy] = useState(false);
  const [requested, setRequested] = useState<Requested>();
  const [answered, setAnswered] = useState<Answered>();
  const [failure, setFailure] = useState<{ readonly of: 'request' | 'answer'; readonly error: unknown }>();

  const run = (of: 'request' | 'answer', work: () => Promise<void>): void => {
    setBusy(true);
    setFailure(undefined);
    work()
      .catch((error: unknown) => setFailure({ of, error }))
      .finally(() => setBusy(false));
  };
  const request = async (): Promise<void> => {
    // The server has parsed both answers by the schemas of these operations.
    const made = (await sendJson(
      org,
      'POST',
      `/api/witnesses/${encodeURIComponent(witness.id)}/request`,
      {},
    )) as Requested;
    save(made.name, new Blob([made.file], { type: 'text/plain' }));
    setRequested(made);
  };
  const enter = async (file: File): Promise<void> => {
    if (file.size > MOST_BYTES) throw new Error(say.tooLarge);
    const body = { file: await file.text(), witness: witness.id };
    setAnswered((await sendJson(org, 'POST', '/api/witness-answers', body)) as Answered);
    await queries.invalidateQueries({ queryKey: [org] });
  };
  return (
    <ol className="stack" style={{ '--g': '20px' } as object}>
      <li className="stack">
        <h3>{say.first}</h3>
        <p className="t2">{say.request}</p>
        <div className="row w">
          <Button
            filled={requested === undefined}
            busy={busy}
            verdict={verdict}
            onClick={() => run('request', request)}
          >
            <Icon name="export" />
            {say.save}
          </Button>
          <span className="s2 t2" role="status">
            {requested === undefined ? '' : say.saved(requested.name, requested.size)}
          </span>
        </div>
        {failure?.of === 'request' ? <ErrorState error={failure.error} /> : undefined}
      </li>
      <li className="stack">
        <h3>{say.second}</h3>
        <DropZone
          label={say.answer}
          accept=".txt,text/plain"
          verdict={verdict}
          busy={busy}
          onFiles={([file]) => (file === undefined ? undefined : run('answer', () => enter(file)))}
          says={
            answered === undefined ? (
              <span className="t2 s2">{say.help}</span>
            ) : (
              <span role="status">{say.done(answered.size, momentInZone(answered.at, zone))}</span>
            )
          }
        >
          {failure?.of === 'answer' ? <ErrorState error={failure.error} /> : undefined}
        </DropZone>
      </li>
    </ol>
  );
}
