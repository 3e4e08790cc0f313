import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainOf, claimsSomething } from './chain.ts';
import type { Edge } from './edge.ts';
import { claimOf, invert, isLink } from './edge.ts';
import { RELATIONS } from './relation.ts';
import type { Link, Path } from './search.ts';
import { byCoverage, linksBetween, linksFrom, networkOf } from './search.ts';
import { ISO27001_EDITIONS, SHIPPED_SETS, shippedEdges, SOC2_ISO27001 } from './shipped.ts';

/** Every sequence of one to three edges that joins up, looked at one by one. */
function naive(edges: readonly Edge[], from: string, to: string): readonly Path[] {
  const all = edges.filter(isLink).flatMap((edge) => [edge, invert(edge)]);
  const joins = (a: Edge, b: Edge) => a.to.framework === b.from.framework && a.to.ref === b.from.ref;
  const ones = all.filter((edge) => edge.from.framework === from).map((edge) => [edge]);
  const longer = (ways: readonly Edge[][]) =>
    ways.flatMap((way) => all.filter((edge) => joins(way.at(-1) ?? edge, edge)).map((edge) => [...way, edge]));
  const twos = longer(ones);
  return [...ones, ...twos, ...longer(twos)]
    .filter((way) => way.at(-1)?.to.framework === to)
    .filter((way) => new Set([from, ...way.map((edge) => edge.to.framework)]).size === way.length + 1)
    .map((way): Path => {
      const claim = chainOf(way.map(claimOf));
      return { edges: way, claim, reach: way.length === 1 ? (way[0]?.strength.forward ?? 0) : claim.forward.least };
    })
    .filter(({ claim }) => claimsSomething(claim));
}

const told = (links: readonly Link[]) =>
  links
    .flatMap(({ from, to, paths }) =>
      paths.map(({ edges, claim, reach }) => JSON.stringify([from, to, edges.map(({ id }) => id), claim, reach])),
    )
    .sort();
const toldNaively = (paths: readonly Path[]) =>
  paths
    .map(({ edges, claim, reach }) =>
      JSON.stringify([edges[0]?.from, edges.at(-1)?.to, edges.map(({ id }) => id), claim, reach]),
    )
    .sort();

const FRAMEWORKS = ['a', 'b', 'c', 'd', 'e', 'f'];
const someEdge: fc.Arbitrary<Omit<Edge, 'id'>> = fc
  .record({
    ends: fc.subarray(FRAMEWORKS, { minLength: 2, maxLength: 2 }),
    refs: fc.tuple(fc.nat(3), fc.nat(3)),
    relation: fc.constantFrom(...RELATIONS),
    forward: fc.integer({ min: 1, max: 10 }),
    backward: fc.integer({ min: 1, max: 10 }),
    judged: fc.constantFrom('once' as const, 'each-way' as const),
  })
  .map(({ ends: [one = 'a', other = 'b'], refs, relation, forward, backward, judged }) => ({
    set: 's',
    from: { framework: one, ref: `${refs[0]}` },
    to: { framework: other, ref: `${refs[1]}` },
    relation,
    strength: relation === 'none' ? { forward: 0, backward: 0 } : { forward, backward },
    judged,
    rationale: '',
    provenance: 'drawn',
  }));
const someEdges = fc
  .array(someEdge, { maxLength: 40 })
  .map((edges) => edges.map((edge, i): Edge => ({ id: `e${i}`, ...edge })));

describe('the search', () => {
  test('finds what looking at every sequence finds, with every way and what follows of it', () => {
    fc.assert(
      fc.property(
        someEdges,
        fc.subarray(FRAMEWORKS, { minLength: 2, maxLength: 2 }),
        (edges, [from = 'a', to = 'b']) => {
          expect(told(linksFrom(networkOf(edges), from, { to }))).toEqual(toldNaively(naive(edges, from, to)));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('asked for all frameworks at once answers what it answers of each', () => {
    fc.assert(
      fc.property(someEdges, (edges) => {
        const network = networkOf(edges);
        const all = told(linksFrom(network, 'a'));

        expect(all).toEqual(
          FRAMEWORKS.slice(1)
            .flatMap((to) => told(linksFrom(network, 'a', { to })))
            .sort(),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('names the best way first: more reach, then whole, then fewer hops', () => {
    fc.assert(
      fc.property(someEdges, (edges) => {
        for (const { paths } of linksFrom(networkOf(edges), 'a')) {
          expect([...paths].sort(byCoverage)).toEqual(paths);
          expect(Math.max(...paths.map(({ reach }) => reach))).toBe(paths[0].reach);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the shipped edges', () => {
  const network = networkOf(shippedEdges());

  test('are the catalogue’s pairs, and what each 2013 item became', () => {
    const of = (set: string) => shippedEdges().filter((edge) => edge.set === set);

    expect(of(SOC2_ISO27001)).toHaveLength(439);
    expect(of(ISO27001_EDITIONS)).toHaveLength(115 + 29);
    expect(new Set(shippedEdges().map(({ id }) => id)).size).toBe(shippedEdges().length);
    expect(SHIPPED_SETS.map(({ id }) => id)).toEqual([SOC2_ISO27001, ISO27001_EDITIONS]);
  });

  test.each([
    ['A.6.1.1', 'A.5.2', 'equal', 9, 9],
    ['A.5.1.1', 'A.5.1', 'subset', 5, 9],
    ['A.18.2.3', 'A.8.8', 'intersects', 5, 5],
    ['9.2', '9.2.1', 'superset', 9, 5],
    ['10.1', '10.2', 'equal', 9, 9],
  ] as const)('%s became %s: %s', (from, to, relation, forward, backward) => {
    const edge = shippedEdges().find(
      ({ set, from: a, to: b }) => set === ISO27001_EDITIONS && a.ref === from && b.ref === to,
    );

    expect(edge).toMatchObject({ relation, strength: { forward, backward } });
  });

  test('connect SOC 2 and the 2013 edition by way of the 2022 one, saying through which items', () => {
    const links = linksBetween(network, 'soc2', 'iso27001-2013');
    const link = links.find(({ from, to }) => from.ref === 'CC6.3' && to.ref === 'A.6.1.2');

    expect(link?.paths[0].edges.map(({ id }) => id)).toEqual([
      `${SOC2_ISO27001}:CC6.3:A.5.3`,
      `${ISO27001_EDITIONS}:A.6.1.2:A.5.3`,
    ]);
    expect(link?.paths[0].claim).toMatchObject({ relation: 'superset', forward: { most: 10 } });
    expect(link?.paths[0].reach).toBeCloseTo((9 * (8 + 9 - 10)) / 9, 12);
  });

  test('connect SOC 2 and ISO 27001 directly, each pair at the strength that was judged, both ways', () => {
    const there = linksBetween(network, 'soc2', 'iso27001');
    const home = linksBetween(network, 'iso27001', 'soc2');
    const pair = (a: string, b: string, reach: number) => `${a} ${b} ${reach}`;

    expect(there.map(({ from, to, paths }) => pair(from.ref, to.ref, paths[0].reach)).sort()).toEqual(
      home.map(({ from, to, paths }) => pair(to.ref, from.ref, paths[0].reach)).sort(),
    );
    expect(there.every(({ paths }) => paths.length === 1 && paths[0].edges.length === 1)).toBe(true);
  });
});
