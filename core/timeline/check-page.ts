import { z } from 'zod';
import { knownAt } from '../check/coverage.ts';
import { CheckSteps } from '../check/feed.ts';
import { itemsQuestion, ListedItems } from '../check/items.ts';
import { Check, DEFAULT_FRESHNESS, DEFAULT_SETTLES } from '../check/record.ts';
import { checkAt, OUTCOMES } from '../check/timeline.ts';
import type { Exception } from '../control/exception.ts';
import { plural } from '../effectiveness/leg.ts';
import type { CheckHistory } from '../effectiveness/reading.ts';
import { operatingReads, stateTerms } from '../effectiveness/reading.ts';
import { windowOf } from '../effectiveness/view.ts';
import type { At, Book, Instant, Stored } from '../kernel/index.ts';
import { ask, dateText, dayOf, defineView, Entries, idSchema, inForce, printInstant, refuse } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { Lane, lanesOf } from './check-lane.ts';
import { Gap } from './gaps.ts';
import { somebody, Somebody } from './responsible.ts';
import { Version, versionsOf } from './versions.ts';

const reads = [Person, ...operatingReads] as const;
type Read = Book<typeof reads>;

const ItemException = z.object({
  id: z.string(),
  control: z.string(),
  item: z.string().nullable(),
  from: z.string(),
  to: z.string().describe('Inclusive: it ends with this day.'),
  reason: z.string(),
  state: z.enum(['requested', 'approved', 'refused', 'withdrawn']),
  requestedBy: Somebody,
  decidedBy: Somebody.nullable(),
  inForce: z.boolean().describe('Approved by another person, and the as-of day lies in it.'),
});

export const CheckPage = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  from: z.string(),
  to: z.string(),
  check: z.object({
    id: z.string(),
    title: z.string(),
    dataset: z.string(),
    mode: z.enum(['state', 'events']),
    scope: z.string().nullable(),
    applies: z.string(),
    passes: z.string(),
    message: z.string(),
    freshness: z.string().nullable(),
    settles: z.string().nullable(),
    supports: z.array(z.object({ id: z.string(), title: z.string() })),
    version: z.int(),
    head: z.int(),
  }),
  says: z.enum(OUTCOMES).nullable().describe('Of checks of state, at as-of.'),
  because: z.string(),
  lane: Lane,
  gaps: z.array(Gap),
  items: z.object({
    of: z.int().nullable().describe('Items in the collections it speaks from; null for events.'),
    total: z.int().describe('Items that fail or are unknown and match the search.'),
    fails: z.int(),
    listed: z.array(
      z.object({
        source: z.string(),
        item: z.string(),
        outcome: z.enum(['fail', 'unknown']),
        at: z.string().nullable(),
        why: z.string(),
        exception: ItemException.nullable().describe('One that covers it: it stays listed.'),
      }),
    ),
  }),
  exceptions: z.array(ItemException).describe('For items of it, or for a control it supports; past ones too.'),
  scopes: z
    .array(
      z.object({
        version: z.int(),
        scope: z.string().nullable(),
        applies: z.string(),
        from: z.string().nullable(),
        to: z.string().nullable(),
        by: Somebody,
        recordedAt: z.string(),
      }),
    )
    .describe('What it spoke of when, and who said so: a narrower scope stays to be seen.'),
  versions: z.array(Version.extend({ passes: z.string() })),
});

