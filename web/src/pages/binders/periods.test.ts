import { expect, test } from 'vitest';
import { lastQuarter, thisYear } from './periods.ts';

test.each([
  ['2026-11-26', '2026-07-01', '2026-09-30'],
  ['2026-01-01', '2025-10-01', '2025-12-31'],
  ['2026-04-30', '2026-01-01', '2026-03-31'],
  ['2024-06-01', '2024-01-01', '2024-03-31'],
])('the quarter before %s', (today, from, to) => {
  expect(lastQuarter(today)).toEqual({ from, to });
});

test('this year ends today', () => {
  expect(thisYear('2026-11-26')).toEqual({ from: '2026-01-01', to: '2026-11-26' });
});
