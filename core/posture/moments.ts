import type { At, DateText, Instant } from '../kernel/index.ts';
import { dayNumber, dayNumberAt, dayStartOf } from '../kernel/index.ts';

/** As many moments as a chart of a year has room for, each the end of a week. */
export const MOST_POINTS = 366;
export const DEFAULT_POINTS = 60;

/**
 * Moments of a window at which posture is told: ends of days in the zone, evenly apart and counted from the last, at most `points` of them; and
 * as-of itself, where it lies in the window and is no day's end. No moment lies after as-of.
 */
export function momentsOf(
  window: { readonly from: DateText; readonly to: DateText },
  points: number,
  { asOf, zone }: Pick<At, 'asOf' | 'zone'>,
): readonly Instant[] {
  const [first, last] = [dayNumber(window.from), dayNumber(window.to)];
  const today = dayNumberAt(zone, asOf);
  const isDayEnd = asOf === dayStartOf(zone, today + 1) - 1;
  const reached = Math.min(last, isDayEnd ? today : today - 1);
  const step = Math.max(1, Math.ceil((reached - first + 1) / points));
  const found: Instant[] = [];
  for (let day = reached; day >= first; day -= step) found.push(dayStartOf(zone, day + 1) - 1);
  found.reverse();
  if (!isDayEnd && first <= today && today <= last) found.push(asOf);
  return found;
}
