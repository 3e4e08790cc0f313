import { z } from 'zod';
import { Programme } from '../framework/record.ts';
import type { At, Book, DateText, Stored } from '../kernel/index.ts';
import { dayNumber, dayOf, defineView, idSchema, printInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { responsible, somebody, Somebody } from '../timeline/responsible.ts';
import { CustomerRequest, REGIONS, REQUEST_STATES, SENT, WANTED } from './record.ts';
import type { RequestState, Wanted } from './record.ts';
import { SEND_STATES, sendableTo } from './sendable.ts';
import { totalsOf, Totals } from './totals.ts';

const SORTS = [
  'by',
  '-by',
  'customer',
  '-customer',
  'amount',
  '-amount',
  'askedOn',
  '-askedOn',
  'state',
  '-state',
] as const;
type Sort = (typeof SORTS)[number];

const Answer = z.object({
  wants: z.enum(WANTED),
  state: z.enum(SEND_STATES),
  what: z.enum(['report', 'certificate']).nullable(),
  programme: z.string().nullable(),
  on: z.string().nullable(),
  says: z.string(),
  also: z.array(z.string()),
  lateDays: z.int().nullable(),
});

const Listed = z.object({
  id: z.string(),
  customer: z.string(),
  contact: z.string().nullable(),
  wants: z.array(z.enum(WANTED)),
  askedOn: z.string(),
  by: z.string().nullable(),
  inDays: z.int().nullable().describe('Until they want it; negative where the day is past.'),
  amount: z.number().nullable(),
  currency: z.string().nullable(),
  region: z.enum(REGIONS),
  underNda: z.boolean(),
  state: z.enum(REQUEST_STATES),
  closedFor: z.string().nullable(),
  owner: Somebody.nullable(),
  note: z.string().nullable(),
  sent: z.array(
    z.object({ what: z.enum(SENT), on: z.string(), programme: z.string().nullable(), note: z.string().nullable() }),
  ),
  send: z.array(Answer).describe('What can be sent today, for each thing they want.'),
});

export const Requests = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  total: z.int().describe('Requests that match.'),
  of: z.int().describe('Requests in all.'),
  next: z.string().nullable().describe('The cursor of what follows.'),
  requests: z.array(Listed),
  totals: Totals,
  programmes: z
    .array(z.object({ id: z.string(), title: z.string() }))
    .describe('Whose report or certificate may have been sent.'),
});

const reads = [CustomerRequest, Programme, Person] as const;
type Row = Stored<typeof CustomerRequest>;

const amountOf = ({ amount }: Row): number => amount ?? -1;
const LATEST = '9999-12-31';
const order: Readonly<Record<string, (a: Row, b: Row) => number>> = {
  by: (a, b) => compare(a.by ?? LATEST, b.by ?? LATEST),
  customer: (a, b) => compare(a.customer.toLowerCase(), b.customer.toLowerCase()),
  amount: (a, b) => compare(a.currency ?? '', b.currency ?? '') || amountOf(a) - amountOf(b),
  askedOn: (a, b) => compare(a.askedOn, b.askedOn),
  state: (a, b) => REQUEST_STATES.indexOf(a.state) - REQUEST_STATES.indexOf(b.state),
};
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sortedBy = (rows: readonly Row[], sort: Sort): readonly Row[] => {
  const by = order[sort.replace('-', '')];
  const sign = sort.startsWith('-') ? -1 : 1;
  return [...rows].sort((a, b) => sign * (by?.(a, b) ?? 0) || compare(a.id, b.id));
};

const isFound = (row: Row, text: string): boolean =>
  [row.id, row.customer, row.contact ?? '', row.note ?? ''].some((one) =>
    one.toLowerCase().includes(text.toLowerCase()),
  );

export const requestsList = defineView('requests.list', {
  says: 'Customers who asked for a report or certificate: by when, worth what, and what can be sent to them today. Totals by framework and region.',
  input: z.strictObject({
    search: z.string().max(200).optional().describe('In customer, contact, note and id.'),
    state: z.enum(REQUEST_STATES).optional(),
    wants: z.enum(WANTED).optional(),
    region: z.enum(REGIONS).optional(),
    sort: z.enum(SORTS).default('by'),
    limit: z.int().min(1).max(500).default(50),
    cursor: z
      .string()
      .regex(/^[0-9]{1,7}$/)
      .optional(),
  }),
  reads,
  readableBy: ['owner', 'lead', 'operator'],
  output: Requests,
  compute(book, { search, state, wants, region, sort, limit, cursor }, at) {
    const all = book['customer-request'].all();
    const found = all
      .filter((row) => search === undefined || isFound(row, search))
      .filter((row) => matches(row, { state, wants }) && (region === undefined || row.region === region));
    const start = Number(cursor ?? 0);
    const day = dayOf(at.zone, at.asOf);
    const programmes = book.programme.all();
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      total: found.length,
      of: all.length,
      next: start + limit < found.length ? String(start + limit) : null,
      requests: sortedBy(found, sort)
        .slice(start, start + limit)
        .map((row) => tell(book, row, programmes, day, at)),
      totals: totalsOf(found),
      programmes: programmes.map(({ id, title }) => ({ id, title })),
    };
  },
});

const matches = (row: Row, { state, wants }: { state: RequestState | undefined; wants: Wanted | undefined }): boolean =>
  (state === undefined || row.state === state) && (wants === undefined || row.wants.includes(wants));

export const requestPage = defineView('request.page', {
  says: 'One request of a customer, what was sent, and what can be sent today.',
  input: z.strictObject({ request: idSchema }),
  reads,
  readableBy: ['owner', 'lead', 'operator'],
  output: Listed.extend({
    asOf: z.string(),
    knownAt: z.string(),
    versions: z.array(z.object({ version: z.int(), at: z.string(), by: Somebody, state: z.enum(REQUEST_STATES) })),
  }),
  compute(book, { request }, at) {
    const row = book['customer-request'].get(request);
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      ...tell(book, row, book.programme.all(), dayOf(at.zone, at.asOf), at),
      versions: book['customer-request']
        .history(request)
        .filter(({ recordedAt }) => recordedAt <= at.asOf)
        .map(({ version, recordedAt, actor, state }) => ({
          version,
          at: printInstant(recordedAt),
          by: somebody(book, actor, at),
          state,
        })),
    };
  },
});

function tell(
  book: Book<typeof reads>,
  row: Row,
  programmes: readonly Stored<typeof Programme>[],
  day: DateText,
  at: At,
): z.input<typeof Listed> {
  return {
    id: row.id,
    customer: row.customer,
    contact: row.contact ?? null,
    wants: [...row.wants],
    askedOn: row.askedOn,
    by: row.by ?? null,
    inDays: row.by === undefined ? null : dayNumber(row.by) - dayNumber(day),
    amount: row.amount ?? null,
    currency: row.currency ?? null,
    region: row.region,
    underNda: row.underNda,
    state: row.state,
    closedFor: row.closedFor ?? null,
    owner: row.owner === undefined ? null : responsible(book, row.owner, at),
    note: row.note ?? null,
    sent: row.sent.map(({ what, on, programme, note }) => ({
      what,
      on,
      programme: programme ?? null,
      note: note ?? null,
    })),
    send: sendableTo(row, programmes, day).map((one) => ({
      ...one,
      what: one.what ?? null,
      programme: one.programme ?? null,
      on: one.on ?? null,
      also: [...one.also],
      lateDays: one.lateDays ?? null,
    })),
  };
}
