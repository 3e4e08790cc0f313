import { fromBase64, toBase64 } from './base64.ts';
import { concat, utf8 } from './bytes.ts';
import { asObject, canonicalBytes, hasOnly, isList, type Json } from './canonical.ts';
import { LedgerFault } from './fault.ts';
import { isHexHash } from './hash.ts';

/** DSSE v1 with one signature; `keyId` is the fingerprint of the key. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** DSSE v1 pre-authentication encoding: the bytes that are signed. Lengths count bytes, not characters. */
export function pae(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return concat([utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload]);
}

/** The envelope in DSSE's JSON form, as other tools read it. */
export function envelopeJson({ payloadType, payload, keyId, signature }: Envelope): { [key: string]: Json } {
  return { payload: toBase64(payload), payloadType, signatures: [{ keyid: keyId, sig: toBase64(signature) }] };
}

export const envelopeBytes = (envelope: Envelope): Uint8Array => canonicalBytes(envelopeJson(envelope));

/** Refuses `envelope.malformed` unless it is an envelope with one signature and nothing besides. */
export function parseEnvelope(value: Json): Envelope {
  const envelope = asObject(value);
  const signatures = envelope?.['signatures'];
  const signature = isList(signatures) && signatures.length === 1 ? asObject(signatures[0]) : undefined;
  const { payloadType, payload } = envelope ?? {};
  const { keyid, sig } = signature ?? {};
  if (
    envelope === undefined ||
    signature === undefined ||
    !hasOnly(envelope, 'payload', 'payloadType', 'signatures') ||
    !hasOnly(signature, 'keyid', 'sig') ||
    typeof payloadType !== 'string' ||
    typeof payload !== 'string' ||
    typeof sig !== 'string' ||
    !isHexHash(keyid)
  )
    throw new LedgerFault('envelope.malformed', 'The line is not a DSSE envelope with one signature.');
  return {
    payloadType,
    payload: fromBase64(payload, 'envelope.malformed'),
    keyId: keyid,
    signature: fromBase64(sig, 'envelope.malformed'),
  };
}
