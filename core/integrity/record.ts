import { z } from 'zod';
import { defineRecord, instantText } from '../kernel/index.ts';
import { FINDING_CODES } from './codes.ts';

const text = (most: number) => z.string().min(1).max(most);

/** Where a difference is: only what applies is given. */
export const Where = z.strictObject({
  path: text(400).optional().describe('Of a file, within the data folder or the bucket.'),
  entry: z.int().min(0).optional().describe('Place in the log.'),
  record: text(300).optional().describe('kind/id@version.'),
  dataset: text(200).optional(),
  source: text(200).optional(),
  item: text(600).optional(),
  evidence: text(200).optional().describe('SHA-256 of the file, in hex.'),
  table: text(60).optional(),
  check: text(300).optional().describe('id@version.'),
});

const Told = {
  code: z.enum(FINDING_CODES),
  where: Where,
  expected: text(600).optional(),
  found: text(600).optional(),
  says: text(1000).describe('For people, with where it is and what was expected.'),
};

/** A difference as the self-check hands it over. Its id follows from code and place, so that one found again is the same. */
export const Difference = z.strictObject({ id: z.string().regex(/^f-[0-9a-f]{16}$/), ...Told });
export type Difference = z.output<typeof Difference>;

/**
 * That what is stored was at some moment not what was logged. It is never withdrawn: a person says what it was, and when a later self-check
 * no longer finds it, that is said beside it.
 */
export const IntegrityFinding = defineRecord('integrity-finding', {
  title: 'Difference found by a self-check',
  timeless: true,
  ownActsOnly: true,
  readableBy: ['owner', 'lead', 'adviser', 'auditor', 'operator'],
  area: 'log',
  fixed: ['code', 'where'],
  body: z.strictObject({
    ...Told,
    state: z.enum(['open', 'explained']).default('open'),
    goneAt: instantText().optional().describe('Since when it is no longer found.'),
    explanation: z.string().min(3).max(4000).optional(),
    explainedBy: z.string().optional(),
  }),
  lifecycle: {
    field: 'state',
    starts: 'open',
    moves: {
      explain: { from: ['open', 'explained'], to: 'explained' },
      return: { from: ['open', 'explained'], to: 'open' },
    },
  },
});
