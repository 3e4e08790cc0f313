import { LedgerFault, type FaultCode } from './fault.ts';

export const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/**
 * Standard base64 (RFC 4648 §4) with padding, to bytes.
 * Only the one canonical spelling is accepted: Node skips stray characters and unused trailing bits, so that two texts
 * could mean the same signature and a changed byte would go unnoticed.
 */
export function fromBase64(text: string, code: FaultCode): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text)
    throw new LedgerFault(code, 'A base64 value is not in its canonical spelling.');
  return bytes;
}
