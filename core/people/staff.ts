import { z } from 'zod';
import type { Actor, Book, Change, Facts, Refusal, Stored } from '../kernel/index.ts';
import { change, dateText, dayOf, defineAct, ref, ROLES } from '../kernel/index.ts';
import { isOperator, Person, refusePerson } from './record.ts';

type Row = Stored<typeof Person>;

/** Owners and leads, and the operator of the machine, look after people; a lead not after owners. */
const LOOKS_AFTER = ['owner', 'lead', 'operator'] as const;

const isOwnerOrOperator = (actor: Actor): boolean => isOperator(actor) || actor.roles.includes('owner');

const unlessOwnersOwn = ({ roles }: Row, { actor }: Facts): Refusal | undefined =>
  roles.includes('owner') && !isOwnerOrOperator(actor) ? refusePerson('owner', {}, ['person']) : undefined;

/** Somebody who will be there to take the place. */
function refuseSubstitute(
  book: Book<readonly [typeof Person]>,
  person: string,
  substitute: string,
  from: string,
): void {
  if (substitute === person) throw refusePerson('self', { person }, ['substitute']);
  const { leavesOn } = book.person.get(substitute);
  if (leavesOn !== undefined && leavesOn <= from)
    throw refusePerson('gone', { person: substitute, on: leavesOn }, ['substitute']);
}

export const leavePerson = defineAct('person.leave', {
  says: 'Records somebody’s last day, and who takes their place from that day on.',
  input: z.strictObject({ person: ref('person'), leavesOn: dateText(), substitute: ref('person').optional() }),
  reads: [Person],
  on: { kind: Person, field: 'person' },
  allowed: LOOKS_AFTER,
  unless: unlessOwnersOwn,
  decide(book, { person, leavesOn, substitute }): readonly Change[] {
    const row = book.person.get(person);
    if (row.startsOn !== undefined && leavesOn < row.startsOn)
      throw refusePerson('order', { startsOn: row.startsOn, leavesOn }, ['leavesOn']);
    if (substitute !== undefined) refuseSubstitute(book, person, substitute, leavesOn);
    return [change(Person, row, { leavesOn, substitute: substitute ?? row.substitute })];
  },
});

export const returnPerson = defineAct('person.return', {
  says: 'Takes somebody’s last day back: they stay, or are there again.',
  input: z.strictObject({ person: ref('person') }),
  reads: [Person],
  on: { kind: Person, field: 'person' },
  allowed: LOOKS_AFTER,
  unless: (row, facts) =>
    row.leavesOn === undefined ? refusePerson('there', { person: row.id }, ['person']) : unlessOwnersOwn(row, facts),
  decide: (book, { person }) => [
    change(Person, book.person.get(person), { leavesOn: undefined, substitute: undefined }),
  ],
});

export const givePersonRoles = defineAct('person.roles', {
  says: 'Says what somebody may do: gives and takes roles.',
  input: z.strictObject({
    person: ref('person'),
    roles: z
      .array(z.enum(ROLES).exclude(['operator']))
      .min(1)
      .max(ROLES.length),
  }),
  reads: [Person],
  on: { kind: Person, field: 'person' },
  allowed: ['owner', 'operator'],
  // A job's token has the operator's role and is not the operator.
  unless: (_row, { actor }) => (isOwnerOrOperator(actor) ? undefined : refusePerson('roles', {}, ['roles'])),
  decide: (book, { person, roles }) => [change(Person, book.person.get(person), { roles: [...new Set(roles)] })],
});

export const changePerson = defineAct('person.change', {
  says: 'Changes name, e-mail address, job title or substitute: one’s own, or of those one looks after.',
  input: z.strictObject({
    person: ref('person'),
    name: z.string().min(1).max(200).optional(),
    email: z.email().max(254).optional(),
    jobTitle: z.string().min(1).max(200).optional(),
    substitute: ref('person').nullable().optional().describe('Null: nobody.'),
  }),
  reads: [Person],
  on: { kind: Person, field: 'person' },
  allowed: ['owner', 'lead', 'control-owner', 'employee', 'operator'],
  unless(row, facts) {
    const { actor } = facts;
    if (row.id === actor.id) return undefined;
    const looksAfter = actor.roles.some((role) => (LOOKS_AFTER as readonly string[]).includes(role));
    return looksAfter ? unlessOwnersOwn(row, facts) : refusePerson('other', { person: row.id }, ['person']);
  },
  decide(book, { person, substitute, ...given }, { now, zone }): readonly Change[] {
    const row = book.person.get(person);
    const { email } = given;
    const taken = book.person
      .all()
      .find(
        (other) => email !== undefined && other.id !== person && other.email?.toLowerCase() === email.toLowerCase(),
      );
    if (taken !== undefined) throw refusePerson('email', { person: taken.id }, ['email']);
    const today = dayOf(zone, now);
    if (typeof substitute === 'string') refuseSubstitute(book, person, substitute, row.leavesOn ?? today);
    const put = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return [
      change(Person, row, { ...put, ...(substitute === undefined ? {} : { substitute: substitute ?? undefined }) }),
    ];
  },
});
