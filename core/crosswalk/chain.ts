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
  const [first] = claims;
  const last = claims.at(-1);
  if (first === undefined || last === undefined) return { relation: null, forward: NOTHING, backward: NOTHING };
  if (claims.length === 1) return first;
  let { relation, forward } = first;
  let { backward } = last;
  for (const link of claims) {
    if (link === first) continue;
    relation = after(relation, link.relation);
    forward = through(forward, link.backward, link.forward);
  }
  for (let i = claims.length - 2; i >= 0; i -= 1) {
    const link = claims[i];
    if (link !== undefined) backward = through(backward, link.forward, link.backward);
  }
  return { relation: both(relation, bySize(forward, backward)), forward, backward };
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
