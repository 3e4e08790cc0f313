import { fromBase64, toBase64 } from '../base64.ts';
import { concat, utf8 } from '../bytes.ts';
import { LedgerFault } from '../fault.ts';
import { sha256, toHex } from '../hash.ts';
import { isKeyName } from '../key.ts';

const COSIGNATURE = 0x04;
const ED25519_BYTES = 32;

/** Public key of a witness (C2SP tlog-cosignature, Ed25519). A log's own key is a `VerifierKey`; neither stands for the other. */
export interface WitnessKey {
  readonly kind: 'cosignature/v1';
  readonly name: string;
  readonly id: Uint8Array;
  /** The 32 bytes of RFC 8032. A witness must use it for nothing else: what is signed does not say its name. */
  readonly publicKey: Uint8Array;
}

/** Key id = first 4 bytes of SHA-256(name ‖ "\n" ‖ 0x04 ‖ public key). Refuses `key.malformed`. */
export function witnessKey(name: string, publicKey: Uint8Array): WitnessKey {
  if (!isKeyName(name))
    throw new LedgerFault(
      'key.malformed',
      'A witness’s name is not empty and has no space, plus or control character.',
    );
  if (publicKey.length !== ED25519_BYTES) throw new LedgerFault('key.malformed', 'An Ed25519 public key has 32 bytes.');
  const id = sha256(concat([utf8(`${name}\n`), Uint8Array.of(COSIGNATURE), publicKey])).subarray(0, 4);
  return { kind: 'cosignature/v1', name, id, publicKey };
}

/** `name+id+base64(0x04 ‖ public key)`: what a witness gives to the logs it cosigns, and to whoever checks. */
export const printWitnessKey = ({ name, id, publicKey }: WitnessKey): string =>
  `${name}+${toHex(id)}+${toBase64(concat([Uint8Array.of(COSIGNATURE), publicKey]))}`;

/** Refuses `key.malformed` for anything else, a log's own verifier key (type 0x01) and ML-DSA (0x06) included. */
export function parseWitnessKey(text: string): WitnessKey {
  // The base64 may itself contain a plus: only the first two separate.
  const first = text.indexOf('+');
  const second = text.indexOf('+', first + 1);
  if (first < 0 || second < 0) throw new LedgerFault('key.malformed', 'A witness’s key reads name+id+base64.');
  const typed = fromBase64(text.slice(second + 1), 'key.malformed');
  if (typed[0] !== COSIGNATURE)
    throw new LedgerFault('key.malformed', 'The key is not one for cosignature/v1 (type 0x04).');
  const key = witnessKey(text.slice(0, first), typed.subarray(1));
  if (toHex(key.id) !== text.slice(first + 1, second))
    throw new LedgerFault('key.malformed', 'The id of the witness’s key does not follow from its name and key.');
  return key;
}
