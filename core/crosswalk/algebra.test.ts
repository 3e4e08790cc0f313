import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainOf, claimsSomething, extentOf } from './chain.ts';
import type { Claim, Edge } from './edge.ts';
import { claimOf, invert } from './edge.ts';
import type { Relation } from './relation.ts';
import { after, both, inverse, RELATIONS } from './relation.ts';
import { exactly, through } from './share.ts';

// Items are sets. Whatever is claimed of two of them must be true of the sets; counts are whole numbers, so that nothing is rounded away.

type Item = readonly number[];
const shared = (...items: readonly Item[]): number => {
  const [first = [], ...others] = items;
  return first.filter((one) => others.every((other) => other.includes(one))).length;
};
const isTrue = (relation: Relation, a: Item, b: Item): boolean => {
  const common = shared(a, b);
  switch (relation) {
    case 'equal':
      return common === a.length && common === b.length;
    case 'subset':
      return common === a.length;
    case 'superset':
      return common === b.length;
    case 'intersects':
      return common > 0;
    case 'none':
      return common === 0;
  }
};

const SIZE = 8;
const item: fc.Arbitrary<Item> = fc.subarray(
  Array.from({ length: SIZE }, (_, i) => i),
  { minLength: 1 },
);
/** One of the relations that are true of two sets. */
const someTrue = (a: Item, b: Item, draw: number): Relation => {
  const all = RELATIONS.filter((relation) => isTrue(relation, a, b));
  return all[draw % all.length] ?? 'none';
};
const tenths = (n: number, of: number): number => (10 * n) / of;

/** What a true edge between two sets claims, its shares exact. */
const trueClaim = (a: Item, b: Item, draw: number): Claim => ({
  relation: someTrue(a, b, draw),
  forward: exactly(tenths(shared(a, b), b.length)),
  backward: exactly(tenths(shared(a, b), a.length)),
});
/** The same as a mapping has it: whole tenths, the share rounded down and up. */
const roundedClaim = (a: Item, b: Item, draw: number): Claim => {
  const { relation, forward, backward } = trueClaim(a, b, draw);
  const about = ({ least }: { readonly least: number }) => ({ least: Math.floor(least), most: Math.ceil(least) });
  return { relation, forward: about(forward), backward: about(backward) };
};

/** n / d of ten parts against m / of: compared by whole numbers. */
interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}
const fraction = (n: number | bigint, d: number | bigint): Fraction => ({ n: BigInt(n), d: BigInt(d) });
const isAtMost = (a: Fraction, b: Fraction): boolean => a.n * b.d <= b.n * a.d;
const times = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d });
const over = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d, d: a.d * b.n });
const minus = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d - b.n * a.d, d: a.d * b.d });
const plus = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d });
const numberOf = ({ n, d }: Fraction): number => Number(n) / Number(d);
const ZERO = fraction(0, 1);
const TEN = fraction(10, 1);

/** The rule as the issue writes it, in fractions. */
function exactThrough(a: Fraction, b: Fraction, c: Fraction): { readonly least: Fraction; readonly most: Fraction } {
  if (b.n === 0n) return { least: ZERO, most: ZERO };
  const beyond = minus(plus(a, b), TEN);
  const least = isAtMost(beyond, ZERO) ? ZERO : over(times(c, beyond), b);
  return { least, most: over(times(c, isAtMost(a, b) ? a : b), b) };
}

