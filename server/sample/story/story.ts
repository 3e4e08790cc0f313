import { createHash } from 'node:crypto';
import type { DateText } from '@countersign/core/kernel/index.ts';
import { civilOf, dateOf, dayNumber } from '@countersign/core/kernel/index.ts';
import type { Days } from '../days.ts';
import { daysUntil, LENGTH_DAYS, toSecond } from '../days.ts';
import { diceOf } from '../dice.ts';
import { boundary } from './boundary.ts';
import { collections } from './collections.ts';
import { customers } from './customers.ts';
import {
  checksAreWritten,
  controlsStart,
  designs,
  exceptions,
  grants,
  peopleComeAndGo,
  personId,
  programmes,
  withdrawals,
} from './decisions.ts';
import { duties } from './duties.ts';
import type { Name } from './people.ts';
import { plan } from './plan.ts';
import { memberOf } from './people.ts';
import { policies } from './policies.ts';
import { reviews } from './reviews.ts';
import type { By, Step } from './step.ts';
import { occasionalWork, scheduledWork } from './work.ts';

/** All that happened in an invented company in fourteen months, by the moment at which it was recorded. */
export interface Story {
  readonly days: Days;
  readonly steps: readonly Step[];
  actorOf(by: By): { readonly id: string; readonly roles: readonly string[] };
}

/** Days on which nobody works: the same few each year. */
const DAYS_OFF = ['01-01', '01-06', '05-01', '08-15', '12-08', '12-24', '12-25', '12-26', '12-31'];

export function holidaysUntil(last: DateText): readonly DateText[] {
  const first = dayNumber(last) - LENGTH_DAYS - 31;
  const years = [...new Set([first, dayNumber(last), dayNumber(last) + 31].map((day) => civilOf(day).year))];
  return years.flatMap((year) => DAYS_OFF.map((day) => `${year}-${day}`)).filter((date) => date >= dateOf(first));
}

/** The same seed, day and zone tell the same story. */
export function storyUntil(last: DateText, zone: string, seed = 'sample-1'): Story {
  const holidays = new Set(holidaysUntil(last));
  const days = daysUntil(last, zone, holidays);
  const dice = diceOf(seed);
  const work = [...scheduledWork(days, dice, holidays), ...occasionalWork(days, dice)];
  const steps: readonly Step[] = [
    ...peopleComeAndGo(days, dice),
    {
      is: 'act',
      name: 'holidays',
      at: days.at(0, 9.4),
      by: 'operator',
      act: 'records.apply',
      input: { records: [{ kind: 'holidays', id: 'company', dates: [...holidays] }] },
    },
    ...controlsStart(days, dice),
    ...checksAreWritten(days),
    ...programmes(days),
    ...exceptions(days, holidays),
    ...designs(days, dice),
    ...work,
    ...reviews(days, dice, work),
    ...policies(days, dice),
    ...grants(days, dice),
    ...duties(days, dice),
    ...plan(days),
    ...withdrawals(days),
    ...boundary(days, dice),
    ...customers(days, dice),
    ...collections(days, dice),
  ];
  return {
    days,
    // Sorting is stable: what is recorded at one moment stays in the order above.
    steps: steps.map((step) => ({ ...step, at: toSecond(step.at) })).sort((a, b) => a.at - b.at),
    actorOf: (by) =>
      by === 'operator' ? { id: 'operator:sample', roles: ['operator'] } : actor(personId(dice, by), by),
  };
}

const actor = (id: string, name: Name) => ({ id, roles: memberOf(name).roles });

/** By which two tellings are compared. */
export function digestOf({ steps }: Story): string {
  const hash = createHash('sha256');
  for (const step of steps) {
    hash.update(JSON.stringify(step));
    if (step.is === 'collection') hash.update(JSON.stringify(step.items()));
  }
  return hash.digest('hex');
}
