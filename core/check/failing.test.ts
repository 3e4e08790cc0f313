import { describe, expect, test } from 'vitest';
import type { Governed } from '../kernel/time.ts';
import { failingEpisodes, failingSince } from './failing.ts';
import type { CheckTerms, Outcome, Track } from './timeline.ts';
import { OUTCOMES } from './timeline.ts';

const NOWHERE = 1_000_000;

/** A source whose complete collections say this at these instants; each speaks for 10 ms. */
function world(said: Readonly<Record<number, Outcome>>): readonly [readonly Track[], Governed<CheckTerms>] {
  const observedAt = Object.keys(said).map(Number);
  const n = observedAt.length;
  const zeros = observedAt.map(() => 0);
  const gone = observedAt.map(() => NaN);
  const index = observedAt.map((_, i) => i);
  const outcome = Object.values(said).map((one) => OUTCOMES.indexOf(one));
  const track: Track = {
    source: 's',
    n,
    index,
    observedAt,
    recordedAt: observedAt,
    status: zeros,
    items: observedAt.map(() => 1),
    from: gone,
    to: gone,
    removedAt: undefined,
  };
  const terms = { version: 1, freshnessMs: 10, settlesMs: 0, stepsOf: () => ({ n, observedAt, index, outcome }) };
  return [[track], [{ from: -Infinity, to: Infinity, terms }]];
}

const since = (T: number, said: Readonly<Record<number, Outcome>>) =>
  failingSince(failingEpisodes(...world(said), T, NOWHERE, NOWHERE), T);

describe('since when a check fails', () => {
  test.each([
    ['from the collection that first said so', { 0: 'pass', 8: 'fail', 16: 'fail' }, 8, true],
    ['after it applied to nothing', { 0: 'not-applicable', 8: 'fail', 16: 'fail' }, 8, true],
    ['anew after it passed', { 0: 'fail', 8: 'pass', 16: 'fail' }, 16, true],
    ['after a silence: it may have begun in it', { 0: 'pass', 12: 'fail', 18: 'fail' }, 12, false],
    ['after a silence between two failures', { 0: 'fail', 12: 'fail', 18: 'fail' }, 12, false],
    ['after what could not be judged', { 0: 'pass', 8: 'unknown', 16: 'fail' }, 16, false],
    ['from the first that is known', { 8: 'fail', 16: 'fail' }, 8, false],
  ] as const)('%s', (_, said, from, isSeen) => {
    expect(since(20, said)).toEqual({ from, isSeen });
  });

  test('however many years ago', () => {
    const years = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [i * 9, i === 0 ? 'pass' : 'fail'] as const),
    );

    expect(since(999 * 9, years)).toEqual({ from: 9, isSeen: true });
  });

  test('is not said where nothing fails', () => {
    expect([since(20, { 0: 'fail', 8: 'pass', 16: 'pass' }), since(5, { 8: 'fail' })]).toEqual([undefined, undefined]);
  });

  test('is the same asked at that time or as one of many moments', () => {
    const said = { 0: 'fail', 8: 'pass', 16: 'fail', 24: 'fail', 40: 'fail' } as const;
    const all = failingEpisodes(...world(said), 45, NOWHERE, NOWHERE);

    for (let T = 0; T <= 45; T += 1) expect(failingSince(all, T)).toEqual(since(T, said));
    expect(failingSince(all, 25)).toEqual({ from: 16, isSeen: true });
  });
});
