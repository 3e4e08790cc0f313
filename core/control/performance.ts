import { z } from 'zod';
import type { Instant, Stored } from '../kernel/index.ts';
import { defineRecord, instantText, parseInstant, ref } from '../kernel/index.ts';
import type { Performed } from './assignment.ts';

export const OUTCOMES_OF_WORK = ['done', 'findings', 'not-done'] as const;

/**
 * What somebody did. It is about the past from the moment it is recorded, so it is timeless; a wrong one is withdrawn by a
 * correction with a reason, never edited.
 */
export const Performance = defineRecord('performance', {
  title: 'Performance',
  timeless: true,
  ownActsOnly: true,
  area: 'performances',
  concerns: ({ control }) => ({ controls: [control] }),
  body: z.strictObject({
    control: ref('control'),
    performedAt: instantText(),
    for: z.string().max(200).optional().describe('The key of the occurrence, or the event, it was done for.'),
    by: ref('person').optional(),
    outcome: z.enum(OUTCOMES_OF_WORK).default('done'),
    evidence: z.array(ref('evidence')).max(200).default([]),
    note: z.string().max(5000).optional(),
    withdrawn: z.strictObject({ reason: z.string().min(3).max(2000) }).optional(),
  }),
});

const seen = new WeakMap<object, Performed>();

/** The performance as the rules of time see it. Rows are frozen and shared, and every question asks for all of them: each is read once. */
export function performedOf(row: Stored<typeof Performance>): Performed {
  const known = seen.get(row);
  if (known !== undefined) return known;
  const performed: Performed = {
    id: row.id,
    at: parseInstant(row.performedAt) ?? Number.NaN,
    recordedAt: row.recordedAt,
    ...(row.for === undefined ? {} : { for: row.for }),
    outcome: row.outcome,
    evidence: row.evidence.length,
  };
  seen.set(row, performed);
  return performed;
}

/** The performance without the documents that were erased, as far as that is known. */
export function performedWithout(row: Stored<typeof Performance>, erased: ReadonlyMap<string, Instant>): Performed {
  const performed = performedOf(row);
  if (erased.size === 0) return performed;
  const gone = row.evidence.flatMap((id) => erased.get(id) ?? []);
  if (gone.length === 0) return performed;
  const evidence = row.evidence.length - gone.length;
  return { ...performed, evidence, ...(evidence > 0 ? {} : { erasedAt: Math.max(...gone) }) };
}
