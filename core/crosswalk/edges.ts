import { catalogueReads, cataloguesOf } from '../framework/catalogues.ts';
import type { Framework } from '../framework/catalog.ts';
import type { Book } from '../kernel/index.ts';
import type { Edge } from './edge.ts';
import { Mapping, MappingSet } from './record.ts';
import type { SetFacts } from './shipped.ts';
import { SHIPPED_SETS, shippedEdges } from './shipped.ts';

/** What `edgesOf` reads: put these into the `reads` of an act or a view that asks it. */
export const crosswalkReads = [MappingSet, Mapping, ...catalogueReads] as const;
export type CrosswalkBook = Book<typeof crosswalkReads>;

/**
 * Every edge there is for this organisation: the shipped ones, and those of its own sets that are not withdrawn, between items that its
 * catalogues have.
 */
export function edgesOf(
  book: CrosswalkBook,
  catalogues: ReadonlyMap<string, Framework> = cataloguesOf(book),
): readonly Edge[] {
  const lines = book.mapping.all();
  if (lines.length === 0) return shippedEdges();
  const items = new Map(
    [...catalogues].map(([id, { requirements }]) => [id, new Set(requirements.map(({ ref }) => ref))]),
  );
  const sets = new Map(book['mapping-set'].all().map((set) => [set.id as string, set]));
  const own = lines.flatMap(
    ({ id, set: of, from, to, relation, strength, rationale, provenance, reviewer }): Edge[] => {
      const set = sets.get(of);
      if (set === undefined || set.withdrawn) return [];
      if (![from, to].every((end) => items.get(end.framework)?.has(end.ref) === true)) return [];
      return [
        {
          id,
          set: set.id,
          from: { framework: from.framework, ref: from.ref },
          to: { framework: to.framework, ref: to.ref },
          relation,
          strength,
          judged: set.judged,
          rationale,
          provenance: provenance ?? set.provenance,
          ...(reviewer === undefined ? {} : { reviewer }),
        },
      ];
    },
  );
  return [...shippedEdges(), ...own];
}

/** What is said of each set: the shipped ones, then the organisation's own that are not withdrawn. */
export const setsOf = (book: CrosswalkBook): readonly SetFacts[] => [
  ...SHIPPED_SETS,
  ...book['mapping-set']
    .all()
    .filter(({ withdrawn }) => !withdrawn)
    .map(({ id, title, provenance }) => ({ id, title, provenance })),
];
