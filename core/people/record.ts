import { z } from 'zod';
import { dateText, defineRecord, instantText, ref, ROLES } from '../kernel/index.ts';

/** Somebody who acts. Other records name people by id only, so that erasing this record erases the name. */
export const Person = defineRecord('person', {
  title: 'Person',
  body: z.strictObject({
    name: z.string().min(1).max(200),
    email: z.email().max(254).optional(),
    roles: z.array(z.enum(ROLES).exclude(['operator'])).default(['employee']),
    startsOn: dateText().optional(),
    leavesOn: dateText().optional(),
  }),
});

/** A bearer token of the API, for a person or for a job of the operator's. The secret itself is shown once and not kept. */
export const Token = defineRecord('token', {
  title: 'API token',
  ownActsOnly: true,
  body: z.strictObject({
    name: z.string().min(1).max(100),
    for: ref('person').optional(),
    scope: z.enum(['read', 'write']).default('write'),
    expires: instantText().optional(),
  }),
});
