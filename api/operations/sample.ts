import { z } from 'zod';
import { declare, MIB } from '../operation.ts';
import { linesOf } from './lines.ts';

export const sample = declare({
  id: 'sample',
  method: 'POST',
  path: '/api/organisations/sample',
  group: 'Organisation',
  says: 'Creates an invented company with fourteen months of history, marked as a sample for good. Broken off, the same call goes on.',
  access: 'operator',
  organisation: false,
  body: {
    type: 'json',
    limit: MIB,
    schema: z.strictObject({
      name: z.string().min(1).max(200),
      slug: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/),
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
