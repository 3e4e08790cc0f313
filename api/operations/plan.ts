import { idSchema } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { declare, LinkOf, MIB } from '../operation.ts';

export const planDocument = declare({
  id: 'document.plan',
  method: 'GET',
  path: '/api/documents/plan',
  group: 'Documents',
  says: 'A plan on one page for a board: recommendation, reasons, cost ranges, dates and what they rest on.',
  access: 'read',
  roles: ['owner', 'lead'],
  organisation: true,
  query: z.strictObject({
    plan: idSchema.optional().describe('Without it the adopted one.'),
    asOf: z.string().max(40).optional().describe('When it was true: an RFC 3339 instant, or a date.'),
    knownAt: z.string().max(40).optional().describe('What was recorded by then.'),
    ...LinkOf,
  }),
  answer: { type: 'bytes', says: 'The page as PDF, as an attachment.' },
  calls: { is: 'service', service: 'planDocument' },
});

/** The most addresses of one letter. */
export const MOST_ADDRESSES = 20;

export const sendPlan = declare({
  id: 'plan.send',
  method: 'POST',
  path: '/api/plans/{plan}/letters',
  group: 'Documents',
  says: 'Sends the page for the board by mail. The addresses are used for that and not kept; the log says to how many, and which PDF by its digest.',
  access: 'write',
  roles: ['owner', 'lead'],
  organisation: true,
  params: z.strictObject({ plan: idSchema }),
  body: {
    type: 'json',
    limit: MIB,
    schema: z.strictObject({
      to: z.array(z.email().max(254)).min(1).max(MOST_ADDRESSES),
      note: z.string().min(1).max(500).optional().describe('A line of one’s own in the letter.'),
    }),
  },
  answer: {
    type: 'json',
    schema: z.object({
      sent: z.int().describe('Addresses that the mail server took.'),
      refused: z.array(z.string()).describe('Those that it did not.'),
      digest: z.string().describe('Of the PDF, as the log has it.'),
    }),
  },
  calls: { is: 'service', service: 'sendPlan' },
});

export const PLAN_OPERATIONS = [planDocument, sendPlan] as const;
