import { z } from 'zod';
import { Performance } from '../control/performance.ts';
import { Control } from '../control/record.ts';
import { replacedBy, wasThere } from '../evidence/filing.ts';
import { Evidence, EVIDENCE_STATES } from '../evidence/record.ts';
import type { At, Book, Instant, Stored } from '../kernel/index.ts';
import { dayOf, parseInstant, printInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { fileType } from './file-type.ts';

export const documentReads = [Evidence, Control, Performance, Person] as const;
export type DocumentBook = Book<typeof documentReads>;

/** As a document is shown: that another took its place stands above what its review said. */
export const SHOWN_STATES = [...EVIDENCE_STATES, 'replaced'] as const;
export type ShownState = (typeof SHOWN_STATES)[number];

export const Who = z.object({ id: z.string(), name: z.string() });
const Named = z.object({ id: z.string(), title: z.string() });

export const Document = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string().describe('By the end of its name.'),
  bytes: z.int(),
  digest: z.string(),
  state: z.enum(SHOWN_STATES),
  filedBy: Who,
  filedAt: z.string(),
  observedAt: z.string().optional(),
  lagSeconds: z
    .number()
    .optional()
    .describe('From being observed to being recorded; none where it does not say when it was observed.'),
  from: z.string().optional(),
  to: z.string().optional(),
  validUntil: z.string().optional(),
  isExpired: z.boolean(),
  controls: z.array(Named),
  performances: z.int(),
  source: z.string().optional(),
  erased: z
    .object({ by: z.string(), at: z.string() })
    .optional()
    .describe('The erasure that took its bytes and words, as far as known now, whatever the as-of.'),
});
export type Document = z.infer<typeof Document>;

export const whoIs = (book: DocumentBook, id: string): z.infer<typeof Who> => ({
  id,
  name: book.person.find(id)?.name ?? id,
});

export const titled = (book: DocumentBook, control: string): z.infer<typeof Named> => ({
  id: control,
  title: book.control.find(control)?.title ?? control,
});

/** Who filed it and when: what its first version says. */
export function filingOf(
  book: DocumentBook,
  row: Stored<typeof Evidence>,
): { readonly by: string; readonly at: Instant } {
  const [first] = book.evidence.history(row.id);
  return { by: first?.actor ?? row.actor, at: first?.recordedAt ?? row.recordedAt };
}

/** What took its place by then. */
export function successorOf(book: DocumentBook, id: string, asOf: Instant): string | undefined {
  const there = book.evidence.pointingAt('replaces', id).filter((other) => wasThere(other, asOf));
  return there.length === 0 ? undefined : replacedBy(book, id);
}

/** Performances that name it and are not withdrawn, that had been done by then. */
export const performancesOf = (book: DocumentBook, id: string, asOf: Instant): readonly Stored<typeof Performance>[] =>
  book.performance
    .pointingAt('evidence', id)
    .filter((row) => row.withdrawn === undefined && (parseInstant(row.performedAt) ?? Infinity) <= asOf);

function erasedOf(book: DocumentBook, id: string): Pick<Document, 'erased'> {
  const last = book.evidence.history(id).at(-1);
  return last?.erased === undefined ? {} : { erased: { by: last.erased, at: printInstant(last.recordedAt) } };
}

export function documentOf(book: DocumentBook, row: Stored<typeof Evidence>, at: At): Document {
  const filed = filingOf(book, row);
  const observed = row.observedAt === undefined ? undefined : parseInstant(row.observedAt);
  return {
    id: row.id,
    name: row.name,
    type: fileType(row.name),
    bytes: row.bytes,
    digest: row.digest,
    state: successorOf(book, row.id, at.asOf) === undefined ? row.state : 'replaced',
    filedBy: whoIs(book, filed.by),
    filedAt: printInstant(filed.at),
    ...(row.observedAt === undefined ? {} : { observedAt: row.observedAt }),
    ...(observed === undefined ? {} : { lagSeconds: Math.max(0, Math.round((filed.at - observed) / 1000)) }),
    ...(row.from === undefined ? {} : { from: row.from }),
    ...(row.to === undefined ? {} : { to: row.to }),
    ...(row.validUntil === undefined ? {} : { validUntil: row.validUntil }),
    isExpired: row.validUntil !== undefined && row.validUntil < dayOf(at.zone, at.asOf),
    controls: row.controls.map((control) => titled(book, control)),
    performances: performancesOf(book, row.id, at.asOf).length,
    ...(row.source === undefined ? {} : { source: row.source }),
    ...erasedOf(book, row.id),
  };
}
