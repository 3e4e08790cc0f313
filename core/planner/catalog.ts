import shipped from '@countersign/catalogs/planner/parameters.json' with { type: 'json' };
import { z } from 'zod';
import type { Band } from '../certification/index.ts';

/** What a planner rests on, as our reviewed data has it: see its `$meta`. */

export const UNITS = ['usd', 'months', 'share', 'count', 'days'] as const;
export type Unit = (typeof UNITS)[number];

const Parameters = z.object({
  sources: z.array(z.object({ id: z.string(), name: z.string(), date: z.string().nullable(), isClaim: z.boolean() })),
  figures: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      unit: z.enum(UNITS),
      use: z.enum(['formula', 'rule', 'claim']),
      low: z.number(),
      likely: z.number(),
      high: z.number(),
      source: z.string(),
      note: z.string().optional(),
    }),
  ),
});

export interface Source {
  readonly name: string;
  /** A date, or null where the source has none. */
  readonly date: string | null;
  /** Whether it is what somebody claims, and nobody has verified. */
  readonly isClaim: boolean;
}

export interface Shipped extends Band {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /** formula: plans are computed from it; rule: it decides; claim: it stands beside what is computed. */
  readonly use: 'formula' | 'rule' | 'claim' | 'measured';
  readonly source: Source;
  readonly note?: string | undefined;
}

const parameters = Parameters.parse(shipped);
const sources = new Map(parameters.sources.map(({ id, ...source }) => [id, source]));

const measured = (id: string, title: string, unit: Unit): Shipped => ({
  ...{ id, title, unit, low: 0, likely: 0, high: 0, use: 'measured' },
  source: { name: 'measured', date: null, isClaim: false },
});

/** Figures that are measured or computed for each organisation; they can be edited like any. */
const MEASURED: readonly Shipped[] = [
  measured('iso.audit.days', 'Certification audit, days', 'days'),
  measured('reuse.iso27001', 'Of ISO 27001, already done for SOC 2', 'share'),
  measured('reuse.soc2', 'Of SOC 2, already done for ISO 27001', 'share'),
  measured('done.soc2', 'Of SOC 2, operating already', 'share'),
  measured('done.iso27001', 'Of ISO 27001, operating already', 'share'),
];

export const SHIPPED: readonly Shipped[] = [
  ...parameters.figures.map(({ source: id, ...figure }) => {
    const source = sources.get(id);
    if (source === undefined) throw new TypeError(`The figure ${figure.id} names no source of ours`);
    return { ...figure, source };
  }),
  ...MEASURED,
];

const byId = new Map(SHIPPED.map((figure) => [figure.id, figure]));

export const shippedFigure = (id: string): Shipped | undefined => byId.get(id);

/** Whether a firm may offer a price for it. */
export const isQuotable = (id: string): boolean => {
  const figure = byId.get(id);
  return figure?.unit === 'usd' && figure.use === 'formula';
};
