import type { Book, Instant, Stored } from '../kernel/index.ts';
import { parseInstant } from '../kernel/index.ts';
import type { Evidence } from './record.ts';

export type EvidenceBook = Book<readonly [typeof Evidence]>;

/** Whoever filed a document, or submitted it again. One of before there were reviews has one version only, and its actor filed it. */
export const filersOf = ({ filedBy, actor }: Stored<typeof Evidence>): readonly string[] =>
  filedBy.length > 0 ? filedBy : [actor];

/** Whether a document is erased as far as is known, whatever moment is asked about: what it showed before, it shows no more. */
export const isErased = (book: EvidenceBook, id: string): boolean =>
  book.evidence.history(id).at(-1)?.erased !== undefined;

/** Whether a document was there by then: when it was observed, else when it was filed. A version in force since is no earlier than that. */
export const wasThere = (row: Stored<typeof Evidence>, asOf: Instant): boolean =>
  (row.observedAt === undefined ? row.recordedAt : (parseInstant(row.observedAt) ?? Infinity)) <= asOf;

/** The document that took its place, the one filed first if there are several. */
export function replacedBy(book: EvidenceBook, id: string): string | undefined {
  const others = book.evidence.pointingAt('replaces', id).map((other) => ({
    id: other.id,
    filedAt: book.evidence.history(other.id)[0]?.recordedAt ?? Infinity,
  }));
  return others.sort((a, b) => a.filedAt - b.filedAt || (a.id < b.id ? -1 : 1))[0]?.id;
}
