import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import type { Job } from '../../api/jobs.ts';
import { isOver, useJobActs, useJobs, useWatched } from '../../api/jobs.ts';
import { Button } from '../../kit/Button.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { Progress } from './Progress.tsx';

/** What is said while a job runs and after it. */
export interface Said {
  readonly progress: string;
  readonly waiting: string;
  readonly cancel: string;
  readonly stopping: string;
  readonly failed: string;
  readonly cancelled: string;
  readonly done: (says: string) => string;
}

/** A button that runs a job and shows how far it is, also where a schedule or somebody else began it. */
export function RunJob({
  job: asked,
  begin,
  label,
  about,
  said,
  verdict,
  small,
  filled = false,
}: {
  /** Which job is the one: its kind, and what it is about. */
  readonly job: { readonly kind: string; readonly subject?: string };
  readonly begin: () => Promise<Job>;
  readonly label: string;
  /** What tells it from its like for whoever hears it. */
  readonly about?: string;
  readonly said: Said;
  readonly verdict: Verdict;
  readonly small: boolean;
  readonly filled?: boolean;
}): ReactElement {
  const running = useJobs({ ...asked, state: 'live', limit: 1 }, 5000).data?.items[0];
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
    begin()
      .then(setBegun, setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <div className="row w" style={{ gap: '6px 10px' }}>
      {isLive ? (
        <>
          <span role="status" aria-label={said.progress}>
            {job.state === 'waiting' ? <span className="s2 t2">{said.waiting}</span> : <Progress job={job} />}
          </span>
          <Button
            small
            busy={job.cancelAsked}
            verdict={verdict}
            label={`${said.cancel}: ${about ?? label}`}
            onClick={() => void acts.change(job, 'cancel').catch(setFailure)}
          >
            {job.cancelAsked ? said.stopping : said.cancel}
          </Button>
        </>
      ) : (
        <Button
          small={small}
          filled={filled}
          busy={busy}
          verdict={verdict}
          {...(about === undefined ? {} : { label: `${label}: ${about}` })}
          onClick={run}
        >
          {label}
        </Button>
      )}
      {isLive || job === undefined || job.id !== begun?.id ? undefined : (
        <span role="status" className={job.state === 'failed' ? 's2 bad' : 's2 t2'}>
          {job.state === 'failed'
            ? `${said.failed} ${job.error?.says ?? ''}`
            : job.state === 'cancelled'
              ? said.cancelled
              : said.done(job.progress.says)}
        </span>
      )}
      {failure === undefined ? undefined : <ErrorState error={failure} />}
    </div>
  );
}
