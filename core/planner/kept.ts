import type { Milestone } from '../framework/milestone.ts';
import type { Programme } from '../framework/record.ts';
import type { DateText, Stored } from '../kernel/index.ts';
import { dayNumber } from '../kernel/index.ts';
import type { PlannedMilestone } from './milestones.ts';
import { day } from './words.ts';

export const KEPT = ['held', 'late', 'overdue', 'moved', 'ahead', 'dropped'] as const;
export type Kept = (typeof KEPT)[number];

/** How a day that the plan named stands: what its programme has of it today. */
export interface KeptDate extends PlannedMilestone {
  readonly kept: Kept;
  /** When it was, or for when it is planned now. */
  readonly now: DateText | null;
  /** Later than planned, negative when sooner. */
  readonly byDays: number;
}

const ENDS_PERIOD = 'Observation period ends';

/**
 * Whether the days of an adopted plan have held, as of a day. Done in time or sooner, they held; done later, they are late; gone by with nobody
 * having recorded that it happened, overdue; planned for another day by now, moved. The end of a period comes by itself.
 */
export function keptDates(
  dates: readonly PlannedMilestone[],
  programmes: readonly Stored<typeof Programme>[],
  today: DateText,
): readonly KeptDate[] {
  return dates.map((date): KeptDate => {
    const programme = programmes.find(({ framework }) => framework === date.framework);
    const made = (kept: Kept, now: DateText | null): KeptDate => ({
      ...{ ...date, kept, now },
      byDays: now === null ? 0 : dayNumber(now) - dayNumber(date.on),
    });
    if (programme === undefined) return made('dropped', null);
    if (date.title === ENDS_PERIOD && programme.periodTo !== undefined) {
      const ends = programme.periodTo;
      return made(ends !== date.on ? 'moved' : ends <= today ? 'held' : 'ahead', ends);
    }
    const found = (programme.milestones ?? []).find((one) => isSame(one, date));
    if (found === undefined) return made('dropped', null);
    const { on, doneOn } = found;
    if (doneOn !== undefined && doneOn <= today) return made(doneOn <= date.on ? 'held' : 'late', doneOn);
    if (on !== date.on) return made('moved', on);
    return made(date.on < today ? 'overdue' : 'ahead', on);
  });
}

const isSame = (one: Milestone, { milestone, title }: PlannedMilestone): boolean =>
  one.milestone === milestone && (milestone !== 'other' || one.note === title);

/** In one sentence. */
export function keptSentence(dates: readonly KeptDate[]): string {
  const off = dates.filter(
    ({ kept }) => kept === 'late' || kept === 'overdue' || kept === 'moved' || kept === 'dropped',
  );
  const held = dates.filter(({ kept }) => kept === 'held');
  const next = dates.find(({ kept }) => kept === 'ahead');
  if (off.length === 0) {
    if (held.length > 0) return 'So far every date has held.';
    return next === undefined ? 'The plan names no dates.' : `No date has come yet; the first is ${day(next.on)}.`;
  }
  const [worst] = [...off].sort((a, b) => b.byDays - a.byDays);
  const about =
    worst === undefined
      ? ''
      : worst.kept === 'overdue'
        ? ` ${worst.title} was due on ${day(worst.on)}, and nobody recorded that it happened.`
        : worst.now === null
          ? ` ${worst.title} of ${day(worst.on)} is in no programme any more.`
          : ` ${worst.title} ${worst.kept === 'late' ? 'was' : 'is now planned for'} ${day(worst.now)} in place of ${day(worst.on)}.`;
  const settled = off.length + held.length;
  return `${off.length} of ${settled} dates ${off.length === 1 ? 'has' : 'have'} not held.${about}`;
}
