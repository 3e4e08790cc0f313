import { z } from 'zod';
import { sendJson } from '../../api/session.ts';
import type { words } from '../../words/import.ts';

export type Field = keyof (typeof words)['fields'];

/** Column by field, from 0. */
export type Mapping = Partial<Record<Field, number>>;

export interface Ask {
  readonly blob: string;
  readonly sheet?: string;
  readonly mapping?: Mapping;
  readonly dates?: 'dmy' | 'mdy';
  readonly unknownOwners: 'problem' | 'leave-out';
  readonly leaveOut: readonly number[];
}

const Plan = z.object({ create: z.number(), change: z.number(), unchanged: z.number() });

/** The answer that `api/operations/imports.ts` declares; read here by the fields the page shows, so that core stays out of the bundle. */
const Preview = z.object({
  format: z.enum(['csv', 'xlsx']),
  sheets: z.array(z.string()),
  sheet: z.string().optional(),
  columns: z.array(z.object({ heading: z.string(), letter: z.string(), samples: z.array(z.string()) })),
  mapping: z.record(z.string(), z.number().optional()),
  rows: z.number(),
  controls: z.array(
    z.object({
      row: z.number(),
      id: z.string(),
      title: z.string(),
      frequency: z.string(),
      did: z.enum(['create', 'change', 'unchanged']),
      fields: z.array(z.string()),
    }),
  ),
  problems: z.array(z.object({ row: z.number(), cell: z.string(), code: z.string(), says: z.string() })),
  plan: Plan,
});
export type Preview = z.infer<typeof Preview>;

const Applied = z.object({ index: z.number().nullable(), recordedAt: z.string(), plan: Plan });
export type Applied = z.infer<typeof Applied>;

export const preview = async (org: string | undefined, ask: Ask): Promise<Preview> =>
  Preview.parse(await sendJson(org, 'POST', '/api/imports/preview', ask));

export const apply = async (org: string | undefined, ask: Ask & { readonly mapping: Mapping }): Promise<Applied> =>
  Applied.parse(await sendJson(org, 'POST', '/api/imports/apply', ask));
