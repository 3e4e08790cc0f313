/**
 * How two items relate, each read as the set of what it asks for, the first seen from the second's side: `subset`, the first is contained in
 * the second; `superset`, the first contains it; `intersects`, they share something, and nothing is said of the rest; `none`, they share
 * nothing. The words are those of NIST IR 8477, §4.3.
 */
export const RELATIONS = ['equal', 'subset', 'superset', 'intersects', 'none'] as const;
export type Relation = (typeof RELATIONS)[number];

/** The same seen from the other side. */
export const inverse = (relation: Relation): Relation => INVERSE[relation];

const INVERSE: Readonly<Record<Relation, Relation>> = {
  equal: 'equal',
  subset: 'superset',
  superset: 'subset',
  intersects: 'intersects',
  none: 'none',
};

/**
 * What follows for A and C of what A is to B, by row, and B to C, by column, where no item is empty. `null`: nothing follows. Every line is
 * a theorem of sets: of what contains B, whatever B shares with C is shared; of what is contained in B, nothing is known but what B lacks.
 */
const AFTER: Readonly<Record<Relation, Readonly<Record<Relation, Relation | null>>>> = {
  equal: { equal: 'equal', subset: 'subset', superset: 'superset', intersects: 'intersects', none: 'none' },
  subset: { equal: 'subset', subset: 'subset', superset: null, intersects: null, none: 'none' },
  superset: { equal: 'superset', subset: 'intersects', superset: 'superset', intersects: 'intersects', none: null },
  intersects: { equal: 'intersects', subset: 'intersects', superset: null, intersects: null, none: null },
  none: { equal: 'none', subset: null, superset: 'none', intersects: null, none: null },
};

/** The relation of A to C by way of B, or null where none can be claimed. */
export const after = (first: Relation | null, second: Relation | null): Relation | null =>
  first === null || second === null ? null : AFTER[first][second];

/** Whether an item so related to another is reached whole: the other is equal to it or contains it. */
export const containsTheSecond = (relation: Relation | null): boolean =>
  relation === 'equal' || relation === 'superset';
export const isInTheSecond = (relation: Relation | null): boolean => relation === 'equal' || relation === 'subset';

/** The stronger of two claims that both hold: containment both ways is equality, and says more than that something is shared. */
export function both(one: Relation | null, other: Relation | null): Relation | null {
  const contains = containsTheSecond(one) || containsTheSecond(other);
  const isIn = isInTheSecond(one) || isInTheSecond(other);
  if (contains && isIn) return 'equal';
  if (contains) return 'superset';
  if (isIn) return 'subset';
  return one ?? other;
}
