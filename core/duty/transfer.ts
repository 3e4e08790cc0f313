import { z } from 'zod';
import type { Refusal } from '../kernel/index.ts';
import { create, dateText, defineAct, defineRecord, idSchema, ref } from '../kernel/index.ts';
import { DUTY_ROLES, LAW_IDS, UNITS } from './catalog.ts';
import { ProcessingActivity, WRITERS } from './processing.ts';
import { DUTY_READERS, replace } from './profile.ts';
import { refuseDuty } from './refusals.ts';

export const MECHANISMS = [
  'adequacy',
  'standard-clauses',
  'binding-rules',
  'leave-of-authority',
  'consent',
  'listed-exception',
  'none-yet',
] as const;

const REGION = z.string().regex(/^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/, 'must be an ISO 3166 code such as BR or US-CA');

const ends = (from: string | undefined, to: string | undefined): Refusal | undefined =>
  from !== undefined && to !== undefined && to < from
    ? refuseDuty('order', { what: 'The end', at: to, before: 'its start', on: from }, ['endsOn'])
    : undefined;

const Moved = {
  activity: ref('processing-activity'),
  laws: z.array(z.enum(LAW_IDS)).min(1).max(LAW_IDS.length).describe('Which laws ask for protection when it leaves.'),
  to: REGION.describe('The country it goes to.'),
  recipient: z.string().min(1).max(200),
  data: z.string().max(1000).optional(),
  mechanism: z.enum(MECHANISMS),
  assessed: z.string().max(2000).optional().describe('What was found about the law of the country.'),
  startsOn: dateText().optional(),
  endsOn: dateText().optional(),
};

/** Personal data that goes to another country, and what protects it there. */
export const Transfer = defineRecord('transfer', {
  title: 'Transfer',
  ownActsOnly: true,
  readableBy: DUTY_READERS,
  area: 'documents',
  body: z.strictObject({ ...Moved, writtenBy: z.string() }),
  holds: ({ startsOn, endsOn }) => ends(startsOn, endsOn),
});

export const recordTransfer = defineAct('transfer.record', {
  says: 'Records a transfer of personal data to another country, or records it anew.',
  input: z.strictObject({ id: idSchema.optional(), ...Moved }),
  reads: [Transfer, ProcessingActivity],
  allowed: WRITERS,
  answer: z.strictObject({ transfer: z.string() }),
  decide(book, { id, ...body }, { actor, seed }) {
    const transfer = id ?? `tr-${seed.slice(0, 12)}`;
    const row = id === undefined ? undefined : book.transfer.find(id);
    const written = { ...body, writtenBy: actor.id };
    return {
      changes: [row === undefined ? create(Transfer, transfer, written) : replace(Transfer, row, written)],
      answer: { transfer },
    };
  },
});

export const CONTRACT_KINDS = ['dpa', 'baa', 'joint-arrangement', 'service-provider'] as const;

const Agreed = {
  contract: z.enum(CONTRACT_KINDS).describe('dpa: with a processor or as one; baa: business associate agreement.'),
  party: z.string().min(1).max(200),
  role: z.enum(DUTY_ROLES).describe('What this organisation is in it.'),
  laws: z.array(z.enum(LAW_IDS)).min(1).max(LAW_IDS.length),
  activities: z.array(ref('processing-activity')).max(100).default([]),
  signedOn: dateText().optional(),
  endsOn: dateText().optional(),
  notice: z
    .strictObject({ amount: z.int().min(1).max(1000), unit: z.enum(UNITS) })
    .optional()
    .describe('How soon the other party is told of an incident: a clock of its own.'),
  reviewOn: dateText().optional(),
  note: z.string().max(2000).optional(),
};

/** A contract on the handling of personal data. */
export const PrivacyContract = defineRecord('privacy-contract', {
  title: 'Privacy contract',
  ownActsOnly: true,
  readableBy: DUTY_READERS,
  area: 'documents',
  body: z.strictObject({ ...Agreed, writtenBy: z.string() }),
  holds: ({ signedOn, endsOn }) => ends(signedOn, endsOn),
});

export const recordContract = defineAct('privacy-contract.record', {
  says: 'Records a contract on the handling of personal data, or records it anew.',
  input: z.strictObject({ id: idSchema.optional(), ...Agreed }),
  reads: [PrivacyContract, ProcessingActivity],
  allowed: WRITERS,
  answer: z.strictObject({ contract: z.string() }),
  decide(book, { id, ...body }, { actor, seed }) {
    const contract = id ?? `pc-${seed.slice(0, 12)}`;
    const row = id === undefined ? undefined : book['privacy-contract'].find(id);
    const written = { ...body, writtenBy: actor.id };
    return {
      changes: [
        row === undefined ? create(PrivacyContract, contract, written) : replace(PrivacyContract, row, written),
      ],
      answer: { contract },
    };
  },
});
