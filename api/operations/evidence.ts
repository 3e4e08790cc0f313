import { idSchema } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { declare, LinkOf } from '../operation.ts';

const base = { organisation: true, method: 'GET', access: 'read', group: 'Evidence' } as const;

const Amount = z.object({ bytes: z.int(), files: z.int() });

export const storage = declare({
  ...base,
  id: 'blob.storage',
  path: '/api/storage',
  says: 'Where files of evidence are kept, how many there are, and how many there may be.',
  roles: ['owner', 'lead'],
  answer: { type: 'json', schema: z.object({ where: z.string(), used: Amount, quota: Amount }) },
  calls: { is: 'service', service: 'storage' },
});

export const evidenceFile = declare({
  ...base,
  id: 'evidence.file',
  path: '/api/evidence/{id}/file',
  says: 'What is known of the bytes of a piece of evidence: their digest, their length, their type, and whether a browser may show them.',
  params: z.strictObject({ id: idSchema }),
  answer: {
    type: 'json',
    schema: z.object({
      name: z.string(),
      digest: z.string(),
      bytes: z.int(),
      media: z.string().describe('What the first bytes say they are.'),
      says: z.string().optional().describe('Where that is not what the name says.'),
      inline: z
        .boolean()
        .describe('Whether ?inline=true is answered with bytes to show; else they are for saving only.'),
    }),
  },
  calls: { is: 'service', service: 'evidenceFile' },
});

export const evidenceContent = declare({
  ...base,
  id: 'evidence.content',
  path: '/api/evidence/{id}/content',
  says: 'The bytes of a piece of evidence, to be saved. A part of them where Range asks for one.',
  params: z.strictObject({ id: idSchema }),
  query: z.strictObject({
    inline: z.boolean().optional().describe('To be shown, in a sandbox; for PDF, PNG, JPEG and plain text only.'),
    ...LinkOf,
  }),
  headers: z.strictObject({ range: z.string().max(200).optional() }),
  answer: { type: 'bytes', says: 'The bytes.' },
  calls: { is: 'service', service: 'evidenceContent' },
});

export const EVIDENCE_OPERATIONS = [storage, evidenceFile, evidenceContent] as const;
