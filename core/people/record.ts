import { z } from 'zod';
import type { Actor, Role } from '../kernel/index.ts';
import {
  dateText,
  defineRecord,
  defineRefusals,
  ID,
  idSchema,
  instantText,
  ref,
  refuse,
  ROLES,
} from '../kernel/index.ts';

export const refusePerson = defineRefusals('person', {
  roles: {
    family: 'forbidden',
    says: (_: object) =>
      'Only an owner, or the operator of the machine, gives or takes roles: ask one of them. Anybody who may write people may add employees and control owners.',
  },
  owner: {
    family: 'forbidden',
    says: (_: object) => 'Only an owner, or the operator of the machine, changes what an owner is or when they leave.',
  },
  other: {
    family: 'forbidden',
    says: (p: { person: string }) => `${p.person} changes this for themselves, or an owner or a lead does.`,
  },
  last: {
    family: 'unmet',
    says: (_: object) =>
      'Nobody would be owner any more, now or once who leaves has left. Make somebody else an owner first.',
  },
  self: { family: 'invalid', says: (p: { person: string }) => `${p.person} cannot take their own place.` },
  gone: {
    family: 'unmet',
    says: (p: { person: string; on: string }) => `${p.person}’s last day is ${p.on}: name somebody who stays longer.`,
  },
  there: {
    family: 'unmet',
    says: (p: { person: string }) => `${p.person} has no last day: nothing is to be taken back.`,
  },
  order: {
    family: 'invalid',
    says: (p: { startsOn: string; leavesOn: string }) =>
      `The last day would be ${p.leavesOn}, before the first one, ${p.startsOn}.`,
  },
  email: {
    family: 'conflict',
    says: (p: { person: string }) => `This e-mail address is ${p.person}’s already.`,
  },
  erased: {
    family: 'unmet',
    says: (p: { person: string; by: string }) =>
      `Who ${p.person} was is erased (“${p.by}”) and is not written again. Somebody who comes back is a new person with a new id.`,
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

/** What a person is called whose name was erased. */
export const ERASED_PERSON = 'Erased person';

/** Somebody who acts. Other records name people by id only, so that erasing this record erases the name. */
export const Person = defineRecord('person', {
  title: 'Person',
  area: 'people',
  body: z.strictObject({
    name: z.string().min(1).max(200),
    email: z.email().max(254).optional(),
    roles: z.array(z.enum(ROLES).exclude(['operator'])).default(['employee']),
    jobTitle: z.string().min(1).max(200).optional(),
    startsOn: dateText().optional(),
    leavesOn: dateText().optional().describe('The last day.'),
    substitute: ref('person')
      .optional()
      .describe('Who does what is theirs from their last day on: derived, nothing is rewritten.'),
    erased: idSchema.optional().describe('The erasure that took name and address.'),
  }),
  holds({ startsOn, leavesOn, erased, name, email, jobTitle }) {
    if (erased !== undefined && (name !== ERASED_PERSON || email !== undefined || jobTitle !== undefined))
      return refuse('invalid', { says: `Somebody who is erased is called “${ERASED_PERSON}”, without an address.` }, [
        'erased',
      ]);
    return startsOn !== undefined && leavesOn !== undefined && leavesOn < startsOn
      ? refusePerson('order', { startsOn, leavesOn }, ['leavesOn'])
      : undefined;
  },
  mayWrite(actor, { id, before, after }) {
    if (before?.erased !== undefined) return refusePerson('erased', { person: id, by: before.erased });
    if (after?.substitute === id) return refusePerson('self', { person: id }, ['substitute']);
    if (isOperator(actor) || actor.roles.includes('owner')) return undefined;
    // Whoever could write roles could make themselves an owner.
    if (!isSame(before?.roles ?? PLAIN, after?.roles ?? PLAIN) && !isAdded(before?.roles, after?.roles))
      return refusePerson('roles', {}, ['roles']);
    // And whoever could end an owner's time would be rid of them.
    return before?.roles.includes('owner') === true && before.leavesOn !== after?.leavesOn
      ? refusePerson('owner', {}, ['leavesOn'])
      : undefined;
  },
  // Whoever comes after must find somebody who can let others in. An organisation that never had an owner waits for its first one.
  together: (before, after) =>
    before.some(isLasting) && !after.some(isLasting) ? refusePerson('last', {}, ['roles']) : undefined,
});

/** An owner without a last day. */
const isLasting = ({
  roles,
  leavesOn,
}: {
  readonly roles: readonly Role[];
  readonly leavesOn?: string | undefined;
}): boolean => roles.includes('owner') && leavesOn === undefined;

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
