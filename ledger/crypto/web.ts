import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import type { Digester, Digests } from './port.ts';

/** What the room needs of cryptography where there is no Node: the same answers as `node.ts`, to which `crypto.test.ts` holds both. */

export const sha256 = (bytes: Uint8Array): Uint8Array => nobleSha256(bytes);

export function digester(): Digester {
  const state = nobleSha256.create();
  return { update: (bytes) => void state.update(bytes), digest: () => state.digest() };
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 as ZIP has it; `before` is that of the bytes ahead of these. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let value = ~before;
  for (let at = 0; at < bytes.length; at++) value = (value >>> 8) ^ (CRC[(value ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  return ~value >>> 0;
}

export function digests(): Digests {
  let found: Uint8Array[] = [];
  return {
    add: (bytes) => void found.push(sha256(bytes)),
    take() {
      const taken = new Uint8Array(found.length * 32);
      for (const [i, digest] of found.entries()) taken.set(digest, i * 32);
      found = [];
      return taken;
    },
  };
}

export const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

const encoder = new TextEncoder();
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte] ?? '';
  return text;
}

const AT_ONCE = 1 << 13;

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += AT_ONCE) text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  return btoa(text);
}

/** Skips what is no base64: the caller compares with what it would write itself. */
export function decodeBase64(text: string): Uint8Array {
  let found: string;
  try {
    found = atob(text);
  } catch {
    return new Uint8Array(0);
  }
  const bytes = new Uint8Array(found.length);
  for (let at = 0; at < found.length; at++) bytes[at] = found.charCodeAt(at);
  return bytes;
}

let last: { readonly hex: string; readonly key: Promise<CryptoKey | undefined> } | undefined;

/**
 * As `verifyEd25519`, by the fastest means there is: browsers that know the curve are ten times as fast as JavaScript, and do
 * it beside. Where one does not, or says no, JavaScript has the last word, so that all browsers answer alike.
 */
export async function verifyEd25519Soon(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const key = await imported(publicKey);
  const fits =
    key !== undefined &&
    (await crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), new Uint8Array(message)).catch(() => false));
  return fits || verifyEd25519(publicKey, message, signature);
}

function imported(publicKey: Uint8Array): Promise<CryptoKey | undefined> {
  const hex = encodeHex(publicKey);
  if (last?.hex !== hex) {
    // Without `subtle` (a page of an insecure place) this throws, and not by a promise.
    const key = Promise.resolve()
      .then(() => crypto.subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify']))
      .catch(() => undefined);
    last = { hex, key };
  }
  return last.key;
}

export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    // RFC 8032 to the letter, as OpenSSL has it; the looser rules of ZIP 215 would accept what Node refuses.
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
