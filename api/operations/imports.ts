import { DATE_ORDERS, IMPORT_FIELDS, ImportMapping } from '@countersign/core/control/index.ts';
import { z } from 'zod';
import { declare, KIB } from '../operation.ts';

const base = { organisation: true, method: 'POST', access: 'write', group: 'Import' } as const;
const roles = ['owner', 'lead'] as const;

const Asked = {
  blob: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('The digest that PUT /api/blobs answered.'),
  sheet: z.string().max(200).optional().describe('Of a workbook; the first that is shown without it.'),
  dates: z.enum(DATE_ORDERS).optional().describe('How 03/04/2026 is to be read.'),
  unknownOwners: z.enum(['problem', 'leave-out']).default('problem'),
  leaveOut: z.array(z.int().min(1).max(1_048_576)).max(5000).default([]).describe('Rows that are not to be taken.'),
};

const Plan = z.object({
  create: z.int(),
  change: z.int(),
  unchanged: z.int(),
});

export const previewImport = declare({
  ...base,
  id: 'import.preview',
  path: '/api/imports/preview',
  says: 'Reads a control matrix, CSV or XLSX, as it would be taken, row by row, and takes nothing.',
  roles,
  body: {
    type: 'json',
    limit: 256 * KIB,
    schema: z.strictObject({
      ...Asked,
      mapping: ImportMapping.optional().describe('Column by field, from 0; suggested by the headings without it.'),
    }),
  },
  answer: {
    type: 'json',
    schema: z.object({
      format: z.enum(['csv', 'xlsx']),
      sheets: z.array(z.string()),
      sheet: z.string().optional(),
      columns: z.array(z.object({ heading: z.string(), letter: z.string(), samples: z.array(z.string()) })),
      mapping: ImportMapping,
      rows: z.int().describe('Rows with something in them.'),
      controls: z.array(
        z.object({
          row: z.int(),
          id: z.string(),
          title: z.string(),
          frequency: z.string(),
          did: z.enum(['create', 'change', 'unchanged']),
          fields: z.array(z.string()).describe('What would change.'),
        }),
      ),
      problems: z.array(
        z.object({
          row: z.int(),
          cell: z.string(),
          field: z.enum(IMPORT_FIELDS).optional(),
          code: z.string(),
          says: z.string(),
        }),
      ),
      plan: Plan,
    }),
  },
  calls: { is: 'service', service: 'previewImport' },
});

export const applyImport = declare({
  ...base,
  id: 'import.apply',
  path: '/api/imports/apply',
  says: 'Takes a control matrix in one act, all or nothing: a row with a problem that is not left out refuses them all.',
  roles,
  body: { type: 'json', limit: 256 * KIB, schema: z.strictObject({ ...Asked, mapping: ImportMapping }) },
  answer: {
    type: 'json',
    schema: z.object({ index: z.int().nullable().describe('Place in the log.'), recordedAt: z.string(), plan: Plan }),
  },
  calls: { is: 'service', service: 'applyImport' },
});

export const IMPORT_OPERATIONS = [previewImport, applyImport] as const;
