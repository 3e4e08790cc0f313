import { weekday } from '@countersign/core/kernel/index.ts';
import type { Days } from '../days.ts';
import { LENGTH_DAYS } from '../days.ts';
import type { Dice } from '../dice.ts';
import type { By, Step } from './step.ts';

const FRIDAY = 5;
const FROM_HOUR = 16;

const reviewerOf = (by: By): By => (by === 'bram' ? 'aisha' : 'bram');

const WHY = [
  'It is the list of another month.',
  'Who looked at it is not on it.',
  'It ends before the period does.',
] as const;

/** On Fridays what was filed since the last one is looked at by somebody else: accepted, or returned and filed again with an answer. */
export function reviews(days: Days, dice: Dice, filed: readonly Step[]): readonly Step[] {
  const documents = filed.filter((step) => step.is === 'evidence');
  const fridays = Array.from({ length: LENGTH_DAYS + 1 }, (_, day) => day).filter(
    (day) => weekday(days.date(day)) === FRIDAY && days.isWorking(day),
  );
  const endOf = (day: number): number => days.at(day, FROM_HOUR);
  const lastReturned = documents
    .filter(({ at }) => at < endOf(fridays.at(-1) ?? 0))
    .sort((a, b) => a.at - b.at)
    .at(-1);
  return documents.flatMap((document): readonly Step[] => {
    const friday = fridays.find((day) => endOf(day) > document.at);
    if (friday === undefined) return [];
    const evidence = document.input['id'];
    const by = reviewerOf(document.by);
    const decide = (name: string, day: number, act: string, input: object): Step => ({
      is: 'act',
      name: `${name} ${document.name}`,
      at: endOf(day) + (by === 'bram' ? 0 : 20 * 60_000),
      by,
      act,
      input: { evidence, ...input },
    });
    const isReturned = document === lastReturned || dice.chance(0.015, 'returned', document.name);
    if (!isReturned) return [decide('accept', friday, 'evidence.accept', {})];
    const returned = decide('return', friday, 'evidence.return', { reason: dice.pick(WHY, 'why', document.name) });
    const answered = days.working(friday + 3);
    const again = fridays.find((day) => day > answered);
    if (document === lastReturned || again === undefined) return [returned];
    return [
      returned,
      {
        is: 'act',
        name: `resubmit ${document.name}`,
        at: days.at(answered, 10.6),
        by: document.by,
        act: 'evidence.resubmit',
        input: { evidence, note: 'Looked at again: it is the one for this period, and says so on its first line.' },
      },
      decide('accept again', again, 'evidence.accept', {}),
    ];
  });
}
