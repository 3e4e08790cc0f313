import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Job } from '../../api/jobs.ts';
import { isOver, useJobActs, useJobs, useWatched } from '../../api/jobs.ts';
import { Button } from '../../kit/Button.tsx';
import { Card } from '../../kit/Page.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/binders.ts';
import { Progress } from '../jobs/Progress.tsx';

const REFRESH_MS = 4000;

/** What is being made now, with how far it is; or why the last one was not made. */
export function Going(): ReactElement | undefined {
  const { data } = useJobs({ kind: 'binder', limit: 10 }, REFRESH_MS);
  const live = data?.items.filter((job) => !isOver(job)) ?? [];
  const [newest] = data?.items ?? [];
  if (live.length > 0)
    return (
      <Card title={words.going}>
        <div className="stack" style={{ '--g': '12px' } as object}>
          {live.map((job) => (
            <One key={job.id} first={job} />
          ))}
        </div>
      </Card>
    );
  return newest?.state === 'failed' ? <Failed job={newest} /> : undefined;
}

function useDoing() {
  const acts = useJobActs();
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const change = (job: Job, what: 'cancel' | 'retry' | 'discard'): void => {
    setBusy(true);
    setFailure(undefined);
    acts
      .change(job, what)
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return { failure, isBusy, change };
}

function One({ first }: { readonly first: Job }): ReactElement {
  const job = useWatched(first.id, first) ?? first;
  const { failure, isBusy, change } = useDoing();
  return (
    <div aria-live="polite">
      <div className="row w sp">
        <span className="m">{job.subject}</span>
        {isOver(job) ? undefined : (
          <Button small busy={isBusy || job.cancelAsked} onClick={() => change(job, 'cancel')}>
            {job.cancelAsked ? words.cancelling : words.cancel}
          </Button>
        )}
      </div>
      <Progress job={job} />
      {failure === undefined ? undefined : <ErrorState error={failure} />}
    </div>
  );
}

function Failed({ job }: { readonly job: Job }): ReactElement {
  const { failure, isBusy, change } = useDoing();
  return (
    <div className="note r" role="status">
      <div>
        <p className="m">{words.failed}</p>
        <p>
          {job.error?.says} <span className="mono s2 t2">{job.error?.code}</span>
        </p>
        <div className="row w" style={{ marginTop: 8 }}>
          <Button small busy={isBusy} onClick={() => change(job, 'retry')}>
            {words.retry}
          </Button>
          <Button small busy={isBusy} onClick={() => change(job, 'discard')}>
            {words.dismiss}
          </Button>
        </div>
        {failure === undefined ? undefined : <ErrorState error={failure} />}
      </div>
    </div>
  );
}
