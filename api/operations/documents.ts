import { dateText, idSchema } from '@countersign/core/kernel/index.ts';
import { FRAMEWORK_IDS } from '@countersign/core/framework/index.ts';
import { z } from 'zod';
import { declare, LinkOf } from '../operation.ts';

const base = { organisation: true, method: 'GET', access: 'read', guests: 'any', group: 'Documents' } as const;
const answer = { type: 'bytes', says: 'The document, as an attachment.' } as const;

const time = () => z.string().max(40).optional();
const Clocks = {
  asOf: time().describe('When it was true: an RFC 3339 instant, or a date.'),
  knownAt: time().describe('What was recorded by then.'),
};
const Table = {
  format: z.enum(['xlsx', 'csv']),
  columns: z
    .string()
    .max(4000)
    .optional()
    .describe('Paths of the columns wanted, in order, with commas; all without it.'),
};

export const postureDocument = declare({
  ...base,
  id: 'document.posture',
  path: '/api/documents/posture',
  says: 'The posture of a framework with its reasons, for printing or to go on writing in.',
  query: z.strictObject({
    format: z.enum(['pdf', 'docx']),
    framework: z.enum(FRAMEWORK_IDS),
    view: z.enum(['operation', 'design']).optional(),
    programme: idSchema.optional(),
    ...Clocks,
    ...LinkOf,
  }),
  answer,
  calls: { is: 'service', service: 'postureDocument' },
});

export const effectivenessDocument = declare({
  ...base,
  id: 'document.effectiveness',
  path: '/api/documents/effectiveness',
  says: 'How controls operated over a period: a sheet to read, or a workbook with every figure.',
  query: z.strictObject({
    format: z.enum(['pdf', 'xlsx']),
    from: dateText(),
    to: dateText(),
    controls: z.string().max(20_000).optional().describe('Their ids, with commas; all without it.'),
    knownAt: Clocks.knownAt,
    ...LinkOf,
  }),
  answer,
  calls: { is: 'service', service: 'effectivenessDocument' },
});

export const recordsTable = declare({
  ...base,
  id: 'document.records',
  path: '/api/documents/records/{kind}',
  says: 'The records of a kind as a table, filtered and sorted as a list of them is.',
  params: z.strictObject({ kind: z.string().min(1).max(100) }),
  query: z.strictObject({
    ...Table,
    where: z.string().max(4000).optional().describe('Equality on fields, as a JSON object.'),
    search: z.string().max(200).optional(),
    sort: z.string().max(100).optional(),
    retired: z.boolean().optional(),
    ...Clocks,
    ...LinkOf,
  }),
  answer,
  calls: { is: 'service', service: 'recordsTable' },
});

export const viewTable = declare({
  ...base,
  id: 'document.view',
  path: '/api/documents/views/{name}',
  says: 'A list in the answer of a view as a table: what a page shows, with every row of it.',
  params: z.strictObject({ name: z.string().min(1).max(100) }),
  query: z.strictObject({
    ...Table,
    rows: z.string().max(200).describe('The path of the list in the answer, such as requirements.'),
    input: z.string().max(20_000).optional().describe('What the view is asked, as JSON.'),
    ...Clocks,
    ...LinkOf,
  }),
  answer,
  calls: { is: 'service', service: 'viewTable' },
});

export const DOCUMENT_OPERATIONS = [postureDocument, effectivenessDocument, recordsTable, viewTable] as const;
