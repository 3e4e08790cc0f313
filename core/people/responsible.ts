import type { DateText, Stored } from '../kernel/index.ts';
import type { Person } from './record.ts';

/** Who does the work of an owner on a day: they, or who takes their place; or nobody, and why. */
export type Responsible =
  | {
      readonly person: string;
      /** Whose place was taken, the owner first; empty where it is the owner. */ readonly insteadOf: readonly string[];
    }
  | { readonly person: undefined; readonly insteadOf: readonly string[]; readonly gap: Gap };

export type Gap =
  | { readonly why: 'unowned' }
  /** There is no record of them. */
  | { readonly why: 'unknown'; readonly who: string }
  | { readonly why: 'coming'; readonly who: string; readonly on: DateText }
  /** Nobody takes the place of who has left. `on` is their last day. */
  | { readonly why: 'left'; readonly who: string; readonly on: DateText }
  /** Each takes the other's place and all have left. */
  | { readonly why: 'circle'; readonly who: string; readonly on: DateText };

type Named = Pick<Stored<typeof Person>, 'startsOn' | 'leavesOn' | 'substitute'>;

/**
 * Who answers for what an owner has, on a day. Derived and never written: the owner stays who they were, and what they did stays theirs. From a
 * leaver's last day on, that day included, their substitute does the work, and so on along substitutes who have left as well. Without one they
 * do it to the end of that day, and nobody does from the next.
 *
 * @param people a person as known at the time asked about
 */
export function responsibleAt(
  owner: string | undefined,
  people: (id: string) => Named | undefined,
  day: DateText,
): Responsible {
  const insteadOf: string[] = [];
  if (owner === undefined) return { person: undefined, insteadOf, gap: { why: 'unowned' } };
  for (let who: string = owner; ;) {
    const row = people(who);
    if (row === undefined) return { person: undefined, insteadOf, gap: { why: 'unknown', who } };
    const { startsOn, leavesOn, substitute } = row;
    if (startsOn !== undefined && day < startsOn)
      return { person: undefined, insteadOf, gap: { why: 'coming', who, on: startsOn } };
    const isThere = leavesOn === undefined || day < leavesOn || (day === leavesOn && substitute === undefined);
    if (isThere) return { person: who, insteadOf };
    if (substitute === undefined) return { person: undefined, insteadOf, gap: { why: 'left', who, on: leavesOn } };
    insteadOf.push(who);
    if (insteadOf.includes(substitute))
      return { person: undefined, insteadOf, gap: { why: 'circle', who: substitute, on: leavesOn } };
    who = substitute;
  }
}

/** Why nobody is responsible, as a sentence; `nameOf` turns an id into what people call them. */
export function gapSaid(gap: Gap, nameOf: (id: string) => string): string {
  switch (gap.why) {
    case 'unowned':
      return 'It has no owner.';
    case 'unknown':
      return `There is no person “${gap.who}” at that time.`;
    case 'coming':
      return `${nameOf(gap.who)} begins on ${gap.on}.`;
    case 'left':
      return `${nameOf(gap.who)}’s last day was ${gap.on}, and nobody takes their place.`;
    case 'circle':
      return `Those who would take each other’s place have all left, ${nameOf(gap.who)} among them.`;
  }
}
