import type { Book } from '../kernel/index.ts';
import type { Evidence } from './record.ts';

export type EvidenceBook = Book<readonly [typeof Evidence]>;

/** Whoever filed a document, or submitted it again: none of them reviews it. */
export function filersOf(book: EvidenceBook, id: string): ReadonlySet<string> {
  const versions = book.evidence.history(id);
  const filers = versions.filter(({ state }, i) => state === 'submitted' && versions[i - 1]?.state !== 'submitted');
  return new Set(filers.map(({ actor }) => actor));
}

/** The document that took its place, the one filed first if there are several. */
export function replacedBy(book: EvidenceBook, id: string): string | undefined {
  const others = book.evidence.pointingAt('replaces', id).map((other) => ({
    id: other.id,
    filedAt: book.evidence.history(other.id)[0]?.recordedAt ?? Infinity,
  }));
  return others.sort((a, b) => a.filedAt - b.filedAt || (a.id < b.id ? -1 : 1))[0]?.id;
}
