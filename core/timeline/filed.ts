import type { Evidence } from '../evidence/record.ts';
import type { At, Book, Instant, Stored } from '../kernel/index.ts';
import { parseInstant } from '../kernel/index.ts';

type Filed = Stored<typeof Evidence>;

/** When a document was observed, else when it was filed. */
export const observedAt = (row: Filed): Instant =>
  row.observedAt === undefined ? row.recordedAt : (parseInstant(row.observedAt) ?? row.recordedAt);

/** Documents filed for a control that were there by as-of, newest first. */
export const filedFor = (
  book: Book<readonly [typeof Evidence]>,
  control: string,
  { asOf }: Pick<At, 'asOf'>,
): readonly Filed[] =>
  book.evidence
    .pointingAt('controls', control)
    .filter((row) => observedAt(row) <= asOf)
    .sort((a, b) => observedAt(b) - observedAt(a) || (a.id < b.id ? -1 : 1));
