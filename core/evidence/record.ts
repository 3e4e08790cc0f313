import { z } from 'zod';
import {
  dateText,
  defineFeed,
  defineRecord,
  defineRefusals,
  idSchema,
  instantText,
  ref,
  refuse,
} from '../kernel/index.ts';

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
  own: {
    family: 'unmet',
    says: (p: { person: string }) => `${p.person} filed this document; another person reviews it.`,
  },
  other: {
    family: 'unmet',
    says: (p: { person: string }) =>
      `${p.person} filed this document and submits it again; an owner or a lead may do it in their place.`,
  },
  erased: {
    family: 'unmet',
    says: (p: { id: string; by: string }) =>
      `“${p.id}” was erased (“${p.by}”): its bytes are gone, and what was said of it stays as it is. File another document.`,
  },
  replaced: {
    family: 'unmet',
    says: (p: { id: string; by: string }) => `“${p.id}” was replaced by “${p.by}”; review that one.`,
  },
});

/** What people may say of a document. One that another replaces keeps its state; that it is replaced, the other one says. */
export const EVIDENCE_STATES = ['submitted', 'accepted', 'returned'] as const;
export type EvidenceState = (typeof EVIDENCE_STATES)[number];

/** What is left of the words and the digest of a document that was erased: a digest of what can be guessed would still tell it. */
export const ERASED_NAME = 'Erased evidence';
export const ERASED_DIGEST = '0'.repeat(64);

/** A document that shows something: it may serve many controls, periods and programmes, and makes none operate by itself. */
export const Evidence = defineRecord('evidence', {
  title: 'Evidence',
  timeless: true,
  ownActsOnly: true,
  area: 'evidence',
  // What is erased holds nothing to be kept back, and an auditor must see that it is gone.
  drafted: ({ state, erased }) => state !== 'accepted' && erased === undefined,
  internal: ['note', 'returnedFor'],
  concerns: ({ controls }) => ({ controls }),
  fixed: ['bytes'],
  mayWrite(_actor, { id, before, after }) {
    if (before?.erased !== undefined) return refuseEvidence('erased', { id, by: before.erased });
    // Other bytes are another document, which replaces this one: what names it was shown these.
    return before === undefined || after === undefined || after.digest === before.digest || after.erased !== undefined
      ? undefined
      : refuse('fixed', { kind: 'evidence', id, field: 'digest' }, ['digest']);
  },
  holds: ({ erased, name, digest, source, note, returnedFor }) =>
    erased === undefined || (name === ERASED_NAME && digest === ERASED_DIGEST && !(source ?? note ?? returnedFor))
      ? undefined
      : refuse('invalid', { says: 'A document that is erased says nothing but that it was.' }, ['erased']),
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
    state: z
      .enum(EVIDENCE_STATES)
      .default('submitted')
      .describe('What its review said; it counts as on file whatever that is.'),
    filedBy: z.array(z.string()).max(200).default([]).describe('Who filed it or submitted it again.'),
    decidedBy: z.string().optional().describe('Who accepted or returned it.'),
    returnedFor: z.string().max(2000).optional(),
    note: z.string().max(2000).optional().describe('What who submitted it again says to the reviewer.'),
    erased: idSchema.optional().describe('The erasure that took its bytes and its words.'),
  }),
  lifecycle: {
    field: 'state',
    starts: 'submitted',
    moves: {
      accept: { from: ['submitted'], to: 'accepted' },
      return: { from: ['submitted', 'accepted'], to: 'returned' },
      resubmit: { from: ['returned'], to: 'submitted' },
    },
  },
});
