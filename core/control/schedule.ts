import {
  ELAPSED_DAY,
  dateOf,
  dayNumber,
  dayNumberAt,
  dayNumberOf,
  dayStartOf,
  civilOf,
  isoWeek,
  isoWeekStart,
  parseDate,
  parseDuration,
  weekdayOf,
} from '../kernel/time.ts';
import type { DateText, Governed, Instant } from '../kernel/time.ts';

export const FREQUENCIES = [
  'continuous',
  'daily',
  'weekly',
  'monthly',
  'quarterly',
  'semiannual',
  'annual',
  'per-event',
] as const;
export type Frequency = (typeof FREQUENCIES)[number];
export type PeriodicFrequency = Exclude<Frequency, 'continuous' | 'per-event'>;

/** What one version of a control says about when it is due. */
export interface Terms {
  readonly frequency: Frequency;
  /** Without it the control is planned. */
  readonly startsOn?: DateText | undefined;
  readonly endsOn?: DateText | undefined;
  readonly days: 'all' | 'weekdays';
  /** Whole days or weeks; the frequency's default without it. */
  readonly grace?: string | undefined;
  readonly lookback?: string | undefined;
  readonly evidence: 'required' | 'optional';
}

export interface Calendar {
  readonly zone: string;
  readonly holidays: ReadonlySet<DateText>;
}

/** One time that a control is due. All three instants belong to it: `due` and `graceEnd` are the last milliseconds of their days. */
export interface Occurrence {
  readonly key: string;
  /** First instant of the period; of the part-period in which the control starts, that of `startsOn`. */
  readonly start: Instant;
  readonly due: Instant;
  readonly graceEnd: Instant;
  /** The part-period in which the control starts: counted only if it was met. */
  readonly part: boolean;
}

const GRACE_DAYS = {
  daily: 1,
  weekly: 3,
  monthly: 7,
  quarterly: 14,
  semiannual: 30,
  annual: 30,
} as const satisfies Record<PeriodicFrequency, number>;

const LONGEST_DAYS = {
  daily: 1,
  weekly: 7,
  monthly: 31,
  quarterly: 92,
  semiannual: 184,
  annual: 366,
} as const satisfies Record<PeriodicFrequency, number>;

/** A period's key with its first and last day, as day numbers. */
interface Period {
  readonly key: string;
  readonly first: number;
  readonly last: number;
}

/** Has this frequency periods, and so occurrences? */
export function isPeriodic(frequency: Frequency): frequency is PeriodicFrequency {
  return frequency !== 'continuous' && frequency !== 'per-event';
}

/** No period of any version is longer than this, in elapsed milliseconds; a day is added for changes of clocks. 0 without a periodic version. */
export function longestPeriod(governed: Governed<Terms>): number {
  const days = governed.map(({ terms: { frequency } }) => (isPeriodic(frequency) ? LONGEST_DAYS[frequency] + 1 : 0));
  return Math.max(0, ...days) * ELAPSED_DAY;
}

const year = (of: number): string => String(of).padStart(4, '0');

function months(y: number, firstMonth: number, count: number, key: string): Period {
  return { key, first: dayNumberOf(y, firstMonth, 1), last: dayNumberOf(y, firstMonth + count, 1) - 1 };
}

const PERIOD_HOLDING = {
  daily: (day) => ({ key: dateOf(day), first: day, last: day }),
  weekly: (day) => {
    const monday = day - weekdayOf(day) + 1;
    return { key: isoWeek(dateOf(day)), first: monday, last: monday + 6 };
  },
  monthly: (day) => {
    const { year: y, month } = civilOf(day);
    return months(y, month, 1, `${year(y)}-${String(month).padStart(2, '0')}`);
  },
  quarterly: (day) => {
    const { year: y, month } = civilOf(day);
    const quarter = Math.ceil(month / 3);
    return months(y, quarter * 3 - 2, 3, `${year(y)}-Q${quarter}`);
  },
  semiannual: (day) => {
    const { year: y, month } = civilOf(day);
    const half = month <= 6 ? 1 : 2;
    return months(y, half * 6 - 5, 6, `${year(y)}-H${half}`);
  },
  annual: (day) => {
    const { year: y } = civilOf(day);
    return months(y, 1, 12, year(y));
  },
} as const satisfies Record<PeriodicFrequency, (day: number) => Period>;

