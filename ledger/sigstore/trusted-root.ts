import { toBase64 } from '../base64.ts';
import { canonicalText } from '../canonical.ts';
import { LedgerFault } from '../fault.ts';
import { fingerprint, spkiOf, type VerifierKey } from '../key.ts';
import { parseCertificate } from '../time/certificate.ts';

// Read by all: sigstore-go 1.1 refuses the newer forms, sigstore-js takes any.
export const TRUSTED_ROOT_TYPE = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';

/** A log’s key, and since when it signed, in milliseconds since 1970. */
export interface TrustedLog {
  readonly key: VerifierKey;
  readonly from: number;
  /** The last moment at which it signed; left out while it does. */
  readonly until?: number;
}

export interface TrustedAuthority {
  /** Where it takes requests. */
  readonly url: string;
  /** DER from the certificate that signs to the root: `chain` of a time-stamp that verified. */
  readonly chain: readonly Uint8Array[];
}

/**
 * What a sigstore verifier is to believe: our log instead of the public one, and the time-stamp authorities of our choice. No certificate
 * authority: the signer is given as a public key. The verifier's own person decides on this file; from a binder it is a claim.
 */
export function sigstoreTrustedRoot(
  logs: readonly TrustedLog[],
  authorities: readonly TrustedAuthority[] = [],
): string {
  return canonicalText({
    mediaType: TRUSTED_ROOT_TYPE,
    tlogs: [...logs].sort((a, b) => a.from - b.from).map(logJson),
    certificateAuthorities: [],
    ctlogs: [],
    timestampAuthorities: authorities.map(authorityJson),
  });
}

function logJson({ key, from, until }: TrustedLog) {
  return {
    baseUrl: `https://${key.name}`,
    hashAlgorithm: 'SHA2_256',
    publicKey: { ...publicKeyJson(key.publicKey), validFor: period(from, until) },
    // C2SP signed-note: the id that stands in the signature line, so that a verifier finds the log by it.
    logId: { keyId: toBase64(key.id) },
  };
}

function authorityJson({ url, chain }: TrustedAuthority) {
  const certificates = chain.map(parseCertificate);
  const root = certificates.at(-1);
  if (root === undefined)
    throw new LedgerFault('timestamp.roots', 'An authority without certificates cannot be trusted.');
  return {
    subject: { commonName: root.name },
    uri: url,
    certChain: { certificates: chain.map((der) => ({ rawBytes: toBase64(der) })) },
    // The protocol asks for the time when the whole chain is valid.
    validFor: period(
      Math.max(...certificates.map(({ notBefore }) => notBefore)),
      Math.min(...certificates.map(({ notAfter }) => notAfter)),
    ),
  };
}

const period = (from: number, until?: number) => ({
  start: new Date(from).toISOString(),
  ...(until !== undefined && { end: new Date(until).toISOString() }),
});

const publicKeyJson = (publicKey: Uint8Array) => ({
  keyDetails: 'PKIX_ED25519',
  rawBytes: toBase64(spkiOf(publicKey)),
});

/** How the key that signed an entry is given to a verifier, which has no certificate to find it by. */
export interface SignerKey {
  /** As the bundle names it: the key's fingerprint. */
  readonly hint: string;
  /** `cosign --key` takes it. */
  readonly pem: string;
  /** sigstore's `PublicKey`, for libraries that take keys by hint. */
  readonly json: { readonly keyDetails: string; readonly rawBytes: string };
}

export function sigstoreSignerKey(publicKey: Uint8Array): SignerKey {
  const json = publicKeyJson(publicKey);
  const pem = `-----BEGIN PUBLIC KEY-----\n${json.rawBytes}\n-----END PUBLIC KEY-----\n`;
  return { hint: fingerprint(publicKey), pem, json };
}
