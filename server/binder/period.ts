import type { FrameworkId } from '@countersign/core/framework/index.ts';
import { addDays, dayStart, defineRefusals, printInstant } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';
import { logHead, positionAt } from '../kernel/organisation.ts';
import type { Period } from './shown.ts';

export const refuseBinder = defineRefusals('binder', {
  order: {
    family: 'invalid',
    says: (p: { from: string; to: string }) => `The period would end on ${p.to}, before it starts on ${p.from}.`,
  },
  future: {
    family: 'invalid',
    says: (p: { from: string; knownAt: string }) =>
      `The period begins on ${p.from}; what is recorded ends at ${p.knownAt}.`,
  },
  hides: {
    family: 'invalid',
    says: (p: { name: string }) =>
      `“${p.name}” is nothing a binder could withhold: name a kind of record that it shows, a dataset, or facts.`,
  },
  bytes: {
    family: 'unmet',
    says: (p: { evidence: string }) =>
      `The bytes of “${p.evidence}” are not those that were filed, or not there. Run “countersign doctor” before giving anything away.`,
  },
  missing: { family: 'missing', says: (_: object) => 'There is no binder with this id.' },
  expired: {
    family: 'missing',
    says: (p: { on: string }) =>
      `This binder was kept until ${p.on}. Make it again as it was known then: the same log gives the same bytes.`,
  },
  erased: {
    family: 'missing',
    says: (p: { on: string }) =>
      `Something was erased on ${p.on}, after this binder was made, so it is kept no more. Make it again: what was erased is marked in it.`,
  },
  unseen: {
    family: 'missing',
    says: (p: { id: string }) => `Nothing of “${p.id}” can be shown to you as it was logged; ask for it.`,
  },
});

/** What is asked for. */
export interface BinderAsk {
  readonly from: string;
  readonly to: string;
  readonly framework?: FrameworkId | undefined;
  /** Kinds of records, datasets, or `facts` for all of these. */
  readonly hides?: readonly string[] | undefined;
  /** What was recorded by then; now without it. The same again gives the same bytes. */
  readonly knownAt?: string | undefined;
}

export function periodOf({ from, to }: Pick<BinderAsk, 'from' | 'to'>, zone: string): Period {
  if (to < from) throw refuseBinder('order', { from, to }, ['to']);
  return { from, to, start: dayStart(zone, from), end: dayStart(zone, addDays(to, 1)) };
}

/** How much of a log a binder is of: whole entries, and an instant by which just these were recorded. */
export interface Cut {
  readonly size: number;
  readonly knownAt: number;
  /** Entries of the log that came later. */
  readonly after: number;
}

/**
 * Where the log is cut: at what was known by `knownAt`; without that at the newest of `seen`, sizes that somebody outside saw, if nothing of the
 * period was recorded after it; else at its end. What is cut off says until when it was known: the moment before the entry after it.
 */
export async function cutOf(
  client: pg.ClientBase,
  org: number,
  { end }: Period,
  {
    knownAt,
    now,
    seen,
  }: { readonly knownAt: number | undefined; readonly now: number; readonly seen: readonly number[] },
): Promise<Cut> {
  const head = await logHead(client, org, false);
  if (knownAt !== undefined) {
    const size = await positionAt(client, org, head, knownAt);
    return { size, knownAt, after: head.size - size };
  }
  // A moment before now: what is recorded next is after it, also within this millisecond.
  const whole = { size: head.size, knownAt: Math.max(head.recordedAt, now - 1), after: 0 };
  const covers = await positionAt(client, org, head, end - 1);
  const newest = Math.max(0, ...seen.filter((size) => size <= head.size));
  if (newest === 0 || newest < covers || newest === head.size) return whole;
  const at = (await recordedAt(client, org, newest)) - 1;
  const size = await positionAt(client, org, head, at);
  return size === newest ? { size, knownAt: at, after: head.size - size } : whole;
}

async function recordedAt(client: pg.ClientBase, org: number, index: number): Promise<number> {
  const { rows } = await client.query<{ recorded_at: number }>(
    'select recorded_at from log_entry where org = $1 and index = $2',
    [org, index],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`Entry ${index} of organisation ${org} is missing`);
  return row.recorded_at;
}

export function refuseFuture({ from, start }: Period, knownAt: number): void {
  if (start > knownAt) throw refuseBinder('future', { from, knownAt: printInstant(knownAt) }, ['from']);
}
