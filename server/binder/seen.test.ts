import { expect, test } from 'vitest';
import type { SeenOnce } from './seen.ts';
import { bestOf } from './seen.ts';

const once = (kind: SeenOnce['kind'], size: number, minute: number): SeenOnce => ({
  ...{ kind, size, name: kind },
  at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
});

test('of states seen alike the one seen first shows most', () => {
  expect(bestOf([once('time', 30, 3), once('time', 20, 2), once('time', 40, 4)])).toBe(20);
});

test('a state that witness and authority saw shows more than one that a witness saw before', () => {
  expect(bestOf([once('witness', 10, 1), once('witness', 20, 2), once('time', 20, 3), once('time', 30, 4)])).toBe(20);
});

test('what nobody saw shows nothing', () => {
  expect(bestOf([])).toBe(undefined);
});
