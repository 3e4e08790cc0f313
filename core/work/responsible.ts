import type { Control } from '../control/record.ts';
import type { At, Book, Stored } from '../kernel/index.ts';
import { dayOf } from '../kernel/index.ts';
import type { Person } from '../people/record.ts';
import { responsibleAt } from '../people/responsible.ts';

/** Controls in force that are a person's to do at a moment: their own while they are there, and those of who has left and named them. */
export function controlsOf(
  book: Book<readonly [typeof Control, typeof Person]>,
  person: string,
  { asOf, zone }: At,
): readonly Stored<typeof Control>[] {
  const day = dayOf(zone, asOf);
  const people = (id: string) => book.person.find(id);
  return book.control
    .all()
    .filter(({ owner }) => owner !== undefined && responsibleAt(owner, people, day).person === person);
}
