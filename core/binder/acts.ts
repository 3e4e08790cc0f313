import { z } from 'zod';
import { create, defineAct } from '../kernel/index.ts';
import { Binder } from './record.ts';

/** The job’s own act, in the name of who asked for the binder. */
export const recordBinder = defineAct('binder.record', {
  says: 'Records that a binder was made.',
  input: z.strictObject({ id: z.uuid(), ...Binder.body.shape }),
  reads: [],
  internal: true,
  allowed: ['owner', 'lead', 'operator'],
  decide: (_book, { id, ...body }) => [create(Binder, id, body)],
});