export const checkPage = defineView('check.page', {
  says: 'One check: what it asks, its lane over a window, the items that fail, exceptions, and what it spoke of when.',
  input: z.strictObject({
    check: idSchema,
    from: dateText(),
    to: dateText(),
    search: z.string().max(200).optional().describe('Text in an item’s id or reason.'),
    limit: z.int().min(1).max(1000).default(50),
    offset: z.int().min(0).max(1_000_000).default(0),
  }),
  area: 'checks',
  reads,
  output: CheckPage,
  *compute(book, { check: id, from, to, search, limit, offset }, at) {
    const window = windowOf({ from, to }, at.zone);
    const end = Math.max(window.from, Math.min(window.to, at.asOf + 1));
    const all = book.check.history(id);
    const row = book.check.find(id) ?? all.at(-1);
    if (row === undefined) throw refuse('missing', { kind: Check.kind, id }, ['check']);
    const check: CheckHistory = { check: id, governed: book.check.governed(id) };
    const { lanes, gaps, tracks: seen } = yield* lanesOf([check], [], { from, to }, window.from, end, at);
    const [lane] = lanes;
    if (lane === undefined) throw refuse('missing', { kind: Check.kind, id }, ['check']);
    const tracks = seen.get(row.dataset) ?? [];
    const page = { limit, offset, ...(search === undefined || search === '' ? {} : { search }) };
    const found = yield* ask(
      ListedItems,
      itemsQuestion(check.governed, inForce(check.governed, at.asOf) ?? row, tracks, page, at),
    );
    const steps = yield* ask(CheckSteps, { checks: row.mode === 'state' ? [id] : [] });
    const now =
      row.mode === 'state' ? checkAt(tracks, stateTerms(check, steps), at.asOf, at.position, at.knownAt) : undefined;
    const exceptions = exceptionsOf(book, row, at);
    const made = (yield* ask(Entries, { records: [{ kind: 'check', id }] })).get(`check/${id}`) ?? [];
    const ends = (t: Instant | undefined): string | null =>
      t === undefined || !Number.isFinite(t) ? null : printInstant(t);
    const items =
      row.mode === 'events'
        ? null
        : tracks.reduce((sum, track) => {
            const known = knownAt(track, at.position);
            let i = known.n - 1;
            while (i >= 0 && (known.observedAt[i] ?? 0) > at.asOf) i -= 1;
            return sum + (known.items[i] ?? 0);
          }, 0);
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      from,
      to,
      check: {
        id,
        title: row.title,
        dataset: row.dataset,
        mode: row.mode,
        scope: row.scope ?? null,
        applies: row.applies,
        passes: row.passes,
        message: row.message,
        freshness: row.mode === 'state' ? (row.freshness ?? DEFAULT_FRESHNESS) : null,
        settles: row.mode === 'events' ? (row.settles ?? DEFAULT_SETTLES) : null,
        supports: row.supports.map((control) => ({
          id: control,
          title: (book.control.find(control) ?? book.control.history(control).at(-1))?.title ?? control,
        })),
        version: row.version,
        head: row.head,
      },
      says: now?.says ?? null,
      because: itemsSentence(found.fails, found.total, items, row.mode, search),
      lane,
      gaps,
      items: {
        of: items,
        total: found.total,
        fails: found.fails,
        listed: found.items.map((item) => ({
          ...item,
          at: item.at === null ? null : printInstant(item.at),
          exception: exceptions.find((one) => covers(one, item.item, item.at, at)) ?? null,
        })),
      },
      exceptions,
      scopes: all
        .filter((one, i) => i === 0 || one.scope !== all[i - 1]?.scope || one.applies !== all[i - 1]?.applies)
        .map((one, i, marks) => ({
          version: one.version,
          scope: one.scope ?? null,
          applies: one.applies,
          from: Number.isFinite(one.effectiveAt) ? printInstant(one.effectiveAt) : null,
          to: ends(marks[i + 1]?.effectiveAt),
          by: somebody(book, one.actor, at),
          recordedAt: printInstant(one.recordedAt),
        }))
        .reverse(),
      versions: versionsOf(book, { all, governed: check.governed }, made, at).map(
        ({ row: { passes }, ...version }) => ({
          ...version,
          passes,
        }),
      ),
    };
  },
});

function itemsSentence(
  fails: number,
  total: number,
  of: number | null,
  mode: 'state' | 'events',
  search: string | undefined,
): string {
  const searched = search === undefined || search === '' ? '' : ` among those that match “${search}”`;
  const unknown = total - fails;
  const parts = [
    of === null
      ? `${plural(fails, 'item')} ${fails === 1 ? 'fails' : 'fail'}`
      : `${fails} of ${plural(of, 'item')} ${fails === 1 ? 'fails' : 'fail'}`,
    unknown > 0 ? `${unknown} could not be judged` : '',
  ].filter((part) => part !== '');
  return `${parts.join(', ')}${searched}${mode === 'events' ? ', of all on record' : ''}.`;
}

/** Exceptions for items, and those for a whole control that the check supports; the latest first. */
function exceptionsOf(book: Read, row: Stored<typeof Check>, at: At): z.input<typeof ItemException>[] {
  const today = dayOf(at.zone, at.asOf);
  return row.supports
    .flatMap((control) => book.exception.pointingAt('control', control))
    .sort((a, b) => (a.from > b.from ? -1 : 1))
    .map((one: Stored<typeof Exception>) => ({
      id: one.id,
      control: one.control,
      item: one.item ?? null,
      from: one.from,
      to: one.to,
      reason: one.reason,
      state: one.state,
      requestedBy: somebody(book, one.requestedBy, at),
      decidedBy: one.decidedBy === undefined ? null : somebody(book, one.decidedBy, at),
      inForce: one.state === 'approved' && one.decidedBy !== one.requestedBy && one.from <= today && today <= one.to,
    }));
}

/** Of events the moment has to lie in the exception, of states the as-of day. */
function covers(
  one: z.input<typeof ItemException>,
  item: string,
  moment: Instant | null,
  at: Pick<At, 'asOf' | 'zone'>,
): boolean {
  const day = dayOf(at.zone, moment ?? at.asOf);
  const isApproved = one.state === 'approved' && one.decidedBy?.id !== one.requestedBy.id;
  return isApproved && one.item === item && one.from <= day && day <= one.to;
}
