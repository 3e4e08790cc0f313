import { Difference } from '@countersign/core/integrity/index.ts';
import { z } from 'zod';
import { declare, MIB } from '../operation.ts';
import { linesOf } from './lines.ts';

const count = z.int().min(0);

export const SelfChecked = z.object({
  id: z.string(),
  kind: z.enum(['sample', 'whole']),
  size: count.describe('Entries that the published checkpoint speaks of.'),
  root: z.string().nullable(),
  counts: z.object({
    ...{ entries: count, records: count, facts: count, collections: count, evidence: count },
    ...{ evidenceBytes: count, answers: count },
  }),
  findings: z.array(Difference).describe('What is found now, whether it was known or not.'),
  gone: z.array(z.string()).describe('Ids of what is no longer found.'),
});

export const selfCheck = declare({
  id: 'self-check',
  method: 'POST',
  path: '/api/self-check',
  group: 'Service',
  says: 'Holds what is stored against what was logged, now: everything, or what is new and a sample of the rest.',
  access: 'write',
  organisation: true,
  roles: ['owner', 'lead'],
  body: { type: 'json', limit: MIB, schema: z.strictObject({ kind: z.enum(['sample', 'whole']).default('whole') }) },
  answer: { type: 'lines', line: linesOf(SelfChecked) },
  calls: { is: 'service', service: 'selfCheck' },
});
