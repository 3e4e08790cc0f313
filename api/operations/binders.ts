import { FRAMEWORK_IDS } from '@countersign/core/framework/catalog.ts';
import { dateText, idSchema } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { declare, KIB, LinkOf } from '../operation.ts';
import { linesOf } from './lines.ts';

const base = { organisation: true, group: 'Binders' } as const;
const roles = ['owner', 'lead'] as const;

/** What a binder is asked for: as a job, by the terminal, and before it is made. */
export const BinderAsk = {
  from: dateText(),
  to: dateText().describe('The last day, included.'),
  framework: z.enum(FRAMEWORK_IDS).optional().describe('Only what concerns it; all without it.'),
  knownAt: z.string().max(40).optional().describe('What was recorded by then; the same again gives the same bytes.'),
};

export const BinderHides = z
  .array(z.string().min(1).max(130))
  .max(100)
  .describe('Kinds of records that are withheld, datasets, or “facts” for all of these.');

export const BinderMade = z.object({
  id: z.uuid(),
  file: z.string(),
  bytes: z.int(),
  digest: z.string().describe('SHA-256 of the archive, in hex.'),
  manifest: z.string().describe('SHA-256 of manifest-sha256.txt, in hex: names the binder.'),
  entries: z.int().describe('Files in it.'),
  evidence: z.int(),
  size: z.int().describe('Entries of the log it holds.'),
  root: z.string(),
  knownAt: z.string(),
  after: z.int().describe('Entries of the log that came later and are not in it.'),
  until: z.string().describe('When the file is removed; it can be made again.'),
});

const [, ...ends] = linesOf(BinderMade).options;

export const previewBinder = declare({
  ...base,
  id: 'binder.preview',
  method: 'GET',
  path: '/api/binders/preview',
  says: 'What the binder of a period would hold, as counts.',
  access: 'read',
  roles,
  query: z.strictObject({
    ...BinderAsk,
    hides: z.string().max(13_000).optional().describe('What is withheld, with commas.'),
  }),
  answer: {
    type: 'json',
    schema: z.object({
      name: z.string(),
      size: z.int(),
      knownAt: z.string(),
      after: z.int(),
      controls: z.int(),
      evidence: z.int(),
      bytes: z.int().describe('Of the evidence.'),
      gone: z.int().describe('Evidence whose bytes are not kept any more.'),
      collections: z.int(),
      datasets: z.array(z.string()),
      statuses: z.array(z.string()).describe('Frameworks whose posture is in it.'),
      seen: z.int().nullable().describe('Where it stops at a state that somebody outside saw, the size of that.'),
      kinds: z.array(z.string()).describe('Kinds of records that a binder shows.'),
    }),
  },
  calls: { is: 'service', service: 'previewBinder' },
});

export const makeBinder = declare({
  ...base,
  id: 'binder.make',
  method: 'POST',
  path: '/api/binders',
  says: 'Makes the binder of a period while the caller waits, with its progress; the job “binder” does the same in the background.',
  access: 'write',
  roles,
  body: {
    type: 'json',
    limit: 64 * KIB,
    schema: z.strictObject({ ...BinderAsk, hides: BinderHides.default([]) }),
  },
  answer: {
    type: 'lines',
    line: z.union([z.object({ progress: z.object({ done: z.int(), of: z.int(), says: z.string() }) }), ...ends]),
  },
  calls: { is: 'service', service: 'makeBinder' },
});

export const binderFile = declare({
  ...base,
  id: 'binder.file',
  method: 'GET',
  path: '/api/binders/{id}/file',
  says: 'A binder that was made, to be saved, while it is kept. A part of it where Range asks for one.',
  access: 'read',
  roles,
  params: z.strictObject({ id: idSchema }),
  query: z.strictObject({ ...LinkOf }),
  headers: z.strictObject({ range: z.string().max(200).optional() }),
  answer: { type: 'bytes', says: 'The archive.' },
  calls: { is: 'service', service: 'binderFile' },
});

export const evidenceProof = declare({
  ...base,
  id: 'evidence.proof',
  method: 'GET',
  path: '/api/evidence/{id}/proof.zip',
  group: 'Evidence',
  says: 'A piece of evidence with the proof that it was logged, to be verified without us: a bag of one piece.',
  access: 'read',
  guests: 'evidence',
  params: z.strictObject({ id: idSchema }),
  query: z.strictObject({ ...LinkOf }),
  answer: { type: 'bytes', says: 'The archive.' },
  calls: { is: 'service', service: 'evidenceProof' },
});

export const BINDER_OPERATIONS = [previewBinder, makeBinder, binderFile, evidenceProof] as const;
