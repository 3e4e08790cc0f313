import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Criterion, Line } from './elements.ts';
import {
  barePairs,
  countRelations,
  CRITERIA,
  edgesByElements,
  elementEdges,
  lineRelation,
  LINES,
  pairsOf,
  reachedOf,
  rest,
  servedOf,
  servedOfCriterion,
  together,
} from './elements.ts';
import { shippedEdges, SOC2_ISO27001 } from './shipped.ts';

const line = (element: string, item: string, serves: number, reaches: number): Line => ({
  ...{ element, item, serves, reaches },
  because: `${element} ${item}`,
});
const cut: Criterion = {
  ref: 'C',
  elements: [
    { id: 'C.a', says: 'A.', weight: 5 },
    { id: 'C.b', says: 'B.', weight: 3 },
    { id: 'C.c', says: 'C.', weight: 2 },
  ],
};
const only = (lines: readonly Line[]) => {
  const [pair] = pairsOf([cut], lines);
  if (pair === undefined) throw new Error('no pair');
  return pair;
};

describe('criterion and item', () => {
  test.each([
    ['equal', [line('C.a', 'I', 10, 5), line('C.b', 'I', 10, 3), line('C.c', 'I', 10, 2)], 10, 10],
    ['superset', [line('C.a', 'I', 4, 6), line('C.b', 'I', 2, 4)], 10, 2.6],
    ['subset', [line('C.a', 'I', 10, 3), line('C.b', 'I', 10, 3), line('C.c', 'I', 10, 3)], 9, 10],
    ['intersects', [line('C.c', 'I', 10, 9)], 9, 2],
  ] as const)('%s', (relation, lines, itemShare, criterionShare) => {
    expect(only(lines)).toMatchObject({ relation, itemShare, criterionShare, lines });
  });

  test('a strength is no more than the share, and at least one', () => {
    const [edge] = edgesByElements([cut], [line('C.c', 'I', 4, 4)]);
    const [other] = edgesByElements([cut], [line('C.a', 'I', 7, 4)]);

    expect([edge?.strength, other?.strength]).toEqual([
      { forward: 4, backward: 1 },
      { forward: 4, backward: 3 },
    ]);
  });

  test.each([
    [10, 10, 'equal'],
    [10, 4, 'subset'],
    [4, 10, 'superset'],
    [9, 9, 'intersects'],
  ] as const)('an element served by %d, an item reached by %d: %s', (serves, reaches, relation) => {
    expect(lineRelation({ serves, reaches })).toBe(relation);
  });
});

describe('what is left', () => {
  test('two items may serve the same part of an element', () => {
    const served = servedOf(cut.elements, [line('C.a', 'I', 6, 1), line('C.a', 'J', 7, 1), line('C.b', 'J', 2, 1)]);

    expect([...served.values()]).toEqual([
      { least: 7, most: 10 },
      { least: 2, most: 2 },
      { least: 0, most: 0 },
    ]);
    expect(rest({ least: 7, most: 10 })).toEqual({ least: 0, most: 3 });
    expect(servedOfCriterion(cut, served)).toEqual({ least: 4.1, most: 5.6 });
  });

  test('of items named, only those serve', () => {
    const lines = [line('C.a', 'I', 6, 1), line('C.a', 'J', 7, 1)];

    expect(servedOf(cut.elements, lines, new Set(['I'])).get('C.a')).toEqual({ least: 6, most: 6 });
    expect(servedOf(cut.elements, lines, new Set()).get('C.a')).toEqual({ least: 0, most: 0 });
  });

  test('two criteria may reach the same part of an item', () => {
    const other: Criterion = { ref: 'D', elements: [{ id: 'D.a', says: 'D.', weight: 10 }] };
    const pairs = pairsOf([cut, other], [line('C.a', 'I', 1, 4), line('C.b', 'I', 1, 2), line('D.a', 'I', 1, 5)]);

    expect(reachedOf(pairs).get('I')).toEqual({ least: 6, most: 10 });
  });

  test('nothing is served by nothing', () => {
    expect(together([])).toEqual({ least: 0, most: 0 });
  });
});

