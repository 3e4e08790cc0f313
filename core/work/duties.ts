import { assign } from '../control/assignment.ts';
import type { Calendar, Occurrence } from '../control/schedule.ts';
import { occurrencesOf } from '../control/schedule.ts';
import { settle } from '../control/settle.ts';
import type { ControlHistory } from '../effectiveness/reading.ts';
import type { DateText, Instant } from '../kernel/index.ts';
import { dayOf, ELAPSED_DAY } from '../kernel/index.ts';

/**
 * `overdue`: the latest one due was missed, nothing meets it any more, and the next one is not met yet either. `in-grace`: due, and can still be met, late. `due`: its period
 * runs. `upcoming`: its period has not begun.
 */
export const DUTY_STATES = ['overdue', 'in-grace', 'due', 'upcoming'] as const;
export type DutyState = (typeof DUTY_STATES)[number];

export interface Duty {
  readonly key: string;
  readonly state: DutyState;
  readonly dueOn: DateText;
  readonly graceEndsOn: DateText;
  readonly says: string;
}

/** How far ahead somebody is shown their work. */
const AHEAD_MS = 30 * ELAPSED_DAY;
/** No grace and no period is longer: what is assigned from here back is assigned for good. */
const FAR_MS = 2 * 366 * ELAPSED_DAY;

/** What of a control's schedule is to be done as of T: at most the latest miss, all that are in grace, the running one and the next. */
export function dutiesOf(
  { governed, performed, excuses }: ControlHistory,
  calendar: Calendar,
  T: Instant,
  knownAt: Instant,
): readonly Duty[] {
  const known = Math.min(T, knownAt);
  const occurrences = occurrencesOf(governed, calendar, -Infinity, T + FAR_MS);
  const { met } = assign(
    occurrences,
    performed.filter((performance) => performance.at <= T && performance.recordedAt <= knownAt),
  );
  const isOpen = (occurrence: Occurrence): boolean =>
    !occurrence.part &&
    !met.has(occurrence.key) &&
    settle(occurrence, undefined, excuses, calendar, known) !== 'excused';
  const counted = occurrences.filter((occurrence) => met.has(occurrence.key) || isOpen(occurrence));
  const latest = counted.findLast((occurrence) => occurrence.due < T);
  const on = (at: Instant): DateText => dayOf(calendar.zone, at);
  const duty = (state: DutyState, occurrence: Occurrence, says: string): Duty => ({
    key: occurrence.key,
    state,
    dueOn: on(occurrence.due),
    graceEndsOn: on(occurrence.graceEnd),
    says,
  });

  // Met since, there is nothing left to do; that the control failed until then, its page says.
  const isOver = latest !== undefined && counted.some((one) => one.start > latest.start && met.has(one.key));
  const missed = latest !== undefined && !isOver && isOpen(latest) && known > latest.graceEnd ? [latest] : [];
  const grace = counted.filter((one) => isOpen(one) && one.due < T && T <= one.graceEnd);
  const running = counted.filter((one) => isOpen(one) && one.start <= T && T <= one.due && one.due <= T + AHEAD_MS);
  const next = counted.filter((one) => isOpen(one) && one.start > T && one.due <= T + AHEAD_MS).slice(0, 1);
  return [
    ...missed.map((one) =>
      duty(
        'overdue',
        one,
        `Due ${on(one.due)}, not performed by ${on(one.graceEnd)}. Nothing meets it any more; what is done now is for the period that runs.`,
      ),
    ),
    ...grace.map((one) => duty('in-grace', one, `Due ${on(one.due)}; it can be met, late, to ${on(one.graceEnd)}.`)),
    ...running.map((one) => duty('due', one, `Due ${on(one.due)}.`)),
    ...next.map((one) => duty('upcoming', one, `From ${on(one.start)}, due ${on(one.due)}.`)),
  ];
}
