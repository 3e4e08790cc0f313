import type { DateText, Instant } from '@countersign/core/kernel/index.ts';
import { addDays, dayStart, HOUR, SECOND, weekday } from '@countersign/core/kernel/index.ts';

/** How far back the story begins, in days before the day it is told: fourteen months. */
export const LENGTH_DAYS = 425;

/** The hour of the first day at which the organisation begins. */
export const BEGINS_HOUR = 9;

/** Days of the story, counted from its first, 0, to the one on which it is told, {@link LENGTH_DAYS}. */
export interface Days {
  readonly zone: string;
  readonly last: DateText;
  date(day: number): DateText;
  /** The moment on a day, `hours` of elapsed time after it begins in the zone. */
  at(day: number, hours: number): Instant;
  /** Whether people work on it. */
  isWorking(day: number): boolean;
  /** The first day on or after (or, backwards, on or before) it on which people work. */
  working(day: number, step?: 1 | -1): number;
}

/** Whole seconds: chance draws fractions of which nobody writes down more. */
export const toSecond = (at: number): Instant => Math.round(at / SECOND) * SECOND;

export function daysUntil(last: DateText, zone: string, holidays: ReadonlySet<DateText>): Days {
  const date = (day: number): DateText => addDays(last, day - LENGTH_DAYS);
  const isWorking = (day: number): boolean => weekday(date(day)) <= 5 && !holidays.has(date(day));
  const working = (day: number, step: 1 | -1 = 1): number => (isWorking(day) ? day : working(day + step, step));
  return {
    zone,
    last,
    date,
    isWorking,
    working,
    at: (day, hours) => toSecond(dayStart(zone, date(day)) + hours * HOUR),
  };
}
