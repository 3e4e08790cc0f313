import { verifyEd25519, verifyEd25519Soon } from '#crypto';
import { fromBase64, toBase64 } from './base64.ts';
import { concat, utf8 } from './bytes.ts';
import { LedgerFault } from './fault.ts';
import { sameBytes, sha256, toHex } from './hash.ts';

// RFC 8410: SubjectPublicKeyInfo of an Ed25519 key.
const SPKI_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);
const ED25519_NOTE = 0x01;

/** Holds a log's private key. An implementation must sign deterministically (RFC 8032), so that a repeated publication is byte-identical. */
export interface Signer {
  /** Ed25519, the 32 bytes of RFC 8032. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** A public key as a signed note names it. */
export interface VerifierKey {
  readonly name: string;
  readonly id: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** Public key as SubjectPublicKeyInfo DER, as openssl and sigstore take it. */
export const spkiOf = (publicKey: Uint8Array): Uint8Array => concat([SPKI_PREFIX, publicKey]);

/** The 32 bytes inside an Ed25519 SubjectPublicKeyInfo; refuses `key.malformed`. */
export function publicKeyOf(spki: Uint8Array): Uint8Array {
  if (spki.length !== 44 || !sameBytes(spki.subarray(0, 12), SPKI_PREFIX))
    throw new LedgerFault('key.malformed', 'The key is not an Ed25519 public key in SPKI DER.');
  return spki.subarray(12);
}

/** SHA-256 of the SPKI DER in hexadecimal: what `openssl pkey -pubin -outform DER | sha256sum` prints. Also the DSSE key id. */
export const fingerprint = (publicKey: Uint8Array): string => toHex(sha256(spkiOf(publicKey)));

/** C2SP signed-note: key id = first 4 bytes of SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key). Refuses `key.malformed`. */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name))
    throw new LedgerFault('key.malformed', 'A key name is not empty and has no space, plus or control character.');
  if (publicKey.length !== 32) throw new LedgerFault('key.malformed', 'An Ed25519 public key has 32 bytes.');
  const id = sha256(concat([utf8(`${name}\n`), Uint8Array.of(ED25519_NOTE), publicKey])).subarray(0, 4);
  return { name, id, publicKey };
}

export const isKeyName = (name: string): boolean => name.isWellFormed() && /^[^\p{White_Space}\p{Cc}+]+$/u.test(name);

/** `name+id+base64(0x01 ‖ public key)`: the text to give to others. */
export function printVerifierKey({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${toHex(id)}+${toBase64(concat([Uint8Array.of(ED25519_NOTE), publicKey]))}`;
}

/** Refuses `key.malformed` unless the id is the one that follows from name and key. */
export function parseVerifierKey(text: string): VerifierKey {
  // The base64 may itself contain a plus: only the first two separate.
  const first = text.indexOf('+');
  const second = text.indexOf('+', first + 1);
  if (first < 0 || second < 0) throw new LedgerFault('key.malformed', 'A verifier key reads name+id+base64.');
  const typed = fromBase64(text.slice(second + 1), 'key.malformed');
  if (typed[0] !== ED25519_NOTE) throw new LedgerFault('key.malformed', 'Only Ed25519 verifier keys are supported.');
  const key = verifierKey(text.slice(0, first), typed.subarray(1));
  if (toHex(key.id) !== text.slice(first + 1, second))
    throw new LedgerFault('key.malformed', 'The id of the verifier key does not follow from its name and key.');
  return key;
}

/** Whether `signature` is this key's over `message`. False, never a throw, for malformed keys and signatures. */
export const verifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  publicKey.length === 32 && signature.length === 64 && verifyEd25519(publicKey, message, signature);

/** The same where there are many: what can do it beside does. */
export const verifySignatureSoon = async (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> =>
  publicKey.length === 32 && signature.length === 64 && (await verifyEd25519Soon(publicKey, message, signature));