/** The frequency whose key this text has the form of, and a day of the period it names; undefined if it is no period's key. */
function readKey(key: string): { frequency: PeriodicFrequency; day: number } | undefined {
  if (parseDate(key) !== undefined) return { frequency: 'daily', day: dayNumber(key) };
  const monday = isoWeekStart(key);
  if (monday !== undefined) return { frequency: 'weekly', day: dayNumber(monday) };
  const parts = /^(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?$/.exec(key);
  if (!parts) return undefined;
  const [y, month, quarter, half] = [Number(parts[1]), parts[2], parts[3], parts[4]];
  if (month !== undefined) return { frequency: 'monthly', day: dayNumberOf(y, Number(month), 1) };
  if (quarter !== undefined) return { frequency: 'quarterly', day: dayNumberOf(y, Number(quarter) * 3, 1) };
  if (half !== undefined) return { frequency: 'semiannual', day: dayNumberOf(y, Number(half) * 6, 1) };
  return { frequency: 'annual', day: dayNumberOf(y, 1, 1) };
}

/** Whole days of grace, or undefined if the text is no duration of whole days or weeks. */
export function graceDays(text: string): number | undefined {
  const grace = parseDuration(text);
  return grace?.ms === 0 ? grace.days : undefined;
}

function graceOf(terms: Terms, frequency: PeriodicFrequency): number {
  return (terms.grace === undefined ? undefined : graceDays(terms.grace)) ?? GRACE_DAYS[frequency];
}

function isDayOff(calendar: Calendar, day: number): boolean {
  return weekdayOf(day) > 5 || calendar.holidays.has(dateOf(day));
}

/** The last day of grace; with `days: weekdays` it skips weekends and holidays. */
function lastDayOfGrace(terms: Terms, calendar: Calendar, due: number, grace: number): number {
  if (terms.days === 'all') return due + grace;
  let day = due;
  for (let left = grace; left > 0;) {
    day += 1;
    if (!isDayOff(calendar, day)) left -= 1;
  }
  return day;
}

/**
 * The occurrence that terms in force at a period's due instant give it, or undefined. A day that the zone skipped has no length, and nothing
 * can be due on it.
 */
function occurrenceIn(
  period: Period,
  terms: Terms,
  frequency: PeriodicFrequency,
  calendar: Calendar,
): Occurrence | undefined {
  if (terms.startsOn === undefined) return undefined;
  const starts = dayNumber(terms.startsOn);
  if (period.last < starts) return undefined;
  if (terms.endsOn !== undefined && period.last > dayNumber(terms.endsOn)) return undefined;
  if (terms.days === 'weekdays' && isDayOff(calendar, period.last)) return undefined;
  const start = dayStartOf(calendar.zone, Math.max(period.first, starts));
  const due = dayStartOf(calendar.zone, period.last + 1) - 1;
  if (due < start) return undefined;
  const grace = lastDayOfGrace(terms, calendar, period.last, graceOf(terms, frequency));
  const graceEnd = dayStartOf(calendar.zone, grace + 1) - 1;
  return { key: period.key, start, due, graceEnd, part: period.first < starts };
}

/**
 * The occurrences due in [from, to), by due instant. Each is given by the version in force at its due instant, so a later version changes
 * nothing that was due before it. `from` may be −Infinity; `to` must be finite.
 */
export function occurrencesOf(
  governed: Governed<Terms>,
  calendar: Calendar,
  from: Instant,
  to: Instant,
): readonly Occurrence[] {
  const found: Occurrence[] = [];
  for (const version of governed) {
    const { frequency, startsOn } = version.terms;
    if (!isPeriodic(frequency) || startsOn === undefined) continue;
    const since = Math.max(version.from, from, dayStartOf(calendar.zone, dayNumber(startsOn)));
    const until = Math.min(version.to, to);
    if (since >= until) continue;
    let period = PERIOD_HOLDING[frequency](dayNumberAt(calendar.zone, since));
    while (dayStartOf(calendar.zone, period.last + 1) - 1 < until) {
      const occurrence = occurrenceIn(period, version.terms, frequency, calendar);
      if (occurrence && occurrence.due >= since) found.push(occurrence);
      if (version.terms.endsOn !== undefined && period.last >= dayNumber(version.terms.endsOn)) break;
      period = PERIOD_HOLDING[frequency](period.last + 1);
    }
  }
  return found;
}

/** The occurrence of that key, or undefined if the control has none. */
export function occurrenceOf(governed: Governed<Terms>, calendar: Calendar, key: string): Occurrence | undefined {
  const named = readKey(key);
  if (!named) return undefined;
  const period = PERIOD_HOLDING[named.frequency](named.day);
  const due = dayStartOf(calendar.zone, period.last + 1) - 1;
  const terms = governed.find((version) => version.from <= due && due < version.to)?.terms;
  if (terms?.frequency !== named.frequency) return undefined;
  return occurrenceIn(period, terms, named.frequency, calendar);
}

/** May a performance at that instant name this key? A period the control has an occurrence for, or, while it is per-event, any event. */
export function keyIsOfControl(governed: Governed<Terms>, calendar: Calendar, key: string, at: Instant): boolean {
  if (occurrenceOf(governed, calendar, key)) return true;
  const terms = governed.find((version) => version.from <= at && at < version.to)?.terms;
  return terms?.frequency === 'per-event' && key.length > 0;
}
