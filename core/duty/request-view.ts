import { z } from 'zod';
import type { At } from '../kernel/index.ts';
import { ask, defineView, Entries, parseInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { LAW_IDS, REQUEST_TYPES, SEPARATE } from './catalog.ts';
import type { ClockState } from './clock.ts';
import { Clock, CLOCK_STATES, ORDER } from './clock.ts';
import { clockReads } from './incident-clocks.ts';
import { INSIDE } from './profile.ts';
import { OUTCOMES_OF_REQUESTS, PrivacyRequest } from './request.ts';
import type { RequestRow } from './request-clocks.ts';
import { answerRule, requestClocks } from './request-clocks.ts';
import { holdsText, Named, named, ownerOf, pageOf, PAGING, sorted, Who } from './said.ts';

const reads = [PrivacyRequest, ...clockReads, Person] as const;

const Item = z.object({
  id: z.string(),
  law: Named,
  type: z.enum(REQUEST_TYPES),
  subject: z.string().describe('A reference that names nobody.'),
  channel: z.string(),
  receivedAt: z.string(),
  state: z.enum(['open', 'closed']),
  clock: z.enum(CLOCK_STATES).describe('How the most pressing of its clocks stands.'),
  dueAt: z.string().nullable().describe('When the answer is due.'),
  secondsLeft: z.int().nullable(),
  identity: z.enum(['not-checked', 'asked', 'confirmed', 'not-confirmed']),
  identityAt: z.string().nullable(),
  confirmedAt: z.string().nullable(),
  extended: z.object({ at: z.string(), reason: z.string() }).nullable(),
  mayExtend: z.string().nullable().describe('What the law allows; null where it allows none.'),
  outcome: z.enum(OUTCOMES_OF_REQUESTS).nullable(),
  closedAt: z.string().nullable(),
  reason: z.string().nullable(),
  activity: z.object({ id: z.string(), title: z.string() }).nullable(),
  owner: Who.nullable(),
  clocks: z.array(Clock),
  index: z.int().nullable(),
});

export const RequestListing = z.object({
  separate: z.string(),
  items: z.array(Item),
  total: z.int(),
  counts: z.object({ open: z.int(), closed: z.int(), missed: z.int(), late: z.int() }),
  byLaw: z.array(z.object({ id: z.string(), short: z.string(), n: z.int() })),
  next: z.string().nullable(),
});

const SORTS = ['dueAt', '-dueAt', 'receivedAt', '-receivedAt', 'law', '-law', 'type', '-type', 'press'] as const;

/** A request as it stood: what was done to it later has not happened yet. */
function asItWas(row: RequestRow, { asOf }: At): RequestRow | undefined {
  const by = (text: string | undefined): string | undefined =>
    text !== undefined && (parseInstant(text) ?? Infinity) <= asOf ? text : undefined;
  if (by(row.receivedAt) === undefined) return undefined;
  const isClosed = by(row.closedAt) !== undefined;
  return {
    ...row,
    confirmedAt: by(row.confirmedAt),
    identity: row.identityAt === undefined || by(row.identityAt) !== undefined ? row.identity : 'not-checked',
    identityAt: by(row.identityAt),
    extended: by(row.extended?.at) === undefined ? undefined : row.extended,
    closedAt: by(row.closedAt),
    outcome: isClosed ? row.outcome : undefined,
    reason: isClosed ? row.reason : undefined,
    state: isClosed ? 'closed' : 'open',
  };
}

export const requestsList = defineView('privacy-requests', {
  says: 'Requests of people about their data, each with its clocks. Who they are is told by a reference only.',
  input: z.strictObject({
    search: z.string().max(200).optional(),
    law: z.enum(LAW_IDS).optional(),
    state: z.enum(['open', 'closed']).optional(),
    sort: z.enum(SORTS).default('press'),
    ...PAGING,
  }),
  reads,
  readableBy: INSIDE,
  output: RequestListing,
  *compute(book, { search, law, state, sort, limit, cursor }, at) {
    const all = book['privacy-request']
      .ids()
      .flatMap((id) => {
        const row = book['privacy-request'].history(id).at(-1);
        return (row === undefined ? undefined : asItWas(row, at)) ?? [];
      })
      .map((row) => ({ id: row.id, row, clocks: requestClocks(book, row, at) }))
      .filter(({ row }) => holdsText(search, row.id, row.subject, row.type, row.reason));
    const shown = all.filter(
      ({ row }) => (law === undefined || row.law === law) && (state === undefined || row.state === state),
    );
    const stateOf = ({ clocks }: (typeof all)[number]): ClockState => clocks[0]?.state ?? 'not-applicable';
    const answerOf = ({ row, clocks }: (typeof all)[number]): Clock | undefined =>
      clocks.find(({ obligation }) => obligation === answerRule(row)?.id);
    const ordered = sorted(shown, sort, {
      dueAt: (one) => answerOf(one)?.dueAt ?? null,
      receivedAt: ({ row }) => parseInstant(row.receivedAt) ?? 0,
      law: ({ row }) => row.law,
      type: ({ row }) => row.type,
      press: (one) => `${ORDER[stateOf(one)]} ${answerOf(one)?.dueAt ?? ''}`,
    });
    const { items, next } = pageOf(ordered, limit, cursor);
    const entries = yield* ask(Entries, { records: items.map(({ id }) => ({ kind: PrivacyRequest.kind, id })) });
    const count = (wanted: (one: (typeof all)[number]) => boolean): number => all.filter(wanted).length;
    return {
      separate: SEPARATE,
      items: items.map((one): z.infer<typeof Item> => {
        const { row, clocks } = one;
        const answer = answerOf(one);
        const activity = row.activity;
        return {
          id: row.id,
          law: named(row.law),
          type: row.type,
          subject: row.subject,
          channel: row.channel,
          receivedAt: row.receivedAt,
          state: row.state,
          clock: stateOf(one),
          dueAt: answer?.dueAt ?? null,
          secondsLeft: answer?.secondsLeft ?? null,
          identity: row.identity,
          identityAt: row.identityAt ?? null,
          confirmedAt: row.confirmedAt ?? null,
          extended: row.extended ?? null,
          mayExtend: answerRule(row)?.deadline?.extension?.says ?? null,
          outcome: row.outcome ?? null,
          closedAt: row.closedAt ?? null,
          reason: row.reason ?? null,
          activity:
            activity === undefined
              ? null
              : { id: activity, title: book['processing-activity'].history(activity).at(-1)?.title ?? activity },
          owner: ownerOf(book, row.owner),
          clocks: [...clocks],
          index: entries.get(`${PrivacyRequest.kind}/${row.id}`)?.[0]?.index ?? null,
        };
      }),
      total: shown.length,
      counts: {
        open: count(({ row }) => row.state === 'open'),
        closed: count(({ row }) => row.state === 'closed'),
        missed: count((one) => stateOf(one) === 'missed'),
        late: count(({ clocks }) => clocks.some(({ state: clock }) => clock === 'late')),
      },
      byLaw: LAW_IDS.map((id) => ({ ...named(id), n: count(({ row }) => row.law === id) })).filter(({ n }) => n > 0),
      next,
    };
  },
});
