import { toBase64 } from '../base64.ts';
import { canonicalText } from '../canonical.ts';
import { envelopeOf, type SealedEntry } from '../entry.ts';
import { fingerprint, type VerifierKey } from '../key.ts';
import { rekorDsse } from '../leaf.ts';
import { parseProof, verifyProof } from '../tlog-proof.ts';

export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

export interface BundleParts {
  readonly entry: SealedEntry;
  /** Its `.tlog-proof`. */
  readonly proof: string;
  /** TimeStampResp over `signatureIn(entry)`, not over the checkpoint: sigstore's verifiers compare with the signature. */
  readonly timestamps?: readonly Uint8Array[];
}

/** What a time-stamp in a bundle is over: the bytes of the signature in the envelope. */
export const signatureIn = ({ entry }: SealedEntry): Uint8Array => rekorDsse.parse(entry).signature;

/**
 * An entry of our log as a sigstore bundle v0.3: the envelope, the entry as the log holds it, and the proof that it does. Other people's
 * verifiers read it with `sigstoreTrustedRoot` and the signer's public key. Says nothing of time by itself: a verifier wants a
 * time-stamp, or to be told that none is needed.
 *
 * Refuses `entry.…`, `proof.…`, `checkpoint.…`, `note.…` if the parts do not belong together under the log's key.
 */
export function sigstoreBundle({ entry, proof, timestamps = [] }: BundleParts, log: VerifierKey): string {
  const leaf = rekorDsse.parse(entry.entry);
  const envelope = envelopeOf(entry.statement, leaf);
  const { index, checkpoint } = verifyProof(proof, entry.entry, [log]);
  const { hashes, note } = parseProof(proof);
  return canonicalText({
    mediaType: BUNDLE_TYPE,
    dsseEnvelope: {
      payload: toBase64(envelope.payload),
      payloadType: envelope.payloadType,
      // The id of a key is each tool's own affair; Go's verifiers pass over a signature whose id is not what they would write.
      signatures: [{ keyid: '', sig: toBase64(envelope.signature) }],
    },
    verificationMaterial: {
      publicKey: { hint: fingerprint(leaf.publicKey) },
      tlogEntries: [
        {
          canonicalizedBody: toBase64(entry.entry),
          inclusionProof: {
            checkpoint: { envelope: note },
            hashes: hashes.map(toBase64),
            logIndex: String(index),
            rootHash: toBase64(checkpoint.root),
            treeSize: String(checkpoint.size),
          },
          kindVersion: { kind: 'dsse', version: '0.0.2' },
          logId: { keyId: toBase64(log.id) },
          logIndex: String(index),
        },
      ],
      ...(timestamps.length > 0 && {
        timestampVerificationData: {
          rfc3161Timestamps: timestamps.map((response) => ({ signedTimestamp: toBase64(response) })),
        },
      }),
    },
  });
}
