import { assign, assignEvents, byAge, isFiledEvent } from '../control/assignment.ts';
import type { Performed, Unmatched } from '../control/assignment.ts';
import { lacksErased } from '../control/lacking.ts';
import { longestPeriod, isPeriodic, occurrencesOf } from '../control/schedule.ts';
import type { Calendar, Frequency, Occurrence, Terms } from '../control/schedule.ts';
import { settle } from '../control/settle.ts';
import type { Excuse, Settled } from '../control/settle.ts';
import type { CheckSeconds } from '../check/timeline.ts';
import { dayStart, ELAPSED_DAY, printInstant, SECOND } from '../kernel/time.ts';
import type { Governed, Instant } from '../kernel/time.ts';
import type { ItemCounts } from '../population/reach.ts';
import type { Proven } from '../proof/anchorage.ts';

export interface CheckFigures extends CheckSeconds {
  readonly check: string;
}

export interface PopulationFigures extends ItemCounts {
  readonly dataset: string;
  readonly check: string;
  readonly complete: boolean;
  readonly completeBy: 'collector' | 'claimed' | 'reconciled';
}

export const OPERATED = ['yes', 'no', 'no-occasion', 'not-observed'] as const;
export type Operated = (typeof OPERATED)[number];

export interface OccurrenceCounts {
  readonly expected: number;
  readonly onTime: number;
  readonly late: number;
  readonly missed: number;
  readonly pending: number;
  readonly excused: number;
}

/** An occurrence of the answer; instants in RFC 3339, `lagSeconds` from performing to recording. */
export interface OccurrenceAnswer {
  readonly key: string;
  readonly due: string;
  readonly state: Settled;
  readonly performedAt?: string;
  readonly recordedAt?: string;
  readonly provenBy?: string;
  readonly provenWith?: Proven['provenWith'];
  readonly lagSeconds?: number;
  /** When the evidence it required was erased: it is met by word only. */
  readonly evidenceErasedAt?: string;
  readonly outside?: 'before' | 'after';
}

/** One control's entry of the `effectiveness` answer. */
export interface Effectiveness {
  readonly control: string;
  readonly frequency: Frequency;
  readonly operated: Operated;
  readonly counts: OccurrenceCounts;
  readonly performedInWindow: number;
  readonly metOutside: number;
  /** Elapsed days, one decimal; null without a schedule. */
  readonly longestGapDays: number | null;
  readonly occurrences: readonly OccurrenceAnswer[];
  readonly unmatched: readonly Unmatched[];
  readonly checks: readonly CheckFigures[];
  readonly populations: readonly PopulationFigures[];
}

export interface PeriodOf {
  readonly control: string;
  /** At least one version. */
  readonly governed: Governed<Terms>;
  readonly calendar: Calendar;
  /** Every performance on record that was not withdrawn, whenever it was performed. */
  readonly performed: readonly Performed[];
  readonly excuses: readonly Excuse[];
  /** The window, half-open. */
  readonly from: Instant;
  readonly to: Instant;
  readonly knownAt: Instant;
  readonly checks: readonly CheckFigures[];
  readonly populations: readonly PopulationFigures[];
  /** By when somebody outside had seen that a performance was on record, by its id. */
  readonly provenBy?: (performance: string) => Proven | undefined;
}

/** An occurrence with the performance that met it; of an event filed by hand, due when it was performed. */
export interface Met {
  readonly key: string;
  /** When its period begins. */
  readonly start: Instant;
  readonly due: Instant;
  readonly graceEnd: Instant;
  readonly state: Settled;
  readonly performance: Performed | undefined;
}

/** How a control operated over a window: contract, `effectiveness` and "Windows". It is a fact about records, not a conclusion. */
export function effectivenessOf(period: PeriodOf): Effectiveness {
  const { from, to, knownAt, checks, populations } = period;
  const recorded = period.performed.filter((performance) => performance.recordedAt <= knownAt);
  const performed = recorded.filter((performance) => performance.outcome !== 'not-done');
  const isInside = (t: Instant): boolean => from <= t && t < to;

  const { all, unmatched } = occurrencesWith(period, recorded);
  const listed = all.filter((one) => isInside(one.due));
  const reasons = new Map(unmatched.map((one) => [one.performance, one]));
  const inWindow = recorded.filter((one) => isInside(one.at)).sort(byAge);
  const wasPerformedInside = all.some(
    (one) => one.performance && isInside(one.performance.at) && !lacksErased(period.governed, one.performance, one.due),
  );

  return {
    control: period.control,
    frequency: lastTerms(period).frequency,
    operated: operatedOf(wasPerformedInside, listed, checks, populations),
    counts: countsOf(listed),
    performedInWindow: performed.filter((one) => isInside(one.at)).length,
    metOutside: listed.filter((one) => one.performance && !isInside(one.performance.at)).length,
    longestGapDays: longestGap(period, performed),
    occurrences: listed.map((one) => print(one, period)),
    unmatched: inWindow.flatMap((one) => reasons.get(one.id) ?? []),
    checks,
    populations,
  };
}

