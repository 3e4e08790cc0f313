import type { Book, Instant } from '../kernel/index.ts';
import type { Erasure } from './record.ts';

export type ErasureBook = Book<readonly [typeof Erasure]>;

/**
 * Documents of evidence that are erased as far as is known at the book's place in the log, each with when. Whatever moment is asked about: what
 * rested on them before, rests on them no more. Known earlier, they are not here.
 */
export function erasedEvidence(book: ErasureBook): ReadonlyMap<string, Instant> {
  const found = new Map<string, Instant>();
  for (const id of book.erasure.ids()) {
    const last = book.erasure.history(id).at(-1);
    if (last?.state === 'done' && last.what.kind === 'evidence') found.set(last.what.id, last.recordedAt);
  }
  return found;
}
