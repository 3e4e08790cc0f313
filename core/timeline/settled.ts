import type { Unmatched } from '../control/assignment.ts';
import type { Calendar } from '../control/schedule.ts';
import type { Met } from '../effectiveness/period.ts';
import { occurrencesWith } from '../effectiveness/period.ts';
import type { ControlHistory } from '../effectiveness/reading.ts';
import type { At, Instant } from '../kernel/index.ts';

export type { Met } from '../effectiveness/period.ts';

/**
 * What became of every occurrence of a control up to a moment or beyond as-of, told as it stood then: only what happened by as-of and was recorded
 * by known-at counts. As of now it is what `effectiveness` tells.
 */
export function settledAt(
  { governed, performed, excuses }: ControlHistory,
  calendar: Calendar,
  until: Instant,
  { asOf, knownAt }: Pick<At, 'asOf' | 'knownAt'>,
): { readonly all: readonly Met[]; readonly unmatched: readonly Unmatched[] } {
  const recorded = performed.filter((one) => one.at <= asOf && one.recordedAt <= knownAt);
  return occurrencesWith({ governed, calendar, excuses, to: until, knownAt: Math.min(asOf, knownAt) }, recorded);
}

export const OCCURRENCE_STATES = ['on-time', 'late', 'missed', 'pending', 'excused', 'ahead'] as const;
export type OccurrenceState = (typeof OCCURRENCE_STATES)[number];

/** `ahead`: pending, and its period has not begun by as-of. */
export const stateOf = ({ state, start }: Pick<Met, 'state' | 'start'>, asOf: Instant): OccurrenceState =>
  state === 'pending' && start > asOf ? 'ahead' : state;

export interface Tally {
  readonly onTime: number;
  readonly late: number;
  readonly missed: number;
  readonly pending: number;
  readonly excused: number;
  readonly ahead: number;
}

export function tallyOf(occurrences: readonly Pick<Met, 'state' | 'start'>[], asOf: Instant): Tally {
  const states = occurrences.map((one) => stateOf(one, asOf));
  const count = (state: OccurrenceState): number => states.filter((one) => one === state).length;
  return {
    onTime: count('on-time'),
    late: count('late'),
    missed: count('missed'),
    pending: count('pending'),
    excused: count('excused'),
    ahead: count('ahead'),
  };
}

export const isDueIn = ({ due }: Pick<Met, 'due'>, from: Instant, to: Instant): boolean => from <= due && due < to;
