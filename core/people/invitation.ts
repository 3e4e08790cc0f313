import { z } from 'zod';
import type { Actor, Role, Stored } from '../kernel/index.ts';
import {
  change,
  create,
  defineAct,
  defineRecord,
  defineRefusals,
  idSchema,
  instantText,
  ref,
  retire,
  ROLES,
} from '../kernel/index.ts';
import { isOperator, Person } from './record.ts';

export const refuseInvitation = defineRefusals('invitation', {
  roles: {
    family: 'forbidden',
    says: (p: { roles: string }) =>
      `A lead invites employees and control owners; ${p.roles} is for an owner to invite.`,
  },
  person: {
    family: 'invalid',
    says: (p: { person: string }) =>
      `${p.person} is a person here already: name and roles are theirs. Invite them by id alone, and change the person where they are wrong.`,
  },
  name: { family: 'invalid', says: (_: object) => 'A new person needs a name.' },
  email: {
    family: 'conflict',
    says: (p: { email: string; person: string }) => `${p.email} is the e-mail address of ${p.person} already.`,
  },
  other: { family: 'forbidden', says: (_: object) => 'An invitation is accepted by whom it was made for.' },
});

/** Whom a lead may bring in without an owner. */
const LEADS_MAY: readonly Role[] = ['employee', 'control-owner'];

const Address = z.email().max(254);

/**
 * An offer to sign in as a person, until it is accepted, revoked or runs out. The link’s secret is shown once and not kept. The address is fixed
 * here: a person’s own may be changed by others meanwhile, and must not lead anybody else in.
 */
export const Invitation = defineRecord('invitation', {
  title: 'Invitation',
  ownActsOnly: true,
  readableBy: ['owner', 'lead', 'operator'],
  body: z.strictObject({ person: ref('person'), email: Address, expires: instantText() }),
});

const isSame = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

const reaches = (actor: Actor, roles: readonly Role[]): boolean =>
  isOperator(actor) || actor.roles.includes('owner') || roles.every((role) => LEADS_MAY.includes(role));

export const invitePerson = defineAct('person.invite', {
  says: 'Makes a person, or takes one who is there, and an invitation by which they may sign in. The server makes its link and shows it once.',
  input: z.strictObject({
    id: idSchema,
    person: idSchema,
    email: Address,
    name: z.string().min(1).max(200).optional(),
    roles: z
      .array(z.enum(ROLES).exclude(['operator']))
      .min(1)
      .optional(),
    expires: instantText(),
  }),
  reads: [Person, Invitation],
  internal: true,
  allowed: ['owner', 'lead', 'operator'],
  decide(book, { id, person, email, name, roles, expires }, { actor }) {
    const there = book.person.find(person);
    const holds = there?.roles ?? roles ?? ['employee'];
    if (!reaches(actor, holds)) {
      throw refuseInvitation('roles', { roles: holds.filter((role) => !LEADS_MAY.includes(role)).join(', ') }, [
        'roles',
      ]);
    }
    const taken = book.person.all().find((other) => other.id !== person && isSame(other.email, email));
    if (taken !== undefined) throw refuseInvitation('email', { email, person: taken.id }, ['email']);
    if (there !== undefined && (name !== undefined || roles !== undefined))
      throw refuseInvitation('person', { person }, ['person']);
    return [
      // One that is open is replaced: two links that lead to one person are one too many.
      ...openFor(book.invitation.all(), person).map((open) => retire(Invitation, open)),
      ...personChanges(there, person, email, name, holds),
      create(Invitation, id, { person, email, expires }),
    ];
  },
});

function personChanges(
  there: Stored<typeof Person> | undefined,
  id: string,
  email: string,
  name: string | undefined,
  roles: readonly Exclude<Role, 'operator'>[],
) {
  if (there !== undefined) return isSame(there.email, email) ? [] : [change(Person, there, { email })];
  if (name === undefined) throw refuseInvitation('name', {}, ['name']);
  return [create(Person, id, { name, email, roles: [...roles] })];
}

const openFor = (all: readonly Stored<typeof Invitation>[], person: string) =>
  all.filter((invitation) => invitation.person === person);

export const acceptInvitation = defineAct('invitation.accept', {
  says: 'Accepts an invitation, by whom it was made for.',
  input: z.strictObject({ invitation: ref('invitation') }),
  reads: [Invitation],
  internal: true,
  allowed: ROLES.filter((role) => role !== 'operator'),
  decide(book, { invitation }, { actor }) {
    const open = book.invitation.get(invitation);
    if (open.person !== actor.id) throw refuseInvitation('other', {});
    return [retire(Invitation, open)];
  },
});

export const revokeInvitation = defineAct('invitation.revoke', {
  says: 'Takes an invitation back: its link leads nowhere from then on.',
  input: z.strictObject({ invitation: ref('invitation') }),
  reads: [Person, Invitation],
  allowed: ['owner', 'lead', 'operator'],
  decide: (book, { invitation }) => [retire(Invitation, book.invitation.get(invitation))],
});
