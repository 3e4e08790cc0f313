import { z } from 'zod';
import type { Actor, Role, Stored } from '../kernel/index.ts';
import {
  ask,
  create,
  dateText,
  defineAct,
  idSchema,
  instantText,
  move,
  parseInstant,
  ref,
  refuse,
} from '../kernel/index.ts';
import type { EvidenceBook } from './filing.ts';
import { filersOf, replacedBy } from './filing.ts';
import type { EvidenceState } from './record.ts';
import { Blobs, DIGEST, Evidence, refuseEvidence } from './record.ts';

function refusePeriod({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): void {
  if ((from === undefined) !== (to === undefined)) throw refuseEvidence('half', {}, ['from']);
  if (from !== undefined && to !== undefined && (parseInstant(to) ?? 0) < (parseInstant(from) ?? 0)) {
    throw refuseEvidence('period', { from, to }, ['to']);
  }
}

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
    refusePeriod(rest);
    const evidence = id ?? `e-${seed.slice(0, 12)}`;
    return { changes: [create(Evidence, evidence, { ...rest, bytes, digest: blob })], answer: { evidence } };
  },
});

const Reviewed = z.strictObject({ evidence: ref('evidence') });

/** The document as somebody else than who filed it may decide on it. */
function reviewable(book: EvidenceBook, id: string, actor: Actor, to: EvidenceState): Stored<typeof Evidence> {
  const row = book.evidence.get(id);
  if (row.state === to) throw refuse('move', { kind: Evidence.kind, id, from: row.state, to });
  const by = replacedBy(book, id);
  if (by !== undefined) throw refuseEvidence('replaced', { id, by });
  if (filersOf(book, id).has(actor.id)) throw refuseEvidence('own', { person: actor.id });
  return row;
}

export const acceptEvidence = defineAct('evidence.accept', {
  says: 'Accepts a document that somebody else filed: it shows what it was filed for.',
  input: Reviewed,
  reads: [Evidence],
  allowed: ['owner', 'lead'],
  decide: (book, { evidence }, { actor }) => [
    move(Evidence, reviewable(book, evidence, actor, 'accepted'), 'accept', {
      decidedBy: actor.id,
      returnedFor: undefined,
    }),
  ],
});

export const returnEvidence = defineAct('evidence.return', {
  says: 'Sends a document back to who filed it, with the reason. One that was accepted may be returned too.',
  input: z.strictObject({ evidence: ref('evidence'), reason: z.string().min(3).max(2000) }),
  reads: [Evidence],
  allowed: ['owner', 'lead'],
  decide: (book, { evidence, reason }, { actor }) => [
    move(Evidence, reviewable(book, evidence, actor, 'returned'), 'return', {
      decidedBy: actor.id,
      returnedFor: reason,
    }),
  ],
});

/** Who may put right what another filed. */
const IN_ANOTHERS_PLACE: readonly Role[] = ['owner', 'lead', 'operator'];

export const resubmitEvidence = defineAct('evidence.resubmit', {
  says: 'Submits a returned document again, with what was said of it put right. Other bytes are another document that replaces it.',
  input: z.strictObject({
    evidence: ref('evidence'),
    note: z.string().min(3).max(2000),
    name: z.string().min(1).max(255).optional(),
    controls: z.array(ref('control')).min(1).max(200).optional(),
    from: instantText().optional(),
    to: instantText().optional(),
    observedAt: instantText().optional(),
    validUntil: dateText().optional(),
    source: z.string().max(500).optional(),
  }),
  reads: [Evidence],
  allowed: ['owner', 'lead', 'control-owner', 'operator'],
  decide(book, { evidence, note, ...given }, { actor }) {
    const row = book.evidence.get(evidence);
    if (row.state === 'submitted') {
      throw refuse('move', { kind: Evidence.kind, id: evidence, from: row.state, to: 'submitted' });
    }
    const by = replacedBy(book, evidence);
    if (by !== undefined) throw refuseEvidence('replaced', { id: evidence, by });
    const inTheirPlace = actor.roles.some((role) => IN_ANOTHERS_PLACE.includes(role));
    if (!inTheirPlace && !filersOf(book, evidence).has(actor.id)) {
      throw refuseEvidence('other', { person: [...filersOf(book, evidence)].join(', ') });
    }
    const put = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    refusePeriod({ ...row, ...put });
    return [move(Evidence, row, 'resubmit', { ...put, note, decidedBy: undefined, returnedFor: undefined })];
  },
});
