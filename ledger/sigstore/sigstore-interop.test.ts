import { bundleFromJSON } from '@sigstore/bundle';
import { PublicKey, TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleEntries, exampleKey, exampleSigner, listSource, ORIGIN, type Written } from '../example-log.ts';
import { memoryStorage } from '../memory-storage.ts';
import { publish } from '../sequencer.ts';
import { LocalAuthority, opensslMissing } from '../time/openssl-for-tests.ts';
import { timeStampRequest } from '../time/request.ts';
import { parseTimeRoots } from '../time/roots.ts';
import { verifyTimeStamp } from '../time/verify.ts';
import { proofFor } from '../tlog-proof.ts';
import { sigstoreBundle, signatureIn } from './bundle.ts';
import { sigstoreSignerKey, sigstoreTrustedRoot } from './trusted-root.ts';

// A verifier we did not write: sigstore's own, as npm uses it.
const LOG = { key: exampleKey(), from: Date.UTC(2026, 0, 1) };
const SIGNER = sigstoreSignerKey(exampleSigner().publicKey);
const storage = memoryStorage();
let entries: Written[];

beforeAll(async () => {
  entries = await exampleEntries(300);
  await publish(storage, listSource(entries.map(({ entry }) => entry)), exampleSigner(), ORIGIN);
});

interface Trusted {
  readonly root?: string;
  readonly key?: typeof SIGNER;
  readonly stamps?: number;
}

/** 'accepted', or the code with which @sigstore/verify refuses. */
function ask(bundle: unknown, { root = sigstoreTrustedRoot([LOG]), key = SIGNER, stamps = 0 }: Trusted = {}): string {
  try {
    const keys = { [SIGNER.hint]: PublicKey.fromJSON(key.json) };
    const material = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(root)), keys);
    const verifier = new Verifier(material, { timestampThreshold: stamps });
    verifier.verify(toSignedEntity(bundleFromJSON(bundle)));
    return 'accepted';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

async function bundleOf(index: number, timestamps: readonly Uint8Array[] = []): Promise<Json> {
  const entry = entries[index]!;
  return JSON.parse(sigstoreBundle({ entry, proof: await proofFor(storage, index), timestamps }, LOG.key));
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- another's format, taken apart at will
type Json = any;

const flip = (base64: string, at = 0): string => {
  const bytes = Buffer.from(base64, 'base64');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64');
};
const entryIn = (bundle: Json): Json => bundle.verificationMaterial.tlogEntries[0];

describe('@sigstore/verify', () => {
  it.each([0, 2, 3, 4, 254, 255, 256, 304])('accepts entry %i as a bundle under our trusted root', async (index) => {
    expect(ask(await bundleOf(index))).toBe('accepted');
  });

  it.each<[string, string, (bundle: Json) => void]>([
    ['payload', 'TLOG_BODY_ERROR', (b) => (b.dsseEnvelope.payload = flip(b.dsseEnvelope.payload, 30))],
    ['payload type', 'SIGNATURE_ERROR', (b) => (b.dsseEnvelope.payloadType += 'x')],
    [
      'signature',
      'TLOG_BODY_ERROR',
      (b) => (b.dsseEnvelope.signatures[0].sig = flip(b.dsseEnvelope.signatures[0].sig)),
    ],
    [
      'body',
      'TLOG_INCLUSION_PROOF_ERROR',
      (b) => (entryIn(b).canonicalizedBody = flip(entryIn(b).canonicalizedBody, 60)),
    ],
    [
      'hash of the proof',
      'TLOG_INCLUSION_PROOF_ERROR',
      (b) => (entryIn(b).inclusionProof.hashes[0] = flip(entryIn(b).inclusionProof.hashes[0])),
    ],
    ['index of the proof', 'TLOG_INCLUSION_PROOF_ERROR', (b) => (entryIn(b).inclusionProof.logIndex = '4')],
    [
      'size in the checkpoint',
      'TLOG_INCLUSION_PROOF_ERROR',
      (b) =>
        (entryIn(b).inclusionProof.checkpoint.envelope = entryIn(b).inclusionProof.checkpoint.envelope.replace(
          '\n305\n',
          '\n306\n',
        )),
    ],
    ['log', 'TLOG_INCLUSION_PROOF_ERROR', (b) => (entryIn(b).logId.keyId = flip(entryIn(b).logId.keyId))],
    ['kind', 'TLOG_BODY_ERROR', (b) => (entryIn(b).kindVersion.version = '0.0.1')],
    ['hint', 'PUBLIC_KEY_ERROR', (b) => (b.verificationMaterial.publicKey.hint = '00')],
    ['entry, left out', 'TLOG_ERROR', (b) => (b.verificationMaterial.tlogEntries = [])],
  ])('refuses a bundle with another %s: %s', async (_, code, change) => {
    const bundle = await bundleOf(3);
    change(bundle);

    expect(ask(bundle)).toBe(code);
  });

  it('refuses the log under another key, the signer under another key, an old log', async () => {
    const bundle = await bundleOf(5);
    const other = sigstoreTrustedRoot([{ ...LOG, key: { ...exampleKey(8), id: LOG.key.id } }]);

    expect(ask(bundle, { root: other })).toBe('TLOG_INCLUSION_PROOF_ERROR');
    expect(ask(bundle, { root: sigstoreTrustedRoot([]) })).toBe('TLOG_INCLUSION_PROOF_ERROR');
    expect(ask(bundle, { key: sigstoreSignerKey(exampleSigner(8).publicKey) })).toBe('SIGNATURE_ERROR');
    expect(ask(bundle, { root: sigstoreTrustedRoot([{ ...LOG, key: exampleKey(8) }, LOG]) })).toBe('accepted');
  });

  it('wants a time-stamp unless told otherwise', async () => {
    expect(ask(await bundleOf(5), { stamps: 1 })).toBe('TIMESTAMP_ERROR');
  });
});

describe.skipIf(opensslMissing !== undefined)(
  `with tokens of openssl ts${opensslMissing ? `: left out, ${opensslMissing}` : ''}`,
  () => {
    const made: LocalAuthority[] = [];
    afterAll(() => made.forEach((one) => one.remove()));

    it.each(['P-256', 'P-384', 'RSA 2048'] as const)(
      'accepts a bundle stamped by %s, and no other stamp',
      async (kind) => {
        const [local, stranger] = [new LocalAuthority({ root: kind, signer: kind }), new LocalAuthority()];
        made.push(local, stranger);
        const stamped = signatureIn(entries[3]!);
        const response = local.answer(timeStampRequest(stamped).bytes);
        const { chain } = await verifyTimeStamp(response, stamped, parseTimeRoots(local.roots));
        const root = sigstoreTrustedRoot([LOG], [{ url: 'https://time.example.com', chain }]);
        const trusted = { root, stamps: 1 };

        expect(ask(await bundleOf(3, [response]), trusted)).toBe('accepted');
        expect(ask(await bundleOf(4, [response]), trusted)).toBe('TIMESTAMP_ERROR');
        expect(ask(await bundleOf(3, [response]), { stamps: 1 })).toBe('TIMESTAMP_ERROR');
        expect(ask(await bundleOf(3, [stranger.answer(timeStampRequest(stamped).bytes)]), trusted)).toBe(
          'TIMESTAMP_ERROR',
        );
        const bent = new Uint8Array(response);
        bent[bent.length - 9]! ^= 1;
        expect(ask(await bundleOf(3, [bent]), trusted)).toBe('TIMESTAMP_ERROR');
      },
    );
  },
);
