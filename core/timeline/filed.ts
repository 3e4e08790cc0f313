import type { Evidence } from '../evidence/record.ts';
import type { At, Book, Instant, Stored } from '../kernel/index.ts';
import { parseInstant } from '../kernel/index.ts';

/** A document as it stands, and when it was filed: a review makes a later version, which says nothing of that. */
export type Filed = Stored<typeof Evidence> & { readonly filedAt: Instant };

/** When a document was observed, else when it was filed. */
export const observedAt = (row: Filed): Instant =>
  row.observedAt === undefined ? row.filedAt : (parseInstant(row.observedAt) ?? row.filedAt);

/** Documents filed for a control that were there by as-of, newest first. */
export const filedFor = (
  book: Book<readonly [typeof Evidence]>,
  control: string,
  { asOf }: Pick<At, 'asOf'>,
): readonly Filed[] =>
  book.evidence
    .pointingAt('controls', control)
    .map((row): Filed => ({ ...row, filedAt: book.evidence.history(row.id)[0]?.recordedAt ?? row.recordedAt }))
    .filter((row) => observedAt(row) <= asOf)
    .sort((a, b) => observedAt(b) - observedAt(a) || (a.id < b.id ? -1 : 1));
