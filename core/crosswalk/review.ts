import { z } from 'zod';
import { defineRecord, defineRefusals, ref } from '../kernel/index.ts';
import { JUDGED } from './edge.ts';
import { RELATIONS } from './relation.ts';
import { WHOLE } from './share.ts';

export const refuseMappingReview = defineRefusals('mapping-review', {
  line: {
    family: 'missing',
    says: (p: { line: string }) => `No mapping set in use has a line “${p.line}”.`,
  },
  set: {
    family: 'missing',
    says: (p: { set: string }) => `There is no mapping set “${p.set}” in use.`,
  },
  person: {
    family: 'forbidden',
    says: (_: object) => 'Only a person reviews a line of a mapping, each for themselves.',
  },
  own: {
    family: 'unmet',
    says: (p: { person: string }) => `${p.person} wrote or loaded this line; another person reviews it.`,
  },
  framework: {
    family: 'forbidden',
    says: (p: { from: string; to: string }) =>
      `This line is about ${p.from} and ${p.to}, and no grant of yours in force is for either.`,
  },
  read: {
    family: 'conflict',
    says: (p: { line: string; read: string; mark: string }) =>
      `Line “${p.line}” has changed since it was read: its mark was ${p.read} and is ${p.mark}. Read it again.`,
  },
  note: {
    family: 'invalid',
    says: (_: object) => 'Say with what you disagree: whoever mends the line has only the note to go by.',
  },
  other: {
    family: 'unmet',
    says: (p: { person: string }) => `${p.person} said this, and nobody else takes it back.`,
  },
});

/** What a person may say of a line. */
export const SAYS = ['agree', 'disagree'] as const;

const End = z.strictObject({ framework: z.string().min(1).max(40), ref: z.string().min(1).max(100) });
const Tenths = z.int().min(0).max(WHOLE);

/** A line as it stood when somebody read it: a review speaks of this, and of nothing that the line became. */
export const LineAsRead = z.strictObject({
  version: z.int().min(1).optional().describe('Of the mapping; a line that comes with the product has none.'),
  from: End,
  to: End,
  relation: z.enum(RELATIONS),
  strength: z.strictObject({ forward: Tenths, backward: Tenths }),
  judged: z.enum(JUDGED),
  rationale: z.string().max(20_000),
});
export type LineAsRead = z.infer<typeof LineAsRead>;

/**
 * What one person says of one line of a mapping, the organisation's own or shipped. Made by that person only, who neither wrote nor loaded the
 * line. Of each person the last word counts, as long as the line stands as it was read (decision 32).
 */
export const MappingReview = defineRecord('mapping-review', {
  title: 'Review of a mapping line',
  ownActsOnly: true,
  area: 'any',
  fixed: ['line', 'person'],
  // What the company's people say to each other of a line that may be wrong.
  internal: ['note'],
  concerns: ({ of: { from, to } }) => ({ frameworks: [from.framework, to.framework] }),
  body: z.strictObject({
    // No reference: a line may be retired, and what was said of it stays; those that ship are no records.
    line: z.string().min(1).max(250).describe('The id of a mapping, or that of a line that comes with the product.'),
    person: ref('person'),
    says: z.enum(SAYS),
    note: z.string().min(1).max(2000).optional(),
    of: LineAsRead.describe('The line as it was read.'),
  }),
});
