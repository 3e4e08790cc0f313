import { describe, expect, test } from 'vitest';
import { parseInstant, printInstant } from '../kernel/index.ts';
import type { Stored } from '../kernel/index.ts';
import type { Schedule, Timing } from './schedule.ts';
import { dueRun, momentsOf, nextRun } from './schedule.ts';

const at = (text: string): number => {
  const instant = parseInstant(text);
  if (instant === undefined) throw new TypeError(text);
  return instant;
};
const daily: Timing = { every: 'day', at: '02:30', on: undefined, timeZone: undefined };
const hourly: Timing = { ...daily, every: 'hour', at: '00:15' };
const weekly: Timing = { ...daily, every: 'week', on: 'monday' };

describe('moments', () => {
  test.each([
    ['daily in UTC', daily, 'UTC', ['2026-03-01T02:30:00.000Z', '2026-03-02T02:30:00.000Z']],
    [
      'daily in the zone of the organisation',
      daily,
      'Asia/Tokyo',
      ['2026-03-01T17:30:00.000Z', '2026-03-02T17:30:00.000Z'],
    ],
    [
      'daily in a zone of its own',
      { ...daily, timeZone: 'UTC' },
      'Asia/Tokyo',
      ['2026-03-01T02:30:00.000Z', '2026-03-02T02:30:00.000Z'],
    ],
    ['weekly on Monday', weekly, 'UTC', ['2026-03-02T02:30:00.000Z']],
  ])('%s', (_, timing, zone, expected) => {
    const moments = momentsOf(timing, zone, at('2026-03-01T00:00:00Z'), at('2026-03-03T00:00:00Z'));

    expect(moments.map(printInstant)).toEqual(expected);
  });

  test('hourly at the minutes, to the end exclusive', () => {
    const moments = momentsOf(hourly, 'UTC', at('2026-03-01T00:15:00Z'), at('2026-03-01T02:15:00Z'));

    expect(moments.map(printInstant)).toEqual(['2026-03-01T00:15:00.000Z', '2026-03-01T01:15:00.000Z']);
  });

  test('a time of day that the zone skips runs once, and so does one that it has twice', () => {
    const spring = momentsOf(daily, 'Europe/Madrid', at('2026-03-28T12:00:00Z'), at('2026-03-30T12:00:00Z'));
    const autumn = momentsOf(daily, 'Europe/Madrid', at('2026-10-24T12:00:00Z'), at('2026-10-26T12:00:00Z'));

    expect(spring.map(printInstant)).toEqual(['2026-03-29T01:30:00.000Z', '2026-03-30T00:30:00.000Z']);
    expect(autumn.map(printInstant)).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']);
  });
});

describe('the next run', () => {
  test.each([
    [daily, '2026-03-01T02:30:00Z', '2026-03-02T02:30:00.000Z'],
    [daily, '2026-03-01T02:29:59Z', '2026-03-01T02:30:00.000Z'],
    [hourly, '2026-03-01T00:15:00Z', '2026-03-01T01:15:00.000Z'],
    [weekly, '2026-03-02T02:30:00Z', '2026-03-09T02:30:00.000Z'],
  ])('%j after %s', (timing, after, expected) => {
    expect(printInstant(nextRun(timing, 'UTC', at(after)))).toBe(expected);
  });

  test('is found on every day of a year, in zones that change their clocks', () => {
    for (const zone of ['Europe/Madrid', 'America/Sao_Paulo', 'Pacific/Apia', 'Australia/Lord_Howe']) {
      for (const timing of [daily, hourly, weekly]) {
        let now = at('2026-01-01T00:00:00Z');
        for (let run = 0; run < 400; run += 1) {
          const next = nextRun(timing, zone, now);
          expect(next).toBeGreaterThan(now);
          now = next;
        }
      }
    }
  });
});

describe('what is due', () => {
  const schedule = (over: Partial<Stored<typeof Schedule>> = {}): Stored<typeof Schedule> =>
    // Only what is asked of a stored row is here.
    ({ ...daily, paused: false, recordedAt: at('2026-03-01T12:00:00Z'), ...over }) as Stored<typeof Schedule>;
  const due = (row: Stored<typeof Schedule>, now: string): string | undefined => {
    const run = dueRun(row, 'UTC', at(now));
    return run === undefined ? undefined : printInstant(run);
  };

  test('is the latest moment only, however long nobody was there', () => {
    expect(due(schedule(), '2026-03-09T10:00:00Z')).toBe('2026-03-09T02:30:00.000Z');
  });

  test('is nothing before the first moment since it was set', () => {
    expect(due(schedule(), '2026-03-01T23:00:00Z')).toBeUndefined();
    expect(due(schedule(), '2026-03-02T02:30:00Z')).toBe('2026-03-02T02:30:00.000Z');
  });

  test('is nothing while it is paused', () => {
    expect(due(schedule({ paused: true }), '2026-03-09T10:00:00Z')).toBeUndefined();
  });
});
