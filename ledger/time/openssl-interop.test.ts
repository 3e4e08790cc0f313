import { afterAll, describe, expect, it } from 'vitest';
import { LocalAuthority, opensslMissing, type LocalOptions } from './openssl-for-tests.ts';
import { timeStampRequest } from './request.ts';
import { tokenIn } from './response.ts';
import { parseTimeRoots } from './roots.ts';
import { readSignedData } from './signed-data.ts';
import { checkTimeStamp, verifyTimeStamp } from './verify.ts';

const DATA = new TextEncoder().encode('log.example.com/a1b2\n3\nanything\n');
const OTHER = new TextEncoder().encode('log.example.com/a1b2\n4\nanything\n');
const made: LocalAuthority[] = [];
const authority = (options?: LocalOptions) => {
  const one = new LocalAuthority(options);
  made.push(one);
  return one;
};

afterAll(() => made.forEach((one) => one.remove()));

const refusal = (code: string) => expect.objectContaining({ code });

describe.skipIf(opensslMissing !== undefined)(
  `openssl ts${opensslMissing ? `: left out, ${opensslMissing}` : ''}`,
  () => {
    it.each<[string, LocalOptions]>([
      ['EC, the usual', {}],
      ['RSA, certificate named by SHA-1', { root: 'RSA 2048', signer: 'RSA 2048', named: 'sha1' }],
      ['RSA with SHA-512', { root: 'RSA 3072', signer: 'RSA 3072', digest: 'sha512' }],
      ['P-384 with SHA-384', { root: 'P-384', signer: 'P-384', digest: 'sha384', named: 'sha512' }],
      ['certificate signed by RSA-PSS', { root: 'RSA 2048', signer: 'P-256', pss: true }],
      ['certificate signed by Ed25519', { root: 'Ed25519', signer: 'P-256' }],
    ])('agrees on what it stamped itself, and on other bytes and roots: %s', async (_, options) => {
      const local = authority(options);
      const before = Date.now();
      const { bytes, nonce } = timeStampRequest(DATA);
      const response = local.answer(bytes);
      const stranger = authority();

      expect(local.accepts(response, DATA)).toBe(true);
      const stamp = await verifyTimeStamp(response, DATA, parseTimeRoots(stranger.roots, local.roots), { nonce });
      expect(stamp).toMatchObject({
        accuracyMs: 1501,
        policy: '1.2.3.4.1',
        serial: '02',
        signedBy: { name: 'Example Time-stamps' },
        root: { name: 'Example Time Root' },
      });
      expect(stamp.chain).toHaveLength(3);
      expect(Math.abs(stamp.at - before)).toBeLessThan(60_000);

      expect(local.accepts(response, OTHER)).toBe(false);
      await expect(verifyTimeStamp(response, OTHER, parseTimeRoots(local.roots))).rejects.toThrow(
        refusal('timestamp.imprint'),
      );
      expect(local.accepts(response, DATA, stranger.roots)).toBe(false);
      const elsewhere = parseTimeRoots(stranger.roots);
      await expect(verifyTimeStamp(response, DATA, elsewhere)).rejects.toThrow(refusal('timestamp.untrusted'));
      expect(await checkTimeStamp(response, DATA, elsewhere)).toMatchObject({ root: null, at: stamp.at });
    });

    it.each<[string, LocalOptions, string[]]>([
      [
        'RSA-PSS',
        { signer: 'RSA 2048' },
        ['-md', 'sha256', '-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:32'],
      ],
      ['RSA-PSS with SHA-512', { signer: 'RSA 2048' }, ['-md', 'sha512', '-keyopt', 'rsa_padding_mode:pss']],
      ['the signer by its key id', { signer: 'P-256' }, ['-md', 'sha256', '-keyid']],
      ['Ed25519', { signer: 'Ed25519' }, []],
    ])('what openssl cms signs is read: %s', async (_, options, how) => {
      const local = authority(options);
      const stamping = authority();
      const statement = readSignedData(tokenIn(stamping.answer(timeStampRequest(DATA).bytes))).content;
      const response = local.signAnew(statement, ...how);

      // OpenSSL 3.0 does not sign CMS by Ed25519, later ones do.
      if (response === undefined) return expect(options.signer).toBe('Ed25519');
      const roots = parseTimeRoots(local.roots);
      expect(await verifyTimeStamp(response, DATA, roots)).toMatchObject({ root: { name: 'Example Time Root' } });
      const bent = response.with(response.length - 5, (response.at(-5) ?? 0) ^ 1);
      await expect(verifyTimeStamp(bent, DATA, roots)).rejects.toThrow(refusal('timestamp.signature'));
    });
  },
);
