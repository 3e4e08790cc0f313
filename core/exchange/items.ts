import { Unreadable } from '../control/index.ts';
import type { Sheet } from '../control/index.ts';
import { itemId, refuseCircle } from '../framework/index.ts';
import { ID } from '../kernel/index.ts';
import type { LoadedFramework } from './load.ts';
import { LoadedItem } from './load.ts';
import type { Columns, LoadProblem, Place } from './rows.ts';
import { cellRef, cellText, cellYes, inOrder, placeOf, readRows, suggestColumns } from './rows.ts';

/** A framework as a table, a row for each item, and what items must not be together however they came. */

export const ITEM_FIELDS = [
  'ref',
  'title',
  'summary',
  'text',
  'group',
  'groupName',
  'part',
  'parent',
  'assessable',
] as const;
export type ItemField = (typeof ITEM_FIELDS)[number];

const HEADINGS: Readonly<Record<ItemField, readonly string[]>> = {
  ref: ['ref', 'reference', 'id', 'identifier', 'number', 'no', 'code', 'item', 'itemid', 'requirementid', 'controlid'],
  title: ['title', 'name', 'requirementtitle', 'controlname', 'controltitle', 'heading'],
  summary: ['summary', 'shortdescription', 'inourwords', 'paraphrase'],
  text: ['text', 'requirementtext', 'fulltext', 'statement', 'requirement', 'controltext', 'wording'],
  groupName: ['groupname', 'familyname', 'domainname', 'chaptername'],
  group: ['group', 'groupid', 'family', 'domain', 'chapter', 'section', 'theme', 'category'],
  part: ['part', 'kind', 'type', 'level'],
  parent: ['parent', 'parentref', 'parentid', 'partof'],
  assessable: ['assessable', 'isassessable', 'canbeassessed'],
};

export const suggestItemColumns = (columns: readonly string[]): Columns<ItemField> => suggestColumns(columns, HEADINGS);

/** What is recorded of the framework already: a file need not repeat it. */
export interface KnownFramework {
  readonly groups: LoadedFramework['groups'];
  /** Refs of its items with those they are part of. */
  readonly parents: ReadonlyMap<string, string | undefined>;
}

const NOTHING: KnownFramework = { groups: [], parents: new Map() };

/**
 * What is wrong with items together: a ref that stands twice, a parent that is not there, a circle.
 *
 * @param place where the field of an item, by its index, stands in the file
 */
export function problemsOfItems(
  framework: string,
  items: readonly LoadedItem[],
  place: (index: number, field: ItemField) => Place,
  { parents: kept }: KnownFramework = NOTHING,
): readonly LoadProblem[] {
  const problems: LoadProblem[] = [];
  const first = new Map<string, number>();
  const parents = new Map(kept);
  for (const [i, { ref, parent }] of items.entries()) {
    const before = first.get(ref);
    if (!ID.test(itemId(framework, ref))) {
      problems.push({ ...place(i, 'ref'), code: 'ref', says: `“${ref}” is too long for a ref.` });
    }
    if (before === undefined) {
      first.set(ref, i);
      parents.set(ref, parent);
      continue;
    }
    const { row, pointer } = place(before, 'ref');
    const where = row === undefined ? `at ${pointer ?? ''}` : `in row ${row}`;
    problems.push({ ...place(i, 'ref'), code: 'twice', says: `${ref} stands ${where} already.` });
  }
  for (const [i, { ref, parent }] of items.entries()) {
    if (parent === undefined || parents.has(parent)) continue;
    const says = `${ref} is part of ${parent}, which is no item of the file or of the framework.`;
    problems.push({ ...place(i, 'parent'), code: 'parent', says });
    // Told once; circles are looked for in the rest.
    if (first.get(ref) === i) parents.set(ref, undefined);
  }
  const circle = refuseCircle(parents);
  if (circle !== undefined) {
    const within = new Set(String(circle.details['refs']).split(' → '));
    for (const [i, { ref }] of items.entries()) {
      if (within.has(ref)) problems.push({ ...place(i, 'parent'), code: 'cycle', says: circle.message });
    }
  }
  return problems;
}

export interface ReadItems {
  readonly items: readonly LoadedItem[];
  /** The row of each. */
  readonly rows: readonly number[];
  readonly groups: LoadedFramework['groups'];
  readonly problems: readonly LoadProblem[];
}

/** Every row as an item or as problems. */
export function readItems(
  sheet: Sheet,
  columns: Columns<ItemField>,
  framework: string,
  known: KnownFramework = NOTHING,
): ReadItems {
  const { rows, problems } = readRows(sheet, columns, (cellOf, at) => {
    const ref = cellRef(cellOf('ref'));
    if (ref === undefined) throw new Unreadable('missing', 'The item needs a ref.');
    const given: Readonly<Record<string, unknown>> = {
      ref,
      title: cellText(cellOf('title')),
      summary: cellText(cellOf('summary')),
      text: cellText(cellOf('text')),
      group: cellRef(cellOf('group')),
      part: cellText(cellOf('part')),
      parent: cellRef(cellOf('parent')),
      assessable: cellYes(cellOf('assessable')),
    };
    const groupName = cellText(cellOf('groupName'));
    const parsed = LoadedItem.safeParse(Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)));
    if (parsed.success) return { item: parsed.data, groupName };
    const issue = parsed.error.issues[0];
    const field = ITEM_FIELDS.find((one) => one === issue?.path[0]) ?? 'ref';
    at(field);
    throw given[field] === undefined
      ? new Unreadable('missing', `The item needs a ${field}.`)
      : new Unreadable('invalid', `${issue?.message ?? 'It is not valid'}.`);
  });
  const items = rows.map(({ value }) => value.item);
  const place = (i: number, field: ItemField): Place => placeOf(columns, field, rows[i]?.row ?? 1);
  return {
    items,
    rows: rows.map(({ row }) => row),
    groups: groupsOf(
      rows.map(({ value }) => ({ id: value.item.group, name: value.groupName })),
      known.groups,
    ),
    problems: inOrder([...problems, ...problemsOfItems(framework, items, place, known)]),
  };
}

/** Groups as rows name them, after those that the framework has: with a name where a row gives one. */
function groupsOf(
  named: readonly { readonly id: string | undefined; readonly name: string | undefined }[],
  known: LoadedFramework['groups'],
): LoadedFramework['groups'] {
  const groups = new Map(known.map((group) => [group.id, group]));
  for (const { id, name } of named) {
    if (id === undefined) continue;
    const old = groups.get(id);
    if (old === undefined || name !== undefined) groups.set(id, { ...old, id, name: name ?? id });
  }
  return [...groups.values()];
}
