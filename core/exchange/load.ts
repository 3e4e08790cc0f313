import { z } from 'zod';
import {
  FRAMEWORK_ID,
  itemId,
  OwnFramework,
  OwnRequirement,
  refText,
  refuseCircle,
  refuseFramework,
  RequirementText,
} from '../framework/index.ts';
import type { Book, Change, Stored } from '../kernel/index.ts';
import { change, create, defineAct, defineRefusals } from '../kernel/index.ts';
import { differing, present } from './differing.ts';

/** A framework that came from a file, and how it becomes records: in one act, all or nothing. */

export const refuseLoad = defineRefusals('load', {
  twice: { family: 'invalid', says: (p: { ref: string }) => `The item ${p.ref} is given twice.` },
  group: {
    family: 'invalid',
    says: (p: { ref: string; group: string }) =>
      `${p.ref} names the group “${p.group}”, which the framework does not have.`,
  },
});

const framework = OwnFramework.body.shape;
const requirement = OwnRequirement.body.shape;

/** What is said of the framework itself. Fields that are left out stay as they are where it exists already. */
export const LoadedFramework = z.strictObject({
  id: z.string().regex(FRAMEWORK_ID),
  title: framework.title,
  edition: framework.edition,
  publisher: framework.publisher,
  source: framework.source,
  licence: framework.licence,
  licenceNote: framework.licenceNote,
  groups: z.array(framework.groups.unwrap().element).max(2000),
  document: framework.document,
});
export type LoadedFramework = z.infer<typeof LoadedFramework>;

/** No framework that we know of has a quarter of that. */
export const MOST_ITEMS = 5000;

export const LoadedItem = z.strictObject({
  ref: refText(),
  title: requirement.title,
  summary: z.string().max(4000).optional(),
  text: z.string().max(40_000).optional().describe('The framework’s own words: kept apart, and only for those inside.'),
  group: requirement.group,
  part: z.string().min(1).max(100).optional(),
  parent: requirement.parent,
  assessable: z.boolean().optional(),
  key: requirement.key,
});
export type LoadedItem = z.infer<typeof LoadedItem>;

/** What became, or would become, of the items, by ref. */
export const LoadPlan = z.strictObject({
  framework: z.enum(['create', 'change', 'unchanged']),
  create: z.array(z.string()),
  change: z.array(z.strictObject({ ref: z.string(), fields: z.array(z.string()) })),
  withdraw: z.array(z.string()),
  unchanged: z.int(),
  texts: z.int().describe('Texts written or taken back.'),
});
export type LoadPlan = z.infer<typeof LoadPlan>;

const reads = [OwnFramework, OwnRequirement, RequirementText] as const;

export const loadFramework = defineAct('framework.load', {
  says: 'Takes in a framework of one’s own with its items, all or nothing: creates what is new, changes what differs, and leaves the rest.',
  input: z.strictObject({
    framework: LoadedFramework,
    items: z.array(LoadedItem).min(1).max(MOST_ITEMS),
    withdrawMissing: z
      .boolean()
      .default(false)
      .describe('Items that are not given are marked as withdrawn: the file is a new edition and has all of them.'),
  }),
  reads,
  allowed: ['owner', 'lead', 'operator'],
  answer: LoadPlan,
  decide(book, { framework: head, items, withdrawMissing }) {
    refuseUnsound(head, items, withdrawMissing ? [] : existing(book, head.id));
    const plan: LoadPlan = { framework: 'unchanged', create: [], change: [], withdraw: [], unchanged: 0, texts: 0 };
    const changes: Change[] = [];

    const { id, ...body } = head;
    const row = book.framework.find(id);
    if (row === undefined) {
      plan.framework = 'create';
      changes.push(create(OwnFramework, id, present(body)));
    } else {
      const patch = { ...present(body), withdrawn: false };
      if (differing(row, patch).length > 0) {
        plan.framework = 'change';
        changes.push(change(OwnFramework, row, patch));
      }
    }

    for (const [position, item] of items.entries()) changes.push(...changesOf(book, head, item, position, plan));
    if (withdrawMissing) {
      const given = new Set(items.map(({ ref }) => ref));
      for (const old of existing(book, id)) {
        if (given.has(old.ref) || old.withdrawn) continue;
        plan.withdraw.push(old.ref);
        // What it was part of may be withdrawn as well, or be gone from where it was.
        changes.push(change(OwnRequirement, old, { withdrawn: true, parent: undefined }));
      }
    }
    changes.push(...relicensed(book, head, new Set(items.map(({ ref }) => ref)), plan));
    return { changes, answer: plan };
  },
});

