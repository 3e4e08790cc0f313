import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { addDays, dateOf, dayOf, dayStart, HOUR, parseInstant, printInstant, weekday } from '../kernel/index.ts';
import type { Amount } from './catalog.ts';
import type { DutyCalendar } from './deadline.ts';
import { dueAfter, dueExtended, isBusinessDay, yearEnd } from './deadline.ts';

const ZONES = [
  'UTC',
  'Europe/Madrid',
  'America/Sao_Paulo',
  'America/Guayaquil',
  'America/New_York',
  'Pacific/Apia',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
];
const calendar = (zone: string, ...daysOff: readonly string[]): DutyCalendar => ({ zone, daysOff: new Set(daysOff) });
const at = (text: string): number => parseInstant(text) ?? Number.NaN;
const due = (start: string, within: Amount, of: DutyCalendar, lastDayOff?: 'keeps' | 'moves'): string =>
  printInstant(dueAfter(at(start), within, of, lastDayOff).at);

describe('what is due when', () => {
  test.each<[string, string, Amount, DutyCalendar, 'keeps' | 'moves', string]>([
    [
      '72 hours of elapsed time over the change to summer time',
      '2026-03-27T10:00:00+01:00',
      { amount: 72, unit: 'hours' },
      calendar('Europe/Madrid'),
      'keeps',
      '2026-03-30T09:00:00.000Z',
    ],
    [
      '72 hours over the change back',
      '2026-10-23T10:00:00+02:00',
      { amount: 72, unit: 'hours' },
      calendar('Europe/Madrid'),
      'keeps',
      '2026-10-26T08:00:00.000Z',
    ],
    [
      '3 business days from a Friday are to the end of Wednesday in Brasília',
      '2026-11-20T23:30:00-03:00',
      { amount: 3, unit: 'business-days' },
      calendar('America/Sao_Paulo'),
      'keeps',
      '2026-11-26T02:59:59.999Z',
    ],
    [
      '3 business days over a day off',
      '2026-11-17T09:00:00-03:00',
      { amount: 3, unit: 'business-days' },
      calendar('America/Sao_Paulo', '2026-11-20'),
      'keeps',
      '2026-11-24T02:59:59.999Z',
    ],
    [
      '3 business days from a Saturday',
      '2026-11-21T12:00:00-03:00',
      { amount: 3, unit: 'business-days' },
      calendar('America/Sao_Paulo'),
      'keeps',
      '2026-11-26T02:59:59.999Z',
    ],
    [
      '5 calendar days in Quito, of an instant that is the next day elsewhere',
      '2026-05-01T02:00:00Z',
      { amount: 5, unit: 'calendar-days' },
      calendar('America/Guayaquil'),
      'keeps',
      '2026-05-06T04:59:59.999Z',
    ],
    [
      'a month from 31 January is the last of February',
      '2026-01-31T12:00:00Z',
      { amount: 1, unit: 'months' },
      calendar('UTC'),
      'keeps',
      '2026-02-28T23:59:59.999Z',
    ],
    [
      'and of a leap year its 29th',
      '2028-01-31T12:00:00Z',
      { amount: 1, unit: 'months' },
      calendar('UTC'),
      'keeps',
      '2028-02-29T23:59:59.999Z',
    ],
    [
      'a month that ends on a Saturday moves to Monday where the rule says so',
      '2026-01-31T12:00:00Z',
      { amount: 1, unit: 'months' },
      calendar('UTC'),
      'moves',
      '2026-03-02T23:59:59.999Z',
    ],
    [
      'and past a day off',
      '2026-01-31T12:00:00Z',
      { amount: 1, unit: 'months' },
      calendar('UTC', '2026-03-02'),
      'moves',
      '2026-03-03T23:59:59.999Z',
    ],
    [
      'a year from 29 February',
      '2028-02-29T12:00:00Z',
      { amount: 1, unit: 'years' },
      calendar('UTC'),
      'keeps',
      '2029-02-28T23:59:59.999Z',
    ],
    [
      '60 days from New York’s evening',
      '2026-01-01T23:00:00-05:00',
      { amount: 60, unit: 'calendar-days' },
      calendar('America/New_York'),
      'keeps',
      '2026-03-03T04:59:59.999Z',
    ],
    [
      'over a day that Apia skipped',
      '2011-12-29T12:00:00-10:00',
      { amount: 2, unit: 'calendar-days' },
      calendar('Pacific/Apia'),
      'keeps',
      '2011-12-31T09:59:59.999Z',
    ],
  ])('%s', (_says, start, within, of, lastDayOff, wanted) => {
    expect(due(start, within, of, lastDayOff)).toBe(wanted);
  });

  test('one month and two more are three months from the start, not two from the end of the first', () => {
    const extended = dueExtended(
      at('2025-11-30T12:00:00Z'),
      { amount: 1, unit: 'months' },
      { amount: 2, unit: 'months' },
      calendar('UTC'),
    );

    expect(printInstant(extended.at)).toBe('2026-02-28T23:59:59.999Z');
  });

  test('the year ends where the days are counted', () => {
    expect(printInstant(yearEnd(at('2026-12-31T23:30:00-05:00'), 'America/New_York'))).toBe('2027-01-01T04:59:59.999Z');
    expect(printInstant(yearEnd(at('2027-01-01T03:00:00Z'), 'America/New_York'))).toBe('2027-01-01T04:59:59.999Z');
    expect(printInstant(yearEnd(at('2027-01-01T03:00:00Z'), 'UTC'))).toBe('2027-12-31T23:59:59.999Z');
  });
});

