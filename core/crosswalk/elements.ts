import data from '@countersign/catalogs/elements/soc2-2017.json' with { type: 'json' };
import lines from '@countersign/catalogs/elements/soc2-2017--iso27001-2022.json' with { type: 'json' };
import { z } from 'zod';
import type { Edge } from './edge.ts';
import type { Relation } from './relation.ts';
import type { Range } from './share.ts';
import { LEAST, NOTHING, WHOLE } from './share.ts';
import type { SetFacts } from './shipped.ts';

/**
 * A second mapping between SOC 2 and ISO 27001, judged part by part: each criterion is cut into elements that do not overlap, and of each
 * element it is said which ISO items serve it, and how much of the item lies within it. How criterion and item relate, how strongly, and what
 * stays open on either side is computed from that (decision 26).
 */

const Tenths = z.int().min(LEAST).max(WHOLE);

export const Element = z.object({ id: z.string(), says: z.string(), weight: Tenths });
/** A part of a criterion that one would look at by itself; `weight` in tenths of the criterion. */
export type Element = z.infer<typeof Element>;

export const Line = z.object({
  element: z.string(),
  item: z.string(),
  serves: Tenths,
  reaches: Tenths,
  because: z.string(),
});
/** `serves`: tenths of the element that meeting the item serves. `reaches`: tenths of the item that lie within the element. */
export type Line = z.infer<typeof Line>;

export interface Criterion {
  readonly ref: string;
  readonly elements: readonly Element[];
}

const Elements = z.object({
  $meta: z.object({ provenance: z.string() }),
  criteria: z.array(z.object({ ref: z.string(), elements: z.array(Element) })),
});
const Lines = z.object({
  $meta: z.object({ title: z.string(), provenance: z.string(), from: z.string(), to: z.string(), rule: z.string() }),
  mappings: z.array(Line),
});

const shippedElements = Elements.parse(data);
const shippedLines = Lines.parse(lines);

export const ELEMENTS_SET: SetFacts = {
  id: 'shipped-elements',
  title: shippedLines.$meta.title,
  provenance: shippedLines.$meta.provenance,
};
export const ELEMENTS_RULE = shippedLines.$meta.rule;
export const ELEMENTS_BETWEEN = { from: shippedLines.$meta.from, to: shippedLines.$meta.to };

export const CRITERIA: readonly Criterion[] = shippedElements.criteria;
export const LINES: readonly Line[] = shippedLines.mappings;

const tenths = (n: number): number => Math.min(WHOLE, n);

/** How one criterion and one item relate, with the lines it follows from. Shares are in tenths, of the criterion with up to one decimal. */
export interface Pair {
  readonly criterion: string;
  readonly item: string;
  readonly relation: Relation;
  /** Tenths of the item that lie within the criterion: its parts in the elements are different ones, so they add up. */
  readonly itemShare: number;
  /** Tenths of the criterion that meeting the item serves: what it serves of each element, by the weight of the element. */
  readonly criterionShare: number;
  readonly lines: readonly Line[];
}

/** Every criterion and item that some element joins, in the order of the criteria, then of the lines. */
export function pairsOf(criteria: readonly Criterion[], all: readonly Line[]): readonly Pair[] {
  return criteria.flatMap(({ ref, elements }) => {
    const weights = new Map(elements.map(({ id, weight }) => [id, weight]));
    const byItem = Map.groupBy(
      all.filter(({ element }) => weights.has(element)),
      ({ item }) => item,
    );
    return [...byItem].map(([item, joined]): Pair => {
      const itemShare = tenths(joined.reduce((sum, { reaches }) => sum + reaches, 0));
      // Summed in hundredths, so that no rounding decides whether it is whole.
      const hundredths = joined.reduce((sum, { element, serves }) => sum + (weights.get(element) ?? 0) * serves, 0);
      const criterionShare = hundredths / WHOLE;
      return {
        criterion: ref,
        item,
        relation: relationOf(itemShare === WHOLE, criterionShare === WHOLE),
        itemShare,
        criterionShare,
        lines: joined,
      };
    });
  });
}

/** Seen from the criterion. */
function relationOf(itemIsWhole: boolean, criterionIsWhole: boolean): Relation {
  if (itemIsWhole) return criterionIsWhole ? 'equal' : 'superset';
  return criterionIsWhole ? 'subset' : 'intersects';
}

