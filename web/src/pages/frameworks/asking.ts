import { z } from 'zod';
import { sendJson } from '../../api/session.ts';
import type { words } from '../../words/frameworks.ts';

export type Field = keyof (typeof words)['in']['fields'];
export const ITEM_COLUMNS: readonly Field[] = [
  'ref',
  'title',
  'summary',
  'text',
  'group',
  'groupName',
  'part',
  'parent',
  'assessable',
];
export const MAPPING_COLUMNS: readonly Field[] = [
  'fromFramework',
  'from',
  'toFramework',
  'to',
  'relation',
  'forward',
  'backward',
  'rationale',
  'provenance',
  'reviewer',
];

export interface Ask {
  readonly what: 'framework' | 'mappings';
  readonly files: readonly { readonly blob: string; readonly name: string }[];
  readonly framework?: Readonly<Record<string, string>>;
  readonly set?: Readonly<Record<string, string>>;
  readonly between?: Readonly<Record<string, string>>;
  readonly sheet?: string;
  readonly columns?: Readonly<Record<string, number>>;
  readonly leaveOut: readonly number[];
  readonly isWhole: boolean;
  readonly leavesOnly: boolean;
  /** Frameworks chosen for a profile's imports, by `href`. */
  readonly imports?: Readonly<Record<string, string>>;
}

const Did = z.enum(['create', 'change', 'unchanged']);
const Plan = z.object({
  create: z.number(),
  change: z.number(),
  withdraw: z.number(),
  unchanged: z.number(),
  texts: z.number(),
  head: Did,
});
const End = z.object({ framework: z.string(), ref: z.string() });

/** The answer that `api/operations/exchange.ts` declares, by the fields the page shows. */
const Preview = z.object({
  format: z.enum(['csv', 'xlsx', 'json', 'oscal-catalog', 'oscal-profile', 'oscal-mapping-collection']),
  what: z.enum(['framework', 'mappings']),
  sheets: z.array(z.string()),
  sheet: z.string().optional(),
  columns: z.array(z.object({ heading: z.string(), letter: z.string(), samples: z.array(z.string()) })),
  mapping: z.record(z.string(), z.number()),
  framework: z
    .object({
      id: z.string(),
      title: z.string(),
      edition: z.string().optional(),
      publisher: z.string().optional(),
      source: z.string().optional(),
      licence: z.enum(['own', 'licensed', 'public']),
    })
    .optional(),
  set: z.object({ id: z.string(), title: z.string(), provenance: z.string() }).optional(),
  total: z.number(),
  items: z.array(
    z.object({
      place: z.string().optional(),
      ref: z.string(),
      title: z.string(),
      did: Did.optional(),
      fields: z.array(z.string()),
      hasText: z.boolean(),
    }),
  ),
  mappings: z.array(
    z.object({
      place: z.string().optional(),
      from: End,
      to: End,
      relation: z.enum(['equal', 'subset', 'superset', 'intersects', 'none']),
      strength: z.object({ forward: z.number(), backward: z.number() }),
      did: Did.optional(),
    }),
  ),
  problems: z.array(
    z.object({
      row: z.number().optional(),
      cell: z.string().optional(),
      pointer: z.string().optional(),
      code: z.string(),
      says: z.string(),
    }),
  ),
  problemCount: z.number(),
  warnings: z.array(z.string()),
  imports: z.array(
    z.object({
      profile: z.string(),
      href: z.string(),
      by: z.enum(['file', 'choice', 'uuid', 'name', 'title']),
      file: z.string().optional(),
      framework: z.string().optional(),
      note: z.string().optional(),
    }),
  ),
  withdrawn: z.number(),
  plan: Plan.optional(),
});
export type Preview = z.infer<typeof Preview>;

const Applied = z.object({ id: z.string(), index: z.number().nullable(), plan: Plan });
export type Applied = z.infer<typeof Applied>;

export const preview = async (org: string | undefined, ask: Ask): Promise<Preview> =>
  Preview.parse(await sendJson(org, 'POST', '/api/frameworks/preview', ask));

export const apply = async (org: string | undefined, ask: Ask): Promise<Applied> =>
  Applied.parse(await sendJson(org, 'POST', '/api/frameworks/import', ask));
