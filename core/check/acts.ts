import { z } from 'zod';
import { Control } from '../control/record.ts';
import { create, defineAct, idSchema, ref } from '../kernel/index.ts';
import { Check } from './record.ts';

export const adoptCheck = defineAct('check.adopt', {
  says: 'Takes a connector’s check over as a record of the organisation, unless there is one of that id already.',
  input: z.strictObject({
    id: idSchema,
    title: z.string(),
    dataset: z.string(),
    mode: z.enum(['state', 'events']),
    supports: z.array(ref('control')).min(1),
    scope: z.string().optional(),
    applies: z.string().optional(),
    passes: z.string(),
    message: z.string(),
    freshness: z.string().optional(),
    settles: z.string().optional(),
  }),
  reads: [Check, Control],
  internal: true,
  allowed: ['owner', 'lead', 'operator'],
  decide(book, { id, ...body }) {
    // A control that the organisation has retired is not supported by anything any more.
    const supports = body.supports.filter((control) => book.control.find(control) !== undefined);
    if (book.check.history(id).length > 0 || supports.length === 0) return [];
    return [create(Check, id, { ...body, supports })];
  },
});
