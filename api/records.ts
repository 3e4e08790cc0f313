import type { RecordDef } from '@countersign/core/kernel/index.ts';
import { idSchema } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { fieldsOf } from './field.ts';
import type { Operation } from './operation.ts';
import { ActsOn } from './operations/access.ts';

const Time = z
  .string()
  .describe('An RFC 3339 instant, or a date: the end of that day in the organisation’s time zone.');

/** Both clocks, as every question takes them. */
export const Clocks = z.strictObject({
  asOf: Time.optional(),
  knownAt: Time.optional(),
});

/** A record as it is answered: the fields of its body, flat, and who recorded it when. */
export const rowOf = (def: RecordDef) =>
  z.object({
    kind: z.literal(def.kind),
    id: idSchema,
    version: z.int().describe('The version in force at the moment asked about.'),
    head: z.int().describe('The last version recorded: what If-Match takes.'),
    recordedAt: z.iso.datetime({ offset: true }),
    effectiveAt: z.iso
      .datetime({ offset: true })
      .nullable()
      .describe('From when it holds; null: for all earlier time.'),
    actor: z.string(),
    act: z.string().optional(),
    retired: z.boolean().optional(),
    logIndex: z.int().optional().describe('Of a version in a history: its place in the log.'),
    ...def.body.shape,
  });

/** What a list can be narrowed by: the id and every field that is a scalar. */
const filterable = (def: RecordDef): readonly string[] => {
  const scalars = fieldsOf(def.body).filter(({ scalar, many }) => scalar !== undefined && !many);
  return ['id', ...scalars.map(({ name }) => name)];
};

const listQuery = (def: RecordDef): z.ZodObject =>
  z.strictObject({
    ...Clocks.shape,
    search: z.string().optional().describe('Text that some field contains.'),
    sort: z.string().optional().describe('A field; with a leading “-” descending.'),
    limit: z.int().min(1).max(200).optional().describe('Default 50.'),
    cursor: z.string().optional().describe('`next` of the page before.'),
    retired: z.boolean().optional().describe('Retired ones too.'),
    heads: z
      .boolean()
      .optional()
      .describe('The last version recorded of each, in force or not, as records.apply compares it; takes no asOf.'),
    ...Object.fromEntries(
      filterable(def).map((field) => [`where.${field}`, z.string().optional().describe('Equal to this.')] as const),
    ),
  });

/** List, one, history, and what may be done to one, of a kind. */
export function recordOperations(def: RecordDef): readonly Operation[] {
  const row = rowOf(def);
  const path = `/api/records/${def.kind}`;
  const readers = def.readableBy === undefined ? '' : ` For ${def.readableBy.join(', ')}.`;
  const base = { method: 'GET', group: 'Records', access: 'read', organisation: true } as const;
  const params = z.strictObject({ id: idSchema });
  return [
    {
      ...base,
      id: `records.${def.kind}.list`,
      path,
      says: `Lists ${def.title}: a page at a time.${readers}`,
      query: listQuery(def),
      answer: {
        type: 'json',
        schema: z.object({ items: z.array(row), total: z.int(), next: z.string().nullable() }),
      },
      calls: { is: 'list', record: def },
    },
    {
      ...base,
      id: `records.${def.kind}.get`,
      path: `${path}/{id}`,
      says: `One ${def.kind}, as of a moment, as known at a moment.${readers}`,
      params,
      query: Clocks,
      answer: { type: 'json', schema: row },
      calls: { is: 'get', record: def },
    },
    {
      ...base,
      id: `records.${def.kind}.history`,
      path: `${path}/{id}/history`,
      says: `Every version of one ${def.kind}, oldest first.${readers}`,
      params,
      query: Clocks.pick({ knownAt: true }),
      answer: { type: 'json', schema: z.object({ versions: z.array(row) }) },
      calls: { is: 'history', record: def },
    },
    {
      ...base,
      id: `records.${def.kind}.acts`,
      path: `${path}/{id}/acts`,
      says: `What the caller may do to one ${def.kind} as it stands, and why not.${readers}`,
      params,
      answer: { type: 'json', schema: ActsOn },
      calls: { is: 'acts', record: def },
    },
  ];
}
