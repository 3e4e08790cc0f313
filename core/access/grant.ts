import { z } from 'zod';
import { Programme } from '../framework/record.ts';
import {
  addDays,
  AREAS,
  create,
  dateText,
  dayOf,
  defineAct,
  defineRecord,
  defineRefusals,
  idSchema,
  move,
  ref,
} from '../kernel/index.ts';
import { Person } from '../people/record.ts';

export const refuseGrant = defineRefusals('grant', {
  none: {
    family: 'forbidden',
    says: (_: object) => 'You see what you are granted, and nothing is: ask an owner or a lead of the organisation.',
  },
  begins: {
    family: 'forbidden',
    says: (p: { on: string }) => `Your grant begins on ${p.on}; until then nothing is shown.`,
  },
  ended: {
    family: 'forbidden',
    says: (p: { on: string }) => `Your grant ended on ${p.on}. An owner or a lead of the organisation gives another.`,
  },
  area: {
    family: 'forbidden',
    says: (p: { what: string }) => `${p.what} is not among what your grant opens. An owner or a lead may open more.`,
  },
  guest: {
    family: 'unmet',
    says: (p: { person: string }) =>
      `A grant is for an auditor or an adviser, and ${p.person} is neither. An owner gives that role first.`,
  },
  left: {
    family: 'unmet',
    says: (p: { person: string; on: string }) => `${p.person} leaves on ${p.on}, before the grant begins.`,
  },
  order: {
    family: 'invalid',
    says: (p: { from: string; to: string }) => `The grant would end on ${p.to}, before it begins on ${p.from}.`,
  },
  past: { family: 'invalid', says: (p: { to: string }) => `The grant would have ended already, on ${p.to}.` },
  length: {
    family: 'invalid',
    says: (p: { from: string; to: string }) =>
      `A grant lasts at most two years; ${p.from} to ${p.to} is longer. Give another when it ends.`,
  },
  over: { family: 'unmet', says: (p: { id: string; on: string }) => `Grant “${p.id}” was over on ${p.on} already.` },
  programme: {
    family: 'unmet',
    says: (p: { programme: string; on: string }) => `${p.programme} ended on ${p.on}, before the grant begins.`,
  },
});

const LONGEST_DAYS = 731;

/**
 * What somebody from outside may see: of which programme, from when until when, and which parts. An auditor or adviser sees nothing
 * but by grants that are in force today in the organisation's time zone.
 */
export const Grant = defineRecord('grant', {
  title: 'Grant',
  ownActsOnly: true,
  readableBy: ['owner', 'lead', 'operator'],
  body: z.strictObject({
    person: ref('person'),
    programme: ref('programme'),
    engagement: idSchema.optional().describe('What the company calls the engagement it is given for.'),
    from: dateText(),
    to: dateText().describe('The last day, inclusive; at most two years after `from`.'),
    visible: z.array(z.enum(AREAS)).min(1).describe('The parts of the product that it opens.'),
    givenBy: z.string(),
    endedBy: z.string().optional(),
    endedFor: z.string().max(2000).optional(),
    state: z.enum(['given', 'ended']).default('given'),
  }),
  lifecycle: { field: 'state', starts: 'given', moves: { end: { from: ['given'], to: 'ended' } } },
});

export const giveGrant = defineAct('grant.give', {
  says: 'Lets an auditor or an adviser see parts of a programme, for a time.',
  input: z.strictObject({
    id: idSchema.optional(),
    person: ref('person'),
    programme: ref('programme'),
    engagement: idSchema.optional(),
    from: dateText(),
    to: dateText(),
    visible: z.array(z.enum(AREAS)).min(1),
  }),
  reads: [Person, Programme, Grant],
  on: { kind: Person, field: 'person' },
  unless: ({ id, roles }) =>
    roles.some((role) => role === 'auditor' || role === 'adviser')
      ? undefined
      : refuseGrant('guest', { person: id }, ['person']),
  allowed: ['owner', 'lead'],
  answer: z.strictObject({ grant: z.string() }),
  decide(book, { id, ...body }, { actor, now, seed, zone }) {
    const { person, programme, from, to } = body;
    if (to < from) throw refuseGrant('order', { from, to }, ['to']);
    if (to >= addDays(from, LONGEST_DAYS)) throw refuseGrant('length', { from, to }, ['to']);
    if (to < dayOf(zone, now)) throw refuseGrant('past', { to }, ['to']);
    const { leavesOn } = book.person.get(person);
    if (leavesOn !== undefined && leavesOn < from) throw refuseGrant('left', { person, on: leavesOn }, ['from']);
    const ends = book.programme.get(programme).to;
    // An audit looks back: a programme that has ended may be shown, but for one that ended before the grant was thought of.
    if (ends !== undefined && ends < addDays(from, -LONGEST_DAYS))
      throw refuseGrant('programme', { programme, on: ends }, ['programme']);
    const grant = id ?? `g-${seed.slice(0, 12)}`;
    const visible = AREAS.filter((area) => body.visible.includes(area));
    return { changes: [create(Grant, grant, { ...body, visible, givenBy: actor.id })], answer: { grant } };
  },
});

export const endGrant = defineAct('grant.end', {
  says: 'Ends a grant at once: from then on nothing is seen by it.',
  input: z.strictObject({ grant: ref('grant'), reason: z.string().min(3).max(2000) }),
  reads: [Grant],
  on: { kind: Grant, field: 'grant', move: 'end' },
  unless: ({ id, to }, { now, zone }) => (to < dayOf(zone, now) ? refuseGrant('over', { id, on: to }) : undefined),
  allowed: ['owner', 'lead'],
  decide: (book, { grant, reason }, { actor }) => [
    move(Grant, book.grant.get(grant), 'end', { endedBy: actor.id, endedFor: reason }),
  ],
});
