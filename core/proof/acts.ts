import { z } from 'zod';
import type { Book } from '../kernel/index.ts';
import { ask, change, create, defineAct, ID, printInstant, ref, retire } from '../kernel/index.ts';
import type { SeenClaim } from './feed.ts';
import { Verified } from './feed.ts';
import {
  base64Text,
  Cosignature,
  everyText,
  keyText,
  LogKey,
  logKeyText,
  OUTSIDE_ID,
  OutsideTrouble,
  refuseProof,
  TimeAuthority,
  TimeStamp,
  troubleId,
  urlText,
  Witness,
} from './record.ts';

const KEEPERS = ['owner', 'lead', 'operator'] as const;

const outsideId = () =>
  z
    .string()
    .regex(ID)
    .regex(OUTSIDE_ID, 'must have 1 to 40 small letters, digits and hyphens')
    .describe('Names its files in an export.');

export const nameWitness = defineAct('witness.name', {
  says: 'Names a witness, or says anew what it is called and how it is asked. Its key stays: another key is another witness.',
  input: z.strictObject({
    id: outsideId(),
    name: z.string().min(1).max(200),
    vkey: keyText(),
    how: z.enum(['http', 'mail']).default('http'),
    url: urlText().optional(),
    every: everyText(),
  }),
  reads: [Witness],
  allowed: KEEPERS,
  decide(book, { id, ...body }) {
    const held = book.witness.find(id);
    return [held === undefined ? create(Witness, id, body) : change(Witness, held, { ...body, url: body.url })];
  },
});

export const retireWitness = defineAct('witness.retire', {
  says: 'Asks a witness no more. What it signed stays.',
  input: z.strictObject({ witness: ref('witness') }),
  reads: [Witness],
  on: { kind: Witness, field: 'witness' },
  allowed: KEEPERS,
  decide: (book, { witness }) => [retire(Witness, book.witness.get(witness))],
});

export const nameAuthority = defineAct('authority.name', {
  says: 'Names a time-stamp authority (RFC 3161) with the roots it is believed under, or says anew what it is called and where it is asked.',
  input: z.strictObject({
    id: outsideId(),
    name: z.string().min(1).max(200),
    url: urlText(),
    roots: z.string().min(1).max(200_000),
    every: everyText(),
  }),
  reads: [TimeAuthority],
  allowed: KEEPERS,
  decide(book, { id, ...body }) {
    const held = book['time-authority'].find(id);
    return [held === undefined ? create(TimeAuthority, id, body) : change(TimeAuthority, held, body)];
  },
});

export const retireAuthority = defineAct('authority.retire', {
  says: 'Asks a time-stamp authority no more. What it stamped stays.',
  input: z.strictObject({ authority: ref('time-authority') }),
  reads: [TimeAuthority],
  on: { kind: TimeAuthority, field: 'authority' },
  allowed: KEEPERS,
  decide: (book, { authority }) => [retire(TimeAuthority, book['time-authority'].get(authority))],
});

/** Nothing is recorded as seen that the server did not verify itself. */
function* verified(claim: SeenClaim) {
  const verdict = yield* ask(Verified, claim);
  if ('fault' in verdict)
    throw refuseProof('unverified', { code: verdict.fault.code, why: verdict.fault.says }, [
      claim.kind === 'witness' ? 'line' : 'token',
    ]);
  return verdict;
}

const Checkpoint = z.string().min(1).max(20_000).describe('The note exactly as the log signed it.');

