import { z } from 'zod';
import type { Change, Facts, Refusal, Stored } from '../kernel/index.ts';
import {
  change,
  create,
  defineAct,
  idSchema,
  instantText,
  move,
  parseInstant,
  printInstant,
  ref,
} from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { LAWS, needsIdentity, requestRules } from './catalog.ts';
import { dueAfter } from './deadline.ts';
import { clockReads } from './incident-clocks.ts';
import { calendarFor } from './profile.ts';
import { notBefore, past, refuseDuty } from './refusals.ts';
import { PrivacyRequest, REQUEST_BODY } from './request.ts';
import { answerRule } from './request-clocks.ts';

const reads = [PrivacyRequest, ...clockReads, Person] as const;
const HANDLERS = ['owner', 'lead', 'control-owner', 'operator'] as const;
/** Whether a request is refused or drawn out is decided by a person. */
const DECIDERS = ['owner', 'lead', 'control-owner'] as const;
const on = { kind: PrivacyRequest, field: 'request' } as const;
type Row = Stored<typeof PrivacyRequest>;

const received = ({ receivedAt }: Row): number => parseInstant(receivedAt) ?? Number.NaN;

/** An instant since receipt, and not in the future. */
function since(row: Row, text: string, now: number, what: string): void {
  notBefore(past(text, now, what, 'at'), received(row), what, 'receipt', 'at');
}

const notClosed = ({ id, state }: Row): Refusal | undefined =>
  state === 'closed' ? refuseDuty('contradiction', { says: `${id} is closed.` }) : undefined;

export const receiveRequest = defineAct('privacy-request.receive', {
  says: 'Records that somebody uses a right over their data. Its clock runs from receipt.',
  input: z.strictObject({ id: idSchema.optional(), ...REQUEST_BODY }),
  reads,
  allowed: HANDLERS,
  answer: z.strictObject({ request: z.string() }),
  decide(_book, { id, ...body }, { now, seed }) {
    if (requestRules(body.law, body.type).length === 0)
      throw refuseDuty('type', { law: LAWS[body.law].short, type: body.type }, ['type']);
    past(body.receivedAt, now, 'Receipt', 'receivedAt');
    const request = id ?? `pr-${seed.slice(0, 12)}`;
    return { changes: [create(PrivacyRequest, request, body)], answer: { request } };
  },
});

export const confirmRequest = defineAct('privacy-request.confirm', {
  says: 'Records that receipt was confirmed to who asked.',
  input: z.strictObject({ request: ref('privacy-request'), at: instantText() }),
  reads,
  on,
  allowed: HANDLERS,
  unless: (row) =>
    notClosed(row) ?? (row.confirmedAt === undefined ? undefined : refuseDuty('confirmed', { request: row.id })),
  decide(book, { request, at }, { now }) {
    const row = book['privacy-request'].get(request);
    since(row, at, now, 'The confirmation');
    return [change(PrivacyRequest, row, { confirmedAt: at })];
  },
});

export const identifyRequest = defineAct('privacy-request.identify', {
  says: 'Records where the check of who asks stands. How they were checked stands in the system it came from.',
  input: z.strictObject({
    request: ref('privacy-request'),
    identity: z.enum(['asked', 'confirmed', 'not-confirmed']),
    at: instantText(),
  }),
  reads,
  on,
  allowed: HANDLERS,
  unless: notClosed,
  decide(book, { request, identity, at }, { now }) {
    const row = book['privacy-request'].get(request);
    since(row, at, now, 'The check');
    return [change(PrivacyRequest, row, { identity, identityAt: at })];
  },
});

export const extendRequest = defineAct('privacy-request.extend', {
  says: 'Records that the period was extended, once, with the reason that who asked was told.',
  input: z.strictObject({
    request: ref('privacy-request'),
    at: instantText().describe('When who asked was told.'),
    reason: z.string().min(3).max(2000),
  }),
  reads,
  on,
  allowed: DECIDERS,
  unless: (row) =>
    notClosed(row) ?? (row.extended === undefined ? undefined : refuseDuty('extended', { request: row.id })),
  decide(book, { request, at, reason }, { now, zone }) {
    const row = book['privacy-request'].get(request);
    const law = LAWS[row.law];
    const deadline = answerRule(row)?.deadline;
    if (deadline?.extension === undefined || deadline.within === undefined)
      throw refuseDuty('not-extendable', { law: law.short });
    since(row, at, now, 'The extension');
    const profile = book['duty-profile'].history(law.id).at(-1);
    const calendar = calendarFor(law, profile, (id) => book.holidays.history(id).at(-1), zone);
    const due = dueAfter(received(row), deadline.within, calendar, deadline.lastDayOff);
    if ((parseInstant(at) ?? now) > due.at) throw refuseDuty('extension-late', { due: printInstant(due.at) }, ['at']);
    return [change(PrivacyRequest, row, { extended: { at, reason } })];
  },
});

function closed(row: Row, at: string, now: number, patch: object): readonly Change[] {
  since(row, at, now, 'The answer');
  return [move(PrivacyRequest, row, 'close', { ...patch, closedAt: at })];
}

/** Data is handed over or changed for whoever is known to be who they say. */
const notKnown = (row: Row, _facts: Facts): Refusal | undefined =>
  notClosed(row) ??
  (needsIdentity(row.type) && row.identity !== 'confirmed' ? refuseDuty('identity', { request: row.id }) : undefined);

export const answerRequest = defineAct('privacy-request.answer', {
  says: 'Records that a request was answered, wholly or in part.',
  input: z.strictObject({
    request: ref('privacy-request'),
    at: instantText(),
    outcome: z.enum(['answered', 'partly']).default('answered'),
    reason: z.string().min(3).max(2000).optional().describe('What was left out, and why.'),
  }),
  reads,
  on,
  allowed: HANDLERS,
  unless: notKnown,
  decide(book, { request, at, outcome, reason }, { now }) {
    if (outcome === 'partly' && reason === undefined)
      throw refuseDuty('contradiction', { says: 'Say what was left out, and why.' }, ['reason']);
    return closed(book['privacy-request'].get(request), at, now, { outcome, reason });
  },
});

export const refusePrivacyRequest = defineAct('privacy-request.refuse', {
  says: 'Records that a request was refused, with the reason that who asked was given.',
  input: z.strictObject({ request: ref('privacy-request'), at: instantText(), reason: z.string().min(3).max(2000) }),
  reads,
  on,
  allowed: DECIDERS,
  unless: notClosed,
  decide: (book, { request, at, reason }, { now }) =>
    closed(book['privacy-request'].get(request), at, now, { outcome: 'refused', reason }),
});

export const withdrawPrivacyRequest = defineAct('privacy-request.withdraw', {
  says: 'Records that who asked took the request back.',
  input: z.strictObject({ request: ref('privacy-request'), at: instantText(), reason: z.string().min(3).max(2000) }),
  reads,
  on,
  allowed: HANDLERS,
  unless: notClosed,
  decide: (book, { request, at, reason }, { now }) =>
    closed(book['privacy-request'].get(request), at, now, { outcome: 'withdrawn', reason }),
});
