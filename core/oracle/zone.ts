/**
 * Days, periods and durations, from `Intl.DateTimeFormat` alone, so that the oracle shares no zone arithmetic with the product.
 */
import type { DateText, Frequency, Instant } from './world.ts';

export const MINUTE = 60_000;
export const DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const starts = new Map<string, Instant>();
const sums = new Map<string, DateText>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;

  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  formats.set(zone, made);
  return made;
}

/** The calendar date that clocks in `zone` show at `instant`. */
export function dateAt(zone: string, instant: Instant): DateText {
  const [month, day, year] = formatOf(zone).format(instant).split('/');
  return `${year}-${month}-${day}`;
}

/** The date `days` calendar days after `date` (before it, if negative). */
export function addDays(date: DateText, days: number): DateText {
  const key = `${date} ${days}`;
  const known = sums.get(key);
  if (known !== undefined) return known;

  const sum = new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
  sums.set(key, sum);
  return sum;
}

/** 1 for Monday to 7 for Sunday. */
export function weekday(date: DateText): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/**
 * The first instant of `date` in `zone`; of a date the zone skipped, the first instant after it.
 * Looks at every quarter of an hour: no zone has started a day elsewhere since 1972.
 */
export function startOf(zone: string, date: DateText): Instant {
  const key = `${zone} ${date}`;
  const known = starts.get(key);
  if (known !== undefined) return known;

  let instant = Date.parse(`${date}T00:00:00Z`) - 16 * 60 * MINUTE;
  while (dateAt(zone, instant) < date) instant += 15 * MINUTE;
  starts.set(key, instant);
  return instant;
}

/** The last millisecond of `date` in `zone`. */
export function endOf(zone: string, date: DateText): Instant {
  return startOf(zone, addDays(date, 1)) - 1;
}

/** Whether the zone ever had that date; Pacific/Apia has no 2011-12-30. */
export function existsIn(zone: string, date: DateText): boolean {
  return startOf(zone, date) < startOf(zone, addDays(date, 1));
}

/** The elapsed milliseconds of an ISO 8601 duration in weeks, days, hours, minutes and seconds. */
export function elapsed(duration: string): number {
  const found = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (!found) throw new Error(`not a duration: ${duration}`);

  const [weeks, days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0));
  return (
    (weeks ?? 0) * 7 * DAY +
    (days ?? 0) * DAY +
    (hours ?? 0) * 60 * MINUTE +
    (minutes ?? 0) * MINUTE +
    (seconds ?? 0) * 1000
  );
}

export type Period = { key: string; first: DateText; last: DateText };

const twoDigits = (n: number) => String(n).padStart(2, '0');

/** The calendar period of that frequency in which `date` lies; none for `continuous` and `per-event`. */
export function periodOf(frequency: Frequency, date: DateText): Period | undefined {
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  const months = (key: string, firstMonth: number, count: number): Period => {
    const after = firstMonth + count;
    const next = after > 12 ? `${year + 1}-01-01` : `${year}-${twoDigits(after)}-01`;
    return { key, first: `${year}-${twoDigits(firstMonth)}-01`, last: addDays(next, -1) };
  };

  switch (frequency) {
    case 'continuous':
    case 'per-event':
      return undefined;
    case 'daily':
      return { key: date, first: date, last: date };
    case 'weekly': {
      const first = addDays(date, 1 - weekday(date));
      const thursday = addDays(first, 3);
      const weekYear = thursday.slice(0, 4);
      let week = 1;
      while (addDays(thursday, -7 * week).slice(0, 4) === weekYear) week += 1;
      return { key: `${weekYear}-W${twoDigits(week)}`, first, last: addDays(first, 6) };
    }
    case 'monthly':
      return months(`${year}-${twoDigits(month)}`, month, 1);
    case 'quarterly': {
      const quarter = Math.ceil(month / 3);
      return months(`${year}-Q${quarter}`, quarter * 3 - 2, 3);
    }
    case 'semiannual': {
      const half = month <= 6 ? 1 : 2;
      return months(`${year}-H${half}`, half * 6 - 5, 6);
    }
    case 'annual':
      return months(`${year}`, 1, 12);
  }
}
