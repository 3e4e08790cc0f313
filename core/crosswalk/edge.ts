import type { Relation } from './relation.ts';
import { containsTheSecond, inverse, isInTheSecond } from './relation.ts';
import type { Range } from './share.ts';
import { exactly, LEAST, NOTHING, WHOLE } from './share.ts';

/** One item of a framework. */
export interface End {
  readonly framework: string;
  readonly ref: string;
}

/** How far one item reaches the other, in tenths: `forward` the share of `to` reached from `from`, `backward` that of `from` from `to`. */
export interface Strength {
  readonly forward: number;
  readonly backward: number;
}

/** How strengths were judged: each direction by itself, or one figure that stands for both. */
export const JUDGED = ['each-way', 'once'] as const;
export type Judged = (typeof JUDGED)[number];

/** What somebody says of two items: a line of a mapping, whoever wrote it. A link is an edge seen from one side. */
export interface Edge {
  /** Of its own among all edges: the mapping's id, or one that says the pair. */
  readonly id: string;
  /** The mapping set it is of. */
  readonly set: string;
  readonly from: End;
  readonly to: End;
  /** Seen from `from`: subset, `from` is contained in `to`. */
  readonly relation: Relation;
  readonly strength: Strength;
  readonly judged: Judged;
  readonly rationale: string;
  readonly provenance: string;
  readonly reviewer?: string;
}

/** The same said from the other side. */
export const invert = (edge: Edge): Edge => ({
  ...edge,
  from: edge.to,
  to: edge.from,
  relation: inverse(edge.relation),
  strength: { forward: edge.strength.backward, backward: edge.strength.forward },
});

/** Whether it says that they have something in common. */
export const isLink = (edge: Pick<Edge, 'relation'>): boolean => edge.relation !== 'none';

/** What may be concluded from an edge: the relation, and in what bounds both shares lie. */
export interface Claim {
  readonly relation: Relation | null;
  readonly forward: Range;
  readonly backward: Range;
}

/**
 * The shares an edge claims, as a chain of edges may use them (decision 25).
 *
 * A strength judged for its direction is the share, except where the relation says that the item is contained: then it is whole as a set, and
 * the figure, if lower, says what of it was seen to serve. A strength judged once for both directions is about evidence, and of an item that
 * contains the other it cannot say how much is left: there it is the most.
 */
export function claimOf({ relation, strength, judged }: Pick<Edge, 'relation' | 'strength' | 'judged'>): Claim {
  if (relation === 'none') return { relation, forward: NOTHING, backward: NOTHING };
  const [contains, isIn] = [containsTheSecond(relation), isInTheSecond(relation)];
  return {
    relation,
    forward: shareOf(strength.forward, contains, isIn && judged === 'once'),
    backward: shareOf(strength.backward, isIn, contains && judged === 'once'),
  };
}

function shareOf(strength: number, isWhole: boolean, isOnlyTheMost: boolean): Range {
  if (isWhole) return { least: strength, most: WHOLE };
  return isOnlyTheMost ? { least: Math.min(LEAST, strength), most: strength } : exactly(strength);
}
