/** A sentence about what a log proves, with a code that does not change when the words do. */
export interface Claim {
  readonly code: string;
  readonly says: string;
}

export interface Claims {
  readonly proven: readonly Claim[];
  readonly notProven: readonly Claim[];
  /** What no configuration proves, however many witnesses there are. */
  readonly never: readonly Claim[];
}

/** What is there to prove something with. */
export interface Standing {
  readonly entries: number;
  /** Sizes of what was seen; 0 where nothing was. */
  readonly witnessed: number;
  readonly stamped: number;
  readonly witnesses: number;
  readonly authorities: number;
  /** Entries after the last outside time, those that only say what others saw left out. */
  readonly after: number;
  /** Whether a witness says that it saw another history, or more of it. */
  readonly isDisputed: boolean;
}

const entries = (count: number): string => (count === 1 ? '1 entry' : `${count.toLocaleString('en')} entries`);

const NEVER: readonly Claim[] = [
  {
    code: 'truth',
    says: 'That a source told the truth. What it answered is kept as it came, and who asked it how: every collection holds the version and the digest of its collector.',
  },
  {
    code: 'absence',
    says: 'That what was not collected does not exist. A collection says what it asked for, and whether it came to the end.',
  },
  {
    code: 'first-moment',
    says: 'When something happened. Proven is the time by which it was on record; how long before that it was done, people and sources state.',
  },
];

/** What the log proves as it stands, in plain words. The sentences stand here once. */
export function claimsOf(standing: Standing): Claims {
  const { witnessed, stamped, after, isDisputed } = standing;
  const proven: Claim[] = [
    {
      code: 'order',
      says: `The order of ${entries(standing.entries)} and every byte of them: none can be changed, moved or taken out without the root changing.`,
    },
  ];
  const notProven: Claim[] = [];

  if (witnessed === 0 && stamped === 0)
    notProven.push({
      code: 'order-only',
      says: 'This shows order, not honesty: nobody outside has seen this log. Whoever holds its key could write all of it anew, with other dates, and it would verify.',
    });
  if (witnessed > 0)
    proven.push({
      code: 'one-history',
      says: `One history up to ${entries(witnessed)}: a witness signed that the log only grew, and would not sign a second one.`,
    });
  else
    notProven.push({
      code: 'one-history',
      says:
        standing.witnesses === 0
          ? 'That everybody is shown the same history: no witness is named. Two people could be shown two logs.'
          : 'That everybody is shown the same history: no witness has signed yet.',
    });
  if (stamped > 0)
    proven.push({
      code: 'time',
      says: `That ${entries(stamped)} existed by the time an outside authority states, which the company cannot choose.`,
    });
  else if (witnessed === 0)
    notProven.push({
      code: 'time',
      says:
        standing.authorities === 0
          ? 'That anything was recorded when it says: no time-stamp authority is named, and the dates are this server’s own.'
          : 'That anything was recorded when it says: no authority has stamped yet, and the dates are this server’s own.',
    });
  else
    notProven.push({
      code: 'time-by-authority',
      says: 'Time by an authority whose trade it is: the times are those of the witnesses’ clocks.',
    });
  if (after > 0 && (witnessed > 0 || stamped > 0))
    notProven.push({
      code: 'tail',
      says: `The last ${entries(after)}: nobody outside has seen them yet. They can still be taken back.`,
    });
  if (isDisputed)
    notProven.push({
      code: 'disputed',
      says: 'That this is the history the witnesses saw: one of them says that it saw another, or more. Until that is explained, trust the witness.',
    });
  return { proven, notProven, never: NEVER };
}
