import { z } from 'zod';
import type { Facts, Refusal, Stored } from '../kernel/index.ts';
import { change, create, defineAct, idSchema, move, ref } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { editionInForce } from './edition.ts';
import { READERS } from './readers.ts';
import { Acknowledgement, Policy, refusePolicy } from './record.ts';
import { TEMPLATES } from './templates.ts';

const Written = {
  title: z.string().min(1).max(200),
  text: z.string().min(1).max(200_000),
  label: z.string().min(1).max(40),
  owner: ref('person'),
  appliesTo: z.array(z.enum(READERS)).min(1).max(READERS.length),
};

const reads = [Policy, Person] as const;
const WRITERS = ['owner', 'lead', 'adviser', 'operator'] as const;

/** Nobody decides on an edition that they wrote on or submitted. */
const ownEdition = ({ submittedBy, writtenBy }: Stored<typeof Policy>, { actor }: Facts): Refusal | undefined =>
  submittedBy === actor.id || writtenBy.includes(actor.id) ? refusePolicy('own', { person: actor.id }) : undefined;

/** What is written on is neither retired nor waiting. */
const notWritable = ({ id, state }: Stored<typeof Policy>): Refusal | undefined =>
  state === 'retired'
    ? refusePolicy('retired', { policy: id })
    : state === 'submitted'
      ? refusePolicy('submitted', { policy: id })
      : undefined;

export const draftPolicy = defineAct('policy.draft', {
  says: 'Begins a policy, from nothing or from one of our templates.',
  input: z.strictObject({
    id: idSchema.optional(),
    ...Written,
    label: Written.label.default('1.0'),
    appliesTo: Written.appliesTo.default(['owner', 'lead', 'control-owner', 'employee']),
    acknowledgeWithin: z.int().min(1).max(365).optional(),
    template: z
      .string()
      .refine((id) => TEMPLATES.some((template) => template.id === id), 'is none of our templates')
      .optional(),
  }),
  reads,
  allowed: WRITERS,
  answer: z.strictObject({ policy: z.string() }),
  decide(book, { id, ...body }, { actor, seed }) {
    book.person.get(body.owner);
    const policy = id ?? `p-${seed.slice(0, 12)}`;
    return { changes: [create(Policy, policy, { ...body, writtenBy: [actor.id] })], answer: { policy } };
  },
});

export const editPolicy = defineAct('policy.edit', {
  says: 'Writes on a draft. On an approved policy it begins the next edition; the one in force stays until that one is approved.',
  input: z.strictObject({
    policy: ref('policy'),
    title: Written.title.optional(),
    text: Written.text.optional(),
    label: Written.label.optional(),
    owner: Written.owner.optional(),
    appliesTo: Written.appliesTo.optional(),
    acknowledgeWithin: z.int().min(1).max(365).nullable().optional().describe('null: nobody is asked to.'),
  }),
  reads,
  on: { kind: Policy, field: 'policy' },
  allowed: WRITERS,
  unless: notWritable,
  decide(book, { policy, acknowledgeWithin, ...given }, { actor }) {
    const row = book.policy.get(policy);
    const written = {
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      ...(acknowledgeWithin === undefined ? {} : { acknowledgeWithin: acknowledgeWithin ?? undefined }),
    };
    if (row.state === 'draft') {
      return [change(Policy, row, { ...written, writtenBy: [...new Set([...row.writtenBy, actor.id])] })];
    }
    const fresh = { writtenBy: [actor.id], submittedBy: undefined, decidedBy: undefined, returnedFor: undefined };
    return [move(Policy, row, 'revise', { ...written, ...fresh })];
  },
});

export const submitPolicy = defineAct('policy.submit', {
  says: 'Submits a draft for somebody else to approve.',
  input: z.strictObject({ policy: ref('policy') }),
  reads,
  on: { kind: Policy, field: 'policy', move: 'submit' },
  allowed: WRITERS,
  decide(book, { policy }, { actor, now }) {
    const row = book.policy.get(policy);
    const inForce = editionInForce(book.policy.history(policy), now);
    if (inForce?.label === row.label) throw refusePolicy('label', { label: row.label }, ['policy']);
    return [move(Policy, row, 'submit', { submittedBy: actor.id, decidedBy: undefined, returnedFor: undefined })];
  },
});

export const approvePolicy = defineAct('policy.approve', {
  says: 'Approves an edition that others wrote. It is in force from now on, and those it binds are asked to acknowledge it.',
  input: z.strictObject({ policy: ref('policy') }),
  reads,
  on: { kind: Policy, field: 'policy', move: 'approve' },
  allowed: ['owner', 'lead'],
  unless: ownEdition,
  decide: (book, { policy }, { actor }) => [move(Policy, book.policy.get(policy), 'approve', { decidedBy: actor.id })],
});

export const returnPolicy = defineAct('policy.return', {
  says: 'Sends a submitted edition back to who wrote it, with the reason.',
  input: z.strictObject({ policy: ref('policy'), reason: z.string().min(3).max(2000) }),
  reads,
  on: { kind: Policy, field: 'policy', move: 'return' },
  allowed: ['owner', 'lead'],
  unless: ownEdition,
  decide: (book, { policy, reason }, { actor }) => [
    move(Policy, book.policy.get(policy), 'return', { decidedBy: actor.id, returnedFor: reason }),
  ],
});

export const retirePolicy = defineAct('policy.retire', {
  says: 'Ends a policy, with the reason. Its editions and who acknowledged them stay.',
  input: z.strictObject({ policy: ref('policy'), reason: z.string().min(3).max(2000) }),
  reads,
  on: { kind: Policy, field: 'policy', move: 'retire' },
  allowed: ['owner', 'lead'],
  decide: (book, { policy, reason }) => [move(Policy, book.policy.get(policy), 'retire', { retiredFor: reason })],
});

export const acknowledgePolicy = defineAct('policy.acknowledge', {
  says: 'Says that one has read the edition in force and keeps to it.',
  input: z.strictObject({ policy: ref('policy'), edition: z.int().min(1).describe('The one that was read.') }),
  reads: [Policy, Person, Acknowledgement],
  on: { kind: Policy, field: 'policy' },
  allowed: READERS,
  unless: ({ id, state }) => (state === 'retired' ? refusePolicy('retired', { policy: id }) : undefined),
  answer: z.strictObject({ acknowledgement: z.string() }),
  decide(book, { policy, edition }, { actor, now, seed }) {
    const person = book.person.find(actor.id);
    if (person === undefined) throw refusePolicy('person', {});
    const inForce = editionInForce(book.policy.history(policy), now);
    if (inForce === undefined) throw refusePolicy('none', { policy });
    if (inForce.version !== edition)
      throw refusePolicy('edition', { policy, edition, label: inForce.label }, ['edition']);
    const before = book.acknowledgement.pointingAt('policy', policy);
    if (before.some((row) => row.person === person.id && row.edition === edition)) {
      throw refusePolicy('acknowledged', { person: person.id, policy });
    }
    const acknowledgement = `a-${seed.slice(0, 16)}`;
    return {
      changes: [create(Acknowledgement, acknowledgement, { policy, edition, person: person.id })],
      answer: { acknowledgement },
    };
  },
});
