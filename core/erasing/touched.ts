import { Check } from '../check/record.ts';
import { Performance } from '../control/performance.ts';
import type { Touched } from '../erasure/hold.ts';
import { holdsOver, LegalHold } from '../erasure/hold.ts';
import type { Erasable } from '../erasure/record.ts';
import { Erasure } from '../erasure/record.ts';
import { Evidence } from '../evidence/record.ts';
import type { Book, Instant, Stored } from '../kernel/index.ts';
import { dayOf } from '../kernel/index.ts';
import { Person } from '../people/record.ts';

/** What says whether something may be erased. */
export const erasableReads = [Erasure, LegalHold, Evidence, Person, Performance, Check] as const;
export type ErasableBook = Book<typeof erasableReads>;

/** Checks some version of which reads a dataset. */
export const checksOf = (book: ErasableBook, dataset: string): readonly string[] =>
  book.check.ids().filter((id) => book.check.history(id).some((version) => version.dataset === dataset));

/** Performances that name a document, whether they were withdrawn or not: a hold keeps what was said of them too. */
export const namingOf = (book: ErasableBook, id: string): readonly Stored<typeof Performance>[] =>
  book.performance.pointingAt('evidence', id);

/** The controls that a thing bears on, by any version of what leads there: a hold is not got round by a change. */
export function controlsOf(book: ErasableBook, what: Erasable): readonly string[] {
  switch (what.kind) {
    case 'person':
      return [];
    case 'evidence':
      return distinct([
        ...book.evidence.history(what.id).flatMap(({ controls }) => controls),
        ...namingOf(book, what.id).map(({ control }) => control),
      ]);
    case 'item':
      return distinct(
        checksOf(book, what.dataset).flatMap((id) => book.check.history(id).flatMap(({ supports }) => supports)),
      );
  }
}

const distinct = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort();

function touchedBy(book: ErasableBook, what: Erasable): Touched {
  const controls = controlsOf(book, what);
  if (what.kind === 'item') return { dataset: what.dataset, controls };
  return what.kind === 'evidence' ? { evidence: what.id, controls } : { person: what.id, controls };
}

/** Holds in force today that keep it. */
export const holding = (
  book: ErasableBook,
  what: Erasable,
  now: Instant,
  zone: string,
): readonly Stored<typeof LegalHold>[] => holdsOver(book['legal-hold'].all(), touchedBy(book, what), dayOf(zone, now));
