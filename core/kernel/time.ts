import { Temporal } from 'temporal-polyfill';

/** A moment, as whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** A calendar date, 'YYYY-MM-DD', without a zone. */
export type DateText = string;

/** Versions in force: half-open intervals in order, without overlap, usually from −Infinity to +Infinity; a gap is a time when the thing was retired. */
export type Governed<T> = readonly { readonly from: Instant; readonly to: Instant; readonly terms: T }[];

/** An ISO 8601 duration, split into calendar days and elapsed milliseconds; months and years have no fixed length and are not durations here. */
export interface Duration {
  readonly days: number;
  readonly ms: number;
}

export const SECOND = 1000;
export const HOUR = 3_600_000;
/** Twenty-four hours of elapsed time, which a local day need not have. */
export const ELAPSED_DAY = 24 * HOUR;

const FIRST_YEAR = 1970;

/** The version in force at an instant, or undefined where there is none (retired). */
export function inForce<T>(governed: Governed<T>, at: Instant): T | undefined {
  return governed.find((span) => span.from <= at && at < span.to)?.terms;
}

/**
 * Days since 1970-01-01 in the proleptic Gregorian calendar; negative before it.
 * Counts from 1 March, so that the leap day is the last of its year.
 */
function daysOfCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse of `daysOfCivil`. */
export function civilOf(dayNumber: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = dayNumber + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9);
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

const digits = (n: number, width: number): string => String(n).padStart(width, '0');

/** Days since 1970-01-01 of a date that `parseDate` accepts. */
export function dayNumber(date: DateText): number {
  return daysOfCivil(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)));
}

/** Days since 1970-01-01 of a year, month (1–12; 13 is next January) and day. */
export function dayNumberOf(year: number, month: number, day: number): number {
  return daysOfCivil(year + Math.floor((month - 1) / 12), ((((month - 1) % 12) + 12) % 12) + 1, day);
}

/** The date of a day number. */
export function dateOf(day: number): DateText {
  const civil = civilOf(day);
  return `${digits(civil.year, 4)}-${digits(civil.month, 2)}-${digits(civil.day, 2)}`;
}

/** The date `n` calendar days later (earlier when negative). */
export function addDays(date: DateText, n: number): DateText {
  return dateOf(dayNumber(date) + n);
}

/** Day of the week as ISO 8601 counts it: Monday 1 … Sunday 7. */
export function weekday(date: DateText): number {
  return weekdayOf(dayNumber(date));
}

/** Day of the week of a day number: Monday 1 … Sunday 7 (1970-01-01 was a Thursday). */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The ISO 8601 week a date lies in, e.g. '2026-W09'; a week belongs to the year of its Thursday. */
export function isoWeek(date: DateText): string {
  const day = dayNumber(date);
  const thursday = day - weekdayOf(day) + 4;
  const year = civilOf(thursday).year;
  return `${digits(year, 4)}-W${digits(Math.floor((thursday - daysOfCivil(year, 1, 1)) / 7) + 1, 2)}`;
}

/** The Monday of an ISO week such as '2026-W09', or undefined if the text is none (2025 has no W53). */
export function isoWeekStart(key: string): DateText | undefined {
  const parts = /^(\d{4})-W(\d{2})$/.exec(key);
  if (!parts) return undefined;
  const fourth = daysOfCivil(Number(parts[1]), 1, 4);
  const monday = dateOf(fourth - weekdayOf(fourth) + 1 + (Number(parts[2]) - 1) * 7);
  return isoWeek(monday) === key ? monday : undefined;
}

/** A real date 'YYYY-MM-DD' from 1970 on (an earlier year is a slip of the pen here), or undefined. */
export function parseDate(text: string): DateText | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!parts || Number(parts[1]) < FIRST_YEAR) return undefined;
  const [month, day] = [Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > 12 || day < 1) return undefined;
  return dateOf(dayNumber(text)) === text ? text : undefined;
}

/**
 * An RFC 3339 instant with an offset, or undefined. Capital T and Z; at most nine decimals, of which three are kept (cut, not rounded);
 * no leap second, no 24:00, no year before 1970.
 */
