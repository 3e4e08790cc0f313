import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Track } from '../check/coverage.ts';
import { ELAPSED_DAY, HOUR } from '../kernel/time.ts';
import { coverage, isComplete, legWindow, reachAt } from './reach.ts';
import type { LegSilence, LegWindow } from './reach.ts';

/** A collection of events over [from, to), in days; observed and recorded at its end. */
type Piece = readonly [from: number, to: number, status?: 'partial' | 'failed'];

const NOWHERE = 1_000_000;
const days = (n: number): number => n * ELAPSED_DAY;

function track(source: string, pieces: readonly Piece[], removedDay?: number): Track {
  const log = pieces.toSorted((a, b) => a[1] - b[1]);
  const ends = log.map(([, to]) => days(to));
  return {
    source,
    n: log.length,
    index: log.map((_, i) => i),
    observedAt: ends,
    recordedAt: ends,
    status: log.map(([, , status]) => (status === 'failed' ? 2 : status === 'partial' ? 1 : 0)),
    items: log.map(() => 1),
    from: log.map(([from]) => days(from)),
    to: ends,
    removedAt: removedDay === undefined ? undefined : days(removedDay),
  };
}

const terms = { lookbackMs: days(90), settlesMs: 0 };
const at = (tracks: readonly Track[], T: number, of = terms): LegWindow | LegSilence =>
  legWindow(tracks, of, T, NOWHERE);

describe('the latest moment up to T that complete collections of every source reach', () => {
  it.each<[string, readonly Track[], number, number | undefined]>([
    ['one source', [track('a', [[0, 10]])], 12, 10],
    ['up to T', [track('a', [[0, 10]])], 7, 7],
    ['the least of two', [track('a', [[0, 10]]), track('b', [[0, 8]])], 12, 8],
    [
      'partial and failed collections reach nothing',
      [
        track('a', [
          [0, 5],
          [5, 8, 'partial'],
          [8, 9, 'failed'],
        ]),
      ],
      12,
      5,
    ],
    [
      'after a hole too',
      [
        track('a', [
          [0, 5],
          [6, 9],
        ]),
      ],
      12,
      9,
    ],
    ['a source without a complete collection', [track('a', [[0, 10]]), track('b', [[0, 8, 'partial']])], 12, undefined],
    ['a source that begins after T is not asked', [track('a', [[0, 10]]), track('b', [[20, 22]])], 12, 10],
    ['a removed source is not asked any more', [track('a', [[0, 10]]), track('b', [[0, 2]], 11)], 12, 10],
    ['without a source', [], 12, undefined],
  ])('%s', (_, tracks, T, reach) => {
    expect(reachAt(tracks, days(T), NOWHERE)).toBe(reach === undefined ? undefined : days(reach));
  });

  it('knows only collections below the position', () => {
    expect(
      reachAt(
        [
          track('a', [
            [0, 5],
            [5, 9],
          ]),
        ],
        days(12),
        1,
      ),
    ).toBe(days(5));
  });
});

