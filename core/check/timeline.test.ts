import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Governed } from '../kernel/time.ts';
import { checkAt, checkOver, EMPTY, OUTCOMES } from './timeline.ts';
import type { CheckTerms, Outcome, Steps, Track } from './timeline.ts';

/** A collection in the words of a test: what its items said, or that it has none. */
interface Collection {
  readonly observedAt: number;
  readonly recordedAt?: number;
  readonly status?: 'complete' | 'partial' | 'failed';
  readonly items?: number;
  readonly says?: Outcome;
}

interface Source {
  readonly name: string;
  readonly collections: readonly Collection[];
  readonly removedAt?: number;
}

const STATUS = { complete: 0, partial: 1, failed: 2 };
const NOWHERE = 1_000_000;

/** In tests recorded instants are the log's positions too. */
function trackOf(source: Source): Track {
  const list = source.collections.toSorted((a, b) => recorded(a) - recorded(b));
  return {
    source: source.name,
    n: list.length,
    index: list.map((_, i) => i),
    observedAt: list.map((one) => one.observedAt),
    recordedAt: list.map(recorded),
    status: list.map((one) => STATUS[one.status ?? 'complete']),
    items: list.map((one) => one.items ?? 1),
    from: list.map(() => NaN),
    to: list.map(() => NaN),
    removedAt: source.removedAt,
  };
}

const recorded = (one: Collection): number => one.recordedAt ?? one.observedAt;

function codeOf(one: Collection): number {
  if (one.status === 'failed') return 2;
  if (one.status !== 'partial' && (one.items ?? 1) === 0) return EMPTY;
  const code = OUTCOMES.indexOf(one.says ?? 'pass');
  return one.status === 'partial' && code !== 1 ? 2 : code;
}

/** Run-length steps over all recorded collections, in the order in which they speak. */
function stepsOf(source: Source): Steps {
  const log = source.collections.toSorted((a, b) => recorded(a) - recorded(b));
  const order = log
    .map((one, index) => ({ one, index }))
    .sort((a, b) => a.one.observedAt - b.one.observedAt || a.index - b.index)
    .filter(({ one }, i, all) => i === 0 || codeOf(all[i - 1]?.one ?? one) !== codeOf(one));
  return {
    n: order.length,
    observedAt: order.map(({ one }) => one.observedAt),
    index: order.map(({ index }) => index),
    outcome: order.map(({ one }) => codeOf(one)),
  };
}

function always(sources: readonly Source[], freshnessMs: number): Governed<CheckTerms> {
  return [{ from: -Infinity, to: Infinity, terms: termsOf(sources, freshnessMs) }];
}

function termsOf(sources: readonly Source[], freshnessMs: number, version = 1): CheckTerms {
  const steps = new Map(sources.map((source) => [source.name, stepsOf(source)]));
  return { version, freshnessMs, settlesMs: 0, stepsOf: (name) => steps.get(name) };
}

/** What a check with a freshness of 10 ms says at T, everything known. */
function says(T: number, ...sources: readonly Source[]): Outcome {
  return checkAt(sources.map(trackOf), always(sources, 10), T, NOWHERE, NOWHERE).says;
}

function over(from: number, to: number, ...sources: readonly Source[]): ReturnType<typeof checkOver> {
  return checkOver(sources.map(trackOf), always(sources, 10), from, to, NOWHERE, NOWHERE);
}

const source = (name: string, ...collections: readonly Collection[]): Source => ({ name, collections });

describe('a collection speaks from its moment, inclusive, to the end of its freshness, exclusive, or until the next', () => {
  const a = source('a', { observedAt: 100 }, { observedAt: 105, says: 'fail' });
  it.each([
    [99, 'unknown'],
    [100, 'pass'],
    [104, 'pass'],
    [105, 'fail'],
    [114, 'fail'],
    [115, 'unknown'],
  ])('at %d: %s', (T, outcome) => {
    expect(says(T, a)).toBe(outcome);
  });

  it('of two at one moment the later recorded speaks', () => {
    expect(says(100, source('a', { observedAt: 100, says: 'fail', recordedAt: 102 }, { observedAt: 100 }))).toBe(
      'fail',
    );
    expect(says(100, source('a', { observedAt: 100, says: 'fail' }, { observedAt: 100, recordedAt: 102 }))).toBe(
      'pass',
    );
  });

  it('a collection recorded late speaks from its moment, in its place', () => {
    const late = source(
      'a',
      { observedAt: 100 },
      { observedAt: 108 },
      { observedAt: 104, recordedAt: 120, says: 'fail' },
    );

    expect([103, 104, 107, 108].map((T) => says(T, late))).toEqual(['pass', 'fail', 'fail', 'pass']);
  });
});

