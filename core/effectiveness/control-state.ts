import type { Calendar, Terms } from '../control/schedule.ts';
import { dayEnd, dayStart, inForce } from '../kernel/time.ts';
import type { Governed, Instant } from '../kernel/time.ts';
import type { Leg } from './leg.ts';

export const CONTROL_STATES = ['operating', 'failing', 'not-observed', 'planned', 'no-occasion'] as const;
export type ControlState = (typeof CONTROL_STATES)[number];

/** How a control stands at a moment, with the sentences that say why. */
export interface ControlAnswer {
  readonly state: ControlState;
  readonly because: readonly string[];
}

/** How the control stands at T, or undefined if it answers nothing any more: after `endsOn`, or retired. Contract, "A control at T". */
export function controlAt(
  governed: Governed<Terms>,
  calendar: Calendar,
  legs: readonly Leg[],
  T: Instant,
): ControlAnswer | undefined {
  const terms = inForce(governed, T);
  if (!terms) return undefined;
  if (terms.endsOn !== undefined && T > dayEnd(calendar.zone, terms.endsOn)) return undefined;
  if (terms.startsOn === undefined) return { state: 'planned', because: ['It has no date to start on.'] };
  if (T < dayStart(calendar.zone, terms.startsOn))
    return { state: 'planned', because: [`It starts on ${terms.startsOn}.`] };

  const saying = (says: Leg['says']): readonly string[] =>
    legs.filter((leg) => leg.says === says).map((leg) => leg.because);
  const [speaks, fails, silent, aside] = [saying('speaks'), saying('fails'), saying('silent'), saying('aside')];
  if (fails.length > 0) return { state: 'failing', because: fails };
  if (silent.length > 0) return { state: 'not-observed', because: silent };
  if (speaks.length > 0) return { state: 'operating', because: speaks };
  if (aside.length > 0) return { state: 'no-occasion', because: aside };
  return { state: 'not-observed', because: ['No check, schedule or event speaks for it.'] };
}
