import type { Book, Stored } from '../kernel/index.ts';
import type { Framework } from './catalog.ts';
import { SHIPPED } from './catalog.ts';
import { OwnFramework, OwnRequirement, refuseFramework } from './own.ts';

/** What `cataloguesOf` reads: put these into the `reads` of an act or a view that asks it. */
export const catalogueReads = [OwnFramework, OwnRequirement] as const;
export type CatalogueBook = Book<typeof catalogueReads>;

/** An own framework as every reader of catalogues takes it: items that can be assessed, in their order. */
function catalogueOf(own: Stored<typeof OwnFramework>, items: readonly Stored<typeof OwnRequirement>[]): Framework {
  return {
    id: own.id,
    title: own.title,
    catalog: own.edition === undefined ? own.id : `${own.id} ${own.edition}`,
    groups: own.groups.map(({ id, name }) => ({ id, name })),
    requirements: items
      .filter(({ assessable, withdrawn }) => assessable && !withdrawn)
      .sort((a, b) => a.position - b.position || (a.ref < b.ref ? -1 : 1))
      .map(({ ref, title, summary, group, part, parent }) => ({
        ref,
        title,
        summary,
        group: group ?? '',
        part,
        ...(parent === undefined ? {} : { parent }),
      })),
  };
}

/** Every framework there is for this organisation, by id: the shipped ones first, then its own that are not withdrawn. */
export function cataloguesOf(book: CatalogueBook): ReadonlyMap<string, Framework> {
  const all = new Map(SHIPPED);
  const own = book.framework.all().filter(({ withdrawn }) => !withdrawn);
  if (own.length === 0) return all;
  const items = new Map<string, Stored<typeof OwnRequirement>[]>();
  for (const item of book.requirement.all()) {
    const of = items.get(item.framework);
    if (of === undefined) items.set(item.framework, [item]);
    else of.push(item);
  }
  for (const one of own) all.set(one.id, catalogueOf(one, items.get(one.id) ?? []));
  return all;
}

/** @throws Refusal framework.unknown */
export function catalogueNamed(book: CatalogueBook, id: string): Framework {
  const found = SHIPPED.get(id) ?? cataloguesOf(book).get(id);
  if (found === undefined) throw refuseFramework('unknown', { id }, ['framework']);
  return found;
}
