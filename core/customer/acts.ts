import { z } from 'zod';
import { Programme } from '../framework/record.ts';
import type { Facts, Refusal, Stored } from '../kernel/index.ts';
import { create, dateText, dayOf, defineAct, idSchema, move, ref, change } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { CustomerRequest, refuseRequest, REGIONS, SENT, WANTED } from './record.ts';

const reads = [CustomerRequest, Person, Programme] as const;
const ALLOWED = ['owner', 'lead', 'operator'] as const;
type Row = Stored<typeof CustomerRequest>;

const Asked = {
  customer: z.string().min(1).max(200),
  contact: z.string().min(1).max(300),
  wants: z.array(z.enum(WANTED)).min(1).max(WANTED.length),
  by: dateText(),
  amount: z.number().min(0).max(1e12),
  currency: z.string().regex(/^[A-Z]{3}$/),
  region: z.enum(REGIONS),
  underNda: z.boolean(),
  owner: ref('person'),
  note: z.string().min(1).max(4000),
};

/** What is said to have happened has come. */
function refuseFuture(field: string, value: string, { now, zone }: Pick<Facts, 'now' | 'zone'>): void {
  if (value > dayOf(zone, now)) throw refuseRequest('future', { field, value }, [field]);
}

const closed = ({ id, state }: Row): Refusal | undefined =>
  state === 'won' || state === 'lost' ? refuseRequest('closed', { id, status: state }) : undefined;

export const recordRequest = defineAct('request.record', {
  says: 'Records that a customer asked for a report or a certificate.',
  input: z.strictObject({
    ...Asked,
    id: idSchema.optional(),
    contact: Asked.contact.optional(),
    askedOn: dateText().optional().describe('Today without it.'),
    by: Asked.by.optional(),
    amount: Asked.amount.optional(),
    currency: Asked.currency.optional(),
    underNda: Asked.underNda.default(false),
    owner: Asked.owner.optional(),
    note: Asked.note.optional(),
  }),
  reads,
  allowed: ALLOWED,
  answer: z.strictObject({ request: z.string() }),
  decide(book, { id, askedOn, ...body }, moment) {
    if (body.owner !== undefined) book.person.get(body.owner);
    const asked = askedOn ?? dayOf(moment.zone, moment.now);
    refuseFuture('askedOn', asked, moment);
    const request = id ?? `q-${moment.seed.slice(0, 12)}`;
    return { changes: [create(CustomerRequest, request, { ...body, askedOn: asked })], answer: { request } };
  },
});

export const changeRequest = defineAct('request.change', {
  says: 'Changes what is known of a request; null empties a field.',
  input: z.strictObject({
    request: ref('customer-request'),
    customer: Asked.customer.optional(),
    contact: Asked.contact.nullable().optional(),
    wants: Asked.wants.optional(),
    askedOn: dateText().optional(),
    by: Asked.by.nullable().optional(),
    amount: Asked.amount.nullable().optional(),
    currency: Asked.currency.nullable().optional(),
    region: Asked.region.optional(),
    underNda: Asked.underNda.optional(),
    owner: Asked.owner.nullable().optional(),
    note: Asked.note.nullable().optional(),
  }),
  reads,
  on: { kind: CustomerRequest, field: 'request' },
  allowed: ALLOWED,
  decide(book, { request, ...given }, moment) {
    const row = book['customer-request'].get(request);
    if (typeof given.owner === 'string') book.person.get(given.owner);
    if (given.askedOn !== undefined) refuseFuture('askedOn', given.askedOn, moment);
    const patch = Object.fromEntries(
      Object.entries(given)
        .filter(([, value]) => value !== undefined)
        .map(([field, value]) => [field, value ?? undefined]),
    );
    return [change(CustomerRequest, row, patch)];
  },
});

export const answerRequest = defineAct('request.answer', {
  says: 'Records what was sent to a customer. A later sending is added to it.',
  input: z.strictObject({
    request: ref('customer-request'),
    what: z.enum(SENT),
    on: dateText().optional().describe('Today without it.'),
    programme: ref('programme').optional().describe('Whose report or certificate it was.'),
    note: z.string().min(1).max(500).optional(),
  }),
  reads,
  on: { kind: CustomerRequest, field: 'request', move: 'answer' },
  allowed: ALLOWED,
  unless: closed,
  decide(book, { request, on, ...sent }, moment) {
    const row = book['customer-request'].get(request);
    if (sent.programme !== undefined) book.programme.get(sent.programme);
    const day = on ?? dayOf(moment.zone, moment.now);
    refuseFuture('on', day, moment);
    return [move(CustomerRequest, row, 'answer', { sent: [...row.sent, { ...sent, on: day }] })];
  },
});

export const closeRequest = defineAct('request.close', {
  says: 'Closes a request: the deal was won or lost, with the reason.',
  input: z.strictObject({
    request: ref('customer-request'),
    outcome: z.enum(['won', 'lost']),
    reason: z.string().min(3).max(2000),
  }),
  reads,
  on: { kind: CustomerRequest, field: 'request' },
  allowed: ALLOWED,
  unless: closed,
  decide: (book, { request, outcome, reason }) => [
    move(CustomerRequest, book['customer-request'].get(request), outcome === 'won' ? 'win' : 'lose', {
      closedFor: reason,
    }),
  ],
});

export const reopenRequest = defineAct('request.reopen', {
  says: 'Opens a request again: what was sent stays recorded.',
  input: z.strictObject({ request: ref('customer-request'), reason: z.string().min(3).max(2000) }),
  reads,
  on: { kind: CustomerRequest, field: 'request', move: 'reopen' },
  allowed: ALLOWED,
  decide: (book, { request, reason }) => [
    move(CustomerRequest, book['customer-request'].get(request), 'reopen', {
      closedFor: undefined,
      reopenedFor: reason,
    }),
  ],
});
