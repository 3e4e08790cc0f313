import { AREAS, ROLES } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { declare } from '../operation.ts';

/** An answer for a button: whether, and if not, what to say beside it and who may. */
export const Allowed = {
  allowed: z.boolean(),
  code: z.string().optional().describe('Why not, for scripts.'),
  because: z.string().optional().describe('Why not, and what a person can do about it.'),
  who: z.array(z.enum(ROLES)).describe('Roles that may.'),
};

/** What a guest's grants open today, or why nothing is open. */
export const SightAnswer = z.object({
  openings: z.array(
    z.object({
      grant: z.string(),
      programme: z.string(),
      framework: z.string(),
      areas: z.array(z.enum(AREAS)),
      from: z.string(),
      to: z.string(),
    }),
  ),
  drafts: z.boolean().describe('Whether drafts and internal notes are shown too.'),
  none: z.object({ code: z.enum(['none', 'begins', 'ended']), on: z.string().optional() }).optional(),
});

/** An act, whether the caller may do it, and the field of its input that names the thing it is done to. */
export const AllowedAct = z.object({
  name: z.string(),
  says: z.string(),
  on: z.object({ kind: z.string(), field: z.string() }).nullable(),
  ...Allowed,
});

/** What the caller may do to one record as it stands. */
export const ActsOn = z.object({ kind: z.string(), id: z.string(), head: z.int(), acts: z.array(AllowedAct) });

export const allowed = declare({
  id: 'allowed',
  method: 'GET',
  path: '/api/allowed',
  group: 'Organisation',
  says: 'What the caller may do and ask at all: every act, view and kind of record, each with the reason where not.',
  access: 'read',
  organisation: true,
  answer: {
    type: 'json',
    schema: z.object({
      acts: z.array(AllowedAct),
      views: z.array(z.object({ name: z.string(), says: z.string(), ...Allowed })),
      kinds: z.array(z.object({ kind: z.string(), title: z.string(), ...Allowed })),
      sight: SightAnswer.nullable().describe('Of an auditor or adviser; null for everybody else.'),
    }),
  },
  calls: { is: 'service', service: 'allowed' },
});

export const ACCESS = [allowed] as const;
