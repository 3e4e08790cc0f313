import { z } from 'zod';
import { DATASET } from '../connector/record.ts';
import { dateText, defineRecord, defineRefusals, elapsed, parseDuration, ref } from '../kernel/index.ts';

export const refuseCheck = defineRefusals('check', {
  duration: {
    family: 'invalid',
    says: (p: { field: string; value: string }) =>
      `${p.field} ${p.value} is no duration in weeks, days, hours, minutes or seconds.`,
  },
  mode: {
    family: 'invalid',
    says: (p: { field: string; mode: string }) => `${p.field} is not for checks of ${p.mode}.`,
  },
  expression: {
    family: 'invalid',
    says: (p: { field: string; why: string }) => `${p.field} is no CEL expression: ${p.why}`,
  },
});

export const DEFAULT_FRESHNESS = 'P1DT1H';
export const DEFAULT_SETTLES = 'PT0S';

const Expression = z.string().min(1).max(4000);

/** What to conclude from a dataset, item by item. It names controls, never a requirement. */
export const Check = defineRecord('check', {
  title: 'Check',
  timeless: true,
  area: 'checks',
  concerns: ({ supports }) => ({ controls: supports }),
  effective: 'effectiveFrom',
  reachesBack: () => false,
  fixed: ['dataset', 'mode', 'settles'],
  body: z.strictObject({
    title: z.string().min(1).max(300),
    dataset: z.string().regex(DATASET),
    mode: z.enum(['state', 'events']),
    supports: z.array(ref('control')).min(1).max(100),
    scope: Expression.optional().describe('CEL: which items it speaks of; others are listed as out of scope.'),
    applies: Expression.default('true').describe('CEL: which items it applies to.'),
    passes: Expression.describe('CEL: true when the item is as it should be.'),
    message: z.string().min(1).max(1000).describe('Why an item fails, with {field} of the item.'),
    freshness: z
      .string()
      .max(20)
      .optional()
      .describe(`Checks of state: how long a collection speaks; ${DEFAULT_FRESHNESS} without it.`),
    settles: z
      .string()
      .max(20)
      .optional()
      .describe(`Checks of events: how long after the event it is judged; ${DEFAULT_SETTLES} without it.`),
    effectiveFrom: dateText()
      .optional()
      .describe('From when this version governs; without it, from when it is recorded.'),
  }),
  holds(body) {
    for (const field of ['freshness', 'settles'] as const) {
      const value = body[field];
      if (value === undefined) continue;
      if (parseDuration(value) === undefined) return refuseCheck('duration', { field, value }, [field]);
      const mode = field === 'freshness' ? 'state' : 'events';
      if (body.mode !== mode) return refuseCheck('mode', { field, mode: body.mode }, [field]);
    }
    return undefined;
  },
});

const ms = (text: string): number => {
  const duration = parseDuration(text);
  if (duration === undefined) throw new TypeError(`${text} is no duration`);
  return elapsed(duration);
};

/** Elapsed milliseconds that a collection speaks, and that an event waits to be judged. */
export const freshnessMs = (check: { readonly freshness?: string | undefined }): number =>
  ms(check.freshness ?? DEFAULT_FRESHNESS);
export const settlesMs = (check: { readonly settles?: string | undefined }): number =>
  ms(check.settles ?? DEFAULT_SETTLES);
