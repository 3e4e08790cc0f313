import { z } from 'zod';
import type { ActDef } from './act.ts';
import type { Book, Shelf } from './book.ts';
import { defineAct } from './act.ts';
import { idSchema } from './id.ts';
import type { Change, RecordDef } from './record.ts';
import { RESERVED } from './record.ts';
import { defineRefusals, refuse } from './refusal.ts';

export const refuseApply = defineRefusals('apply', {
  kind: { family: 'invalid', says: (p: { kind: string }) => `“${p.kind}” is no kind of record.` },
  ownActs: {
    family: 'invalid',
    says: (p: { kind: string }) => `A ${p.kind} is made by acts of its own and not by apply.`,
  },
  twice: { family: 'invalid', says: (p: { kind: string; id: string }) => `${p.kind} “${p.id}” is given twice.` },
});

const Plan = z.strictObject({
  create: z.array(z.strictObject({ kind: z.string(), id: z.string() })),
  change: z.array(z.strictObject({ kind: z.string(), id: z.string(), fields: z.array(z.string()) })),
  retire: z.array(z.strictObject({ kind: z.string(), id: z.string() })),
  unchanged: z.int(),
});
type Plan = z.infer<typeof Plan>;

/** Equal as JSON: key order and absent optional fields do not count. */
const same = (a: unknown, b: unknown): boolean => sorted(a) === sorted(b);
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? '';

/** Kinds in an order in which each comes after those it refers to. */
function byReference(kinds: readonly RecordDef[], refers: (kind: string) => readonly string[]): readonly string[] {
  const order: string[] = [];
  const open = new Set<string>();
  const visit = (kind: string): void => {
    if (order.includes(kind) || open.has(kind)) return;
    open.add(kind);
    for (const to of refers(kind)) visit(to);
    open.delete(kind);
    order.push(kind);
  };
  for (const { kind } of kinds) visit(kind);
  return order;
}

/**
 * The one act that writes records of any kind that has no acts of its own: all or nothing. It compares with the last version
 * recorded, so what is the same stays as it is and a second run changes nothing.
 */
export function applyAct(records: ReadonlyMap<string, RecordDef>, refers: (kind: string) => readonly string[]): ActDef {
  const kinds = [...records.values()].filter((def) => !def.ownActsOnly);
  const order = byReference(kinds, refers);
  return defineAct('records.apply', {
    says: 'Creates and changes records from files, all or nothing.',
    input: z.strictObject({
      records: z.array(z.looseObject({ kind: z.string(), id: idSchema })).max(100_000),
      prune: z.array(z.string()).default([]).describe('Kinds of which records that are not given are retired.'),
    }),
    reads: kinds,
    allowed: ['owner', 'lead', 'operator'],
    answer: Plan,
    decide(book, input) {
      const plan: Plan = { create: [], change: [], retire: [], unchanged: 0 };
      const changes: Change[] = [];
      const given = new Map<string, Set<string>>();
      const shelves: Book<readonly RecordDef[]> = book;
      for (const [i, { kind, id, ...raw }] of input.records.entries()) {
        const def = records.get(kind);
        if (def === undefined) throw refuseApply('kind', { kind }, ['records', i, 'kind']);
        if (def.ownActsOnly) throw refuseApply('ownActs', { kind }, ['records', i, 'kind']);
        const ids = given.get(kind) ?? new Set();
        given.set(kind, ids);
        if (ids.has(id)) throw refuseApply('twice', { kind, id }, ['records', i, 'id']);
        ids.add(id);

        const body = bodyAt(def, id, raw, i);
        const shelf = shelves[kind];
        const head = shelf?.history(id).at(-1);
        // One that was retired is created again, which the runner refuses: a file that still has it must not seem to be in force.
        if (shelf === undefined || head === undefined || isRetired(shelf, id)) {
          plan.create.push({ kind, id });
          changes.push({ does: 'create', kind, id, body, at: ['records', i] });
          continue;
        }
        const before = fieldsOf(head);
        const fields = [...new Set([...Object.keys(before), ...Object.keys(body)])]
          .filter((f) => !same(before[f], body[f]))
          .sort();
        if (fields.length === 0) plan.unchanged += 1;
        else {
          plan.change.push({ kind, id, fields });
          changes.push({ does: 'change', kind, id, from: head.version, body, at: ['records', i] });
        }
      }
      const retired: Change[] = [];
      for (const [i, kind] of input.prune.entries()) {
        if (records.get(kind)?.ownActsOnly === true) throw refuseApply('ownActs', { kind }, ['prune', i]);
        const shelf = shelves[kind];
        if (shelf === undefined) throw refuseApply('kind', { kind }, ['prune', i]);
        if (input.prune.indexOf(kind) < i) continue;
        for (const row of living(shelf)) {
          if (given.get(kind)?.has(row.id) === true) continue;
          plan.retire.push({ kind, id: row.id });
          retired.push({ does: 'retire', kind, id: row.id, from: row.head });
        }
      }
      changes.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
      retired.sort((a, b) => order.indexOf(b.kind) - order.indexOf(a.kind));
      return { changes: [...changes, ...retired], answer: plan };
    },
  });
}

/** Retired for good; not merely to hold from a later day. */
const isRetired = (shelf: Shelf<RecordDef>, id: string): boolean =>
  shelf.find(id) === undefined && shelf.governed(id).at(-1)?.to !== Infinity;

/** The last version of each record that is not retired, whether it holds already or not. */
const living = (shelf: Shelf<RecordDef>) =>
  shelf.ids().flatMap((id) => (isRetired(shelf, id) ? [] : shelf.history(id).slice(-1)));

const fieldsOf = (row: object): Readonly<Record<string, unknown>> => {
  const reserved: readonly string[] = RESERVED;
  return Object.fromEntries(Object.entries(row).filter(([field]) => !reserved.includes(field)));
};

function bodyAt(def: RecordDef, id: string, raw: object, i: number): Readonly<Record<string, unknown>> {
  const parsed = def.body.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [
    ...(issue?.path ?? []).map((step) => (typeof step === 'symbol' ? String(step) : step)),
    ...(unknown === undefined ? [] : [unknown]),
  ];
  const says =
    unknown === undefined
      ? `${def.kind} “${id}”: ${path.join('.')}: ${issue?.message ?? 'is not valid'}.`
      : `${def.kind} “${id}” has no field ${path.join('.')}.`;
  throw refuse('invalid', { says }, ['records', i, ...path]);
}
