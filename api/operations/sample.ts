import { z } from 'zod';
import { declare, MIB } from '../operation.ts';
import { linesOf } from './lines.ts';

export const sample = declare({
  id: 'sample',
  method: 'POST',
  path: '/api/organisations/sample',
  group: 'Organisation',
  says: 'Creates an invented company with fourteen months of history, marked as a sample for good. Broken off, the same call goes on. For the operator, and for who is signed in and owns an organisation or may begin one.',
  access: 'write',
  organisation: false,
  body: {
    type: 'json',
    limit: MIB,
    schema: z.strictObject({
      name: z.string().trim().min(1).max(200).optional(),
      slug: z
        .string()
        .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
        .optional()
        .describe('The operator’s to choose; somebody who is signed in has one sample, with a slug of its own.'),
      timeZone: z.string().max(100).optional().describe('An IANA name; default Europe/Madrid.'),
    }),
  },
  answer: {
    type: 'lines',
    line: linesOf(
      z.object({ organisation: z.string(), controls: z.int(), requirements: z.record(z.string(), z.int()) }),
    ),
  },
  calls: { is: 'service', service: 'sample' },
});
