import type { Client } from '@countersign/api/client.ts';
import { z } from 'zod';
import { cell, plain } from './text.ts';

const Named = z.object({ kind: z.string(), id: z.string() });

/** What `records.apply` answers. */
export const Plan = z.object({
  create: z.array(Named),
  change: z.array(Named.extend({ fields: z.array(z.string()) })),
  retire: z.array(Named).default([]),
  unchanged: z.int(),
});
export type Plan = z.infer<typeof Plan>;

/** Beyond so many changed records the plan names fields without their values. */
const MOST_DIFFS = 50;

type Values = Readonly<Record<string, unknown>>;
export type Before = ReadonlyMap<string, Values>;

/** The records that would change, as last recorded, which apply compares with though it may hold later: taken ahead of applying, or the diff has nothing to compare with. */
export async function before(client: Client, planned: Plan): Promise<Before> {
  const found = new Map<string, Values>();
  for (const { kind, id } of planned.change.slice(0, MOST_DIFFS))
    found.set(`${kind}/${id}`, (await client.history(kind, id)).at(-1) ?? {});
  return found;
}

const value = (given: unknown): string => (given === undefined ? '(none)' : cell(given));

/** The plan for people: what is created, what changes from what to what, what is retired, and how it sums up. */
export function printPlan(plan: Plan, given: readonly unknown[], were: Before, isDry: boolean): string {
  const files = new Map<string, Values>();
  for (const written of given) {
    const read = z.looseObject({ kind: z.string(), id: z.string() }).safeParse(written);
    if (read.success) files.set(`${read.data.kind}/${read.data.id}`, read.data);
  }
  const lines = [
    ...plan.create.map(({ kind, id }) => `+ create ${kind} ${id}`),
    ...plan.change.flatMap(({ kind, id, fields }) => {
      const old = were.get(`${kind}/${id}`);
      if (old === undefined) return [`~ change ${kind} ${id}: ${fields.join(', ')}`];
      const now = files.get(`${kind}/${id}`) ?? {};
      return [
        `~ change ${kind} ${id}`,
        ...fields.map((field) => `    ${field}: ${value(old[field])} → ${value(now[field])}`),
      ];
    }),
    ...plan.retire.map(({ kind, id }) => `- retire ${kind} ${id}`),
  ];
  const sums = [
    `${plan.create.length} to create`,
    `${plan.change.length} to change`,
    `${plan.retire.length} to retire`,
  ];
  const did = [`${plan.create.length} created`, `${plan.change.length} changed`, `${plan.retire.length} retired`];
  const parts = (isDry ? sums : did).filter((part) => !part.startsWith('0 '));
  const sum = parts.length === 0 ? 'Nothing to change' : parts.join(', ');
  const end = `${sum}; ${plan.unchanged} unchanged.${isDry ? ' Dry run: nothing was saved.' : ''}`;
  return [...lines.map(plain), ...(lines.length === 0 ? [] : ['']), end].join('\n');
}
