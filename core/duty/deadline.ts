import { Temporal } from 'temporal-polyfill';
import type { DateText, Instant } from '../kernel/index.ts';
import { addDays, civilOf, dateOf, dayEnd, dayNumber, dayOf, HOUR, weekday } from '../kernel/index.ts';
import type { Amount, Deadline } from './catalog.ts';

/** Where days are counted. */
export interface DutyCalendar {
  /** IANA name: the authority’s, or the organisation’s. */
  readonly zone: string;
  /** Days on which nobody works beside Saturdays and Sundays. */
  readonly daysOff: ReadonlySet<DateText>;
}

export interface Due {
  /** The last millisecond in which it is in time. */
  readonly at: Instant;
  /** How it was counted, in a sentence. */
  readonly says: string;
}

/** Monday to Friday, and no day off. */
export const isBusinessDay = ({ daysOff }: DutyCalendar, date: DateText): boolean =>
  weekday(date) <= 5 && !daysOff.has(date);

/** The n-th business day after a date, which is not counted itself. */
function businessDaysAfter(calendar: DutyCalendar, date: DateText, n: number): DateText {
  let day = date;
  for (let left = n; left > 0;) {
    day = addDays(day, 1);
    if (isBusinessDay(calendar, day)) left -= 1;
  }
  return day;
}

/** The same day of a later month or year, the month’s last where it has no such day (31 January and a month: 28 or 29 February). */
const later = (date: DateText, by: { readonly months?: number; readonly years?: number }): DateText =>
  Temporal.PlainDate.from(date).add(by, { overflow: 'constrain' }).toString();

const plural = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;
const UNIT_WORDS = {
  hours: 'hour',
  'calendar-days': 'calendar day',
  'business-days': 'business day',
  months: 'month',
  years: 'year',
} as const;
export const amountSaid = ({ amount, unit }: Amount): string => plural(amount, UNIT_WORDS[unit]);

/**
 * When something is due. Hours are elapsed time from the instant itself, whatever clocks are set to. Days, months and years begin with the local
 * day after the one the instant lies in, and end with the last millisecond of their last day in the calendar’s zone; a last day off
 * moves to the next business day where the rule says so (Regulation (EEC, Euratom) 1182/71 art. 3(4) for the GDPR; others keep it).
 */
export function dueAfter(
  start: Instant,
  within: Amount,
  calendar: DutyCalendar,
  lastDayOff: Deadline['lastDayOff'] = 'keeps',
): Due {
  const { amount, unit } = within;
  if (unit === 'hours') {
    return { at: start + amount * HOUR, says: `${plural(amount, 'hour')} of elapsed time from the moment itself.` };
  }
  const from = dayOf(calendar.zone, start);
  const last = lastDay(from, within, calendar);
  const moved = lastDayOff === 'moves' ? onOrAfter(calendar, last) : last;
  const says = `${amountSaid(within)} after ${from}, to the end of ${moved} in ${calendar.zone}.`;
  return {
    at: dayEnd(calendar.zone, moved),
    says: moved === last ? says : `${says} The last day, ${last}, is no working day.`,
  };
}

function lastDay(from: DateText, { amount, unit }: Amount, calendar: DutyCalendar): DateText {
  switch (unit) {
    case 'business-days':
      return businessDaysAfter(calendar, from, amount);
    case 'months':
      return later(from, { months: amount });
    case 'years':
      return later(from, { years: amount });
    default:
      return addDays(from, amount);
  }
}

function onOrAfter(calendar: DutyCalendar, date: DateText): DateText {
  let day = date;
  while (!isBusinessDay(calendar, day)) day = addDays(day, 1);
  return day;
}

/** The due instant once extended: the first amount and the extension, counted as one from the start (one month, and two more, is three months). */
export function dueExtended(
  start: Instant,
  within: Amount,
  extension: Amount,
  calendar: DutyCalendar,
  lastDayOff: Deadline['lastDayOff'] = 'keeps',
): Due {
  if (within.unit === extension.unit) {
    return dueAfter(start, { amount: within.amount + extension.amount, unit: within.unit }, calendar, lastDayOff);
  }
  return dueAfter(dueAfter(start, within, calendar).at, extension, calendar, lastDayOff);
}

/** The last millisecond of the calendar year that an instant lies in. */
export function yearEnd(at: Instant, zone: string): Instant {
  const { year } = civilOf(dayNumber(dayOf(zone, at)));
  return dayEnd(zone, dateOf(dayNumber(`${String(year).padStart(4, '0')}-12-31`)));
}
