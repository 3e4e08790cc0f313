import type { ReactElement } from 'react';
import type { Job } from '../../api/jobs.ts';
import { words } from '../../words/jobs.ts';

/** How far a job is: a bar where the end is known, else a figure that grows. */
export function Progress({ job }: { readonly job: Job }): ReactElement {
  const { done, of, says } = job.progress;
  return (
    <span className="row w" style={{ gap: '2px 8px' }}>
      {of === null || of === 0 ? undefined : (
        <progress value={Math.min(done, of)} max={of} aria-label={words.progressLabel} />
      )}
      <span className="num s2">{words.progress(done, of)}</span>
      {says === '' ? undefined : <span className="s2 t2">{says}</span>}
    </span>
  );
}
