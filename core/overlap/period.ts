import type { Stored, At, DateText, Instant } from '../kernel/index.ts';
import { addDays, dayOf, dayStart } from '../kernel/index.ts';
import type { Programme } from '../framework/record.ts';
import { windowOf } from '../effectiveness/view.ts';
import { refuseOverlap } from './refusals.ts';

/** Days that evidence is looked for in where nobody says which: a year, as a report covers at most. */
const DAYS = 365;

/** The days whose evidence counts, and who chose them. */
export interface EvidencePeriod {
  readonly from: DateText;
  readonly to: DateText;
  readonly by: 'asked' | 'programme' | 'last-365-days';
}

/** The days asked for; else the observation period of the programme named; else the 365 days up to as-of. */
export function evidencePeriod(
  { periodFrom, periodTo }: { readonly periodFrom?: DateText | undefined; readonly periodTo?: DateText | undefined },
  programme: Stored<typeof Programme> | undefined,
  at: Pick<At, 'zone' | 'asOf'>,
): EvidencePeriod {
  if ((periodFrom === undefined) !== (periodTo === undefined)) {
    throw refuseOverlap('halfPeriod', {}, [periodFrom === undefined ? 'periodFrom' : 'periodTo']);
  }
  if (periodFrom !== undefined && periodTo !== undefined) return { from: periodFrom, to: periodTo, by: 'asked' };
  if (programme?.periodFrom !== undefined && programme.periodTo !== undefined) {
    return { from: programme.periodFrom, to: programme.periodTo, by: 'programme' };
  }
  const today = dayOf(at.zone, at.asOf);
  return { from: addDays(today, 1 - DAYS), to: today, by: 'last-365-days' };
}

/** The period as moments, half-open; refuses one that ends before it begins. What lies after as-of has not happened. */
export function momentsOf(
  { from, to }: EvidencePeriod,
  { zone, asOf }: Pick<At, 'zone' | 'asOf'>,
): { readonly from: Instant; readonly to: Instant } {
  const window = windowOf({ from, to }, zone);
  return { from: dayStart(zone, from), to: Math.min(window.to, asOf + 1) };
}
