import { expect, test } from 'vitest';
import { dateIn } from './dates.ts';

const now = Date.parse('2026-08-24T12:00:00Z');

test.each([
  ['2026-07-31', '2026-07-31'],
  ['2026-07-31T10:00:00Z', '2026-07-31T10:00:00Z'],
  ['31 Jul 2026', '2026-07-31'],
  ['31 july', '2026-07-31'],
  ['30 Sep', '2025-09-30'],
  ['end of June 2026', '2026-06-30'],
  ['end of feb 2028', '2028-02-29'],
  ['end of november', '2025-11-30'],
  ['31 Feb 2026', undefined],
  ['yesterday', undefined],
  ['', undefined],
])('“%s” is %s', (text, expected) => {
  expect(dateIn(text, now)).toBe(expected);
});
