import type { Claim } from './edge.ts';
import type { Relation } from './relation.ts';
import { after, both, containsTheSecond } from './relation.ts';
import type { Range } from './share.ts';
import { LEAST, NOTHING, through, WHOLE } from './share.ts';

/** As many hops as a chain may have: beyond them the bounds say next to nothing. */
export const MOST_HOPS = 3;

/**
 * What follows of claims that lead from one item to the next. Whatever holds of every link holds of the chain: a relation is claimed where
 * the relations, or the lower bounds, leave no other way.
 */
export function chainOf(claims: readonly Claim[]): Claim {
  const [first, ...others] = claims;
  if (first === undefined) return { relation: null, forward: NOTHING, backward: NOTHING };
  if (others.length === 0) return first;
  const back = [...claims].reverse();
  const [last, ...before] = back;
  const forward = others.reduce<Range>((reached, link) => through(reached, link.backward, link.forward), first.forward);
  const backward = before.reduce<Range>(
    (reached, link) => through(reached, link.forward, link.backward),
    last?.backward ?? NOTHING,
  );
  const followed = others.reduce<Relation | null>((relation, link) => after(relation, link.relation), first.relation);
  return { relation: both(followed, bySize(forward, backward)), forward, backward };
}

/** What the lower bounds alone say of two items. */
function bySize(forward: Range, backward: Range): Relation | null {
  const [contains, isIn] = [forward.least >= WHOLE, backward.least >= WHOLE];
  if (contains && isIn) return 'equal';
  if (contains) return 'superset';
  if (isIn) return 'subset';
  return forward.least > 0 || backward.least > 0 ? 'intersects' : null;
}

/** Whether it says that anything at all is shared. */
export const claimsSomething = ({ relation, forward, backward }: Claim): boolean =>
  (relation !== null && relation !== 'none') || forward.least > 0 || backward.least > 0;

export const EXTENTS = ['whole', 'partial', 'none'] as const;
export type Extent = (typeof EXTENTS)[number];

/** How far an item is reached: touched from the least strength on, whole if what reaches it is equal to it or contains it. */
export function extentOf(relation: Relation | null, tenths: number, minStrength: number = LEAST): Extent {
  if (relation === 'none' || tenths < minStrength) return 'none';
  return containsTheSecond(relation) ? 'whole' : 'partial';
}
