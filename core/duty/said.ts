import { z } from 'zod';
import type { Book } from '../kernel/index.ts';
import type { Person } from '../people/record.ts';
import { LAWS } from './catalog.ts';
import type { LawId } from './catalog.ts';

export const Who = z.object({ id: z.string(), name: z.string() });
export type Who = z.infer<typeof Who>;

/** A person by id; the operator, who is none, by what they are called. */
export const whoIs = (book: Book<readonly [typeof Person]>, id: string): Who => ({
  id,
  name: (book.person.find(id) ?? book.person.history(id).at(-1))?.name ?? id,
});

export const ownerOf = (book: Book<readonly [typeof Person]>, id: string | undefined): Who | null =>
  id === undefined ? null : whoIs(book, id);

export const Named = z.object({ id: z.string(), short: z.string() });
export const named = (law: LawId): z.infer<typeof Named> => ({ id: law, short: LAWS[law].short });

/** Where a list begins and how much of it is asked for. */
export const PAGING = {
  limit: z.int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^[0-9]{1,9}$/)
    .optional()
    .describe('`next` of the page before.'),
};

/** A page of a list, and where the next one begins. */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  cursor: string | undefined,
): { items: T[]; next: string | null } {
  const first = Number(cursor ?? 0);
  const next = first + limit;
  return { items: rows.slice(first, next), next: next < rows.length ? String(next) : null };
}

/** Rows in the order of one key, last ones without it; `-` turns it round. Ties stay in the order of their ids. */
export function sorted<T extends { readonly id: string }>(
  rows: readonly T[],
  sort: string,
  keys: Readonly<Record<string, (row: T) => string | number | null>>,
): readonly T[] {
  const key = keys[sort.replace(/^-/, '')];
  if (key === undefined) return rows;
  const sign = sort.startsWith('-') ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || (a.id < b.id ? -1 : 1);
    const by = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y), 'en');
    return sign * by || (a.id < b.id ? -1 : 1);
  });
}

/** Whether any of the texts holds what is searched for. */
export const holdsText = (search: string | undefined, ...texts: readonly (string | undefined)[]): boolean => {
  const text = search?.trim().toLowerCase() ?? '';
  return text === '' || texts.some((one) => one?.toLowerCase().includes(text) === true);
};