type LoadBook = Book<typeof reads>;

const existing = (book: LoadBook, framework: string): readonly Stored<typeof OwnRequirement>[] =>
  book.requirement.pointingAt('framework', framework);

/** Refuses what the items must not be together, with the place in the input. */
function refuseUnsound(
  head: LoadedFramework,
  items: readonly LoadedItem[],
  kept: readonly Stored<typeof OwnRequirement>[],
): void {
  const groups = new Set(head.groups.map(({ id }) => id));
  const parents = new Map<string, string | undefined>(kept.map(({ ref, parent }) => [ref, parent]));
  const given = new Set<string>();
  for (const [i, { ref, group, parent }] of items.entries()) {
    if (given.has(ref)) throw refuseLoad('twice', { ref }, ['items', i, 'ref']);
    if (group !== undefined && !groups.has(group)) throw refuseLoad('group', { ref, group }, ['items', i, 'group']);
    given.add(ref);
    parents.set(ref, parent);
  }
  for (const [i, { ref, parent }] of items.entries()) {
    if (parent !== undefined && !parents.has(parent)) {
      throw refuseFramework('parent', { ref, parent }, ['items', i, 'parent']);
    }
  }
  const circle = refuseCircle(parents);
  if (circle !== undefined) throw circle;
}

/** One item and its text, against what is recorded of it. */
function changesOf(
  book: LoadBook,
  { id: of, licence }: LoadedFramework,
  { text, ...item }: LoadedItem,
  position: number,
  plan: LoadPlan,
): readonly Change[] {
  const id = itemId(of, item.ref);
  const body = { ...present(item), ref: item.ref, title: item.title, position };
  const changes: Change[] = [];
  const fields: string[] = [];
  const row = book.requirement.find(id);
  if (row === undefined) {
    plan.create.push(item.ref);
    changes.push(create(OwnRequirement, id, { framework: of, ...body }));
  } else {
    const patch = { ...body, withdrawn: false };
    fields.push(...differing(row, patch));
    if (fields.length > 0) changes.push(change(OwnRequirement, row, patch));
  }
  if (text !== undefined) {
    const old = book['requirement-text'].find(id);
    const written = { framework: of, ref: item.ref, text, licence };
    if (old === undefined ? text !== '' : old.text !== text || old.licence !== licence) {
      plan.texts += 1;
      fields.push('text');
      changes.push(old === undefined ? create(RequirementText, id, written) : change(RequirementText, old, written));
    }
  }
  if (row !== undefined) {
    if (fields.length > 0) plan.change.push({ ref: item.ref, fields });
    else plan.unchanged += 1;
  }
  return changes;
}

/** Texts that are not given anew follow the framework's licence where that changes: each is marked by itself. */
function relicensed(
  book: LoadBook,
  head: LoadedFramework,
  given: ReadonlySet<string>,
  plan: LoadPlan,
): readonly Change[] {
  const row = book.framework.find(head.id);
  if (row === undefined || row.licence === head.licence) return [];
  return existing(book, head.id).flatMap(({ id, ref }) => {
    const text = book['requirement-text'].find(id);
    if (text === undefined || text.licence === head.licence || given.has(ref)) return [];
    plan.texts += 1;
    return [change(RequirementText, text, { licence: head.licence })];
  });
}
