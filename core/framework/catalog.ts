import soc2 from '@countersign/catalogs/soc2-2017/framework.json' with { type: 'json' };
import iso2022 from '@countersign/catalogs/iso27001-2022/framework.json' with { type: 'json' };
import iso2013 from '@countersign/catalogs/iso27001-2013/framework.json' with { type: 'json' };
import { z } from 'zod';

/** What the standards ask, as our reviewed data has it: identifiers, short titles and summaries in our own words. */

const Soc2 = z.object({
  $meta: z.object({ reference: z.string(), counts: z.object({ total: z.int() }) }),
  categories: z.array(
    z.object({ id: z.string(), name: z.string(), required: z.boolean(), series: z.array(z.string()) }),
  ),
  series: z.array(z.object({ id: z.string(), name: z.string(), category: z.string() })),
  criteria: z.array(
    z.object({ id: z.string(), category: z.string(), series: z.string(), title: z.string(), summary: z.string() }),
  ),
});

const Clause = z.object({
  id: z.string(),
  title: z.string(),
  parent: z.string().nullable(),
  assessable: z.boolean(),
  summary: z.string().nullable().optional(),
});

const Iso2022 = z.object({
  $meta: z.object({ framework: z.string() }),
  themes: z.array(z.object({ id: z.string(), prefix: z.string(), name: z.string(), count: z.int() })),
  clauses: z.array(Clause),
  annex_a: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      theme: z.string(),
      summary: z.string(),
      predecessors_2013: z.array(z.string()),
    }),
  ),
});

const Iso2013 = z.object({
  $meta: z.object({ framework: z.string() }),
  clauses: z.array(Clause),
  annex_a: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      domain: z.string(),
      objective: z.string(),
      successors_2022: z.array(z.string()),
    }),
  ),
});

/** A requirement of a framework: a criterion, a clause that can be assessed, or an Annex A control. */
export interface Requirement {
  /** What people call it: unique within its framework. */
  readonly ref: string;
  readonly title: string;
  readonly summary: string;
  /** SOC 2: series (`CC6`); ISO: clause chapter (`9`) or theme prefix (`A.5`); of an own framework what its record says, or nothing. */
  readonly group: string;
  /** SOC 2 category, or `clause` or `annex-a`; of an own framework what its record says, or `item`. */
  readonly part: string;
  /** Ref of the item it is part of. Own frameworks only. */
  readonly parent?: string;
}

export interface Framework {
  /** A shipped one’s, or the id of the tenant’s own record. */
  readonly id: string;
  readonly title: string;
  /** Name and edition of the catalogue, as answers quote it. */
  readonly catalog: string;
  /** Items that can be assessed, in the framework’s order. */
  readonly requirements: readonly Requirement[];
  readonly groups: readonly { readonly id: string; readonly name: string }[];
}

/** Frameworks a programme can be run for. The 2013 edition is kept for transition maps only. */
export const FRAMEWORK_IDS = ['soc2', 'iso27001'] as const;
export type FrameworkId = (typeof FRAMEWORK_IDS)[number];

export const CATEGORIES = ['security', 'availability', 'confidentiality', 'processing_integrity', 'privacy'] as const;
export type Category = (typeof CATEGORIES)[number];

const tsc = Soc2.parse(soc2);
const annex = Iso2022.parse(iso2022);
const annex2013 = Iso2013.parse(iso2013);

const clausesOf = (clauses: readonly z.infer<typeof Clause>[]): Requirement[] =>
  clauses
    .filter((clause) => clause.assessable)
    .map((clause) => ({
      ref: clause.id,
      title: clause.title,
      summary: clause.summary ?? '',
      group: clause.id.split('.')[0] ?? clause.id,
      part: 'clause',
    }));

const chapters = (clauses: readonly z.infer<typeof Clause>[]) =>
  clauses.filter((clause) => clause.parent === null).map((clause) => ({ id: clause.id, name: clause.title }));

export const SOC2: Framework = {
  id: 'soc2',
  title: 'SOC 2',
  catalog: 'soc2-2017',
  groups: tsc.series.map(({ id, name }) => ({ id, name })),
  requirements: tsc.criteria.map((c) => ({
    ref: c.id,
    title: c.title,
    summary: c.summary,
    group: c.series,
    part: c.category,
  })),
};

export const ISO27001: Framework = {
  id: 'iso27001',
  title: 'ISO/IEC 27001:2022',
  catalog: 'iso27001-2022',
  groups: [...chapters(annex.clauses), ...annex.themes.map((t) => ({ id: t.prefix, name: t.name }))],
  requirements: [
    ...clausesOf(annex.clauses),
    ...annex.annex_a.map((a) => ({
      ref: a.id,
      title: a.title,
      summary: a.summary,
      group: a.id.split('.').slice(0, 2).join('.'),
      part: 'annex-a',
    })),
  ],
};

export const ISO27001_2013: Framework = {
  id: 'iso27001-2013',
  title: 'ISO/IEC 27001:2013',
  catalog: 'iso27001-2013',
  groups: chapters(annex2013.clauses),
  requirements: [
    ...clausesOf(annex2013.clauses),
    ...annex2013.annex_a.map((a) => ({ ref: a.id, title: a.title, summary: '', group: a.domain, part: 'annex-a' })),
  ],
};

/** Every framework that comes with the product, by id: also those that no programme can be run for. */
export const SHIPPED: ReadonlyMap<string, Framework> = new Map(
  [SOC2, ISO27001, ISO27001_2013].map((framework) => [framework.id, framework]),
);

/** Which 2013 Annex A controls became which of 2022. */
export const SUCCESSORS_2013: ReadonlyMap<string, readonly string[]> = new Map(
  annex2013.annex_a.map((a) => [a.id, a.successors_2022]),
);

export const FRAMEWORKS: Readonly<Record<FrameworkId, Framework>> = { soc2: SOC2, iso27001: ISO27001 };

const refs = new Map(FRAMEWORK_IDS.map((id) => [id, new Set(FRAMEWORKS[id].requirements.map((r) => r.ref))]));

export const isRequirement = (framework: FrameworkId, ref: string): boolean => refs.get(framework)?.has(ref) === true;

/** Editions that no programme can be run for any more, and that controls may still answer until they are moved to the next (decision 26). */
export const EARLIER_EDITIONS = ['iso27001-2013'] as const;
export type EarlierEdition = (typeof EARLIER_EDITIONS)[number];

/** ISO clauses 4–10 and the Security category cannot be left out of scope (ISO/IEC 27001 §1; TSP 100). */
export const isMandatory = (requirement: Requirement): boolean =>
  requirement.part === 'clause' || requirement.part === 'security';
