import { idSchema } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { declare, KIB } from '../operation.ts';

const base = { organisation: true, method: 'POST', access: 'write', group: 'Ledger' } as const;
const roles = ['owner', 'lead', 'operator'] as const;
const File = z
  .string()
  .min(1)
  .max(128 * KIB);
const body = <S extends z.ZodObject>(schema: S) => ({ type: 'json', limit: 512 * KIB, schema }) as const;

export const requestWitness = declare({
  ...base,
  id: 'witness.request-file',
  path: '/api/witnesses/{id}/request',
  says: 'Makes the file that a witness is sent: the checkpoint, and the proof that it continues what the witness saw last.',
  roles,
  params: z.strictObject({ id: idSchema }),
  body: body(
    z.strictObject({
      from: z.int().min(0).optional().describe('What the witness says it saw last; without it, what is recorded here.'),
    }),
  ),
  answer: {
    type: 'json',
    schema: z.object({
      file: z.string(),
      name: z.string().describe('A name for the file.'),
      size: z.int().describe('Entries that it covers.'),
      from: z.int(),
    }),
  },
  calls: { is: 'service', service: 'requestWitness' },
});

export const recordAnswer = declare({
  ...base,
  id: 'witness.answer',
  path: '/api/witness-answers',
  says: 'Takes the file that a witness sent back: verifies it and records the cosignature, or says what the witness objects to.',
  roles,
  body: body(
    z.strictObject({
      file: File,
      witness: idSchema.optional().describe('Whose answer it is; needed only for one that is no cosignature.'),
    }),
  ),
  answer: {
    type: 'json',
    schema: z.object({ witness: z.string(), name: z.string(), cosignature: z.string(), size: z.int(), at: z.string() }),
  },
  calls: { is: 'service', service: 'recordWitnessAnswer' },
});

export const answerByMail = declare({
  ...base,
  id: 'witnessing.answer',
  path: '/api/witnessing/answers',
  says: 'As a witness: cosigns a request that came as a file, or refuses it, and gives the file to send back.',
  roles,
  body: body(z.strictObject({ file: File })),
  answer: {
    type: 'json',
    schema: z.object({
      file: z.string(),
      name: z.string(),
      status: z.int().describe('As C2SP tlog-witness has it: 200 where it was cosigned.'),
      outcome: z.string(),
    }),
  },
  calls: { is: 'service', service: 'answerWitnessRequest' },
});

export const WITNESS_OPERATIONS = [requestWitness, recordAnswer, answerByMail] as const;
