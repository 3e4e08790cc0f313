import { z } from 'zod';
import type { Facts, Refusal, Role, Stored } from '../kernel/index.ts';
import { ask, create, dateText, defineAct, idSchema, instantText, move, parseInstant, ref } from '../kernel/index.ts';
import type { EvidenceBook } from './filing.ts';
import { filersOf, replacedBy } from './filing.ts';
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
  *decide(_book, { id, blob, bytes: stated, ...rest }, { actor, seed }) {
    const bytes = (yield* ask(Blobs, { digests: [blob] })).get(blob);
    if (bytes === undefined) throw refuseEvidence('bytes', { blob }, ['blob']);
    if (stated !== undefined && stated !== bytes) throw refuseEvidence('length', { stated, bytes }, ['bytes']);
    refusePeriod(rest);
    const evidence = id ?? `e-${seed.slice(0, 12)}`;
    return {
      changes: [create(Evidence, evidence, { ...rest, bytes, digest: blob, filedBy: [actor.id] })],
      answer: { evidence },
    };
  },
});

const erasedRow = ({ id, erased }: Stored<typeof Evidence>): Refusal | undefined =>
  erased === undefined ? undefined : refuseEvidence('erased', { id, by: erased });

/** None of who filed it, or submitted it again, reviews a document. */
const ownFiling = (row: Stored<typeof Evidence>, { actor }: Facts): Refusal | undefined =>
  erasedRow(row) ?? (filersOf(row).includes(actor.id) ? refuseEvidence('own', { person: actor.id }) : undefined);

/** The document as it may be decided on: one that another took the place of is past. */
function current(book: EvidenceBook, id: string): Stored<typeof Evidence> {
  const by = replacedBy(book, id);
  if (by !== undefined) throw refuseEvidence('replaced', { id, by });
  return book.evidence.get(id);
}

export const acceptEvidence = defineAct('evidence.accept', {
  says: 'Accepts a document that somebody else filed: it shows what it was filed for.',
  input: z.strictObject({ evidence: ref('evidence') }),
  reads: [Evidence],
  on: { kind: Evidence, field: 'evidence', move: 'accept' },
  allowed: ['owner', 'lead'],
  unless: ownFiling,
  decide(book, { evidence }, { actor }) {
    const row = current(book, evidence);
    return [
      move(Evidence, row, 'accept', { filedBy: [...filersOf(row)], decidedBy: actor.id, returnedFor: undefined }),
    ];
  },
});

export const returnEvidence = defineAct('evidence.return', {
  says: 'Sends a document back to who filed it, with the reason. One that was accepted may be returned too.',
  input: z.strictObject({ evidence: ref('evidence'), reason: z.string().min(3).max(2000) }),
  reads: [Evidence],
  on: { kind: Evidence, field: 'evidence', move: 'return' },
  allowed: ['owner', 'lead'],
  unless: ownFiling,
  decide(book, { evidence, reason }, { actor }) {
    const row = current(book, evidence);
    return [move(Evidence, row, 'return', { filedBy: [...filersOf(row)], decidedBy: actor.id, returnedFor: reason })];
  },
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
  on: { kind: Evidence, field: 'evidence', move: 'resubmit' },
  allowed: ['owner', 'lead', 'control-owner', 'operator'],
  unless(row, { actor }) {
    const gone = erasedRow(row);
    if (gone !== undefined) return gone;
    const isTheirs = filersOf(row).includes(actor.id);
    return isTheirs || actor.roles.some((role) => IN_ANOTHERS_PLACE.includes(role))
      ? undefined
      : refuseEvidence('other', { person: filersOf(row).join(', ') });
  },
  decide(book, { evidence, note, ...given }, { actor }) {
    const row = current(book, evidence);
    const put = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    refusePeriod({ ...row, ...put });
    const filedBy = [...new Set([...filersOf(row), actor.id])];
    return [move(Evidence, row, 'resubmit', { ...put, note, filedBy, decidedBy: undefined, returnedFor: undefined })];
  },
});
