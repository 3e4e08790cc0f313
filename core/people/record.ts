import { z } from 'zod';
import type { Actor, Role } from '../kernel/index.ts';
import { dateText, defineRecord, defineRefusals, ID, idSchema, instantText, ref, ROLES } from '../kernel/index.ts';

export const refusePerson = defineRefusals('person', {
  roles: {
    family: 'forbidden',
    says: (_: object) =>
      'Only an owner, or the operator of the machine, gives or takes roles: ask one of them. Anybody who may write people may add employees and control owners.',
  },
});

/** Whoever runs the machine, and not a job with a token that somebody of the organisation made for it. */
export const isOperator = (actor: Actor): boolean =>
  actor.roles.includes('operator') && actor.id.startsWith('operator:');

/** What a person is who is nothing more. */
const PLAIN: readonly Role[] = ['employee'];
/** What a new person may be made without an owner: neither approves anything. */
const ADDED: readonly Role[] = ['employee', 'control-owner'];

const isAdded = (before: readonly Role[] | undefined, after: readonly Role[] | undefined): boolean =>
  before === undefined && after !== undefined && after.every((role) => ADDED.includes(role));

const isSame = (a: readonly Role[], b: readonly Role[]): boolean =>
  a.every((role) => b.includes(role)) && b.every((role) => a.includes(role));

/** Somebody who acts. Other records name people by id only, so that erasing this record erases the name. */
export const Person = defineRecord('person', {
  title: 'Person',
  area: 'people',
  body: z.strictObject({
    name: z.string().min(1).max(200),
    email: z.email().max(254).optional(),
    roles: z.array(z.enum(ROLES).exclude(['operator'])).default(['employee']),
    startsOn: dateText().optional(),
    leavesOn: dateText().optional(),
  }),
  // Whoever could write roles could make themselves an owner.
  mayWrite: (actor, { before, after }) =>
    isOperator(actor) ||
    actor.roles.includes('owner') ||
    isSame(before?.roles ?? PLAIN, after?.roles ?? PLAIN) ||
    isAdded(before?.roles, after?.roles)
      ? undefined
      : refusePerson('roles', {}, ['roles']),
});

export const TokenActs = z
  .array(z.string().regex(ID))
  .min(1)
  .max(50)
  .describe('It writes by these acts only; what it may read stays as its scope says.');
/** An id and no reference: a token does not keep its source from being removed, and is worth nothing afterwards. */
export const TokenSource = idSchema.describe('It pushes to this source and collects from it, and does nothing else.');

/** A bearer token of the API, for a person or for a job of the operator's. The secret itself is shown once and not kept. */
export const Token = defineRecord('token', {
  title: 'API token',
  ownActsOnly: true,
  readableBy: ['owner', 'lead', 'operator'],
  body: z.strictObject({
    name: z.string().min(1).max(100),
    for: ref('person').optional(),
    scope: z.enum(['read', 'write']).default('write'),
    acts: TokenActs.optional(),
    source: TokenSource.optional(),
    expires: instantText().optional(),
  }),
});
