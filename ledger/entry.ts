import { pae, type Envelope } from './dsse.ts';
import { LedgerFault } from './fault.ts';
import { sameBytes, sha256 } from './hash.ts';
import { fingerprint, verifySignature, verifySignatureSoon, type Signer } from './key.ts';
import { rekorDsse, type Leaf, type LeafCodec } from './leaf.ts';
import { PAYLOAD_TYPE, statementBytes, type Statement } from './statement.ts';

/** What to keep of an entry: the statement beside the log, the entry in it. The envelope follows from the two. */
export interface SealedEntry {
  readonly statement: Uint8Array;
  readonly entry: Uint8Array;
}

/** Signs a statement and gives the log entry for it. */
export async function sealStatement(
  statement: Statement,
  signer: Signer,
  codec: LeafCodec = rekorDsse,
): Promise<SealedEntry> {
  const bytes = statementBytes(statement);
  const signature = await signer.sign(pae(PAYLOAD_TYPE, bytes));
  return {
    statement: bytes,
    entry: codec.encode({ payloadHash: sha256(bytes), signature, publicKey: signer.publicKey }),
  };
}

/** The DSSE envelope of an entry. Refuses `entry.mismatch` if the entry is of another statement. */
export function envelopeOf(statement: Uint8Array, leaf: Leaf): Envelope {
  const envelope = {
    payloadType: PAYLOAD_TYPE,
    payload: statement,
    keyId: fingerprint(leaf.publicKey),
    signature: leaf.signature,
  };
  refuseMismatch(envelope, leaf);
  return envelope;
}

/** Refuses `entry.mismatch` unless the leaf commits to exactly this envelope. */
export function refuseMismatch(envelope: Envelope, leaf: Leaf): void {
  if (
    envelope.payloadType !== PAYLOAD_TYPE ||
    !sameBytes(sha256(envelope.payload), leaf.payloadHash) ||
    !sameBytes(envelope.signature, leaf.signature) ||
    envelope.keyId !== fingerprint(leaf.publicKey)
  )
    throw new LedgerFault('entry.mismatch', 'The entry commits to another envelope.');
}

/** Whether the key in the leaf signed the statement. */
export const verifyEntry = (statement: Uint8Array, leaf: Leaf): boolean =>
  verifySignature(leaf.publicKey, pae(PAYLOAD_TYPE, statement), leaf.signature);

/** The same where there are many. */
export const verifyEntrySoon = (statement: Uint8Array, leaf: Leaf): Promise<boolean> =>
  verifySignatureSoon(leaf.publicKey, pae(PAYLOAD_TYPE, statement), leaf.signature);
