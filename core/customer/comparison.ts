import comparison from '@countersign/catalogs/comparison/comparison.json' with { type: 'json' };
import { z } from 'zod';

export const COMPARED = ['soc2-type-1', 'soc2-type-2', 'iso27001'] as const;
export type Compared = (typeof COMPARED)[number];

export const SOURCE_KINDS = ['primary', 'standard', 'article', 'custom', 'computed'] as const;

const Source = z.strictObject({
  id: z.string().min(1),
  short: z.string().min(1).describe('What a cell calls it.'),
  title: z.string().min(1),
  kind: z.enum(SOURCE_KINDS),
  date: z
    .string()
    .regex(/^\d{4}(?:-\d{2}){0,2}$/)
    .nullable()
    .describe('As exactly as it is known; null where it has none.'),
});

const Cell = z.strictObject({
  says: z.string().min(1),
  sources: z.array(z.string()).min(1),
  conflict: z.string().optional().describe('Where sources contradict each other: how, and what is made of it.'),
});

const Row = z.strictObject({
  id: z.string(),
  title: z.string().min(1),
  'soc2-type-1': Cell,
  'soc2-type-2': Cell,
  iso27001: Cell,
});

/** The table a buyer looks for, each cell with its sources. The catalogue is read once, and no cell names a source that is not there. */
export const COMPARISON = z
  .object({ sources: z.array(Source), rows: z.array(Row) })
  .refine(
    ({ sources, rows }) =>
      rows.every((row) =>
        COMPARED.every((what) => row[what].sources.every((id) => sources.some((one) => one.id === id))),
      ),
    'names a source that it does not list',
  )
  .parse(comparison);