describe('the rule of shares', () => {
  test('bounds what three sets have in common, to the last element', () => {
    fc.assert(
      fc.property(item, item, item, (a, b, c) => {
        const share = (...items: readonly Item[]): Fraction =>
          fraction(10 * shared(...items), items.at(-1)?.length ?? 1);
        const { least, most } = exactThrough(share(a, b), share(c, b), share(b, c));
        const truth = share(a, b, c);

        expect(isAtMost(least, truth) && isAtMost(truth, most)).toBe(true);
        expect(isAtMost(least, share(a, c))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('is computed as it is written', () => {
    fc.assert(
      fc.property(item, item, item, (a, b, c) => {
        const of = (n: number, d: number): Fraction => fraction(10 * n, d);
        const [ab, cb, bc] = [of(shared(a, b), b.length), of(shared(b, c), b.length), of(shared(b, c), c.length)];
        const exact = exactThrough(ab, cb, bc);
        const computed = through(exactly(numberOf(ab)), exactly(numberOf(cb)), exactly(numberOf(bc)));

        expect(computed.least).toBeCloseTo(numberOf(exact.least), 12);
        if (cb.n !== 0n) expect(computed.most).toBeCloseTo(numberOf(exact.most), 12);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [10, 3, 7, { least: 7, most: 7 }],
    [6, 8, 5, { least: 2.5, most: 3.75 }],
    [5, 5, 10, { least: 0, most: 10 }],
    [4, 5, 9, { least: 0, most: 7.2 }],
    [0, 5, 9, { least: 0, most: 0 }],
  ])('a = %d, b = %d, c = %d', (a, b, c, range) => {
    const found = through(exactly(a), exactly(b), exactly(c));

    expect(found.least).toBeCloseTo(range.least, 12);
    expect(found.most).toBeCloseTo(range.most, 12);
  });

  test('a part so small that it drowns in ten is still whole where all of it is reached', () => {
    expect(through(exactly(10), exactly(0.1), exactly(10))).toEqual({ least: 10, most: 10 });
  });
});

describe('relations', () => {
  test('what is claimed to follow is true of all sets', () => {
    fc.assert(
      fc.property(item, item, item, fc.nat(5), fc.nat(5), (a, b, c, one, other) => {
        const [first, second] = [someTrue(a, b, one), someTrue(b, c, other)];
        const follows = after(first, second);

        expect(follows === null || isTrue(follows, a, c)).toBe(true);
        expect(isTrue(inverse(first), b, a)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('where nothing is claimed, sets show that nothing could be', () => {
    const all = Array.from({ length: 15 }, (_, bits): Item => [0, 1, 2, 3].filter((i) => ((bits + 1) >> i) & 1));
    for (const first of RELATIONS) {
      for (const second of RELATIONS) {
        const holding = RELATIONS.filter((claimed) =>
          all.every((a) =>
            all.every((b) => all.every((c) => !isTrue(first, a, b) || !isTrue(second, b, c) || isTrue(claimed, a, c))),
          ),
        );

        // Of two relations that both hold always, one holds because the other does: the stronger one is claimed.
        expect([first, second, after(first, second)]).toEqual([first, second, holding[0] ?? null]);
      }
    }
  });

  test('intersects after intersects claims nothing, nor subset before superset', () => {
    expect(after('intersects', 'intersects')).toBeNull();
    expect(after('subset', 'superset')).toBeNull();
    expect(after(null, 'equal')).toBeNull();
  });

  test.each([
    ['subset', 'superset', 'equal'],
    ['intersects', 'superset', 'superset'],
    [null, 'intersects', 'intersects'],
    [null, null, null],
  ] as const)('%s and %s together say %s', (one, other, says) => {
    expect(both(one, other)).toBe(says);
  });
});

describe.each([
  ['exact shares', trueClaim],
  ['shares in whole tenths, rounded down and up', roundedClaim],
])('a chain of true claims with %s', (_, claimed) => {
  const world = fc.tuple(
    fc.array(item, { minLength: 2, maxLength: 4 }),
    fc.array(fc.nat(5), { minLength: 3, maxLength: 3 }),
  );

  test('claims what is true: relation, and both bounds in both directions', () => {
    fc.assert(
      fc.property(world, ([items, draws]) => {
        const claims = items.slice(1).map((to, i) => claimed(items[i] ?? [], to, draws[i] ?? 0));
        const [first, last] = [items[0] ?? [], items.at(-1) ?? []];
        const { relation, forward, backward } = chainOf(claims);
        const inCommon = shared(...items);
        const nearly = 1e-9;

        expect(relation === null || isTrue(relation, first, last)).toBe(true);
        for (const [range, of] of [
          [forward, last],
          [backward, first],
        ] as const) {
          expect(range.least).toBeLessThanOrEqual(tenths(inCommon, of.length) + nearly);
          expect(range.most).toBeGreaterThanOrEqual(tenths(inCommon, of.length) - nearly);
          expect(range.least).toBeLessThanOrEqual(tenths(shared(first, last), of.length) + nearly);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('says the same from the other end', () => {
    fc.assert(
      fc.property(world, ([items, draws]) => {
        const claims = items.slice(1).map((to, i) => claimed(items[i] ?? [], to, draws[i] ?? 0));
        const back = [...claims].reverse().map(({ relation, forward, backward }) => ({
          relation: relation === null ? null : inverse(relation),
          forward: backward,
          backward: forward,
        }));
        const [there, home] = [chainOf(claims), chainOf(back)];

        expect(home.relation).toBe(there.relation === null ? null : inverse(there.relation));
        expect([home.forward, home.backward]).toEqual([there.backward, there.forward]);
      }),
    );
  });

  test('goes on to claim nothing once nothing is claimed', () => {
    fc.assert(
      fc.property(world, ([items, draws]) => {
        const claims = items.slice(1).map((to, i) => claimed(items[i] ?? [], to, draws[i] ?? 0));
        fc.pre(claims.every((claim) => claim.relation !== 'none'));

        for (let n = 1; n < claims.length; n += 1)
          if (!claimsSomething(chainOf(claims.slice(0, n)))) expect(claimsSomething(chainOf(claims))).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what an edge claims', () => {
  const edge = (relation: Relation, forward: number, backward: number, judged: Edge['judged'] = 'each-way'): Edge => ({
    ...{ id: 'e', set: 's', from: { framework: 'a', ref: '1' }, to: { framework: 'b', ref: '2' } },
    ...{ relation, strength: { forward, backward }, judged, rationale: '', provenance: 'test' },
  });

  test.each([
    ['equal', 9, 'each-way', [9, 10], [9, 10]],
    ['superset', 8, 'each-way', [8, 10], [8, 8]],
    ['superset', 8, 'once', [8, 10], [1, 8]],
    ['subset', 9, 'once', [1, 9], [9, 10]],
    ['intersects', 4, 'once', [4, 4], [4, 4]],
    ['none', 0, 'once', [0, 0], [0, 0]],
  ] as const)('%s at %d, judged %s', (relation, s, judged, [fl, fm], [bl, bm]) => {
    expect(claimOf(edge(relation, s, s, judged))).toEqual({
      relation,
      forward: { least: fl, most: fm },
      backward: { least: bl, most: bm },
    });
  });

  test('the other way round is the same claim seen from there', () => {
    for (const relation of RELATIONS) {
      for (const judged of ['once', 'each-way'] as const) {
        const there = edge(relation, 7, 4, judged);
        const home = claimOf(invert(there));

        expect(invert(invert(there))).toEqual(there);
        expect({ forward: home.backward, backward: home.forward }).toEqual({
          forward: claimOf(there).forward,
          backward: claimOf(there).backward,
        });
      }
    }
  });

  test.each([
    ['superset', 7, 7, 'whole'],
    ['superset', 6, 7, 'none'],
    ['equal', 9, 5, 'whole'],
    ['subset', 9, 5, 'partial'],
    ['intersects', 1, 1, 'partial'],
    [null, 3, 1, 'partial'],
    [null, 0.5, 1, 'none'],
    ['none', 0, 0, 'none'],
  ] as const)('%s at %d, from %d on: %s', (relation, reach, minStrength, extent) => {
    expect(extentOf(relation, reach, minStrength)).toBe(extent);
  });
});
