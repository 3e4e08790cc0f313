import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import type { Job } from '../../api/jobs.ts';
import { isOver, useJobActs, useJobs, useWatched } from '../../api/jobs.ts';
import { Button } from '../../kit/Button.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/ledger.ts';
import { Progress } from '../jobs/Progress.tsx';

const say = words.ask;

/** A button that runs a job and shows how far it is, also where a schedule or somebody else began it. */
export function Asking({
  kind,
  label,
  verdict,
  filled,
}: {
  readonly kind: 'time-stamp' | 'witness-ask' | 'self-check';
  readonly label: string;
  readonly verdict: Verdict;
  readonly filled?: boolean;
}): ReactElement {
  const running = useJobs({ kind, state: 'live', limit: 1 }, 5000).data?.items[0];
  const acts = useJobActs();
  const [begun, setBegun] = useState<Job>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const first = running ?? begun;
  const job = useWatched(first?.id, first);
  const isLive = job !== undefined && !isOver(job);
  const run = (): void => {
    setBusy(true);
    setFailure(undefined);
    acts
      .ask(kind)
      .then(setBegun, setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <div className="row w" style={{ gap: '6px 10px' }}>
      {isLive ? (
        <>
          <span role="status" aria-label={say.progress}>
            {job.state === 'waiting' ? <span className="s2 t2">{say.waiting}</span> : <Progress job={job} />}
          </span>
          <Button
            small
            busy={job.cancelAsked}
            label={`${say.cancel}: ${label}`}
            onClick={() => void acts.change(job, 'cancel').catch(setFailure)}
          >
            {job.cancelAsked ? say.stopping : say.cancel}
          </Button>
        </>
      ) : (
        <Button small filled={filled === true} busy={busy} verdict={verdict} onClick={run}>
          {label}
        </Button>
      )}
      {isLive || job === undefined || job.id !== begun?.id ? undefined : (
        <span role="status" className={job.state === 'failed' ? 's2 bad' : 's2 t2'}>
          {job.state === 'failed'
            ? `${say.failed} ${job.error?.says ?? ''}`
            : job.state === 'cancelled'
              ? say.cancelled
              : job.progress.says === ''
                ? say.done
                : job.progress.says}
        </span>
      )}
      {failure === undefined ? undefined : <ErrorState error={failure} />}
    </div>
  );
}