describe('in sets, whatever is claimed is true', () => {
  // A criterion of a hundred things cut into elements of ten a weight, items of any things in and out of it; shares rounded down to tenths.
  const things = fc.array(fc.boolean(), { minLength: 160, maxLength: 160 });
  const weights = fc.constantFrom([5, 3, 2], [1, 1, 8], [4, 3, 2, 1], [3, 3, 2, 1, 1]);
  const world = fc.record({ weights, items: fc.array(things, { minLength: 1, maxLength: 3 }) });
  const build = ({ weights: sizes, items }: { weights: readonly number[]; items: readonly (readonly boolean[])[] }) => {
    const elements = sizes.map((weight, i) => ({ id: `C.${i}`, says: '', weight }));
    const start = (i: number) => sizes.slice(0, i).reduce((sum, weight) => sum + weight * 10, 0);
    const count = (list: readonly boolean[]) => list.filter(Boolean).length;
    const lines = (round: (n: number) => number) =>
      items.flatMap((item, n) =>
        elements.flatMap(({ id, weight }, i): Line[] => {
          const common = count(item.slice(start(i), start(i) + weight * 10));
          const [serves, reaches] = [round(common / weight), round((10 * common) / count(item))];
          return common === 0 ? [] : [line(id, `${n}`, serves, reaches)];
        }),
      );
    return { criterion: { ref: 'C', elements }, lines, count };
  };

  test('relation and shares of a pair', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const { criterion, lines, count } = build(drawn);
        for (const { item, relation, itemShare, criterionShare } of pairsOf([criterion], lines(Math.floor))) {
          const all = drawn.items[Number(item)] ?? [];
          const common = count(all.slice(0, 100));

          expect(relation === 'superset' || relation === 'equal' ? common === count(all) : true).toBe(true);
          expect(relation === 'subset' || relation === 'equal' ? common === 100 : true).toBe(true);
          expect(itemShare).toBeLessThanOrEqual((10 * common) / count(all));
          expect(criterionShare).toBeLessThanOrEqual(common / 10);
        }
      }),
    );
  });

  test('bounds of what several serve together', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const { criterion, lines, count } = build(drawn);
        const { least, most } = servedOfCriterion(
          criterion,
          servedOf(
            criterion.elements,
            lines((n) => n),
          ),
        );
        const union = count(Array.from({ length: 100 }, (_, i) => drawn.items.some((item) => item[i] === true)));

        expect(least).toBeLessThanOrEqual(union / 10 + 1e-9);
        expect(most).toBeGreaterThanOrEqual(union / 10 - 1e-9);
      }),
    );
  });
});

describe('the elements that come with the product', () => {
  const pairs = pairsOf(CRITERIA, LINES);
  const older = shippedEdges().filter(({ set }) => set === SOC2_ISO27001);

  test('say more than “intersects” of most lines, and of most pairs which part is whole', () => {
    const lines = countRelations(LINES.map(lineRelation));
    const byPair = countRelations(pairs.map(({ relation }) => relation));

    expect(lines).toEqual({ equal: 42, superset: 5, subset: 153, intersects: 103 });
    expect(lines.intersects).toBeLessThan(LINES.length / 2);
    // Seen as wholes, most criteria and items still only overlap: no cut changes that.
    expect(byPair).toEqual({ equal: 0, superset: 62, subset: 1, intersects: 206 });
    expect([barePairs(pairs).length, pairs.length]).toEqual([82, 269]);
    expect(countRelations(older.map(({ relation }) => relation))).toMatchObject({ intersects: 351 });
  });

  test('are edges like others: one a pair, and strengths that fit the relation', () => {
    const edges = elementEdges();

    expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
    for (const { relation, strength } of edges) {
      const whole = { forward: strength.forward === 10, backward: strength.backward === 10 };
      expect(whole).toEqual({
        forward: relation === 'superset' || relation === 'equal',
        backward: relation === 'subset' || relation === 'equal',
      });
    }
  });

  test.each([
    ['CC6.4', 'A.7.1', 'superset', 10, 1],
    ['CC8.1', 'A.8.32', 'superset', 10, 2],
    ['A1.1', 'A.8.6', 'subset', 8, 10],
    ['CC6.3', 'A.5.18', 'intersects', 8, 3],
  ] as const)('%s and %s: %s', (criterion, item, relation, forward, backward) => {
    const edge = elementEdges().find(({ from, to }) => from.ref === criterion && to.ref === item);

    expect(edge).toMatchObject({ relation, strength: { forward, backward } });
  });
});
