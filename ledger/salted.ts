import { digester, randomBytes } from '#crypto';
import { concat } from './bytes.ts';
import { canonicalBytes, type Json } from './canonical.ts';
import { LedgerFault } from './fault.ts';
import { sha256, type Hash } from './hash.ts';

export const SALT_BYTES = 16;

/** A fresh salt: one per item, kept with the payload, destroyed with it. */
export const newSalt = (): Uint8Array => randomBytes(SALT_BYTES);

/**
 * SHA-256(salt ‖ bytes). A plain digest of a guessable value is still personal data: whoever guesses the value can
 * confirm it. With 128 random bits in front, destroying payload and salt leaves a number that says nothing.
 */
export function saltedDigest(salt: Uint8Array, bytes: Uint8Array): Hash {
  if (salt.length !== SALT_BYTES) throw new LedgerFault('salt.malformed', `A salt has ${SALT_BYTES} bytes.`);
  return sha256(concat([salt, bytes]));
}

/** The same over a stream: for files. */
export async function saltedDigestOf(salt: Uint8Array, chunks: AsyncIterable<Uint8Array>): Promise<Hash> {
  if (salt.length !== SALT_BYTES) throw new LedgerFault('salt.malformed', `A salt has ${SALT_BYTES} bytes.`);
  const hash = digester();
  hash.update(salt);
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest();
}

/** SHA-256 of a stream, for files whose digest a body quotes that is salted itself. */
export async function digestOf(chunks: AsyncIterable<Uint8Array>): Promise<Hash> {
  const hash = digester();
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest();
}

/** Digest of a subject's body: over its canonical bytes. The name is bound by the statement that carries both. */
export const bodyDigest = (salt: Uint8Array, body: Json): Hash => saltedDigest(salt, canonicalBytes(body));

/** Digest of one item of a collection: over `{"body":…,"item":id}`, since no statement carries its id. */
export const itemDigest = (salt: Uint8Array, item: string, body: Json): Hash =>
  saltedDigest(salt, canonicalBytes({ body, item }));