describe('what a collection says', () => {
  it.each<[string, Collection, Outcome]>([
    ['complete', { observedAt: 100, says: 'not-applicable' }, 'not-applicable'],
    ['incomplete, an item it saw fails', { observedAt: 100, status: 'partial', says: 'fail' }, 'fail'],
    ['incomplete, what it saw passes', { observedAt: 100, status: 'partial', says: 'pass' }, 'unknown'],
    ['failed', { observedAt: 100, status: 'failed', says: 'fail' }, 'unknown'],
    ['the first, without items', { observedAt: 100, items: 0 }, 'unknown'],
  ])('%s', (_, collection, outcome) => {
    expect(says(100, source('a', collection))).toBe(outcome);
  });

  it('does not let a wrong step turn a failed, partial or empty collection into pass', () => {
    for (const collection of [{ status: 'failed' }, { status: 'partial' }, { items: 0 }] as const) {
      const track = trackOf(source('a', { observedAt: 100, ...collection }));
      const governed = always([source('a', { observedAt: 100, says: 'pass' })], 10);

      expect(checkAt([track], governed, 100, NOWHERE, NOWHERE).says).toBe('unknown');
      expect(checkOver([track], governed, 100, 110, NOWHERE, NOWHERE).unknownSeconds).toBe(0.01);
    }
  });
});

describe('a complete collection without items is not-applicable where the one before had none either, else unknown', () => {
  const empty = (observedAt: number): Collection => ({ observedAt, items: 0 });
  it.each<[string, readonly Collection[], Outcome]>([
    ['after one with items', [{ observedAt: 100 }, empty(105)], 'unknown'],
    ['until a second one says the same', [{ observedAt: 100 }, empty(103), empty(105)], 'not-applicable'],
    [
      'a failed one between is passed over',
      [empty(100), { observedAt: 103, status: 'failed' }, empty(105)],
      'not-applicable',
    ],
    [
      'a partial one between says something else',
      [empty(100), { observedAt: 103, status: 'partial', items: 0 }, empty(105)],
      'unknown',
    ],
    ['nothing but failed ones before', [{ observedAt: 100, status: 'failed' }, empty(105)], 'unknown'],
  ])('%s', (_, collections, outcome) => {
    expect(says(106, source('a', ...collections))).toBe(outcome);
  });

  it('names it emptied', () => {
    const a = source('a', { observedAt: 100 }, empty(105));

    expect(checkAt([trackOf(a)], always([a], 10), 106, NOWHERE, NOWHERE).because).toEqual([
      { source: 'a', says: 'unknown', why: 'emptied', observedAt: 105 },
    ]);
  });
});

describe('over all sources', () => {
  const one = (outcome: Outcome): Source => source(outcome, { observedAt: 100, says: outcome });
  it.each<[readonly Outcome[], Outcome]>([
    [['pass', 'fail', 'unknown'], 'fail'],
    [['pass', 'unknown', 'not-applicable'], 'unknown'],
    [['pass', 'not-applicable'], 'pass'],
    [['not-applicable'], 'not-applicable'],
    [[], 'unknown'],
  ])('%j together say %s', (outcomes, together) => {
    expect(says(100, ...outcomes.map(one))).toBe(together);
  });

  it('unknown if one is silent', () => {
    expect(says(112, source('a', { observedAt: 100 }), source('b', { observedAt: 105 }))).toBe('unknown');
  });

  it('a source counts from its first collection until its removal is recorded', () => {
    const a = source('a', { observedAt: 100 }, { observedAt: 108 }, { observedAt: 116 });
    const b: Source = { ...source('b', { observedAt: 104, says: 'fail' }), removedAt: 112 };

    expect([103, 104, 111, 112].map((T) => says(T, a, b))).toEqual(['pass', 'fail', 'fail', 'pass']);
    expect(over(100, 120, a, b)).toMatchObject({ passSeconds: 0.012, failSeconds: 0.008, episodes: 1 });
  });

  it('a removal not on record yet removes nothing', () => {
    const track: Track = { ...trackOf(source('a', { observedAt: 100 })), removedAt: 105, removedIndex: 7 };
    const governed = always([source('a', { observedAt: 100 })], 10);

    expect(checkAt([track], governed, 106, 7, NOWHERE).says).toBe('pass');
    expect(checkAt([track], governed, 106, 8, NOWHERE).says).toBe('unknown');
  });
});

