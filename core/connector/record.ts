import { z } from 'zod';
import { defineAct, defineRecord } from '../kernel/index.ts';

/** A dataset of a source, as `git/commits`: the name is the connector's, or what the source is fed `as`. */
export const DATASET = /^[a-z0-9][a-z0-9-]{0,62}\/[a-z0-9][a-z0-9-]{0,62}$/;
export const DATASET_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** An outside system that is read. Its secrets are kept wrapped, apart from records. */
export const Source = defineRecord('source', {
  title: 'Source',
  timeless: true,
  ownActsOnly: true,
  readableBy: ['owner', 'lead', 'adviser', 'auditor', 'operator'],
  area: 'sources',
  body: z.strictObject({
    connector: z.string().regex(DATASET_NAME).describe('A connector, or `push` for custom collections.'),
    as: z.string().regex(DATASET_NAME).describe('The first part of its datasets’ names.'),
    settings: z.record(z.string().max(100), z.string().max(2000)).default({}),
    secrets: z.array(z.string()).default([]).describe('Names of the secrets kept for it.'),
  }),
});

export const addSource = defineAct('source.add', {
  says: 'Records a source that was probed.',
  input: z.strictObject({
    id: z.string().regex(DATASET_NAME),
    connector: z.string().regex(DATASET_NAME),
    as: z.string().regex(DATASET_NAME).optional(),
    settings: z.record(z.string().max(100), z.string().max(2000)).default({}),
    secrets: z.array(z.string().max(100)).default([]),
  }),
  reads: [Source],
  internal: true,
  allowed: ['owner', 'lead', 'operator'],
  decide: (_book, { id, ...body }) => {
    const as = body.as ?? (body.connector === 'push' ? id : body.connector);
    return [{ does: 'create', kind: Source.kind, id, body: { ...body, as } }];
  },
});
