import { z } from 'zod';
import { ask, defineView, printInstant, refuse } from '../kernel/index.ts';
import type { Anchor } from './feed.ts';
import { Anchors } from './feed.ts';
import { namesOf, outsideReads } from './names.ts';

const KINDS = ['witness', 'time'] as const;

type Row = Anchor & { readonly name: string };

const KEYS = {
  at: ({ at }) => at,
  name: ({ name }) => name.toLowerCase(),
  size: ({ size }) => size,
  index: ({ index }) => index,
} as const satisfies Record<string, (row: Row) => string | number>;
type Key = keyof typeof KEYS;
const isKey = (text: string): text is Key => Object.hasOwn(KEYS, text);
const SORTS = Object.keys(KEYS).flatMap((key) => [key, `-${key}`]);

/** Sorted by a field; those equal in it, the newest entry first. */
function sorted(rows: readonly Row[], sort: string): readonly Row[] {
  const [name, sign] = sort.startsWith('-') ? [sort.slice(1), -1] : [sort, 1];
  if (!isKey(name)) throw refuse('invalid', { says: `What others saw is sorted by ${SORTS.join(', ')}.` }, ['sort']);
  const key = KEYS[name];
  const compare = (a: string | number, b: string | number): number => (a === b ? 0 : a < b ? -1 : 1);
  return rows.toSorted((a, b) => sign * compare(key(a), key(b)) || b.index - a.index);
}

/** What `ledger.seen` answers. */
export const SeenListing = z.object({
  items: z.array(
    z.object({
      kind: z.enum(KINDS),
      id: z.string().describe('Of the witness, or of the authority.'),
      name: z.string(),
      size: z.int().describe('How many entries of the log it covers.'),
      at: z.string().describe('When, by the clock of whoever saw it.'),
      root: z.string().describe('In base64.'),
      index: z.int().describe('Of the entry that recorded it.'),
    }),
  ),
  total: z.int(),
  counts: z.object({ witness: z.int(), time: z.int() }).describe('By kind, under all other filters.'),
  next: z.string().nullable(),
});

export const ledgerSeen = defineView('ledger.seen', {
  says: 'All that others saw of the log: each cosignature and each time-stamp, with who, when and how much it covers. Without their signatures.',
  input: z.strictObject({
    search: z.string().max(200).optional().describe('In names, sizes and roots.'),
    kind: z.enum(KINDS).optional(),
    sort: z.enum(SORTS).default('-at'),
    limit: z.int().min(1).max(200).default(50),
    cursor: z
      .string()
      .regex(/^[0-9]{1,9}$/)
      .optional(),
  }),
  reads: outsideReads,
  area: 'log',
  output: SeenListing,
  *compute(book, { search, kind, sort, limit, cursor }) {
    const nameOf = namesOf(book);
    const text = search?.trim().toLowerCase() ?? '';
    const rows = (yield* ask(Anchors, {}))
      .map((anchor) => ({ ...anchor, name: nameOf(anchor) }))
      .filter(({ name, id, size, root }) =>
        [name.toLowerCase(), id, String(size), root.toLowerCase()].some((part) => part.includes(text)),
      );
    const shown = sorted(kind === undefined ? rows : rows.filter((one) => one.kind === kind), sort);
    const first = Number(cursor ?? 0);
    const count = (of: Anchor['kind']): number => rows.filter((one) => one.kind === of).length;
    return {
      items: shown.slice(first, first + limit).map(({ kind: by, id, name, size, at, root, index }) => ({
        ...{ kind: by, id, name, size, root, index },
        at: printInstant(at),
      })),
      total: shown.length,
      counts: { witness: count('witness'), time: count('time') },
      next: first + limit < shown.length ? String(first + limit) : null,
    };
  },
});