describe('seconds', () => {
  it('what lies after known-at is unknown', () => {
    const a = source('a', { observedAt: 100 });

    expect(checkOver([trackOf(a)], always([a], 10), 100, 110, NOWHERE, 104)).toMatchObject({
      passSeconds: 0.004,
      unknownSeconds: 0.006,
      longestGapSeconds: 0.006,
    });
    expect(checkAt([trackOf(a)], always([a], 10), 105, NOWHERE, 104).says).toBe('unknown');
  });

  it('an episode is cut at the window’s edges and ended by unknown; its fix time is its length', () => {
    const fail = (observedAt: number): Collection => ({ observedAt, says: 'fail' });
    const a = source('a', fail(95), fail(103), fail(120), { observedAt: 124 }, fail(130));

    expect(over(100, 134, a)).toMatchObject({ episodes: 3, worstFixSeconds: 0.013, failSeconds: 0.021 });
  });

  it('counts complete collections observed in the window', () => {
    const a = source(
      'a',
      { observedAt: 99 },
      { observedAt: 100 },
      { observedAt: 105, status: 'partial' },
      { observedAt: 110 },
    );

    expect(over(100, 110, a).observations).toBe(1);
  });

  it('counts once more the time for which a source spoke from a collection recorded after its freshness', () => {
    const a = source('a', { observedAt: 100, recordedAt: 111 }, { observedAt: 105, recordedAt: 115 });

    expect(over(90, 130, a)).toMatchObject({ passSeconds: 0.015, recordedLateSeconds: 0.005 });
  });

  it('a later version governs what is observed from its effectiveFrom on', () => {
    const a = source('a', { observedAt: 100 }, { observedAt: 120 });
    const strict = source('a', { observedAt: 100, says: 'fail' });
    const governed: Governed<CheckTerms> = [
      { from: -Infinity, to: 110, terms: termsOf([a], 15) },
      { from: 110, to: 140, terms: termsOf([strict], 5, 2) },
    ];

    expect(checkOver([trackOf(a)], governed, 100, 130, NOWHERE, NOWHERE)).toMatchObject({
      passSeconds: 0.015,
      failSeconds: 0.005,
      unknownSeconds: 0.01,
    });
  });
});

describe('a retired check', () => {
  const a = source('a', { observedAt: 100 });
  const governed: Governed<CheckTerms> = [{ from: -Infinity, to: 110, terms: termsOf([a], 15) }];

  it('says nothing from then on, though its last collection is fresh', () => {
    const says = (T: number) => checkAt([trackOf(a)], governed, T, NOWHERE, NOWHERE).says;

    expect([says(109), says(110)]).toEqual(['pass', 'unknown']);
    expect(checkOver([trackOf(a)], governed, 100, 130, NOWHERE, NOWHERE)).toMatchObject({
      passSeconds: 0.01,
      unknownSeconds: 0.02,
    });
  });
});

const anyCollection = fc.record({
  observedAt: fc.integer({ min: 0, max: 60 }),
  lag: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 })),
  status: fc.constantFrom<'complete' | 'partial' | 'failed'>('complete', 'complete', 'complete', 'partial', 'failed'),
  items: fc.constantFrom(0, 1, 1),
  says: fc.constantFrom(...OUTCOMES),
});
const anySources = fc
  .array(
    fc.record({
      collections: fc.array(anyCollection, { maxLength: 10 }),
      removedAt: fc.option(fc.integer({ min: 0, max: 90 }), { nil: undefined }),
    }),
    { maxLength: 3 },
  )
  .map((list): readonly Source[] =>
    list.map(({ collections, removedAt }, i) => ({
      name: `s${i}`,
      collections: collections.map(({ lag, ...one }) => ({ ...one, recordedAt: one.observedAt + lag })),
      ...(removedAt === undefined ? {} : { removedAt }),
    })),
  );

