/** Everything the ledger may refuse or find wrong. Codes are stable: scripts and auditors' tools match them. */
export const FAULTS = [
  'log.shorter',
  'log.forked',
  'log.gap',
  'entry.malformed',
  'entry.too-long',
  'entry.mismatch',
  'bundle.malformed',
  'tile.missing',
  'tile.malformed',
  'tree.out-of-range',
  'note.malformed',
  'note.unsigned',
  'key.malformed',
  'key.unreachable',
  'key.message-too-long',
  'checkpoint.malformed',
  'checkpoint.untrusted',
  'checkpoint.missing',
  'envelope.malformed',
  'statement.malformed',
  'json.malformed',
  'json.too-deep',
  'payload.malformed',
  'salt.malformed',
  'digest.malformed',
  'proof.malformed',
  'proof.wrong',
  'items.unordered',
  'path.unsafe',
  'export.occupied',
  'cosignature.malformed',
  'cosignature.wrong',
  'request.malformed',
  'answer.malformed',
  'witness.ahead',
  'witness.forked',
  'witness.unknown-log',
  'witness.unknown-key',
  'witness.failed',
  'witness.clock',
  'timestamp.unreachable',
  'timestamp.too-long',
  'timestamp.malformed',
  'timestamp.refused',
  'timestamp.unsupported',
  'timestamp.imprint',
  'timestamp.nonce',
  'timestamp.certificate',
  'timestamp.signature',
  'timestamp.expired',
  'timestamp.untrusted',
  'timestamp.roots',
  'timestamp.clock',
] as const;
export type FaultCode = (typeof FAULTS)[number];

/** Thrown when bytes are not what they claim to be. `message` is a sentence for people; match `code`. */
export class LedgerFault extends Error {
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string) {
    super(message);
    this.name = 'LedgerFault';
    this.code = code;
  }
}