const INSTANT = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2060-01-01T00:00:00Z') });
const ZONE = fc.constantFrom(...ZONES);
const DAYS_OFF = fc.array(fc.integer({ min: 10_957, max: 33_000 }).map(dateOf), { maxLength: 30 });

describe('for any start, zone and days off', () => {
  test('hours are elapsed time, whatever clocks are set to', () => {
    fc.assert(
      fc.property(INSTANT, ZONE, fc.integer({ min: 1, max: 2000 }), (start, zone, amount) => {
        expect(dueAfter(start, { amount, unit: 'hours' }, calendar(zone)).at - start).toBe(amount * HOUR);
      }),
    );
  });

  test('days end with the last millisecond of a local day, so many dates later, however long the days were', () => {
    fc.assert(
      fc.property(INSTANT, ZONE, fc.integer({ min: 1, max: 400 }), (start, zone, amount) => {
        const { at: end } = dueAfter(start, { amount, unit: 'calendar-days' }, calendar(zone));
        const last = addDays(dayOf(zone, start), amount);

        expect(end + 1).toBe(dayStart(zone, addDays(last, 1)));
      }),
    );
  });

  test('so many business days lie after the day of the event, and the last of them is one', () => {
    fc.assert(
      fc.property(INSTANT, ZONE, DAYS_OFF, fc.integer({ min: 1, max: 40 }), (start, zone, off, amount) => {
        fc.pre(zone !== 'Pacific/Apia');
        const of = calendar(zone, ...off);
        const { at: end } = dueAfter(start, { amount, unit: 'business-days' }, of);
        const [first, last] = [dayOf(zone, start), dayOf(zone, end)];
        let counted = 0;
        for (let day = addDays(first, 1); day <= last; day = addDays(day, 1)) if (isBusinessDay(of, day)) counted += 1;

        expect(counted).toBe(amount);
        expect(isBusinessDay(of, last)).toBe(true);
      }),
    );
  });

  test('a day off more never makes an end earlier', () => {
    fc.assert(
      fc.property(INSTANT, ZONE, DAYS_OFF, fc.integer({ min: 1, max: 30 }), (start, zone, off, amount) => {
        const within: Amount = { amount, unit: 'business-days' };

        expect(dueAfter(start, within, calendar(zone, ...off)).at).toBeGreaterThanOrEqual(
          dueAfter(start, within, calendar(zone)).at,
        );
      }),
    );
  });

  test('months keep the day of the month, or end on the month’s last', () => {
    fc.assert(
      fc.property(INSTANT, fc.integer({ min: 1, max: 30 }), (start, amount) => {
        const from = Temporal.PlainDate.from(dayOf('UTC', start));
        const last = Temporal.PlainDate.from(
          dayOf('UTC', dueAfter(start, { amount, unit: 'months' }, calendar('UTC')).at),
        );

        expect((last.year - from.year) * 12 + last.month - from.month).toBe(amount);
        expect(last.day).toBe(Math.min(from.day, last.daysInMonth));
      }),
    );
  });

  test('an end that moves lands on a working day, within the days off it skipped', () => {
    fc.assert(
      fc.property(INSTANT, DAYS_OFF, fc.integer({ min: 1, max: 12 }), (start, off, amount) => {
        const of = calendar('Europe/Madrid', ...off);
        const within: Amount = { amount, unit: 'months' };
        const [kept, moved] = [dueAfter(start, within, of, 'keeps'), dueAfter(start, within, of, 'moves')];

        expect(moved.at).toBeGreaterThanOrEqual(kept.at);
        expect(weekday(dayOf('Europe/Madrid', moved.at))).toBeLessThanOrEqual(5);
        if (isBusinessDay(of, dayOf('Europe/Madrid', kept.at))) expect(moved.at).toBe(kept.at);
      }),
    );
  });

  test('a later start never is due earlier', () => {
    const unit = fc.constantFrom('hours', 'calendar-days', 'business-days', 'months', 'years' as const);
    fc.assert(
      fc.property(
        INSTANT,
        fc.integer({ min: 0, max: 1_000_000_000 }),
        ZONE,
        unit,
        fc.integer({ min: 1, max: 20 }),
        (start, more, zone, u, amount) => {
          const within: Amount = { amount, unit: u };

          expect(dueAfter(start + more, within, calendar(zone)).at).toBeGreaterThanOrEqual(
            dueAfter(start, within, calendar(zone)).at,
          );
        },
      ),
    );
  });

  test('an extension never ends earlier than what it extends', () => {
    const unit = fc.constantFrom('calendar-days', 'months' as const);
    fc.assert(
      fc.property(INSTANT, ZONE, unit, unit, (start, zone, a, b) => {
        const within: Amount = { amount: 1, unit: a };

        expect(dueExtended(start, within, { amount: 2, unit: b }, calendar(zone)).at).toBeGreaterThan(
          dueAfter(start, within, calendar(zone)).at,
        );
      }),
    );
  });
});