/** The terms in force at the end of the window as far as it is known; of a retired control the last ones. */
function lastTerms({ governed, from, to, knownAt }: PeriodOf): Terms {
  const end = Math.min(to - 1, Math.max(knownAt, from));
  const terms = governed.findLast((version) => version.from <= end)?.terms ?? governed[0]?.terms;
  if (!terms) throw new RangeError('a control has at least one version');
  return terms;
}

/** Every occurrence up to the window's end and beyond it as far as performances reach, filed events among them, by due instant. */
export function occurrencesWith(
  period: Pick<PeriodOf, 'governed' | 'calendar' | 'excuses' | 'to' | 'knownAt'>,
  recorded: readonly Performed[],
): { readonly all: readonly Met[]; readonly unmatched: readonly Unmatched[] } {
  const { governed, calendar, excuses, to, knownAt } = period;
  const events = assignEvents(governed, calendar, recorded);
  const scheduled = recorded.filter((performance) => !isFiledEvent(governed, calendar, performance));

  const occurrences = occurrencesOf(governed, calendar, -Infinity, Math.max(to, knownAt) + longestPeriod(governed));
  const { met, unmatched } = assign(occurrences, scheduled);
  const all = occurrences.flatMap((occurrence: Occurrence): readonly Met[] => {
    const performance = met.get(occurrence.key);
    if (occurrence.part && !performance) return [];
    const state = settle(occurrence, performance, excuses, calendar, knownAt);
    const { key, start, due, graceEnd } = occurrence;
    return [{ key, start, due, graceEnd, state, performance }];
  });
  return {
    all: [...all, ...[...events.met].map(([key, one]) => onTimeWhenFiled(key, one))].sort((a, b) => a.due - b.due),
    unmatched: [...unmatched, ...events.unmatched],
  };
}

function onTimeWhenFiled(key: string, performance: Performed): Met {
  const { at } = performance;
  return { key, start: at, due: at, graceEnd: at, state: 'on-time', performance };
}

function countsOf(listed: readonly Met[]): OccurrenceCounts {
  const count = (state: Settled): number => listed.filter((one) => one.state === state).length;
  return {
    expected: listed.length,
    onTime: count('on-time'),
    late: count('late'),
    missed: count('missed'),
    pending: count('pending'),
    excused: count('excused'),
  };
}

function operatedOf(
  wasPerformedInside: boolean,
  listed: readonly Met[],
  checks: readonly CheckFigures[],
  populations: readonly PopulationFigures[],
): Operated {
  const passed = (one: ItemCounts): number => one.items - one.deviations - one.unknown - one.excepted;
  if (wasPerformedInside || checks.some((one) => one.passSeconds >= 1) || populations.some((one) => passed(one) > 0))
    return 'yes';
  if (
    listed.some((one) => one.state === 'missed') ||
    checks.some((one) => one.failSeconds > 0) ||
    populations.some((one) => one.deviations > 0)
  )
    return 'no';
  return populations.length > 0 && populations.every((one) => one.complete) ? 'no-occasion' : 'not-observed';
}

/** The longest stretch of the window without a performance, up to known-at and from `startsOn`, edges included. */
function longestGap(period: PeriodOf, performed: readonly Performed[]): number | null {
  const { frequency, startsOn } = lastTerms(period);
  if (!isPeriodic(frequency) || startsOn === undefined) return null;
  const start = Math.max(period.from, dayStart(period.calendar.zone, startsOn));
  const end = Math.min(period.to, period.knownAt);
  let [longest, reached] = [0, start];
  for (const { at } of [...performed].sort(byAge)) {
    if (at < start || at >= end) continue;
    longest = Math.max(longest, at - reached);
    reached = at;
  }
  return Math.round((Math.max(longest, end - reached) / ELAPSED_DAY) * 10) / 10;
}

function print({ key, due, state, performance }: Met, { from, to, governed, provenBy }: PeriodOf): OccurrenceAnswer {
  const answer = { key, due: printInstant(due), state };
  if (!performance) return answer;
  const proof = provenBy?.(performance.id);
  const outside = performance.at < from ? 'before' : performance.at >= to ? 'after' : undefined;
  return {
    ...answer,
    performedAt: printInstant(performance.at),
    recordedAt: printInstant(performance.recordedAt),
    ...proof,
    lagSeconds: (performance.recordedAt - performance.at) / SECOND,
    ...(performance.erasedAt === undefined || !lacksErased(governed, performance, due)
      ? {}
      : { evidenceErasedAt: printInstant(performance.erasedAt) }),
    ...(outside === undefined ? {} : { outside }),
  };
}