describe('over a window', () => {
  it('the folded seconds are what asking at every millisecond gives, and partition the window', () => {
    fc.assert(
      fc.property(
        anySources,
        fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })),
        fc.integer({ min: 0, max: 80 }),
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: -10, max: 60 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 110 }),
        (sources, [freshness, other], change, position, from, length, knownAt) => {
          const tracks = sources.map(trackOf);
          const gap = change + Math.floor(other / 2);
          const governed: Governed<CheckTerms> = [
            { from: -Infinity, to: change, terms: termsOf(sources, freshness) },
            { from: gap, to: Infinity, terms: termsOf(sources, other, 2) },
          ];
          const to = from + length;

          const asked = Array.from({ length }, (_, i) => from + i).map((T) =>
            T >= knownAt ? 'unknown' : checkAt(tracks, governed, T, position, knownAt).says,
          );
          const count = (outcome: Outcome): number => asked.filter((said) => said === outcome).length / 1000;
          const rows = (outcome: Outcome): readonly number[] =>
            asked
              .map((said) => (said === outcome ? 'x' : ' '))
              .join('')
              .split(' ')
              .map((row) => row.length)
              .filter((row) => row > 0);

          expect(checkOver(tracks, governed, from, to, position, knownAt)).toMatchObject({
            passSeconds: count('pass'),
            failSeconds: count('fail'),
            unknownSeconds: count('unknown'),
            notApplicableSeconds: count('not-applicable'),
            longestGapSeconds: Math.max(0, ...rows('unknown')) / 1000,
            episodes: rows('fail').length,
            worstFixSeconds: Math.max(0, ...rows('fail')) / 1000,
          });
        },
      ),
      { numRuns: 600 },
    );
  });

  /** The contract's sentences, collection by collection, without steps, runs or caches. */
  function plainly(sources: readonly Source[], freshness: number, T: number): { says: Outcome; late: boolean } {
    const spoken = sources.flatMap((one) => {
      const log = one.collections.toSorted((a, b) => recorded(a) - recorded(b));
      const seen = log.toSorted((a, b) => a.observedAt - b.observedAt).filter((each) => each.observedAt <= T);
      const last = seen.at(-1);
      if (!last || T >= (one.removedAt ?? Infinity)) return [];
      const isFresh = T < last.observedAt + freshness;
      const before = seen.slice(0, -1).findLast((each) => each.status !== 'failed');
      const emptied = before?.status === 'complete' && before.items === 0 ? 3 : 2;
      const code = codeOf(last) === EMPTY ? emptied : codeOf(last);
      return [{ code: isFresh ? code : 2, late: isFresh && recorded(last) > last.observedAt + freshness }];
    });
    const order = [1, 2, 0, 3];
    const code = order.find((each) => spoken.some((one) => one.code === each)) ?? 2;
    return { says: OUTCOMES[code] ?? 'unknown', late: spoken.some((one) => one.late) };
  }

  it('agrees with the sentences read collection by collection', () => {
    fc.assert(
      fc.property(anySources, fc.integer({ min: 1, max: 20 }), (sources, freshness) => {
        const tracks = sources.map(trackOf);
        const governed = always(sources, freshness);
        const moments = Array.from({ length: 90 }, (_, T) => ({ T, ...plainly(sources, freshness, T) }));

        for (const { T, says: outcome } of moments)
          expect(checkAt(tracks, governed, T, NOWHERE, NOWHERE).says).toBe(outcome);
        expect(checkOver(tracks, governed, 0, 90, NOWHERE, NOWHERE).recordedLateSeconds).toBe(
          moments.filter((one) => one.late && one.says !== 'unknown').length / 1000,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('one more source turns neither fail nor an unknown source into pass', () => {
    fc.assert(
      fc.property(anySources, anySources, fc.integer({ min: 0, max: 90 }), (some, more, T) => {
        const all = [...some, ...more.map((one) => ({ ...one, name: `more-${one.name}` }))];
        const before = checkAt(some.map(trackOf), always(some, 10), T, NOWHERE, NOWHERE);
        const after = says(T, ...all);

        if (before.says === 'fail') expect(after).toBe('fail');
        if (before.says === 'unknown' && before.because.length > 0) expect(['unknown', 'fail']).toContain(after);
      }),
      { numRuns: 300 },
    );
  });
});

it('judges a year of hourly collections by 500 checks without walking the collections', () => {
  const hour = 3_600_000;
  const n = 8760;
  let read = 0;
  const counting = (value: (i: number) => number): ArrayLike<number> =>
    new Proxy(
      Array.from({ length: n }, (_, i) => value(i)),
      {
        get(target, key): unknown {
          read += 1;
          return Reflect.get(target, key);
        },
      },
    );
  const observedAt = counting((i) => i * hour);
  const zero = new Uint8Array(n);
  const track: Track = {
    source: 'a',
    n,
    index: Array.from({ length: n }, (_, i) => i),
    observedAt,
    recordedAt: observedAt,
    status: zero,
    items: new Uint8Array(n).fill(1),
    from: zero,
    to: zero,
  };
  const steps: Steps = { n: 2, observedAt: [0, 5000 * hour], index: [0, 5000], outcome: [0, 1] };
  const governed: Governed<CheckTerms> = [
    {
      from: -Infinity,
      to: Infinity,
      terms: { version: 1, freshnessMs: 25 * hour, settlesMs: 0, stepsOf: () => steps },
    },
  ];
  const ask = (): ReturnType<typeof checkOver> => checkOver([track], governed, 0, n * hour, n, n * hour);

  expect(ask()).toMatchObject({
    passSeconds: 5000 * 3600,
    failSeconds: (n - 5000) * 3600,
    unknownSeconds: 0,
    observations: n,
  });
  read = 0;
  for (let i = 0; i < 500; i += 1) ask();
  expect(read / 500).toBeLessThan(400);
});
