import crosswalk from '@countersign/catalogs/crosswalk/soc2-2017--iso27001-2022.json' with { type: 'json' };
import iso2013 from '@countersign/catalogs/iso27001-2013/framework.json' with { type: 'json' };
import { z } from 'zod';
import type { Edge } from './edge.ts';
import type { Relation } from './relation.ts';
import { RELATIONS } from './relation.ts';
import { LEAST, WHOLE } from './share.ts';

/** The sets of edges that come with the product. Their names are no records: what they hold is the catalogues'. */
export const SOC2_ISO27001 = 'shipped-soc2-iso27001';
export const ISO27001_EDITIONS = 'shipped-iso27001-editions';

/** What is said of a set wherever its edges are shown. */
export interface SetFacts {
  readonly id: string;
  readonly title: string;
  readonly provenance: string;
}

const Crosswalk = z.object({
  $meta: z.object({ title: z.string(), provenance: z.string() }),
  mappings: z.array(
    z.object({
      tsc: z.string(),
      iso: z.string(),
      relationship: z.enum(RELATIONS),
      strength: z.int().min(1).max(WHOLE),
      rationale: z.string(),
    }),
  ),
});

const Transition = z.object({
  transition_2013_to_2022: z.object({
    controls: z.array(z.object({ from: z.string(), to: z.array(z.string()) })),
    clauses: z.array(z.object({ from: z.string(), to: z.array(z.string()) })),
  }),
});

const { $meta, mappings } = Crosswalk.parse(crosswalk);

const EDITIONS: SetFacts = {
  id: ISO27001_EDITIONS,
  title: 'ISO/IEC 27001:2013 to ISO/IEC 27001:2022',
  provenance:
    'Which item became which: ISO/IEC 27002:2022, Annex B, and the clauses as both editions number them. Relation and strength: the project’s own reading of that, not of the texts; what was joined or split is taken in equal parts.',
};

export const SHIPPED_SETS: readonly SetFacts[] = [
  { id: SOC2_ISO27001, title: $meta.title, provenance: $meta.provenance },
  EDITIONS,
];

/** A figure for both directions, as the catalogue has it. */
const soc2ToIso: readonly Edge[] = mappings.map(({ tsc, iso, relationship, strength, rationale }) => ({
  id: `${SOC2_ISO27001}:${tsc}:${iso}`,
  set: SOC2_ISO27001,
  from: { framework: 'soc2', ref: tsc },
  to: { framework: 'iso27001', ref: iso },
  relation: relationship,
  strength: { forward: strength, backward: strength },
  judged: 'once',
  rationale,
  provenance: $meta.provenance,
}));

/** An item that became one other and nothing else did was reworded: nearly all of it serves, and how much was not measured. */
const REWORDED = 9;
/** Equal parts, rounded down, since nobody measured them. */
const part = (of: number): number => Math.max(LEAST, Math.floor(WHOLE / of));

function editions(): readonly Edge[] {
  const { controls, clauses } = Transition.parse(iso2013).transition_2013_to_2022;
  const moves = [...controls, ...clauses];
  const predecessors = new Map<string, number>();
  for (const to of moves.flatMap((move) => move.to)) predecessors.set(to, (predecessors.get(to) ?? 0) + 1);
  return moves.flatMap(({ from, to: all }) =>
    all.map((to): Edge => {
      const [joined, parts] = [predecessors.get(to) ?? 1, all.length];
      const relation: Relation =
        joined === 1 ? (parts === 1 ? 'equal' : 'superset') : parts === 1 ? 'subset' : 'intersects';
      return {
        id: `${ISO27001_EDITIONS}:${from}:${to}`,
        set: ISO27001_EDITIONS,
        from: { framework: 'iso27001-2013', ref: from },
        to: { framework: 'iso27001', ref: to },
        relation,
        strength: {
          forward: joined === 1 ? REWORDED : part(joined),
          backward: parts === 1 ? REWORDED : part(parts),
        },
        judged: 'each-way',
        rationale: CAME[relation](joined, parts),
        provenance: EDITIONS.provenance,
      };
    }),
  );
}

const CAME: Readonly<Record<Relation, (joined: number, parts: number) => string>> = {
  equal: () => 'Carried over, reworded',
  subset: (joined) => `One of ${joined} that were joined into it`,
  superset: (_, parts) => `Split: one of ${parts} that it became`,
  intersects: (joined, parts) => `One of ${parts} that it became, joined with others: ${joined} in all`,
  none: () => '',
};

const shipped: readonly Edge[] = [...soc2ToIso, ...editions()];

/** Every edge that comes with the product, in the catalogues' order. */
export const shippedEdges = (): readonly Edge[] => shipped;
