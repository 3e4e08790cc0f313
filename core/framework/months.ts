import type { DateText } from '../kernel/index.ts';
import { addDays, civilOf, dateOf, dayNumber, dayNumberOf } from '../kernel/index.ts';

/** The date `n` calendar months later (earlier when negative); the last day of the month where it has no such day: 31 January + 1 is 28 or 29 February. */
export function addMonths(date: DateText, n: number): DateText {
  const { year, month, day } = civilOf(dayNumber(date));
  const first = dayNumberOf(year, month + n, 1);
  const next = dayNumberOf(year, month + n + 1, 1);
  return dateOf(Math.min(first + day - 1, next - 1));
}

/** Whole calendar months in a window, both days inclusive: 1 January to 30 June has six; 2 January to 30 June five. */
export function monthsIn(from: DateText, to: DateText): number {
  const [a, b] = [civilOf(dayNumber(from)), civilOf(dayNumber(addDays(to, 1)))];
  const near = (b.year - a.year) * 12 + b.month - a.month;
  return addMonths(from, near) <= addDays(to, 1) ? near : near - 1;
}
