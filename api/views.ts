import type { ViewDef } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { fieldsOf } from './field.ts';
import type { Operation } from './operation.ts';
import { MIB } from './operation.ts';
import { Clocks } from './records.ts';

/** Headers that say which moment and which place in the log a view answered for. */
export const CLOCK_HEADERS = {
  'x-countersign-as-of': 'When it was true.',
  'x-countersign-known-at': 'What was recorded by then.',
  'x-countersign-position': 'Size of the log that was read.',
  'x-countersign-shown':
    'To an auditor or adviser: the grants by which they are shown this, the last day, and whether drafts are left out. Absent for others, who are shown all.',
} as const;

const clocksOf = (view: ViewDef): z.ZodObject => (view.asOf ? Clocks : Clocks.omit({ asOf: true }));

/** A view by POST and, where its input is scalars only and none is named like a clock, by GET too. */
export function viewOperations(view: ViewDef): readonly Operation[] {
  const fields = fieldsOf(view.input);
  const base = {
    path: `/api/views/${view.name}`,
    group: 'Views',
    says: view.says,
    access: 'read',
    organisation: true,
    answer: { type: 'json', schema: view.output, headers: CLOCK_HEADERS },
    calls: { is: 'view', view },
  } as const;
  const post: Operation = {
    ...base,
    id: `view.${view.name}`,
    method: 'POST',
    query: clocksOf(view),
    body: { type: 'json', schema: view.input, limit: 4 * MIB },
  };
  const isPlain = fields.every((field) => field.scalar !== undefined && !field.many && !(field.name in Clocks.shape));
  if (!isPlain) return [post];
  const query = z.strictObject({ ...clocksOf(view).shape, ...view.input.shape });
  return [post, { ...base, id: `view.${view.name}.get`, method: 'GET', query }];
}
