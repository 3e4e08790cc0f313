import { z } from 'zod';
import { ask, create, dateText, defineAct, idSchema, instantText, parseInstant, ref } from '../kernel/index.ts';
import { Blobs, DIGEST, Evidence, refuseEvidence } from './record.ts';

export const addEvidence = defineAct('evidence.add', {
  says: 'Files a document whose bytes were uploaded before (PUT /api/blobs answers their digest).',
  input: z.strictObject({
    id: idSchema.optional(),
    name: z.string().min(1).max(255),
    blob: z.string().regex(DIGEST),
    bytes: z.int().min(0).optional().describe('Their number, if known: compared with what was uploaded.'),
    controls: z.array(ref('control')).min(1).max(200),
    from: instantText().optional(),
    to: instantText().optional(),
    observedAt: instantText().optional(),
    validUntil: dateText().optional(),
    replaces: ref('evidence').optional(),
    source: z.string().max(500).optional(),
  }),
  reads: [Evidence],
  allowed: ['owner', 'lead', 'control-owner', 'operator'],
  answer: z.strictObject({ evidence: z.string() }),
  *decide(_book, { id, blob, bytes: stated, ...rest }, { seed }) {
    const bytes = (yield* ask(Blobs, { digests: [blob] })).get(blob);
    if (bytes === undefined) throw refuseEvidence('bytes', { blob }, ['blob']);
    if (stated !== undefined && stated !== bytes) throw refuseEvidence('length', { stated, bytes }, ['bytes']);
    const { from, to } = rest;
    if ((from === undefined) !== (to === undefined)) throw refuseEvidence('half', {}, ['from']);
    if (from !== undefined && to !== undefined && (parseInstant(to) ?? 0) < (parseInstant(from) ?? 0)) {
      throw refuseEvidence('period', { from, to }, ['to']);
    }
    const evidence = id ?? `e-${seed.slice(0, 12)}`;
    return { changes: [create(Evidence, evidence, { ...rest, bytes, digest: blob })], answer: { evidence } };
  },
});
