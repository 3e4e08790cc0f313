import { z } from 'zod';
import { dateText, defineRecord, defineRefusals, idSchema, ref } from '../kernel/index.ts';

export const refuseRequest = defineRefusals('request', {
  closed: {
    family: 'unmet',
    says: (p: { id: string; status: string }) => `Request “${p.id}” is ${p.status}. Reopen it first.`,
  },
  asked: {
    family: 'invalid',
    says: (p: { on: string; by: string }) => `It is wanted by ${p.by}, before it was asked for on ${p.on}.`,
  },
  future: {
    family: 'invalid',
    says: (p: { field: string; value: string }) => `${p.field} ${p.value} has not come yet.`,
  },
  currency: { family: 'invalid', says: (_: object) => 'An amount has a currency, and a currency an amount.' },
  twice: { family: 'invalid', says: (p: { wanted: string }) => `${p.wanted} is asked for twice.` },
  something: { family: 'invalid', says: (_: object) => 'A request for something else says in its note what that is.' },
});

/** What a customer asks for, in the trade's words. */
export const WANTED = ['soc2-type-1', 'soc2-type-2', 'iso27001', 'other'] as const;
export type Wanted = (typeof WANTED)[number];

/** Regions as the planner weighs markets. */
export const REGIONS = ['us-ca', 'europe', 'apac', 'middle-east', 'latam', 'other'] as const;
export type Region = (typeof REGIONS)[number];

export const REQUEST_STATES = ['open', 'answered', 'won', 'lost'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** What was sent to a customer. */
export const SENT = [
  'report',
  'certificate',
  'bridge-letter',
  'statement-of-applicability',
  'questionnaire',
  'other',
] as const;

/**
 * A customer or prospect who asked for a report or a certificate: for which, by when, worth what, and what came of it. The company's
 * own business: no guest sees it.
 */
export const CustomerRequest = defineRecord('customer-request', {
  title: 'Customer request',
  ownActsOnly: true,
  readableBy: ['owner', 'lead', 'operator'],
  body: z.strictObject({
    customer: z.string().min(1).max(200).describe('Who asked.'),
    contact: z.string().min(1).max(300).optional(),
    wants: z.array(z.enum(WANTED)).min(1).max(WANTED.length),
    askedOn: dateText(),
    by: dateText().optional().describe('By when they want it.'),
    amount: z.number().min(0).max(1e12).optional().describe('What hangs on it, in units of the currency, a year.'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional()
      .describe('Three capitals, as ISO 4217 has it.'),
    region: z.enum(REGIONS),
    underNda: z.boolean().default(false).describe('Whether a confidentiality agreement with them is in force.'),
    owner: ref('person').optional().describe('Who answers them.'),
    note: z.string().min(1).max(4000).optional(),
    sent: z
      .array(
        z.strictObject({
          what: z.enum(SENT),
          on: dateText(),
          programme: idSchema.optional(),
          note: z.string().min(1).max(500).optional(),
        }),
      )
      .max(200)
      .default([]),
    state: z.enum(REQUEST_STATES).default('open'),
    closedFor: z.string().max(2000).optional().describe('Why it was won or lost.'),
    reopenedFor: z.string().max(2000).optional(),
  }),
  lifecycle: {
    field: 'state',
    starts: 'open',
    moves: {
      answer: { from: ['open', 'answered'], to: 'answered' },
      win: { from: ['open', 'answered'], to: 'won' },
      lose: { from: ['open', 'answered'], to: 'lost' },
      reopen: { from: ['answered', 'won', 'lost'], to: 'open' },
    },
  },
  holds: ({ amount, currency, wants, askedOn, by, note }) => {
    if ((amount === undefined) !== (currency === undefined))
      return refuseRequest('currency', {}, [amount === undefined ? 'amount' : 'currency']);
    const again = wants.findIndex((wanted, i) => wants.indexOf(wanted) !== i);
    if (again >= 0) return refuseRequest('twice', { wanted: String(wants[again]) }, ['wants', again]);
    if (wants.includes('other') && note === undefined) return refuseRequest('something', {}, ['note']);
    return by !== undefined && by < askedOn ? refuseRequest('asked', { on: askedOn, by }, ['by']) : undefined;
  },
});
