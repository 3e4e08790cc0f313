import { z } from 'zod';
import type { At, Book } from '../kernel/index.ts';
import { dayOf } from '../kernel/index.ts';
import type { Person } from '../people/record.ts';
import { responsibleAt } from '../people/responsible.ts';

export const Somebody = z.object({
  id: z.string(),
  name: z.string().nullable().describe('Null where there is no record of the person at that time.'),
  left: z.string().nullable().describe('The last day of who has left.'),
  insteadOf: z.object({ id: z.string(), name: z.string().nullable() }).optional().describe('Whose place they take.'),
});
export type Somebody = z.infer<typeof Somebody>;

/** A person by id, as known; somebody who is no person (the operator, a job) has no name. */
export function somebody(book: Book<readonly [typeof Person]>, id: string, { asOf, zone }: At): Somebody {
  const row = book.person.find(id) ?? book.person.history(id).at(-1);
  const left = row?.leavesOn !== undefined && row.leavesOn < dayOf(zone, asOf) ? row.leavesOn : null;
  return { id, name: row?.name ?? null, left };
}

/** Who answers for what an owner has: they, or who takes their place. Where nobody does, the owner, who has left. */
export function responsible(book: Book<readonly [typeof Person]>, owner: string, at: At): Somebody {
  const { person } = responsibleAt(owner, (id) => book.person.find(id), dayOf(at.zone, at.asOf));
  if (person === undefined || person === owner) return somebody(book, owner, at);
  return { ...somebody(book, person, at), insteadOf: { id: owner, name: somebody(book, owner, at).name } };
}
