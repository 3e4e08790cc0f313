import { FOUND_BY, LoadedFramework, LoadedSet, ITEM_FIELDS, MAPPING_FIELDS } from '@countersign/core/exchange/index.ts';
import { RELATIONS } from '@countersign/core/crosswalk/index.ts';
import { idSchema } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { declare, KIB, LinkOf } from '../operation.ts';

const base = { organisation: true, method: 'POST', access: 'write', group: 'Frameworks' } as const;
const roles = ['owner', 'lead', 'operator'] as const;

const Head = LoadedFramework.omit({ groups: true, document: true });

const Asked = z.strictObject({
  what: z.enum(['framework', 'mappings']).describe('What a table holds; a document says it itself.'),
  files: z
    .array(
      z.strictObject({
        blob: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .describe('The digest that PUT /api/blobs answered.'),
        name: z.string().min(1).max(255).describe('Its name where it came from.'),
      }),
    )
    .min(1)
    .max(20)
    .describe(
      'The first is read: CSV, XLSX, JSON, OSCAL. The others are catalogues and profiles that a profile imports.',
    ),
  framework: Head.partial().optional().describe('What is said of the framework, over what the file says.'),
  set: LoadedSet.partial().optional().describe('What is said of the mapping set, over what the file says.'),
  between: z
    .strictObject({ from: z.string().max(40).optional(), to: z.string().max(40).optional() })
    .optional()
    .describe('Frameworks of rows that name none.'),
  sheet: z.string().max(200).optional().describe('Of a workbook; the first that is shown without it.'),
  columns: z
    .partialRecord(z.enum([...ITEM_FIELDS, ...MAPPING_FIELDS]), z.int().min(0).max(199))
    .optional()
    .describe('Column by field, from 0; suggested by the headings without it.'),
  leaveOut: z.array(z.int().min(1).max(1_048_576)).max(5000).default([]).describe('Rows that are not to be taken.'),
  isWhole: z
    .boolean()
    .default(false)
    .describe('What the file does not have goes: items are marked as withdrawn, lines of a mapping set retired.'),
  leavesOnly: z
    .boolean()
    .default(false)
    .describe('Of an OSCAL catalogue: what contains other controls is a heading, and no item to be assessed.'),
  imports: z
    .record(z.string().min(1).max(2000), idSchema)
    .refine((choices) => Object.keys(choices).length <= 100, 'At most 100 imports.')
    .optional()
    .describe(
      'Own frameworks that a profile’s imports mean, by `href`; `*` for each that no file answers. Without it they are found by uuid, file name or title.',
    ),
});

const Did = z.enum(['create', 'change', 'unchanged']);
const Plan = z.object({
  create: z.int(),
  change: z.int(),
  withdraw: z.int(),
  unchanged: z.int(),
  texts: z.int(),
  head: Did.describe('What becomes of the framework or set itself.'),
});
const End = z.object({ framework: z.string(), ref: z.string() });

export const previewExchange = declare({
  ...base,
  id: 'framework.preview',
  path: '/api/frameworks/preview',
  says: 'Reads a framework or a mapping set from files as it would be taken, each problem with its cell or JSON pointer, and takes nothing.',
  roles,
  body: { type: 'json', limit: 256 * KIB, schema: Asked },
  answer: {
    type: 'json',
    schema: z.object({
      format: z.enum(['csv', 'xlsx', 'json', 'oscal-catalog', 'oscal-profile', 'oscal-mapping-collection']),
      what: z.enum(['framework', 'mappings']),
      sheets: z.array(z.string()),
      sheet: z.string().optional(),
      columns: z.array(z.object({ heading: z.string(), letter: z.string(), samples: z.array(z.string()) })),
      mapping: z.record(z.string(), z.int()).describe('Column by field, as it was read.'),
      framework: Head.optional(),
      set: LoadedSet.optional(),
      groups: z.int(),
      total: z.int().describe('Items or lines that were read.'),
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
          relation: z.enum(RELATIONS),
          strength: z.object({ forward: z.int(), backward: z.int() }),
          did: Did.optional(),
        }),
      ),
      problems: z.array(
        z.object({
          row: z.int().optional(),
          cell: z.string().optional(),
          pointer: z.string().optional().describe('RFC 6901.'),
          code: z.string(),
          says: z.string(),
        }),
      ),
      problemCount: z.int(),
      warnings: z.array(z.string()).describe('What of a profile had no effect.'),
      imports: z
        .array(
          z.object({
            profile: z.string().describe('The file that imports.'),
            href: z.string(),
            by: z.enum(['file', ...FOUND_BY]).describe('A file that came along, or how the framework was found.'),
            file: z.string().optional(),
            framework: z.string().optional(),
            note: z.string().optional().describe('What is to be known of a resolution against it.'),
          }),
        )
        .describe('What a profile’s imports were found to mean.'),
      withdrawn: z.int().describe('Controls that the document itself marks as withdrawn.'),
      plan: Plan.optional().describe('Left out while there are problems.'),
    }),
  },
  calls: { is: 'service', service: 'previewExchange' },
});

export const applyExchange = declare({
  ...base,
  id: 'framework.import',
  path: '/api/frameworks/import',
  says: 'Takes a framework or a mapping set from files in one act, all or nothing.',
  roles,
  body: { type: 'json', limit: 256 * KIB, schema: Asked },
  answer: {
    type: 'json',
    schema: z.object({
      id: z.string(),
      index: z.int().nullable().describe('Place in the log.'),
      recordedAt: z.string(),
      plan: Plan,
    }),
  },
  calls: { is: 'service', service: 'applyExchange' },
});

const out = { organisation: true, method: 'GET', access: 'read', guests: 'any', group: 'Frameworks' } as const;
const answer = { type: 'bytes', says: 'The document, as an attachment.' } as const;
const time = () => z.string().max(40).optional();
const Clocks = {
  asOf: time().describe('When it was true: an RFC 3339 instant, or a date.'),
  knownAt: time().describe('What was recorded by then.'),
};

export const frameworkDocument = declare({
  ...out,
  id: 'document.framework',
  path: '/api/documents/frameworks/{id}',
  says: 'A framework with its items. Licensed texts are left out, and the document says so, unless somebody who may read them asks for them.',
  params: z.strictObject({ id: idSchema }),
  query: z.strictObject({
    format: z.enum(['csv', 'xlsx', 'json', 'oscal-catalog', 'oscal-profile']),
    licensed: z.boolean().optional().describe('Licensed texts too.'),
    ...Clocks,
    ...LinkOf,
  }),
  answer,
  calls: { is: 'service', service: 'frameworkDocument' },
});

export const mappingsDocument = declare({
  ...out,
  id: 'document.mapping-set',
  path: '/api/documents/mapping-sets/{id}',
  says: 'A mapping set with its lines.',
  params: z.strictObject({ id: idSchema }),
  query: z.strictObject({ format: z.enum(['csv', 'xlsx', 'json']), ...Clocks, ...LinkOf }),
  answer,
  calls: { is: 'service', service: 'mappingsDocument' },
});

export const EXCHANGE_OPERATIONS = [previewExchange, applyExchange, frameworkDocument, mappingsDocument] as const;
