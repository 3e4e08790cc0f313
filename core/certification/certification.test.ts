import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays } from '../kernel/index.ts';
import type { Score } from './audit-days.ts';
import { auditDays, FLOOR, levelOf, tableRow, toHalfDays } from './audit-days.ts';
import { cycleOf, majorBy, stageGap } from './cycle.ts';
import { addMonths } from '../framework/months.ts';

const score = fc.constantFrom<Score>(1, 2, 3);
const three = fc.tuple(score, score, score);
const persons = fc.integer({ min: 1, max: 60_000 });
const date = fc.integer({ min: 0, max: 40_000 }).map((n) => addDays('1990-01-01', n));

describe('the table', () => {
  test.each([
    [1, 5],
    [10, 5],
    [11, 6],
    [14, 6],
    [25, 7],
    [26, 8.5],
    [45, 8.5],
    [46, 10],
    [175, 13],
    [176, 14],
    [10_700, 28],
    [10_701, 29],
    [13_376, 30],
  ])('%i persons: %d days', (n, days) => {
    expect(tableRow(n).days).toBe(days);
  });

  test('has a row for everybody, never fewer days for more persons', () => {
    fc.assert(
      fc.property(persons, (n) => {
        const row = tableRow(n);
        expect(row.from <= n && n <= row.to).toBe(true);
        expect(tableRow(n + 1).days).toBeGreaterThanOrEqual(row.days);
      }),
    );
    expect(() => tableRow(0)).toThrow(RangeError);
    expect(() => tableRow(2.5)).toThrow(RangeError);
  });
});

describe('days of the audits', () => {
  test('the worked example: 14 persons, nothing but a cloud, low and low', () => {
    expect(auditDays(14, { business: [1, 1, 1], it: [1, 2, 1] })).toMatchObject({
      row: { from: 11, to: 15, days: 6, isOfTable: true },
      adjustment: { low: -0.3, high: -0.1 },
      days: { low: 4.5, likely: 5, high: 5.5 },
      isFloored: true,
      surveillance: { likely: 2 },
      recertification: { low: 3, likely: 3.5, high: 4 },
    });
  });

  test('30 persons of a middling kind: the table as it is', () => {
    expect(auditDays(30, { business: [2, 2, 2], it: [2, 2, 2] })).toMatchObject({
      days: { low: 8.5, likely: 8.5, high: 8.5 },
      stage1: { likely: 3 },
      stage2: { likely: 5.5 },
    });
  });

  test.each([
    [[1, 1, 1], 'low'],
    [[1, 1, 2], 'low'],
    [[1, 2, 2], 'medium'],
    [[2, 2, 2], 'medium'],
    [[3, 2, 2], 'high'],
    [[3, 3, 3], 'high'],
  ] as const)('scores %j are %s', (scores, level) => {
    expect(levelOf(scores)).toBe(level);
  });

  test('stand in half days, ordered, above the floor, and both stages make the whole', () => {
    fc.assert(
      fc.property(persons, three, three, (n, business, it) => {
        const found = auditDays(n, { business, it });
        const bands = [found.days, found.stage1, found.stage2, found.surveillance, found.recertification];
        for (const { low, likely, high } of bands) {
          expect(low <= likely && likely <= high).toBe(true);
          expect([low, likely, high].every((days) => Number.isInteger(days * 2) && days > 0)).toBe(true);
        }
        expect(found.days.low).toBeGreaterThanOrEqual(found.row.days * FLOOR - 1e-9);
        expect(found.stage1.likely + found.stage2.likely).toBe(found.days.likely);
        expect(found.surveillance.likely).toBeLessThanOrEqual(found.recertification.likely);
        expect(found.recertification.likely).toBeLessThanOrEqual(found.days.likely);
      }),
    );
  });

  test('a higher score never takes a day off', () => {
    fc.assert(
      fc.property(persons, three, three, (n, business, it) => {
        const more = auditDays(n, { business: [3, business[1], business[2]], it });
        expect(more.days.high).toBeGreaterThanOrEqual(auditDays(n, { business, it }).days.high);
      }),
    );
  });

  test.each([
    [4.2, 4.5],
    [5.4, 5.5],
    [5, 5],
    [8.5 * 0.8, 7],
    [0.3 * 10, 3],
  ])('%d days are booked as %d', (days, booked) => {
    expect(toHalfDays(days)).toBe(booked);
  });
});

describe('the cycle', () => {
  test('from the decision on', () => {
    expect(cycleOf('2027-02-01')).toEqual({
      decision: '2027-02-01',
      surveillance1By: '2028-02-01',
      surveillance2On: '2029-02-01',
      surveillance2By: '2029-12-31',
      recertificationOn: '2029-10-31',
      expiry: '2030-01-31',
      restorableUntil: '2030-07-31',
    });
    expect(cycleOf('2028-02-29')).toMatchObject({ surveillance1By: '2029-02-28', expiry: '2031-02-27' });
  });

  test('its dates follow each other, whatever the decision', () => {
    fc.assert(
      fc.property(date, (decision) => {
        const cycle = cycleOf(decision);
        const dates = [
          cycle.decision,
          cycle.surveillance1By,
          cycle.surveillance2On,
          cycle.recertificationOn,
          cycle.expiry,
          cycle.restorableUntil,
        ];
        expect([...dates].sort()).toEqual(dates);
        expect(new Set(dates).size).toBe(dates.length);
        expect(Number(cycle.surveillance2On.slice(0, 4))).toBe(Number(cycle.surveillance1By.slice(0, 4)) + 1);
        expect(cycle.surveillance2By >= cycle.surveillance2On).toBe(true);
        expect(addDays(cycle.expiry, 1)).toBe(addMonths(decision, 36));
      }),
    );
  });

  test.each([
    ['2026-10-12', '2026-10-12', 'overlapping'],
    ['2026-10-12', '2026-10-25', 'short'],
    ['2026-10-12', '2026-10-26', 'usual'],
    ['2026-10-12', '2026-12-07', 'usual'],
    ['2026-10-12', '2026-12-08', 'long'],
    ['2026-10-12', '2027-01-13', 'warned'],
    ['2026-10-12', '2027-04-13', 'repeated'],
  ])('stage 1 ends %s, stage 2 begins %s: %s', (ends, starts, gap) => {
    expect(stageGap(ends, starts)).toBe(gap);
  });

  test('a major nonconformity has six months', () => {
    expect(majorBy('2026-08-31')).toBe('2027-02-28');
  });
});

test('months later is no day of the month after', () => {
  expect([addMonths('2026-01-31', 1), addMonths('2026-01-31', 25), addMonths('2026-03-31', -1)]).toEqual([
    '2026-02-28',
    '2028-02-29',
    '2026-02-28',
  ]);
  fc.assert(
    fc.property(date, fc.integer({ min: -60, max: 60 }), (from, n) => {
      expect(addMonths(from, n).slice(8) <= from.slice(8)).toBe(true);
    }),
  );
});
