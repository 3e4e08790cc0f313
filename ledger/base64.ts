import { decodeBase64, encodeBase64 } from '#crypto';
import { LedgerFault, type FaultCode } from './fault.ts';

export const toBase64 = (bytes: Uint8Array): string => encodeBase64(bytes);

/**
 * Standard base64 (RFC 4648 §4) with padding, to bytes.
 * Only the one canonical spelling is accepted: decoders skip stray characters and unused trailing bits, so that two texts
 * could mean the same signature and a changed byte would go unnoticed.
 */
export function fromBase64(text: string, code: FaultCode): Uint8Array {
  const bytes = decodeBase64(text);
  if (encodeBase64(bytes) !== text) throw new LedgerFault(code, 'A base64 value is not in its canonical spelling.');
  return bytes;
}
