import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { save } from '../../api/download.ts';
import { useOrganisation } from '../../api/hooks.ts';
import { sendJson } from '../../api/session.ts';
import { DropZone } from '../../kit/DropZone.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/witnessing.ts';

const say = words.mail;
const MOST_BYTES = 128 * 1024;

interface Answered {
  readonly file: string;
  readonly name: string;
  readonly status: number;
  readonly outcome: string;
}

/** A request that came as a file is answered with a file. */
export function ByMail(): ReactElement {
  const org = useOrganisation();
  const queries = useQueryClient();
  const verdict = useAllowed('witnessed-log.name');
  const [busy, setBusy] = useState(false);
  const [answered, setAnswered] = useState<Answered>();
  const [error, setError] = useState<unknown>();
  const answer = async (file: File): Promise<void> => {
    if (file.size > MOST_BYTES) throw new Error(say.tooLarge);
    // The server has parsed it by the schema of this operation.
    const made = (await sendJson(org, 'POST', '/api/witnessing/answers', { file: await file.text() })) as Answered;
    save(made.name, new Blob([made.file], { type: 'text/plain' }));
    setAnswered(made);
    await queries.invalidateQueries({ queryKey: [org] });
  };
  return (
    <div className="stack">
      <h3>{say.title}</h3>
      <DropZone
        label={say.label}
        accept=".txt,.witness-request,text/plain"
        verdict={verdict}
        busy={busy}
        onFiles={([file]) => {
          if (file === undefined) return;
          setBusy(true);
          setError(undefined);
          setAnswered(undefined);
          answer(file)
            .catch(setError)
            .finally(() => setBusy(false));
        }}
        says={
          answered === undefined ? (
            <span className="t2 s2">{say.help}</span>
          ) : (
            <span role="status">
              {`${say.outcomes[answered.outcome] ?? say.conflict(answered.outcome)} ${say.done(answered.name)}`}
            </span>
          )
        }
      >
        {error === undefined ? undefined : <ErrorState error={error} />}
      </DropZone>
    </div>
  );
}
