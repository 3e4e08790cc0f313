import type { Book } from '../kernel/index.ts';
import type { Anchor } from './feed.ts';
import { TimeAuthority, Witness } from './record.ts';

export const outsideReads = [Witness, TimeAuthority] as const;

/** What the company calls who saw the log; one that was retired keeps its last name. */
export const namesOf =
  (book: Book<typeof outsideReads>) =>
  ({ kind, id }: Pick<Anchor, 'kind' | 'id'>): string => {
    const shelf = kind === 'witness' ? book.witness : book['time-authority'];
    return shelf.history(id).at(-1)?.name ?? id;
  };