export const recordCosignature = defineAct('cosignature.record', {
  says: 'Records that a witness cosigned a checkpoint of this log, once its key and the log bear it out.',
  input: z.strictObject({ witness: ref('witness'), checkpoint: Checkpoint, line: z.string().min(1).max(2000) }),
  reads: [Witness],
  allowed: ['operator'],
  answer: z.strictObject({ cosignature: z.string(), size: z.int(), at: z.string() }),
  *decide(book, { witness, checkpoint, line }) {
    const { vkey } = book.witness.get(witness);
    const { size, root, at } = yield* verified({ kind: 'witness', vkey, checkpoint, line });
    // The same word of the same witness is recorded once.
    const id = `${witness}.${size}.${Math.floor(at / 1000)}`;
    const body = { witness, size, root, at: printInstant(at), checkpoint, line: line.trimEnd() };
    return { changes: [create(Cosignature, id, body)], answer: { cosignature: id, size, at: body.at } };
  },
});

export const recordTimeStamp = defineAct('time-stamp.record', {
  says: 'Records that an authority stamped a checkpoint of this log, once its roots and the log bear it out.',
  input: z.strictObject({ authority: ref('time-authority'), checkpoint: Checkpoint, token: base64Text(350_000) }),
  reads: [TimeAuthority],
  allowed: ['operator'],
  answer: z.strictObject({ timeStamp: z.string(), size: z.int(), at: z.string() }),
  *decide(book, { authority, checkpoint, token }) {
    const { roots } = book['time-authority'].get(authority);
    const { size, root, at, ...by } = yield* verified({ kind: 'time', roots, checkpoint, token });
    const { serial = '', signedBy = '' } = by;
    const id = `${authority}.${size}.${serial.slice(-40)}`;
    const body = { authority, size, root, at: printInstant(at), serial, signedBy, checkpoint, token };
    return { changes: [create(TimeStamp, id, body)], answer: { timeStamp: id, size, at: body.at } };
  },
});

type Troubled = Book<readonly [typeof OutsideTrouble]>;

export const recordTrouble = defineAct('outside-trouble.record', {
  says: 'Records what keeps a witness or an authority from answering, or, without a code, that it answers again.',
  input: z.strictObject({
    kind: z.enum(['witness', 'time']),
    id: z.string().regex(OUTSIDE_ID),
    code: z.string().min(1).max(100).optional(),
    says: z.string().max(1000).default(''),
  }),
  reads: [OutsideTrouble],
  allowed: ['operator'],
  decide(book: Troubled, { kind, id, code, says }) {
    const held = book['outside-trouble'].find(troubleId(kind, id));
    const isOpen = held !== undefined && !held.over;
    if (code === undefined) return isOpen ? [change(OutsideTrouble, held, { over: true })] : [];
    if (isOpen && held.code === code) return [];
    const body = { ...(kind === 'witness' ? { witness: id } : { authority: id }), code, says, over: false };
    return [
      held === undefined ? create(OutsideTrouble, troubleId(kind, id), body) : change(OutsideTrouble, held, body),
    ];
  },
});

/** Name of the act by which a log changes its key: the ledger knows it by this name too. */
export const ROTATES = 'log.rotate-key';

export const rotateLogKey = defineAct(ROTATES, {
  says: 'Hands the log over to a new key, which was made before: the last entry under the old one says which.',
  input: z.strictObject({ vkey: logKeyText(), replaces: logKeyText() }),
  reads: [LogKey],
  internal: true,
  allowed: ['owner', 'operator'],
  answer: z.strictObject({ key: z.string() }),
  decide(book, { vkey, replaces }) {
    const earlier = book['log-key'].all();
    // Two who rotate at once: the second would hand over from a key that signs no more.
    const last = earlier.find(({ id }) => id === `key-${earlier.length + 1}`);
    if (last !== undefined && last.vkey !== replaces) throw refuseProof('rotated', {});
    const id = `key-${earlier.length + 2}`;
    return { changes: [create(LogKey, id, { vkey, replaces })], answer: { key: id } };
  },
});

/** Acts that say what others saw. They give no reason to ask anybody again: an untouched log would never come to rest. */
export const SEEN_ACTS: readonly string[] = [
  'cosignature.record',
  'time-stamp.record',
  'outside-trouble.record',
  'witness-request.record',
];
