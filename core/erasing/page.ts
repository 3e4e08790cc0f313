import { z } from 'zod';
import { Covers, isInForce, LegalHold } from '../erasure/hold.ts';
import type { Erasable } from '../erasure/record.ts';
import { Erasable as ErasableSchema, Erasure, ERASURE_STATES } from '../erasure/record.ts';
import { Evidence } from '../evidence/record.ts';
import type { At, Book, Stored } from '../kernel/index.ts';
import { ask, dayOf, defineView, Entries, printInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';

const Who = z.object({ id: z.string(), name: z.string() });

const Row = z.object({
  id: z.string(),
  what: ErasableSchema,
  title: z.string(),
  why: z.string(),
  basis: z.string(),
  state: z.enum(ERASURE_STATES),
  askedBy: Who,
  askedAt: z.string(),
  decidedBy: Who.optional(),
  decidedAt: z.string().optional(),
  refusedFor: z.string().optional(),
  index: z.int().optional().describe('Of the entry that decided it, else of the one that asked.'),
});
type Row = z.infer<typeof Row>;

const Hold = z.object({
  id: z.string(),
  name: z.string(),
  why: z.string(),
  covers: Covers,
  from: z.string(),
  until: z.string().optional(),
  state: z.enum(['placed', 'release-asked', 'released']),
  inForce: z.boolean(),
  placedBy: Who,
  placedAt: z.string(),
  releaseAskedBy: Who.optional(),
  releaseWhy: z.string().optional(),
  releasedBy: Who.optional(),
});

const Counts = z.object({ asked: z.int(), refused: z.int(), done: z.int() });

export const ErasurePage = z.object({
  items: z.array(Row),
  total: z.int(),
  counts: Counts.describe('By state, under all other filters.'),
  next: z.string().nullable(),
  holds: z.array(Hold).nullable().describe('Null for those who may not see them. Those in force first.'),
});

const KEYS = {
  askedAt: ({ askedAt }) => askedAt,
  title: ({ title }) => title.toLowerCase(),
  state: ({ state }) => ERASURE_STATES.indexOf(state),
  basis: ({ basis }) => basis.toLowerCase(),
} as const satisfies Record<string, (row: Row) => string | number>;
type Key = keyof typeof KEYS;
const SORTS = (Object.keys(KEYS) as Key[]).flatMap((key) => [key, `-${key}` as const]);

const reads = [Erasure, LegalHold, Person, Evidence] as const;
type Read = Book<typeof reads>;

const whoIs = (book: Read, id: string): z.infer<typeof Who> => ({ id, name: book.person.find(id)?.name ?? id });

function titleOf(book: Read, what: Erasable): string {
  if (what.kind === 'item') return `${what.item} · ${what.dataset}`;
  return (what.kind === 'evidence' ? book.evidence.find(what.id)?.name : book.person.find(what.id)?.name) ?? what.id;
}

function rowOf(book: Read, row: Stored<typeof Erasure>): Row {
  const [first] = book.erasure.history(row.id);
  const { decidedBy, refusedFor } = row;
  return {
    id: row.id,
    what: row.what,
    title: titleOf(book, row.what),
    why: row.why,
    basis: row.basis,
    state: row.state,
    askedBy: whoIs(book, row.askedBy),
    askedAt: printInstant(first?.recordedAt ?? row.recordedAt),
    ...(decidedBy === undefined ? {} : { decidedBy: whoIs(book, decidedBy), decidedAt: printInstant(row.recordedAt) }),
    ...(refusedFor === undefined ? {} : { refusedFor }),
  };
}

function holdOf(book: Read, row: Stored<typeof LegalHold>, at: At): z.infer<typeof Hold> {
  const { id, name, why, covers, from, until, state, placedBy, releaseAskedBy, releaseWhy, releasedBy } = row;
  const [first] = book['legal-hold'].history(id);
  return {
    id,
    name,
    why,
    covers,
    from,
    ...(until === undefined ? {} : { until }),
    state,
    inForce: isInForce(row, dayOf(at.zone, at.asOf)),
    placedBy: whoIs(book, placedBy),
    placedAt: printInstant(first?.recordedAt ?? row.recordedAt),
    ...(releaseAskedBy === undefined ? {} : { releaseAskedBy: whoIs(book, releaseAskedBy) }),
    ...(releaseWhy === undefined ? {} : { releaseWhy }),
    ...(releasedBy === undefined ? {} : { releasedBy: whoIs(book, releasedBy) }),
  };
}

const found = (row: Row, text: string): boolean =>
  [row.id, row.title, row.why, row.basis, row.askedBy.name, row.decidedBy?.name ?? '', ...Object.values(row.what)].some(
    (part) => part.toLowerCase().includes(text),
  );

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

export const erasurePage = defineView('erasure.page', {
  says: 'What was asked to be erased and what became of it, and the legal holds that keep things.',
  input: z.strictObject({
    search: z.string().max(200).optional(),
    state: z.enum(ERASURE_STATES).optional(),
    kind: z.enum(['evidence', 'person', 'item']).optional(),
    sort: z.enum(SORTS).default('-askedAt'),
    limit: z.int().min(1).max(200).default(50),
    cursor: z
      .string()
      .regex(/^[0-9]{1,9}$/)
      .optional(),
  }),
  reads,
  area: 'any',
  readableBy: ['owner', 'lead', 'control-owner', 'adviser', 'auditor', 'operator'],
  output: ErasurePage,
  *compute(book, { search, state, kind, sort, limit, cursor }, at) {
    const text = search?.trim().toLowerCase() ?? '';
    const rows = book.erasure
      .all()
      .filter(({ what }) => kind === undefined || what.kind === kind)
      .map((row) => rowOf(book, row))
      .filter((row) => text === '' || found(row, text));
    const key = KEYS[sort.replace('-', '') as Key];
    const sign = sort.startsWith('-') ? -1 : 1;
    const shown = rows
      .filter((row) => state === undefined || row.state === state)
      .sort((a, b) => sign * compare(key(a), key(b)) || compare(a.id, b.id));
    const first = Number(cursor ?? 0);
    const page = shown.slice(first, first + limit);
    const entries = yield* ask(Entries, { records: page.map(({ id }) => ({ kind: 'erasure', id })) });
    const mayKnow = at.actor.roles.some((role) => LegalHold.readableBy?.includes(role) === true);
    const count = (of: Row['state']): number => rows.filter((row) => row.state === of).length;
    return {
      items: page.map((row) => {
        const index = entries.get(`erasure/${row.id}`)?.at(-1)?.index;
        return { ...row, ...(index === undefined ? {} : { index }) };
      }),
      total: shown.length,
      counts: { asked: count('asked'), refused: count('refused'), done: count('done') },
      next: first + limit < shown.length ? String(first + limit) : null,
      holds: mayKnow
        ? book['legal-hold']
            .all()
            .map((row) => holdOf(book, row, at))
            .sort(
              (a, b) => Number(b.inForce) - Number(a.inForce) || compare(b.placedAt, a.placedAt) || compare(a.id, b.id),
            )
        : null,
    };
  },
});
