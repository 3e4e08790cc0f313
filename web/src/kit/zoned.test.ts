import { dayEnd, dayStart, printInstant } from '@countersign/core/kernel/time.ts';
import { expect, test } from 'vitest';
import { endOfDayIn, instantIn, wallIn } from './zoned.ts';

test.each([
  ['UTC', '2026-03-01T09:30', '2026-03-01T09:30:00.000Z'],
  ['Europe/Madrid', '2026-03-01 09:30', '2026-03-01T08:30:00.000Z'],
  ['Europe/Madrid', '2026-07-01T09:30', '2026-07-01T07:30:00.000Z'],
  ['Asia/Kathmandu', '2026-07-01T00:00', '2026-06-30T18:15:00.000Z'],
  ['Pacific/Kiritimati', '2026-07-01T00:00', '2026-06-30T10:00:00.000Z'],
  // Twice: the first one.
  ['Europe/Madrid', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
  // Skipped: as if the clocks had not changed.
  ['Europe/Madrid', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
])('clocks in %s show %s at %s', (zone, text, expected) => {
  expect(instantIn(zone, text)).toBe(expected);
});

test.each(['', '2026-02-30', '2026-13-01', 'yesterday', '2026-03-01T25:00', '2026-03-01T09:30:00Z'])(
  '%j is no time',
  (text) => {
    expect(instantIn('UTC', text)).toBeUndefined();
  },
);

test('days begin and end where core says', () => {
  for (const zone of ['UTC', 'Europe/Madrid', 'America/Santiago', 'Africa/Cairo', 'Asia/Kathmandu']) {
    for (const date of ['2026-01-01', '2026-03-29', '2026-04-24', '2026-09-06', '2026-10-25', '2026-12-31']) {
      expect([zone, date, instantIn(zone, date)]).toEqual([zone, date, printInstant(dayStart(zone, date))]);
      expect([zone, date, endOfDayIn(zone, date)]).toEqual([zone, date, printInstant(dayEnd(zone, date))]);
    }
  }
});

test('what clocks show is read back', () => {
  expect(instantIn('Europe/Madrid', wallIn('Europe/Madrid', Date.parse('2026-07-01T07:30:00Z')))).toBe(
    '2026-07-01T07:30:00.000Z',
  );
});
