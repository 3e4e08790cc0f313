import { describe, expect, test } from 'vitest';
import { parseInstant } from '../kernel/index.ts';
import type { Work } from '../work/view.ts';
import { DEFAULT_NOTIFICATIONS } from './record.ts';
import { digestDay, isQuiet, remindersOf } from './reminders.ts';

const at = (text: string): number => {
  const instant = parseInstant(text);
  if (instant === undefined) throw new TypeError(text);
  return instant;
};
const duty = (key: string, dueOn: string, state = 'due'): Work['duties'][number] =>
  // Only what a reminder is made of is here.
  ({
    control: { id: 'AC-01', title: 'Access review' },
    key,
    state,
    dueOn,
    path: '/controls/AC-01',
  }) as Work['duties'][number];
const told = (duties: Work['duties'], today: string): readonly string[] =>
  remindersOf({ duties, acknowledge: [] }, DEFAULT_NOTIFICATIONS, today).map(({ occasion }) => occasion);

describe('a reminder', () => {
  test.each([
    ['monthly, four days before', '2026-03', '2026-03-31', '2026-03-27', []],
    ['monthly, three days before', '2026-03', '2026-03-31', '2026-03-28', ['due-soon AC-01 2026-03']],
    ['monthly, the day before', '2026-03', '2026-03-31', '2026-03-30', ['due-soon AC-01 2026-03']],
    ['monthly, on the day', '2026-03', '2026-03-31', '2026-03-31', ['due AC-01 2026-03']],
    ['monthly, the day after', '2026-03', '2026-03-31', '2026-04-01', []],
    ['daily, on the day only', '2026-03-31', '2026-03-31', '2026-03-31', ['due AC-01 2026-03-31']],
    ['weekly, the day before', '2026-W13', '2026-03-29', '2026-03-28', ['due-soon AC-01 2026-W13']],
    ['quarterly, a week before', '2026-Q1', '2026-03-31', '2026-03-24', ['due-soon AC-01 2026-Q1']],
    ['half-yearly, two weeks before', '2026-H1', '2026-06-30', '2026-06-16', ['due-soon AC-01 2026-H1']],
    ['yearly, two weeks before', '2026', '2026-12-31', '2026-12-17', ['due-soon AC-01 2026']],
  ])('%s', (_, key, dueOn, today, expected) => {
    expect(told([duty(key, dueOn)], today)).toEqual(expected);
  });

  test('is for what runs: what is missed or has not begun is not reminded of', () => {
    const states = ['overdue', 'in-grace', 'upcoming'].map((state) => duty('2026-03', '2026-03-31', state));

    expect(told(states, '2026-03-31')).toEqual([]);
  });
});

describe('quiet hours', () => {
  test.each([
    ['UTC', '2026-03-01T18:59:59Z', false],
    ['UTC', '2026-03-01T19:00:00Z', true],
    ['UTC', '2026-03-01T06:59:59Z', true],
    ['UTC', '2026-03-01T07:00:00Z', false],
    ['Asia/Tokyo', '2026-03-01T11:00:00Z', true],
    ['Asia/Tokyo', '2026-03-01T22:00:00Z', false],
  ])('in %s at %s: %s', (zone, moment, expected) => {
    expect(isQuiet(DEFAULT_NOTIFICATIONS, zone, at(moment))).toBe(expected);
  });

  test('within one day, and none at all', () => {
    const lunch = { ...DEFAULT_NOTIFICATIONS, quietFrom: '12:00', quietTo: '13:00' };

    expect([
      isQuiet(lunch, 'UTC', at('2026-03-01T12:30:00Z')),
      isQuiet(lunch, 'UTC', at('2026-03-01T14:00:00Z')),
    ]).toEqual([true, false]);
    expect(isQuiet({ ...lunch, quietTo: '12:00' }, 'UTC', at('2026-03-01T12:00:00Z'))).toBe(false);
  });
});

describe('the digest', () => {
  test.each([
    ['UTC', '2026-03-02T07:59:59Z', '2026-02-23'],
    ['UTC', '2026-03-02T08:00:00Z', '2026-03-02'],
    ['UTC', '2026-03-08T23:00:00Z', '2026-03-02'],
    ['Europe/Madrid', '2026-03-02T07:00:00Z', '2026-03-02'],
  ])('in %s by %s is that of %s', (zone, now, expected) => {
    expect(digestDay(DEFAULT_NOTIFICATIONS, zone, at(now))).toBe(expected);
  });
});
