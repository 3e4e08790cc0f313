import { z } from 'zod';
import { dateText, defineFeed, defineRecord, defineRefusals, instantText, ref } from '../kernel/index.ts';

export const DIGEST = /^[0-9a-f]{64}$/;

/** Sizes, in bytes, of uploaded documents by digest; what was not uploaded has none. */
export const Blobs = defineFeed<{ readonly digests: readonly string[] }, ReadonlyMap<string, number>>('blobs');

export const refuseEvidence = defineRefusals('evidence', {
  period: {
    family: 'invalid',
    says: (p: { from: string; to: string }) => `The period would end at ${p.to}, before it starts at ${p.from}.`,
  },
  bytes: { family: 'invalid', says: (p: { blob: string }) => `Nothing was uploaded with the digest ${p.blob}.` },
  length: {
    family: 'invalid',
    says: (p: { stated: number; bytes: number }) => `The document has ${p.bytes} bytes, not ${p.stated}.`,
  },
  half: { family: 'invalid', says: (_: object) => 'A period needs both its beginning and its end.' },
});

/** A document that shows something: it may serve many controls, periods and programmes, and makes none operate by itself. */
export const Evidence = defineRecord('evidence', {
  title: 'Evidence',
  timeless: true,
  ownActsOnly: true,
  body: z.strictObject({
    name: z.string().min(1).max(255),
    digest: z.string().regex(DIGEST).describe('SHA-256 of the bytes, in hex.'),
    bytes: z.int().min(0),
    controls: z.array(ref('control')).min(1).max(200),
    from: instantText().optional(),
    to: instantText().optional(),
    observedAt: instantText().optional(),
    validUntil: dateText().optional(),
    replaces: ref('evidence').optional(),
    source: z.string().max(500).optional(),
  }),
});
