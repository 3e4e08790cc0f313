import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Anchorage, anchorageOf, FIRST_SEEN, provenOf } from './anchorage.ts';
import type { Anchor } from './feed.ts';

const anchor = (index: number, size: number, at: number): Anchor => ({
  ...{ kind: index % 2 === 0 ? 'witness' : 'time', id: `o-${index % 3}`, size, at, root: '', index },
});

const anchors = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 30 })), { maxLength: 60 })
  .map((given) => given.map(([size, at], index) => anchor(index, size, at)));

/** The contract read word by word: of all that cover the entry, the earliest. */
const byScan = (all: readonly Anchor[], index: number): readonly Anchor[] =>
  all
    .filter(({ size }) => size > index)
    .sort((a, b) => a.at - b.at || a.size - b.size || a.index - b.index)
    .slice(0, FIRST_SEEN);

test('those who saw an entry first are what a scan finds, in whatever order they were recorded', () => {
  fc.assert(
    fc.property(anchors, fc.integer({ min: 0, max: 45 }), (all, index) => {
      expect(new Anchorage(all).of(index)).toEqual(byScan(all, index));
    }),
  );
});

test('more that is seen never makes the proof of an entry later', () => {
  fc.assert(
    fc.property(anchors, fc.nat(45), fc.nat(60), (all, index, cut) => {
      const [less, more] = [new Anchorage(all.slice(0, cut)).of(index)[0], new Anchorage(all).of(index)[0]];
      expect(more?.at ?? Infinity).toBeLessThanOrEqual(less?.at ?? Infinity);
    }),
  );
});

test('an anchor of a size covers the entries below it and not the one that has its number', () => {
  const one = new Anchorage([anchor(7, 5, 1000)]);

  expect(provenOf(one, 4, ({ id }) => `name of ${id}`)).toEqual({
    provenBy: '1970-01-01T00:00:01.000Z',
    provenWith: { kind: 'time', id: 'o-1', name: 'name of o-1' },
  });
  expect(provenOf(one, 5, () => '')).toBeUndefined();
  expect(provenOf(one, undefined, () => '')).toBeUndefined();
});

test('is made once of one list', () => {
  const all = [anchor(0, 1, 1)];

  expect(anchorageOf(all)).toBe(anchorageOf(all));
});
