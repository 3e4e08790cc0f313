import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayStart } from '../kernel/time.ts';
import { assign, assignEvents } from './assignment.ts';
import type { Performed } from './assignment.ts';
import { occurrencesOf } from './schedule.ts';
import type { Calendar, Occurrence, Terms } from './schedule.ts';

const calendar: Calendar = { zone: 'UTC', holidays: new Set() };
const day = (date: string): number => dayStart('UTC', date) + 9 * 3_600_000;

function due(terms: Partial<Terms> = {}, to = '2027-01-01'): readonly Occurrence[] {
  const all: Terms = { frequency: 'monthly', startsOn: '2026-01-01', days: 'all', evidence: 'optional', ...terms };
  return occurrencesOf([{ from: -Infinity, to: Infinity, terms: all }], calendar, -Infinity, dayStart('UTC', to));
}

function performed(id: string, date: string, more: Partial<Performed> = {}): Performed {
  return { id, at: day(date), recordedAt: day(date), outcome: 'done', evidence: 0, ...more };
}

/** Which performance met what, and which met nothing. */
function outcome(occurrences: readonly Occurrence[], list: readonly Performed[]): Record<string, string> {
  const { met, unmatched } = assign(occurrences, list);
  return Object.fromEntries([
    ...[...met].map(([key, one]) => [one.id, key]),
    ...unmatched.map((one) => [one.performance, '-']),
  ]);
}

describe('assignment', () => {
  it.each<[string, readonly Performed[], Record<string, string>]>([
    ['one meets its own period', [performed('a', '2026-02-10')], { a: '2026-02' }],
    ['one alone meets its own, though the previous is unmet', [performed('a', '2026-02-03')], { a: '2026-02' }],
    [
      'of two, the oldest within the previous one’s grace meets that, the next its own',
      [performed('b', '2026-02-20'), performed('a', '2026-02-03')],
      { a: '2026-01', b: '2026-02' },
    ],
    [
      'of two, the oldest past the grace meets its own, the next nothing',
      [performed('a', '2026-02-08'), performed('b', '2026-02-20')],
      { a: '2026-02', b: '-' },
    ],
    [
      'of two, with the previous one met, the oldest meets its own',
      [performed('z', '2026-01-20'), performed('a', '2026-02-03'), performed('b', '2026-02-20')],
      { z: '2026-01', a: '2026-02', b: '-' },
    ],
    [
      'of three, the third meets nothing',
      [performed('a', '2026-02-03'), performed('b', '2026-02-04'), performed('c', '2026-02-05')],
      { a: '2026-01', b: '2026-02', c: '-' },
    ],
    [
      'at one moment the id decides',
      [performed('b', '2026-02-10'), performed('a', '2026-02-10')],
      { a: '2026-02', b: '-' },
    ],
    [
      'a not-done one meets none',
      [performed('a', '2026-02-10', { outcome: 'not-done' }), performed('b', '2026-02-11', { outcome: 'findings' })],
      { a: '-', b: '2026-02' },
    ],
    ['a KEY is met late', [performed('a', '2026-02-03', { for: '2026-01' })], { a: '2026-01' }],
    ['a KEY after grace meets nothing', [performed('a', '2026-02-08', { for: '2026-01' })], { a: '-' }],
    ['a KEY before its period meets nothing', [performed('a', '2026-01-31', { for: '2026-02' })], { a: '-' }],
    [
      'each with a KEY can meet only that one, the oldest decides',
      [performed('b', '2026-01-12', { for: '2026-01' }), performed('a', '2026-01-11', { for: '2026-01' })],
      { a: '2026-01', b: '-' },
    ],
    [
      'a late KEY yields to an unkeyed one that is on time',
      [performed('a', '2026-01-20'), performed('k', '2026-02-02', { for: '2026-01' })],
      { a: '2026-01', k: '-' },
    ],
    [
      'a KEY on time comes before an older unkeyed one',
      [performed('a', '2026-01-10'), performed('k', '2026-01-20', { for: '2026-01' })],
      { a: '-', k: '2026-01' },
    ],
    [
      'in a period with no occurrence left, one alone meets the previous',
      [performed('k', '2026-02-10', { for: '2026-02' }), performed('a', '2026-02-03')],
      { k: '2026-02', a: '2026-01' },
    ],
    [
      'one filed for the previous leaves the surplus unmatched',
      [performed('k', '2026-02-02', { for: '2026-01' }), performed('a', '2026-02-03'), performed('b', '2026-02-04')],
      { k: '2026-01', a: '2026-02', b: '-' },
    ],
  ])('%s', (_, list, expected) => {
    expect(outcome(due(), list)).toEqual(expected);
  });

  it('on a day off, the oldest meets the previous working day if that is unmet', () => {
    const weekdays = due({ frequency: 'daily', days: 'weekdays' }, '2026-03-01');

    expect(
      outcome(weekdays, [performed('a', '2026-01-10'), performed('b', '2026-01-11'), performed('c', '2026-01-12')]),
    ).toEqual({ a: '2026-01-09', b: '-', c: '2026-01-12' });
  });

  it('after endsOn, within grace, it meets the last one', () => {
    expect(outcome(due({ endsOn: '2026-02-28' }), [performed('a', '2026-03-05')])).toEqual({ a: '2026-02' });
    expect(outcome(due({ endsOn: '2026-02-28' }), [performed('a', '2026-03-08')])).toEqual({ a: '-' });
  });

  it('in the part-period before startsOn it meets nothing', () => {
    const mid = due({ startsOn: '2026-01-15' });

    expect(outcome(mid, [performed('a', '2026-01-14'), performed('b', '2026-01-15')])).toEqual({
      a: '-',
      b: '2026-01',
    });
  });

  it('counts both edges of a period and of its grace', () => {
    const [january, february] = due();
    const at = (id: string, t: number, key?: string): Performed => ({
      ...performed(id, '2026-01-01'),
      at: t,
      recordedAt: t,
      for: key,
    });

    expect(outcome(due(), [at('a', january?.start ?? 0)])).toEqual({ a: '2026-01' });
    expect(outcome(due(), [at('a', january?.due ?? 0)])).toEqual({ a: '2026-01' });
    expect(outcome(due(), [at('a', february?.start ?? 0)])).toEqual({ a: '2026-02' });
    expect(outcome(due(), [at('a', january?.graceEnd ?? 0, '2026-01')])).toEqual({ a: '2026-01' });
    expect(outcome(due(), [at('a', (january?.graceEnd ?? 0) + 1, '2026-01')])).toEqual({ a: '-' });
  });

  const anyPerformed = fc.record({
    day: fc.integer({ min: 0, max: 120 }),
    key: fc.option(fc.constantFrom('2026-01', '2026-02', '2026-03', '2027-09'), { nil: undefined }),
    outcome: fc.constantFrom<Performed['outcome']>('done', 'findings', 'not-done'),
  });

  it('each performance meets one occurrence in its time or is listed, whatever order they come in', () => {
    fc.assert(
      fc.property(fc.array(anyPerformed, { maxLength: 12 }), (some) => {
        const list = some.map((one, i): Performed => {
          const at = day('2026-01-01') + one.day * 86_400_000;
          return { id: `p${i}`, at, recordedAt: at, for: one.key, outcome: one.outcome, evidence: 0 };
        });
        const occurrences = due();
        const { met, unmatched } = assign(occurrences, list);

        const ids = [...[...met.values()].map((one) => one.id), ...unmatched.map((one) => one.performance)];
        expect(ids.sort()).toEqual(list.map((one) => one.id).sort());
        for (const occurrence of occurrences) {
          const one = met.get(occurrence.key);
          if (!one) continue;
          expect(one.at).toBeGreaterThanOrEqual(occurrence.start);
          expect(one.at).toBeLessThanOrEqual(occurrence.graceEnd);
          expect(one.outcome).not.toBe('not-done');
          expect(one.for ?? occurrence.key).toBe(occurrence.key);
        }
        expect([...assign(occurrences, list.toReversed()).met].sort()).toEqual([...met].sort());
      }),
      { numRuns: 300 },
    );
  });
});

