import type { ReactElement } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import { useJobActs } from '../../api/jobs.ts';
import { words } from '../../words/sources.ts';
import { RunJob } from '../jobs/RunJob.tsx';

/** Collects from one source and shows how far it is. */
export function Collecting({
  source,
  verdict,
  filled = false,
}: {
  readonly source: string;
  readonly verdict: Verdict;
  readonly filled?: boolean;
}): ReactElement {
  const acts = useJobActs();
  return (
    <RunJob
      job={{ kind: 'collect', subject: source }}
      begin={() => acts.collect(source)}
      label={words.collect}
      about={source}
      said={{ ...words, done: words.collected }}
      verdict={verdict}
      small={!filled}
      filled={filled}
    />
  );
}
