import type { ReactElement } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import { useJobActs } from '../../api/jobs.ts';
import { words } from '../../words/ledger.ts';
import { RunJob } from '../jobs/RunJob.tsx';

const say = words.ask;

/** Has those outside asked, or the log checked, and shows how far it is. */
export function Asking({
  kind,
  label,
  verdict,
  filled = false,
}: {
  readonly kind: 'time-stamp' | 'witness-ask' | 'self-check';
  readonly label: string;
  readonly verdict: Verdict;
  readonly filled?: boolean;
}): ReactElement {
  const acts = useJobActs();
  return (
    <RunJob
      job={{ kind }}
      begin={() => acts.ask(kind)}
      label={label}
      said={{ ...say, done: (says) => (says === '' ? say.done : says) }}
      verdict={verdict}
      small
      filled={filled}
    />
  );
}