describe('where the frequency changed, periods overlap', () => {
  const all: Terms = { frequency: 'weekly', startsOn: '2026-01-05', days: 'all', evidence: 'optional' };
  const change = dayStart('UTC', '2026-01-12');
  const occurrences = occurrencesOf(
    [
      { from: -Infinity, to: change, terms: all },
      { from: change, to: Infinity, terms: { ...all, frequency: 'monthly' } },
    ],
    calendar,
    -Infinity,
    dayStart('UTC', '2026-03-01'),
  );

  it('a performance lies in the first to end, and meets no other', () => {
    const list = [performed('a', '2026-01-06'), performed('b', '2026-01-07')];

    expect(outcome(occurrences, list)).toEqual({ a: '2026-W02', b: '-' });
    expect(outcome(occurrences, [...list, performed('c', '2026-01-20')])).toMatchObject({ b: '-', c: '2026-01' });
  });
});

describe('events filed by hand', () => {
  const change = dayStart('UTC', '2026-02-01');
  const monthly: Terms = { frequency: 'monthly', startsOn: '2026-01-01', days: 'all', evidence: 'optional' };
  const governed = [
    { from: -Infinity, to: change, terms: monthly },
    {
      from: change,
      to: Infinity,
      terms: { ...monthly, frequency: 'per-event', startsOn: '2026-02-10', endsOn: '2026-03-10' },
    },
  ] as const;
  const filed = (...list: readonly Performed[]): readonly string[] => [
    ...assignEvents(governed, calendar, list).met.keys(),
  ];

  it.each<[string, Performed, readonly string[]]>([
    ['on the first day', performed('a', '2026-02-10', { for: 'INC-1' }), ['INC-1']],
    ['before the start', performed('a', '2026-02-09', { for: 'INC-1' }), []],
    ['on the last day', performed('a', '2026-03-10', { for: 'INC-1' }), ['INC-1']],
    ['after the end', performed('a', '2026-03-11', { for: 'INC-1' }), []],
    ['while the control was monthly', performed('a', '2026-01-20', { for: 'INC-1' }), []],
    ['with the key of an occurrence', performed('a', '2026-02-20', { for: '2026-01' }), []],
  ])('%s', (_, one, met) => {
    expect(filed(one)).toEqual(met);
  });

  it('the oldest of an event is its occurrence', () => {
    const { met, unmatched } = assignEvents(governed, calendar, [
      performed('b', '2026-02-21', { for: 'INC-1' }),
      performed('a', '2026-02-20', { for: 'INC-1' }),
    ]);

    expect(met.get('INC-1')?.id).toBe('a');
    expect(unmatched.map((one) => one.performance)).toEqual(['b']);
  });
});
