import { fromBase64, toBase64 } from './base64.ts';
import { asObject, canonicalBytes, isList, parseCanonical, textOf } from './canonical.ts';
import { LedgerFault } from './fault.ts';
import { HASH_BYTES, sameBytes, type Hash } from './hash.ts';
import { publicKeyOf, spkiOf } from './key.ts';

/** What an entry of the log commits to: a signed payload, by its hash. */
export interface Leaf {
  /** SHA-256 of the payload (the statement), not of its pre-authentication encoding. */
  readonly payloadHash: Hash;
  readonly signature: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** How a leaf is written into the log. A log keeps one codec for ever: entries cannot be rewritten. */
export interface LeafCodec {
  encode(leaf: Leaf): Uint8Array;
  /** Must refuse `entry.malformed` for any bytes that `encode` would not have written. */
  parse(entry: Uint8Array): Leaf;
}

/**
 * The canonical body of a Rekor v2 entry of kind `dsse` 0.0.2, so that a sigstore bundle with a custom trusted root can
 * be made of any entry and read by sigstore's verifiers.
 */
export const rekorDsse: LeafCodec = {
  encode({ payloadHash, signature, publicKey }) {
    return canonicalBytes({
      apiVersion: '0.0.2',
      kind: 'dsse',
      spec: {
        dsseV002: {
          payloadHash: { algorithm: 'SHA2_256', digest: toBase64(payloadHash) },
          signatures: [
            {
              content: toBase64(signature),
              verifier: { keyDetails: 'PKIX_ED25519', publicKey: { rawBytes: toBase64(spkiOf(publicKey)) } },
            },
          ],
        },
      },
    });
  },

  parse(entry) {
    const leaf = readFields(entry);
    // Whatever was not read here (versions, kinds, further fields) must be as this codec writes it.
    if (!sameBytes(rekorDsse.encode(leaf), entry)) throw malformed();
    return leaf;
  },
};

function readFields(entry: Uint8Array): Leaf {
  try {
    const body = asObject(asObject(asObject(parseCanonical(textOf(entry)))?.['spec'])?.['dsseV002']);
    const signatures = body?.['signatures'];
    const signature = isList(signatures) ? asObject(signatures[0]) : undefined;
    const digest = asObject(body?.['payloadHash'])?.['digest'];
    const content = signature?.['content'];
    const rawBytes = asObject(asObject(signature?.['verifier'])?.['publicKey'])?.['rawBytes'];
    if (typeof digest !== 'string' || typeof content !== 'string' || typeof rawBytes !== 'string') throw malformed();
    const payloadHash = fromBase64(digest, 'entry.malformed');
    if (payloadHash.length !== HASH_BYTES) throw malformed();
    return {
      payloadHash,
      signature: fromBase64(content, 'entry.malformed'),
      publicKey: publicKeyOf(fromBase64(rawBytes, 'entry.malformed')),
    };
  } catch (error) {
    if (error instanceof LedgerFault) throw malformed();
    throw error;
  }
}

const malformed = () =>
  new LedgerFault('entry.malformed', 'The entry is not the canonical body of a `dsse` 0.0.2 entry.');