describe('the leg of an events check at T', () => {
  it('is silent if that moment is more than P1DT1H before T', () => {
    const a = [track('a', [[0, 10]])];

    expect(at(a, days(11) + HOUR)).toMatchObject({ reach: days(10) });
    expect(at(a, days(11) + HOUR)).not.toHaveProperty('silent');
    expect(at(a, days(11) + HOUR + 1)).toEqual({ silent: 'stale', reach: days(10) });
  });

  it('is silent without a source, and if a source has no complete collection', () => {
    expect(at([], days(10))).toEqual({ silent: 'no-source' });
    expect(at([track('a', [[0, 10, 'failed']])], days(10))).toEqual({ silent: 'no-collection' });
  });

  it('looks back lookback, elapsed, from the reach', () => {
    expect(at([track('a', [[0, 100]])], days(100) + HOUR)).toMatchObject({ start: days(10), to: days(100) + HOUR });
  });

  it('starts no earlier than the first complete collection’s from', () => {
    const a = [
      track('a', [
        [1, 4, 'partial'],
        [5, 8],
        [8, 10],
      ]),
    ];

    expect(at(a, days(10))).toMatchObject({ start: days(5), hole: undefined });
  });

  it('asks a removed source for what lies before its removal', () => {
    const whole = track('a', [[0, 10]]);

    expect(at([whole, track('b', [[0, 6]], 6)], days(10))).toMatchObject({ reach: days(10), hole: undefined });
    expect(at([whole, track('b', [[0, 5]], 6)], days(10))).toMatchObject({ reach: days(10), hole: days(5) });
  });

  it('has a hole where any source’s complete collections leave one out', () => {
    expect(
      at(
        [
          track('a', [
            [0, 5],
            [6, 10],
          ]),
        ],
        days(10),
      ),
    ).toMatchObject({ hole: days(5) });
    expect(at([track('a', [[0, 10]]), track('b', [[3, 10]])], days(10))).toMatchObject({ start: 0, hole: 0 });
    expect(
      at(
        [
          track('a', [
            [0, 5],
            [6, 10],
          ]),
        ],
        days(10),
        { lookbackMs: days(4), settlesMs: 0 },
      ),
    ).toMatchObject({
      hole: undefined,
    });
  });

  it('judges items where at + settles ≤ T; at T itself none count', () => {
    const a = [track('a', [[0, 10]])];

    expect(at(a, days(10))).toMatchObject({ judgedTo: days(10), to: days(10) });
    expect(at(a, days(10), { lookbackMs: days(90), settlesMs: HOUR })).toMatchObject({ judgedTo: days(10) - HOUR + 1 });
    expect(at(a, days(10), { lookbackMs: days(2), settlesMs: days(5) })).toMatchObject({
      start: days(8),
      judgedTo: days(8),
    });
  });
});

describe('a population is complete if complete collections of every source cover the whole window', () => {
  it.each<[string, readonly Track[], boolean]>([
    ['one collection', [track('a', [[0, 10]])], true],
    [
      'several that touch',
      [
        track('a', [
          [0, 4],
          [4, 10],
        ]),
      ],
      true,
    ],
    [
      'several that overlap',
      [
        track('a', [
          [0, 6],
          [4, 12],
        ]),
      ],
      true,
    ],
    [
      'a hole',
      [
        track('a', [
          [0, 4],
          [5, 10],
        ]),
      ],
      false,
    ],
    ['it begins late', [track('a', [[3, 10]])], false],
    ['it ends early', [track('a', [[0, 8]])], false],
    [
      'a partial collection fills no hole',
      [
        track('a', [
          [0, 4],
          [4, 5, 'partial'],
          [5, 10],
        ]),
      ],
      false,
    ],
    ['a second source with a hole', [track('a', [[0, 10]]), track('b', [[0, 4]])], false],
    ['a second source that began within', [track('a', [[0, 10]]), track('b', [[5, 10]])], false],
    ['a source removed before the window', [track('a', [[0, 10]]), track('b', [[-5, -3]], 1)], true],
    ['a source removed within, covered until then', [track('a', [[0, 10]]), track('b', [[0, 6]], 5)], true],
    ['a source removed within, not covered until then', [track('a', [[0, 10]]), track('b', [[0, 4]], 5)], false],
    ['the only source removed within', [track('a', [[0, 6]], 5)], false],
    ['no source', [], false],
  ])('%s', (_, tracks, complete) => {
    expect(isComplete(tracks, days(2), days(10), NOWHERE)).toBe(complete);
  });

  it('says so exactly when every day is covered, day by day', () => {
    const piece = fc
      .tuple(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 8 }),
        fc.constantFrom(undefined, 'partial' as const),
      )
      .map(([from, length, status]): Piece => (status ? [from, from + length, status] : [from, from + length]));
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.integer({ min: 0, max: 6 }), (pieces, from) => {
        const to = from + 6;
        const isDayCovered = (day: number): boolean => pieces.some(([a, b, status]) => !status && a <= day && day < b);
        const expected = Array.from({ length: 6 }, (_, i) => from + i).every(isDayCovered);

        const one = track('a', pieces);
        expect(isComplete([one], days(from), days(to), NOWHERE)).toBe(expected);
        for (const { intervals } of coverage([one], NOWHERE))
          intervals.forEach((next, i) => expect(next.from).toBeGreaterThan(intervals[i - 1]?.to ?? -1));
      }),
      { numRuns: 300 },
    );
  });
});
