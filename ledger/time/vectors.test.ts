import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../checkpoint.ts';
import { publicKeyOf, verifierKey } from '../key.ts';
import vectors from '../vectors/sigstore-conformance.json' with { type: 'json' };
import { LocalAuthority, opensslMissing } from './openssl-for-tests.ts';
import { parseTimeRoots } from './roots.ts';
import { pem } from './testing.ts';
import { verifyTimeStamp } from './verify.ts';

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const PEM = pem(bytes(vectors.authority.root)) + pem(bytes(vectors.authority.signer));

describe('what others signed', () => {
  it.each(vectors.timestamps)('a token of sigstore’s: $of', async ({ at, over, response }) => {
    const stamp = await verifyTimeStamp(bytes(response), bytes(over), parseTimeRoots(PEM));

    expect(stamp).toMatchObject({
      at: Date.parse(at),
      accuracyMs: 1000,
      policy: '1.3.6.1.4.1.57264.2',
      signedBy: { name: 'sigstore-tsa' },
      root: { name: 'sigstore-tsa-selfsigned' },
    });
    await expect(verifyTimeStamp(bytes(response), bytes(over).fill(0), parseTimeRoots(PEM))).rejects.toMatchObject({
      code: 'timestamp.imprint',
    });
  });

  it.skipIf(opensslMissing !== undefined)('openssl ts says so too', () => {
    const local = new LocalAuthority();
    const [, { response, over } = { response: '', over: '' }] = vectors.timestamps;

    expect(local.accepts(bytes(response), bytes(over), PEM)).toBe(true);
    local.remove();
  });

  it('a checkpoint of Rekor v2, its key id as sigstore states it', () => {
    const { publicKey, logId, checkpoint } = vectors.rekor;
    const key = verifierKey('log2025-alpha1.rekor.sigstage.dev', publicKeyOf(bytes(publicKey)));

    expect([...key.id]).toEqual([...bytes(logId).subarray(0, 4)]);
    expect(openCheckpoint(checkpoint, [key]).checkpoint.size).toBe(7132);
    expect(() => openCheckpoint(checkpoint.replace('7132', '7133'), [key])).toThrow(
      expect.objectContaining({ code: 'note.unsigned' }),
    );
  });
});
