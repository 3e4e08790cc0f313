import type { DateText } from '../kernel/index.ts';
import { civilOf, dateOf, dayNumber, dayNumberOf } from '../kernel/index.ts';

/** The same day of a month `n` months later (earlier when negative), or the last one of a month that is too short for it. */
export function addMonths(date: DateText, n: number): DateText {
  const { year, month, day } = civilOf(dayNumber(date));
  const first = dayNumberOf(year, month + n, 1);
  const next = dayNumberOf(year, month + n + 1, 1);
  return dateOf(Math.min(first + day - 1, next - 1));
}
