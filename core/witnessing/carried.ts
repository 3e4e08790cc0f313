import { z } from 'zod';
import { create, defineAct, defineRecord, ref } from '../kernel/index.ts';
import { Witness } from '../proof/record.ts';

/**
 * A request that somebody carries to a witness as a file. The answer that comes back says only what was signed, not of which size: it is
 * held against the checkpoints of these.
 */
export const WitnessRequest = defineRecord('witness-request', {
  title: 'Request to a witness',
  ownActsOnly: true,
  area: 'log',
  body: z.strictObject({
    witness: ref('witness'),
    size: z.int().min(1),
    from: z
      .int()
      .min(0)
      .describe('The size that the proof in it begins from: what the witness had cosigned, as far as was known.'),
    checkpoint: z.string().min(1).max(20_000).describe('The note exactly as the log signed it.'),
  }),
});

export const recordRequest = defineAct('witness-request.record', {
  says: 'Records that a request to a witness was made as a file.',
  input: z.strictObject({
    witness: ref('witness'),
    size: z.int().min(1),
    from: z.int().min(0),
    checkpoint: z.string().min(1).max(20_000),
  }),
  reads: [WitnessRequest, Witness],
  internal: true,
  allowed: ['owner', 'lead', 'operator'],
  decide(book, { witness, size, ...rest }) {
    book.witness.get(witness);
    const id = `${witness}.${size}`;
    // The same file again is no news.
    return book['witness-request'].find(id) === undefined
      ? [create(WitnessRequest, id, { witness, size, ...rest })]
      : [];
  },
});
