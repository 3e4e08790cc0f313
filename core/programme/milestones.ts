import type { Milestone } from '../framework/milestone.ts';
import { dayOfMilestone } from '../framework/milestone.ts';
import { MILESTONE_KINDS } from '../framework/milestone-kinds.ts';
import type { DateText } from '../kernel/index.ts';

/** By day, and on one day in the order in which they follow each other. */
export const sorted = (milestones: readonly Milestone[]): Milestone[] =>
  [...milestones].sort(
    (a, b) =>
      compare(dayOfMilestone(a), dayOfMilestone(b)) ||
      MILESTONE_KINDS.indexOf(a.milestone) - MILESTONE_KINDS.indexOf(b.milestone),
  );
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whether it has happened by a day: what is said to be done later has not. */
export const isDone = ({ doneOn }: Pick<Milestone, 'doneOn'>, day: DateText): boolean =>
  doneOn !== undefined && doneOn <= day;

/** The day a milestone of a kind was reached, the last one if several; undefined where none was by that day. */
export const reached = (
  milestones: readonly Milestone[] | undefined,
  kind: Milestone['milestone'],
  day: DateText,
): DateText | undefined =>
  sorted(milestones ?? [])
    .filter((one) => one.milestone === kind && isDone(one, day))
    .at(-1)?.doneOn;

/** The day for which a milestone of a kind is planned and not reached; the earliest if several. */
export const planned = (
  milestones: readonly Milestone[] | undefined,
  kind: Milestone['milestone'],
  day: DateText,
): DateText | undefined => sorted(milestones ?? []).find((one) => one.milestone === kind && !isDone(one, day))?.on;
