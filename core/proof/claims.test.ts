import { describe, expect, test } from 'vitest';
import type { Standing } from './claims.ts';
import { claimsOf } from './claims.ts';

const nobody: Standing = {
  entries: 1200,
  witnessed: 0,
  stamped: 0,
  witnesses: 0,
  authorities: 0,
  after: 1200,
  isDisputed: false,
};
const codes = (more: Partial<Standing>) => {
  const { proven, notProven, never } = claimsOf({ ...nobody, ...more });
  return {
    proven: proven.map(({ code }) => code),
    notProven: notProven.map(({ code }) => code),
    never: never.map(({ code }) => code),
  };
};
const NEVER = ['truth', 'absence', 'first-moment'];

describe('what a log proves', () => {
  test('with neither witness nor authority is order, and it says that this is not honesty', () => {
    expect(codes({})).toEqual({ proven: ['order'], notProven: ['order-only', 'one-history', 'time'], never: NEVER });
    const [first] = claimsOf(nobody).notProven;
    expect(first?.says).toMatch(/^This shows order, not honesty: /);
  });

  test('with a named witness that has signed nothing is no more', () => {
    expect(codes({ witnesses: 1, authorities: 1 }).proven).toEqual(['order']);
    expect(claimsOf({ ...nobody, witnesses: 1 }).notProven[1]?.says).toContain('no witness has signed yet');
  });

  test('with a witness is one history, by its clock', () => {
    expect(codes({ witnesses: 1, witnessed: 1200, after: 0 })).toEqual({
      proven: ['order', 'one-history'],
      notProven: ['time-by-authority'],
      never: NEVER,
    });
  });

  test('with an authority is time, and not one history', () => {
    expect(codes({ authorities: 1, stamped: 1000, after: 200 })).toEqual({
      proven: ['order', 'time'],
      notProven: ['one-history', 'tail'],
      never: NEVER,
    });
  });

  test('with both is all that can be, and never what no configuration proves', () => {
    expect(codes({ witnesses: 1, authorities: 1, witnessed: 1200, stamped: 1200, after: 0 })).toEqual({
      proven: ['order', 'one-history', 'time'],
      notProven: [],
      never: NEVER,
    });
  });

  test('is in doubt where a witness saw another history', () => {
    expect(codes({ witnesses: 1, witnessed: 900, after: 3, isDisputed: true }).notProven).toContain('disputed');
  });
});
