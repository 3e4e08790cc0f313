import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import type { Job } from '../../api/jobs.ts';
import { isOver, useJobActs, useJobs, useWatched } from '../../api/jobs.ts';
import { Button } from '../../kit/Button.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/sources.ts';
import { Progress } from '../jobs/Progress.tsx';

/** Collects from one source and shows how far it is, also where somebody else or a schedule began it. */
export function Collecting({
  source,
  verdict,
  filled,
}: {
  readonly source: string;
  readonly verdict: Verdict;
  readonly filled?: boolean;
}): ReactElement {
  const running = useJobs({ kind: 'collect', subject: source, state: 'live', limit: 1 }, 5000).data?.items[0];
  const acts = useJobActs();
  const [begun, setBegun] = useState<Job>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const first = running ?? begun;
  const job = useWatched(first?.id, first);
  const isLive = job !== undefined && !isOver(job);

  const collect = (): void => {
    setBusy(true);
    setFailure(undefined);
    acts
      .collect(source)
      .then(setBegun, setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <div className="row w" style={{ gap: '6px 10px' }}>
      {isLive ? (
        <>
          <span role="status" aria-label={words.progress}>
            {job.state === 'waiting' ? <span className="s2 t2">{words.waiting}</span> : <Progress job={job} />}
          </span>
          <Button
            small
            busy={job.cancelAsked}
            verdict={verdict}
            label={`${words.cancel}: ${source}`}
            onClick={() => void acts.change(job, 'cancel').catch(setFailure)}
          >
            {job.cancelAsked ? words.stopping : words.cancel}
          </Button>
        </>
      ) : (
        <Button
          small={filled !== true}
          filled={filled === true}
          busy={busy}
          verdict={verdict}
          label={`${words.collect}: ${source}`}
          onClick={collect}
        >
          {words.collect}
        </Button>
      )}
      {isLive || job === undefined || job.id !== begun?.id ? undefined : (
        <span role="status" className={job.state === 'failed' ? 's2 bad' : 's2 t2'}>
          {job.state === 'failed'
            ? `${words.failed} ${job.error?.says ?? ''}`
            : job.state === 'cancelled'
              ? words.cancelled
              : words.collected(job.progress.says)}
        </span>
      )}
      {failure === undefined ? undefined : <ErrorState error={failure} />}
    </div>
  );
}
