import type { ActDef } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import type { Operation } from './operation.ts';
import { MIB } from './operation.ts';

/** Acts that take many records at once. */
const LARGE: ReadonlySet<string> = new Set(['records.apply', 'performance.recordMany']);

/** What every act answers; `answer` is the act's own. */
export const actAnswer = <A extends z.ZodType>(answer: A) =>
  z.object({
    index: z.int().nullable().describe('Place in the log; null where nothing changed, or it was a dry run.'),
    recordedAt: z.string(),
    changes: z.array(
      z.object({
        kind: z.string(),
        id: z.string(),
        version: z.int(),
        did: z.enum(['create', 'change', 'correct', 'retire']),
      }),
    ),
    answer,
  });

export const ActHeaders = z.strictObject({
  'idempotency-key': z.uuid().optional().describe('A UUID of the client’s: a repeat gets the first answer.'),
  'if-match': z
    .string()
    .regex(/^"?\d{1,9}"?$/)
    .optional()
    .describe('The head version that was read: refused if there is a later one.'),
});

export function actOperation(act: ActDef): Operation {
  return {
    id: `act.${act.name}`,
    method: 'POST',
    path: `/api/acts/${act.name}`,
    group: 'Acts',
    says: act.says,
    access: 'write',
    organisation: true,
    query: z.strictObject({ dryRun: z.boolean().optional().describe('Decides and checks everything, saves nothing.') }),
    headers: ActHeaders,
    body: { type: 'json', schema: act.input, limit: LARGE.has(act.name) ? 64 * MIB : 4 * MIB },
    answer: { type: 'json', schema: actAnswer(act.answer ?? z.unknown().optional()) },
    calls: { is: 'act', act },
  };
}