/** How one line relates its element to its item, seen from the element. */
export const lineRelation = ({ serves, reaches }: Pick<Line, 'serves' | 'reaches'>): Relation =>
  relationOf(reaches === WHOLE, serves === WHOLE);

/**
 * The pairs as edges. Strengths are whole tenths: a share is rounded down, since a figure should claim no more than was judged, and one below a
 * tenth counts as one, the least an edge may say.
 */
export const edgesByElements = (criteria: readonly Criterion[], all: readonly Line[]): readonly Edge[] =>
  pairsOf(criteria, all).map(({ criterion, item, relation, itemShare, criterionShare, lines: joined }) => ({
    id: `${ELEMENTS_SET.id}:${criterion}:${item}`,
    set: ELEMENTS_SET.id,
    from: { framework: ELEMENTS_BETWEEN.from, ref: criterion },
    to: { framework: ELEMENTS_BETWEEN.to, ref: item },
    relation,
    strength: { forward: itemShare, backward: Math.max(LEAST, Math.floor(criterionShare)) },
    judged: 'each-way',
    rationale: joined.map(({ because }) => because).join(' '),
    provenance: ELEMENTS_SET.provenance,
  }));

const shippedEdges: readonly Edge[] = edgesByElements(CRITERIA, LINES);
/** The edges of the elements that come with the product. They are no part of `edgesOf`: who wants them asks for them. */
export const elementEdges = (): readonly Edge[] => shippedEdges;

/**
 * What is served of one thing by several that may serve the same part of it: at least the largest share, at most their sum. What stays open
 * lies between ten less the one and ten less the other.
 */
export const together = (shares: readonly number[]): Range =>
  shares.length === 0
    ? NOTHING
    : { least: Math.max(...shares), most: tenths(shares.reduce((sum, share) => sum + share, 0)) };

export const rest = ({ least, most }: Range): Range => ({ least: WHOLE - most, most: WHOLE - least });

/** What of each element the given items serve together, in tenths of it. Without `items`, all that are mapped. */
export function servedOf(
  elements: readonly Element[],
  all: readonly Line[],
  items?: ReadonlySet<string>,
): ReadonlyMap<string, Range> {
  const shares = Map.groupBy(
    items === undefined ? all : all.filter(({ item }) => items.has(item)),
    ({ element }) => element,
  );
  return new Map(elements.map(({ id }) => [id, together((shares.get(id) ?? []).map(({ serves }) => serves))]));
}

/** What of a criterion is served, in tenths with up to one decimal: its elements do not overlap, so their weighted shares add up. */
export function servedOfCriterion({ elements }: Criterion, served: ReadonlyMap<string, Range>): Range {
  const hundredths = (bound: keyof Range) =>
    elements.reduce((sum, { id, weight }) => sum + weight * (served.get(id) ?? NOTHING)[bound], 0);
  return { least: hundredths('least') / WHOLE, most: hundredths('most') / WHOLE };
}

/**
 * What of each item the criteria reach together, in tenths of it. Within one criterion parts add up; two criteria may reach the same part, so
 * that over all of them only bounds are known.
 */
export function reachedOf(pairs: readonly Pair[]): ReadonlyMap<string, Range> {
  return new Map(
    [...Map.groupBy(pairs, ({ item }) => item)].map(([item, of]) => [
      item,
      together(of.map(({ itemShare }) => itemShare)),
    ]),
  );
}

/** How many of the edges say more than that something is shared. */
export interface RelationCounts {
  readonly equal: number;
  readonly superset: number;
  readonly subset: number;
  readonly intersects: number;
}
export function countRelations(relations: readonly Relation[]): RelationCounts {
  const of = (relation: Relation) => relations.filter((one) => one === relation).length;
  return { equal: of('equal'), superset: of('superset'), subset: of('subset'), intersects: of('intersects') };
}

/** Pairs of which nothing more is known than that they share something: neither contains the other, and no element is served whole. */
export const barePairs = (pairs: readonly Pair[]): readonly Pair[] =>
  pairs.filter(
    ({ relation, lines: joined }) => relation === 'intersects' && joined.every(({ serves }) => serves < WHOLE),
  );
