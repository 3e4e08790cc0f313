import { digests, encodeHex, sha256 } from '#crypto';
import { concat, sameBytes } from './bytes.ts';
import { LedgerFault } from './fault.ts';

export { sameBytes, sha256 };

/** A SHA-256 value: 32 bytes. */
export type Hash = Uint8Array;
export const HASH_BYTES = 32;

/** RFC 6962 §2.1: the root of a tree without leaves is the hash of no bytes. */
export const EMPTY_ROOT: Hash = sha256(new Uint8Array(0));

/** RFC 6962 §2.1: SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array): Hash {
  const prefixed = new Uint8Array(1 + entry.length);
  prefixed.set(entry, 1);
  return sha256(prefixed);
}

const pair = new Uint8Array(1 + 2 * HASH_BYTES).fill(0x01);

/** RFC 6962 §2.1: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  // The buffer is kept for speed; a short hash, from a forged proof, must not be completed by what lay in it before.
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
    return sha256(concat([Uint8Array.of(0x01), left, right]));
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}

const row = digests();
let prefixed = new Uint8Array(0);

/** Leaf hashes of many entries, one after another. */
export function leafHashes(entries: readonly Uint8Array[]): Uint8Array {
  for (const entry of entries) {
    // Entries of one length share the room; the first byte is the prefix, 0x00.
    if (prefixed.length !== 1 + entry.length) prefixed = new Uint8Array(1 + entry.length);
    prefixed.set(entry, 1);
    row.add(prefixed);
  }
  return row.take();
}

const WIDEST = 256 * HASH_BYTES;
const below = new Uint8Array(1 + WIDEST);
const pairs = Array.from({ length: WIDEST / 64 }, (_, i) => below.subarray(64 * i, 64 * i + 65));

/** The row of node hashes above an even row of at most 256 hashes. */
export function rowAbove(hashes: Uint8Array): Uint8Array {
  below.set(hashes, 1);
  for (const [i, node] of pairs.slice(0, hashes.length / 64).entries()) {
    // The prefix takes the place of a byte whose own pair is hashed already.
    below[64 * i] = 0x01;
    row.add(node);
  }
  return row.take();
}

export const toHex = (bytes: Uint8Array): string => encodeHex(bytes);

export const isHexHash = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);

/** 64 lower-case hexadecimal digits to 32 bytes; refuses `digest.malformed`. */
export function hashFromHex(text: string): Hash {
  if (!isHexHash(text)) throw new LedgerFault('digest.malformed', 'A digest is not 64 lower-case hexadecimal digits.');
  const bytes = new Uint8Array(HASH_BYTES);
  for (let at = 0; at < HASH_BYTES; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}
