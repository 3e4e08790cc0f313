import { z } from 'zod';
import { dateText, defineRecord, defineRefusals, ref } from '../kernel/index.ts';

export const refuseCommitment = defineRefusals('commitment', {
  dates: {
    family: 'invalid',
    says: (p: { from: string; to: string }) => `It would end on ${p.to}, before it begins on ${p.from}.`,
  },
});

/** What was promised, by sort; each points to a category of the trust services criteria, or to none beyond Security. */
export const COMMITMENT_TYPES = [
  'uptime',
  'recovery',
  'confidentiality',
  'processing',
  'personal-data',
  'security',
  'other',
] as const;
export type CommitmentType = (typeof COMMITMENT_TYPES)[number];

/** A promise to customers: principal service commitments and system requirements of a description (DC 2). */
export const Commitment = defineRecord('commitment', {
  title: 'Commitment',
  timeless: true,
  area: 'posture',
  body: z.strictObject({
    title: z.string().min(1).max(200),
    type: z.enum(COMMITMENT_TYPES),
    text: z
      .string()
      .min(1)
      .max(4000)
      .optional()
      .describe('What was promised, in the words of the contract or our own.'),
    figure: z.string().min(1).max(100).optional().describe('Its measure, as “99.9 % a month”.'),
    where: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe('Where it stands: contract, terms, data processing agreement.'),
    to: z.string().min(1).max(300).optional().describe('To whom it was made.'),
    systems: z.array(ref('system')).max(200).default([]).describe('The systems it is about.'),
    owner: ref('person').optional(),
    from: dateText().optional(),
    until: dateText().optional().describe('The last day it binds.'),
  }),
  holds: ({ from, until }) =>
    from !== undefined && until !== undefined && until < from
      ? refuseCommitment('dates', { from, to: until }, ['until'])
      : undefined,
});
