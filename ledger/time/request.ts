import { sha256 } from '../hash.ts';
import { TAG, writeDer, writeInteger } from './der.ts';

/** What to send to an authority, and the number that its answer must repeat. */
export interface TimeStampRequest {
  /** TimeStampReq in DER, to be posted as `application/timestamp-query`. */
  readonly bytes: Uint8Array;
  readonly nonce: Uint8Array;
}

const SHA_256 = writeDer(
  TAG.sequence,
  writeDer(TAG.oid, Uint8Array.of(0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01)),
  writeDer(TAG.null),
);
// As many as OpenSSL asks for; some authorities take no more.
const NONCE_BYTES = 8;

/**
 * Asks for a time-stamp over SHA-256 of `bytes`, with the authority's certificate in the answer (RFC 3161 §2.4.1).
 * @param nonce chance, by which an old answer is told from the one to this request; it must not be used twice
 */
export function timeStampRequest(
  bytes: Uint8Array,
  nonce: Uint8Array = crypto.getRandomValues(new Uint8Array(NONCE_BYTES)),
): TimeStampRequest {
  const version = writeInteger(Uint8Array.of(1));
  const imprint = writeDer(TAG.sequence, SHA_256, writeDer(TAG.octetString, sha256(bytes)));
  const certReq = writeDer(TAG.boolean, Uint8Array.of(0xff));
  return { bytes: writeDer(TAG.sequence, version, imprint, writeInteger(nonce), certReq), nonce };
}
