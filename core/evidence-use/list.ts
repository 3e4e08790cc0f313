import { z } from 'zod';
import { wasThere } from '../evidence/filing.ts';
import type { Evidence } from '../evidence/record.ts';
import type { Instant, Stored } from '../kernel/index.ts';
import {
  ask,
  dateText,
  dayEnd,
  dayStart,
  defineView,
  Entries,
  idSchema,
  parseInstant,
  refuse,
} from '../kernel/index.ts';
import type { Document } from './document.ts';
import { documentOf, documentReads, Document as DocumentSchema, filingOf, SHOWN_STATES } from './document.ts';
import type { DocumentBook } from './document.ts';

/** What a list sorts by, and how: text by its letters, figures by size, what is missing last. */
const KEYS = {
  name: (document) => document.name.toLowerCase(),
  type: (document) => document.type,
  state: (document) => SHOWN_STATES.indexOf(document.state),
  filedAt: (document) => document.filedAt,
  filedBy: (document) => document.filedBy.name.toLowerCase(),
  observedAt: (document) => (document.observedAt === undefined ? undefined : parseInstant(document.observedAt)),
  lag: (document) => document.lagSeconds,
  bytes: (document) => document.bytes,
  validUntil: (document) => document.validUntil,
} as const satisfies Record<string, (document: Document) => string | number | undefined>;
type Key = keyof typeof KEYS;
const isKey = (text: string): text is Key => Object.hasOwn(KEYS, text);

const SORTS = Object.keys(KEYS).flatMap((key) => [key, `-${key}`]);

/** The time a document speaks of: the period it covers, else when it was observed, else when it was filed. */
function spanOf(book: DocumentBook, row: Stored<typeof Evidence>): readonly [Instant, Instant] {
  const from = row.from === undefined ? undefined : parseInstant(row.from);
  const to = row.to === undefined ? undefined : parseInstant(row.to);
  if (from !== undefined && to !== undefined) return [from, to];
  const at = (row.observedAt === undefined ? undefined : parseInstant(row.observedAt)) ?? filingOf(book, row).at;
  return [at, at];
}

const found = (document: Document, text: string): boolean =>
  [document.name, document.id, document.digest, document.source ?? '', document.filedBy.name]
    .concat(document.controls.flatMap(({ id, title }) => [id, title]))
    .some((part) => part.toLowerCase().includes(text));

/** What is erased waits for nobody’s review. */
const isIn = (document: Document, state: Document['state']): boolean =>
  document.state === state && (state !== 'submitted' || document.erased === undefined);

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}

function sorted(documents: readonly Document[], sort: string): readonly Document[] {
  const [name, sign] = sort.startsWith('-') ? [sort.slice(1), -1] : [sort, 1];
  if (!isKey(name))
    throw refuse('invalid', { says: `Evidence is sorted by ${Object.keys(KEYS).join(', ')}.` }, ['sort']);
  const key = KEYS[name];
  return documents
    .map((document) => ({ document, by: key(document) }))
    .sort(
      (a, b) =>
        // What is missing stays last in both directions.
        (a.by === undefined || b.by === undefined ? compare(a.by, b.by) : sign * compare(a.by, b.by)) ||
        (a.document.id < b.document.id ? -1 : 1),
    )
    .map(({ document }) => document);
}

const Counts = z.object({
  submitted: z.int(),
  accepted: z.int(),
  returned: z.int(),
  replaced: z.int(),
});

/** What `evidence.list` answers. */
export const EvidenceListing = z.object({
  items: z.array(DocumentSchema.extend({ index: z.int().optional() })),
  total: z.int(),
  /** By state, under all other filters. */
  counts: Counts,
  next: z.string().nullable(),
});

export const evidenceList = defineView('evidence.list', {
  says: 'Documents of evidence as they stood: what their review said, how late they were recorded, what they are filed for.',
  input: z.strictObject({
    search: z.string().max(200).optional(),
    control: idSchema.optional(),
    state: z.enum(SHOWN_STATES).optional(),
    from: dateText().optional().describe('Documents that speak of this day or later.'),
    to: dateText().optional().describe('Documents that speak of this day or earlier.'),
    sort: z.enum(SORTS).default('-filedAt'),
    limit: z.int().min(1).max(200).default(50),
    cursor: z
      .string()
      .regex(/^[0-9]{1,9}$/)
      .optional(),
  }),
  reads: documentReads,
  area: 'evidence',
  output: EvidenceListing,
  *compute(book, { search, control, state, from, to, sort, limit, cursor }, at) {
    const start = from === undefined ? -Infinity : dayStart(at.zone, from);
    const end = to === undefined ? Infinity : dayEnd(at.zone, to);
    const text = search?.trim().toLowerCase() ?? '';
    const documents = (control === undefined ? book.evidence.all() : book.evidence.pointingAt('controls', control))
      .filter((row) => wasThere(row, at.asOf))
      .filter((row) => {
        const [first, last] = spanOf(book, row);
        return first <= end && start <= last;
      })
      .map((row) => documentOf(book, row, at))
      .filter((document) => text === '' || found(document, text));
    const shown = sorted(state === undefined ? documents : documents.filter((one) => isIn(one, state)), sort);
    const first = Number(cursor ?? 0);
    const page = shown.slice(first, first + limit);
    const entries = yield* ask(Entries, { records: page.map(({ id }) => ({ kind: 'evidence', id })) });
    const count = (of: (typeof SHOWN_STATES)[number]): number => documents.filter((one) => isIn(one, of)).length;
    return {
      items: page.map((document) => {
        const index = entries.get(`evidence/${document.id}`)?.[0]?.index;
        return { ...document, ...(index === undefined ? {} : { index }) };
      }),
      total: shown.length,
      counts: {
        submitted: count('submitted'),
        accepted: count('accepted'),
        returned: count('returned'),
        replaced: count('replaced'),
      },
      next: first + limit < shown.length ? String(first + limit) : null,
    };
  },
});