export function parseInstant(text: string): Instant | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/.exec(text);
  const date = parts?.[1] === undefined ? undefined : parseDate(parts[1]);
  if (!parts || date === undefined) return undefined;
  const [hour, minute, second] = [Number(parts[2]), Number(parts[3]), Number(parts[4])];
  const [offsetHour, offsetMinute] = [Number(parts[7] ?? 0), Number(parts[8] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const local = dayNumber(date) * ELAPSED_DAY + hour * HOUR + minute * 60_000 + second * SECOND;
  const offset = (offsetHour * HOUR + offsetMinute * 60_000) * (parts[6] === '-' ? -1 : 1);
  return local - offset + Number((parts[5] ?? '').padEnd(3, '0').slice(0, 3));
}

/** What `--as-of` and `--known-at` take: an instant, or a date, meaning the last millisecond of that day in the zone. */
export function parseT(zone: string, text: string): Instant | undefined {
  const date = parseDate(text);
  return date === undefined ? parseInstant(text) : dayEnd(zone, date);
}

/** RFC 3339 in UTC with milliseconds, '2026-03-31T21:59:59.999Z'. */
export function printInstant(t: Instant): string {
  const day = Math.floor(t / ELAPSED_DAY);
  const ms = t - day * ELAPSED_DAY;
  const clock = [Math.floor(ms / HOUR), Math.floor(ms / 60_000) % 60, Math.floor(ms / SECOND) % 60];
  return `${dateOf(day)}T${clock.map((part) => digits(part, 2)).join(':')}.${digits(ms % SECOND, 3)}Z`;
}

/** An ISO 8601 duration of weeks, days, hours, minutes, seconds ('P1DT1H', 'P2W', 'PT0S'), or undefined; months, years and signs are none. */
export function parseDuration(text: string): Duration | undefined {
  const parts =
    /^P(?=\d|T\d)(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:\.(\d{1,3}))?S)?)?$/.exec(
      text,
    );
  if (!parts) return undefined;
  const part = (i: number): number => Number(parts[i] ?? 0);
  const decimals = Number((parts[6] ?? '').padEnd(3, '0'));
  return { days: part(1) * 7 + part(2), ms: part(3) * HOUR + part(4) * 60_000 + part(5) * SECOND + decimals };
}

/** A duration as elapsed milliseconds, a day being 24 hours (freshness, settles, look-back). */
export function elapsed(duration: Duration): number {
  return duration.days * ELAPSED_DAY + duration.ms;
}

const zones = new Map<string, boolean>();

/** Is this the name of an IANA time zone? Bare offsets are not: they know no summer time. */
export function isZone(name: string): boolean {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const answer = /^[A-Za-z]/.test(name) && namesZone(name);
  zones.set(name, answer);
  return answer;
}

function namesZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** First instants of local days by day number; asking the zone's rules anew costs some ten microseconds each. */
const dayStarts = new Map<string, Map<number, Instant>>();

/** First instant of a local day, by day number. A day the zone skipped (Apia, 2011-12-30) begins where the next one does: it has no length. */
export function dayStartOf(zone: string, day: number): Instant {
  let starts = dayStarts.get(zone);
  if (!starts) dayStarts.set(zone, (starts = new Map<number, Instant>()));
  let start = starts.get(day);
  if (start === undefined) {
    start = new Temporal.PlainDate(...ymd(day)).toZonedDateTime(zone).epochMilliseconds;
    starts.set(day, start);
  }
  return start;
}

function ymd(day: number): [number, number, number] {
  const civil = civilOf(day);
  return [civil.year, civil.month, civil.day];
}

/** First instant of a local day, also where midnight does not exist (São Paulo began summer time at midnight). Throws RangeError if the zone is none. */
export function dayStart(zone: string, date: DateText): Instant {
  return dayStartOf(zone, dayNumber(date));
}

/** Last millisecond of a local day: the next day's first instant less one, what `due` prints. */
export function dayEnd(zone: string, date: DateText): Instant {
  return dayStartOf(zone, dayNumber(date) + 1) - 1;
}

/** The instant of a local time of day. One that the zone skips is the same time by the clock before it was put forward; one that it has twice is the first. */
export function localInstant(zone: string, date: DateText, hour: number, minute: number): Instant {
  return Temporal.PlainDate.from(date).toZonedDateTime({
    timeZone: zone,
    plainTime: new Temporal.PlainTime(hour, minute),
  }).epochMilliseconds;
}

/** Day number of the local day an instant lies in: from its first instant to the next day's first, even where the clock is set back over midnight. */
export function dayNumberAt(zone: string, t: Instant): number {
  let day = Math.floor(t / ELAPSED_DAY);
  while (dayStartOf(zone, day) > t) day -= 1;
  while (dayStartOf(zone, day + 1) <= t) day += 1;
  return day;
}

/** The local date of an instant. */
export function dayOf(zone: string, t: Instant): DateText {
  return dateOf(dayNumberAt(zone, t));
}
