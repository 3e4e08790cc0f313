import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf, dayEnd, dayNumber, dayStart, ELAPSED_DAY, printInstant } from '../kernel/time.ts';
import type { Governed } from '../kernel/time.ts';
import { FREQUENCIES, keyIsOfControl, occurrenceOf, occurrencesOf } from './schedule.ts';
import type { Calendar, Terms } from './schedule.ts';

const madrid: Calendar = { zone: 'Europe/Madrid', holidays: new Set() };

function terms(frequency: Terms['frequency'], more: Partial<Terms> = {}): Terms {
  return { frequency, startsOn: '2026-01-01', days: 'all', evidence: 'optional', ...more };
}

const always = (of: Terms): Governed<Terms> => [{ from: -Infinity, to: Infinity, terms: of }];

function due(
  governed: Governed<Terms>,
  from: string,
  to: string,
  calendar = madrid,
): readonly { readonly key: string; readonly part: boolean }[] {
  return occurrencesOf(governed, calendar, dayStart(calendar.zone, from), dayEnd(calendar.zone, to) + 1);
}

const keys = (governed: Governed<Terms>, from: string, to: string, calendar = madrid): readonly string[] =>
  due(governed, from, to, calendar).map((one) => one.key);

describe('periods are calendar days, ISO weeks, months, quarters, halves, years in the organisation’s time zone', () => {
  it.each([
    ['daily', '2026-03-28', '2026-03-30', ['2026-03-28', '2026-03-29', '2026-03-30']],
    ['weekly', '2026-02-20', '2026-03-08', ['2026-W08', '2026-W09', '2026-W10']],
    ['monthly', '2026-02-01', '2026-04-29', ['2026-02', '2026-03']],
    ['quarterly', '2026-01-01', '2026-12-31', ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']],
    ['semiannual', '2026-01-01', '2026-12-31', ['2026-H1', '2026-H2']],
    ['annual', '2026-01-01', '2027-12-30', ['2026']],
    ['continuous', '2026-01-01', '2026-12-31', []],
    ['per-event', '2026-01-01', '2026-12-31', []],
  ] as const)('%s from %s to %s', (frequency, from, to, expected) => {
    expect(keys(always(terms(frequency)), from, to)).toEqual(expected);
  });

  it('due is the end of the period’s last day, local time, over a change of clocks', () => {
    const march = occurrenceOf(always(terms('monthly')), madrid, '2026-03');

    expect(march && printInstant(march.start)).toBe('2026-02-28T23:00:00.000Z');
    expect(march && printInstant(march.due)).toBe('2026-03-31T21:59:59.999Z');
  });

  it('a day that the zone skipped has no occurrence', () => {
    const apia: Calendar = { zone: 'Pacific/Apia', holidays: new Set() };

    expect(keys(always(terms('daily', { startsOn: '2011-12-29' })), '2011-12-28', '2012-01-01', apia)).toEqual([
      '2011-12-29',
      '2011-12-31',
      '2012-01-01',
    ]);
  });
});

describe('a period counts that begins on or after startsOn and ends on or before endsOn', () => {
  it('without startsOn the control is planned and has none', () => {
    expect(keys(always(terms('daily', { startsOn: undefined })), '2026-01-01', '2026-01-10')).toEqual([]);
  });

  it('the part-period in which it starts has one too, marked, and beginning at startsOn', () => {
    const governed = always(terms('monthly', { startsOn: '2026-01-15', endsOn: '2026-03-30' }));
    const found = due(governed, '2025-12-01', '2026-04-30');

    expect(found).toEqual([
      expect.objectContaining({ key: '2026-01', part: true, start: dayStart('Europe/Madrid', '2026-01-15') }),
      expect.objectContaining({ key: '2026-02', part: false }),
    ]);
  });

  it('a period that ends on endsOn is the last', () => {
    expect(keys(always(terms('monthly', { endsOn: '2026-02-28' })), '2026-01-01', '2026-12-31')).toEqual([
      '2026-01',
      '2026-02',
    ]);
  });
});

describe('grace adds calendar days', () => {
  it.each([
    ['daily', '2026-03-02', '2026-03-03'],
    ['weekly', '2026-W09', '2026-03-04'],
    ['monthly', '2026-03', '2026-04-07'],
    ['quarterly', '2026-Q1', '2026-04-14'],
    ['semiannual', '2026-H1', '2026-07-30'],
    ['annual', '2026', '2027-01-30'],
  ] as const)('the default of a %s control due %s ends on %s', (frequency, key, last) => {
    expect(occurrenceOf(always(terms(frequency)), madrid, key)?.graceEnd).toBe(dayEnd('Europe/Madrid', last));
  });

  it.each([
    ['P10D', '2026-04-10'],
    ['P1W', '2026-04-07'],
    ['P0D', '2026-03-31'],
  ])('a grace of %s after March ends on %s', (grace, last) => {
    expect(occurrenceOf(always(terms('monthly', { grace })), madrid, '2026-03')?.graceEnd).toBe(
      dayEnd('Europe/Madrid', last),
    );
  });
});

describe('with days: weekdays', () => {
  const calendar: Calendar = { zone: 'Europe/Madrid', holidays: new Set(['2026-04-03', '2026-04-06']) };
  const governed = always(terms('daily', { days: 'weekdays' }));

  it('a control has none on Saturdays, Sundays and holidays', () => {
    expect(keys(governed, '2026-04-02', '2026-04-08', calendar)).toEqual(['2026-04-02', '2026-04-07', '2026-04-08']);
  });

  it('its grace skips such days', () => {
    expect(occurrenceOf(governed, calendar, '2026-04-02')?.graceEnd).toBe(dayEnd('Europe/Madrid', '2026-04-07'));
  });
});

describe('a version governs what falls due from its effectiveFrom on', () => {
  const change = dayStart('Europe/Madrid', '2026-04-15');
  const governed: Governed<Terms> = [
    { from: -Infinity, to: change, terms: terms('monthly') },
    { from: change, to: Infinity, terms: terms('quarterly', { endsOn: '2026-09-30' }) },
  ];

  it('monthly until the change, quarterly after', () => {
    expect(keys(governed, '2026-01-01', '2026-12-31')).toEqual(['2026-01', '2026-02', '2026-03', '2026-Q2', '2026-Q3']);
  });

  it('setting endsOn before an occurrence already due leaves that occurrence in the list', () => {
    const ended: Governed<Terms> = [
      { from: -Infinity, to: change, terms: terms('monthly') },
      { from: change, to: Infinity, terms: terms('monthly', { endsOn: '2026-02-10' }) },
    ];

    expect(keys(ended, '2026-01-01', '2026-12-31')).toEqual(['2026-01', '2026-02', '2026-03']);
  });

  it('what falls due while it was retired is none', () => {
    const gap: Governed<Terms> = [
      { from: -Infinity, to: change, terms: terms('monthly') },
      { from: dayStart('Europe/Madrid', '2026-07-01'), to: Infinity, terms: terms('monthly') },
    ];

    expect(keys(gap, '2026-01-01', '2026-08-30')).toEqual(['2026-01', '2026-02', '2026-03', '2026-07']);
  });

  const anyTerms = fc.record({
    frequency: fc.constantFrom(...FREQUENCIES),
    startsOn: fc.option(
      fc.integer({ min: 0, max: 500 }).map((n) => dateOf(dayNumber('2025-06-01') + n)),
      { nil: undefined },
    ),
    endsOn: fc.option(
      fc.integer({ min: 0, max: 900 }).map((n) => dateOf(dayNumber('2025-06-01') + n)),
      { nil: undefined },
    ),
    days: fc.constant<'all'>('all'),
    evidence: fc.constant<'optional'>('optional'),
  });

  it('adding a later version never changes what fell due before it', () => {
    fc.assert(
      fc.property(anyTerms, anyTerms, fc.integer({ min: 0, max: 700 }), (first, second, days) => {
        const at = dayStart('Europe/Madrid', '2025-06-01') + days * ELAPSED_DAY + 12_345;
        const end = dayStart('Europe/Madrid', '2027-12-31');
        const before = occurrencesOf(always(first), madrid, -Infinity, end);
        const versions: Governed<Terms> = [
          { from: -Infinity, to: at, terms: first },
          { from: at, to: Infinity, terms: second },
        ];
        const after = occurrencesOf(versions, madrid, -Infinity, end);

        expect(after.filter((one) => one.due < at)).toEqual(before.filter((one) => one.due < at));
        expect(new Set(after.map((one) => one.key)).size).toBe(after.length);
        for (const one of after) expect(occurrenceOf(versions, madrid, one.key)).toEqual(one);
      }),
      { numRuns: 100 },
    );
  });

  it('a window split in two has the occurrences of the whole', () => {
    fc.assert(
      fc.property(anyTerms, fc.integer({ min: 0, max: 900 * ELAPSED_DAY }), (one, offset) => {
        const [from, to] = [dayStart('Europe/Madrid', '2025-01-01'), dayStart('Europe/Madrid', '2027-12-31')];
        const whole = occurrencesOf(always(one), madrid, from, to);
        const split = [
          ...occurrencesOf(always(one), madrid, from, from + offset),
          ...occurrencesOf(always(one), madrid, from + offset, to),
        ];

        expect(split).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a KEY the control has no occurrence for is told', () => {
  const noon = Date.UTC(2026, 5, 1, 12);
  it.each([
    ['monthly', '2026-03', true],
    ['monthly', '2025-12', false],
    ['monthly', '2026-13', false],
    ['monthly', '2026-Q1', false],
    ['weekly', '2026-W54', false],
    ['daily', '2026-02-30', false],
    ['annual', '2026', true],
    ['continuous', '2026', false],
    ['per-event', 'INC-7', true],
    ['per-event', '', false],
  ] as const)('%s has %j: %s', (frequency, key, has) => {
    expect(keyIsOfControl(always(terms(frequency)), madrid, key, noon)).toBe(has);
  });
});
