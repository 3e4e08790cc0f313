import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  dateOf,
  dayEnd,
  dayNumber,
  dayNumberOf,
  dayOf,
  dayStart,
  elapsed,
  ELAPSED_DAY,
  HOUR,
  inForce,
  isoWeek,
  isoWeekStart,
  isZone,
  parseDate,
  parseDuration,
  parseInstant,
  parseT,
  printInstant,
  weekday,
} from './time.ts';

describe('a day runs from its first instant in the time zone to the next day’s first instant', () => {
  it.each([
    ['UTC', '2026-03-01', '2026-03-01T00:00:00.000Z', 24],
    ['Europe/Madrid', '2026-03-29', '2026-03-28T23:00:00.000Z', 23],
    ['Europe/Madrid', '2026-10-25', '2026-10-24T22:00:00.000Z', 25],
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z', 23],
    ['America/Sao_Paulo', '2018-02-17', '2018-02-17T02:00:00.000Z', 25],
    ['Pacific/Apia', '2011-12-29', '2011-12-29T10:00:00.000Z', 24],
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z', 0],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00.000Z', 24],
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00.000Z', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', '2026-10-03T13:30:00.000Z', 23.5],
  ])('%s %s begins %s and has %d hours', (zone, date, start, hours) => {
    expect(printInstant(dayStart(zone, date))).toBe(start);
    expect((dayStart(zone, addDays(date, 1)) - dayStart(zone, date)) / HOUR).toBe(hours);
  });

  it('prints the end of a day as its last millisecond', () => {
    expect(printInstant(dayEnd('Europe/Madrid', '2026-03-31'))).toBe('2026-03-31T21:59:59.999Z');
  });

  it('puts every instant into the day whose span holds it, also where the clock is set back over midnight', () => {
    const zones = [
      'UTC',
      'Europe/Madrid',
      'America/Sao_Paulo',
      'Pacific/Apia',
      'Australia/Lord_Howe',
      'America/St_Johns',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 20_700 * ELAPSED_DAY }), (zone, t) => {
        const date = dayOf(zone, t);

        expect(dayStart(zone, date)).toBeLessThanOrEqual(t);
        expect(dayEnd(zone, date)).toBeGreaterThanOrEqual(t);
      }),
      { numRuns: 400 },
    );
  });

  it('keeps an instant of the repeated hour in the day that had already begun (St John’s, 1988, back at 00:01)', () => {
    const first = dayStart('America/St_Johns', '1988-10-30');

    expect(dayOf('America/St_Johns', first)).toBe('1988-10-30');
    expect(dayOf('America/St_Johns', first + 30 * 60_000)).toBe('1988-10-30');
  });
});

describe('dates', () => {
  it('agree with another calendar on day number, weekday and ISO week', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 2_000_000 }), (n) => {
        const other = Temporal.PlainDate.from('1970-01-01').add({ days: n });
        const date = dateOf(n);

        expect(date).toBe(other.toString());
        expect(dayNumber(date)).toBe(n);
        expect(weekday(date)).toBe(other.dayOfWeek);
        expect(isoWeek(date)).toBe(`${other.yearOfWeek}-W${String(other.weekOfYear).padStart(2, '0')}`);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['2026-W01', '2025-12-29'],
    ['2026-W09', '2026-02-23'],
    ['2020-W53', '2020-12-28'],
    ['2025-W53', undefined],
    ['2026-W00', undefined],
    ['2026-W9', undefined],
  ])('the week %s begins on %s', (key, monday) => {
    expect(isoWeekStart(key)).toBe(monday);
  });

  it('counts the thirteenth month as next January', () => {
    expect(dateOf(dayNumberOf(2026, 13, 1))).toBe('2027-01-01');
    expect(dateOf(dayNumberOf(2026, 0, 31))).toBe('2025-12-31');
  });

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-1-1',
    '1969-12-31',
    ' 2026-01-01',
    '2026-01-01T',
    '0206-03-01',
    '',
  ])('refuses %j as a date', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  it('takes a leap day that exists', () => {
    expect(parseDate('2028-02-29')).toBe('2028-02-29');
  });
});

describe('instants', () => {
  it.each([
    ['2026-03-01T08:00:00Z', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01T08:00:00+02:30', '2026-03-01T05:30:00.000Z'],
    ['2026-03-01T23:59:59.5-01:00', '2026-03-02T00:59:59.500Z'],
    ['2026-03-01T08:00:00.123999999Z', '2026-03-01T08:00:00.123Z'],
  ])('%s is %s', (text, printed) => {
    const t = parseInstant(text);

    expect(t === undefined ? undefined : printInstant(t)).toBe(printed);
  });

  it.each([
    '2026-03-01T08:00:00',
    '2026-03-01 08:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T08:60:00Z',
    '2026-03-01T08:00:60Z',
    '2026-02-30T08:00:00Z',
    '2026-03-01T08:00:00+24:00',
    '2026-03-01T08:00Z',
    '2026-03-01T08:00:00.Z',
    '2026-03-01t08:00:00z',
    '2026-03-01',
  ])('refuses %j as an instant', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('survive printing and parsing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (t) => parseInstant(printInstant(t)) === t),
    );
  });

  it('T is an instant, or a date: the end of that day in the zone', () => {
    expect(parseT('Europe/Madrid', '2026-03-31')).toBe(parseInstant('2026-03-31T21:59:59.999Z'));
    expect(parseT('Europe/Madrid', '2026-03-31T10:00:00Z')).toBe(parseInstant('2026-03-31T10:00:00Z'));
    expect(parseT('Europe/Madrid', 'yesterday')).toBeUndefined();
  });
});

describe('durations', () => {
  it.each([
    ['P1DT1H', { days: 1, ms: HOUR }],
    ['P2W', { days: 14, ms: 0 }],
    ['P1W2D', { days: 9, ms: 0 }],
    ['PT0S', { days: 0, ms: 0 }],
    ['PT90M', { days: 0, ms: 90 * 60_000 }],
    ['PT1.5S', { days: 0, ms: 1500 }],
  ])('%s is %o', (text, duration) => {
    expect(parseDuration(text)).toEqual(duration);
  });

  it.each(['P', 'PT', 'P1DT', 'P1M', 'P1Y', '-P1D', 'P-1D', '1D', 'P1H', 'PT1D', 'P1.5D', 'p1d', ''])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('as elapsed time have days of 24 hours', () => {
    expect(elapsed({ days: 1, ms: HOUR })).toBe(25 * HOUR);
  });
});

describe('zones', () => {
  it.each([
    ['Europe/Madrid', true],
    ['UTC', true],
    ['Mars/Olympus', false],
    ['+02:00', false],
    ['', false],
  ])('%j: %s', (name, is) => {
    expect(isZone(name)).toBe(is);
  });
});

describe('the version in force', () => {
  const governed = [
    { from: -Infinity, to: 10, terms: 'first' },
    { from: 20, to: Infinity, terms: 'second' },
  ];

  it.each([
    [9, 'first'],
    [10, undefined],
    [19, undefined],
    [20, 'second'],
  ])('at %d is %s', (at, terms) => {
    expect(inForce(governed, at)).toBe(terms);
  });
});
