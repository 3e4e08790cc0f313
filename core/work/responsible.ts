import type { Control } from '../control/record.ts';
import type { Book, Stored } from '../kernel/index.ts';

/** Controls in force that are a person's to do. */
export const controlsOf = (book: Book<readonly [typeof Control]>, person: string): readonly Stored<typeof Control>[] =>
  book.control.pointingAt('owner', person);
