import type { DateText } from '../kernel/index.ts';
import { addDays, dayNumber } from '../kernel/index.ts';
import { addMonths } from '../framework/months.ts';

/** Dates of a certification cycle, by ISO/IEC 17021-1:2015 9.1.3: they follow from the day of the decision, not from that of the audit. */
export interface Cycle {
  readonly decision: DateText;
  /** The first surveillance audit, no later than twelve months after the decision (9.1.3.3). */
  readonly surveillance1By: DateText;
  /** The second one: in the next calendar year, at best two years after the decision. */
  readonly surveillance2On: DateText;
  /** The last day of that calendar year: one without an audit breaks the rule of one in each (9.1.3.3). */
  readonly surveillance2By: DateText;
  /** When the recertification audit is best done: three months are left to mend what it finds (9.6.3.2). */
  readonly recertificationOn: DateText;
  /** The last day on which the certificate holds. */
  readonly expiry: DateText;
  /** Until when a lapsed certificate may be restored (9.6.3.2.5). */
  readonly restorableUntil: DateText;
}

export const VALIDITY_MONTHS = 36;

export function cycleOf(decision: DateText): Cycle {
  const expiry = addDays(addMonths(decision, VALIDITY_MONTHS), -1);
  const surveillance2On = addMonths(decision, 24);
  return {
    decision,
    surveillance1By: addMonths(decision, 12),
    surveillance2On,
    surveillance2By: `${surveillance2On.slice(0, 4)}-12-31`,
    recertificationOn: addMonths(expiry, -3),
    expiry,
    restorableUntil: addMonths(expiry, 6),
  };
}

/** After which the last day of stage 2 a major nonconformity that is not verified as mended asks for another stage 2 (17021-1 9.5.3.2). */
export const majorBy = (stage2Ends: DateText): DateText => addMonths(stage2Ends, 6);

/** From stage 1 to stage 2, in days: custom, 17021-1 9.3.1.2.4 only wants time enough to resolve concerns. */
export const STAGE_GAP_DAYS = { least: 14, likely: 35, most: 56 } as const;

export type StageGap = 'overlapping' | 'short' | 'usual' | 'long' | 'warned' | 'repeated';

/**
 * How the time between the stages looks to a certification body: 2 to 8 weeks are usual; from three months on it is to be agreed, and many repeat
 * stage 1 after six (custom).
 */
export function stageGap(stage1Ends: DateText, stage2Starts: DateText): StageGap {
  const days = dayNumber(stage2Starts) - dayNumber(stage1Ends);
  if (days <= 0) return 'overlapping';
  if (days < STAGE_GAP_DAYS.least) return 'short';
  if (days <= STAGE_GAP_DAYS.most) return 'usual';
  if (stage2Starts > addMonths(stage1Ends, 6)) return 'repeated';
  return stage2Starts > addMonths(stage1Ends, 3) ? 'warned' : 'long';
}
