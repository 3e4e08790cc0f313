import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TAG, writeDer } from './der.ts';
import { LocalAuthority, opensslMissing } from './openssl-for-tests.ts';
import { timeStampRequest } from './request.ts';
import { parseTimeRoots } from './roots.ts';
import { accuracyOf, InventedAuthority, type Invention } from './testing.ts';
import { checkTimeStamp } from './verify.ts';

const DATA = new TextEncoder().encode('anything');
const NAMES = {
  both: [true, true],
  neither: [false, false],
  'us alone': [true, false],
  'openssl alone': [false, true],
} as const;
const STAMPING = '1.3.6.1.5.5.7.3.8';
const SIGNING = '1.3.6.1.5.5.7.3.3';
const [SIGNS, CERTIFIES] = [
  writeDer(TAG.bitString, Uint8Array.of(6, 0xc0)),
  writeDer(TAG.bitString, Uint8Array.of(2, 0x84)),
];

describe.skipIf(opensslMissing !== undefined)(
  `accepted${opensslMissing ? `: left out, ${opensslMissing}` : ''}`,
  () => {
    let openssl: LocalAuthority;
    beforeAll(() => {
      openssl = new LocalAuthority();
    });
    afterAll(() => openssl?.remove());

    it.each<[keyof typeof NAMES, string, Invention]>([
      ['both', 'P-256', {}],
      ['both', 'P-384 with SHA-384', { kind: 'P-384', hash: 'sha384' }],
      ['both', 'P-521 with SHA-512', { kind: 'P-521', hash: 'sha512' }],
      ['both', 'RSA', { kind: 'RSA' }],
      ['both', 'the certificate named by SHA-1', { named: 'first' }],
      ['both', 'tenths and an accuracy', { at: '20260228120000.1Z', accuracy: accuracyOf(1, 5, 7) }],
      ['both', 'a key for signatures', { keyUsage: SIGNS }],
      ['both', 'no root in the token', { certificates: 'none but the signer’s' }],

      ['neither', 'a purpose that is not critical', { purposesCritical: false }],
      ['neither', 'another purpose', { purposes: [SIGNING] }],
      ['neither', 'one purpose more', { purposes: [STAMPING, SIGNING] }],
      ['neither', 'any purpose', { purposes: ['2.5.29.37.0'] }],
      ['neither', 'no purpose', { purposes: null }],
      ['neither', 'a key for certificates', { keyUsage: CERTIFIES }],
      ['neither', 'an unknown critical extension', { unknownExtension: true }],
      ['neither', 'no certificate', { certificates: 'none' }],
      ['neither', 'no certificate named', { named: 'none' }],
      ['neither', 'another certificate named', { named: 'other' }],
      ['neither', 'a certificate from later on', { notBefore: '20450101000000Z' }],
      ['neither', 'a certificate that had run out', { notAfter: '20250101000000Z', at: '20250101000001Z' }],

      // OpenSSL asks for validity now, we for validity then: what a binder holds is older than its certificates. `-attime` makes both agree.
      ['us alone', 'a certificate that ran out since', { notAfter: '20250101000000Z', at: '20241231000000Z' }],
      // `openssl ts` reads PKCS #7, which knows neither.
      ['us alone', 'RSA-PSS', { kind: 'RSA-PSS' }],
      ['us alone', 'Ed25519', { kind: 'Ed25519' }],

      // Here we are the stricter ones.
      ['openssl alone', 'SHA-1', { hash: 'sha1' }],
      ['openssl alone', 'another type of content in the attributes', { contentType: '1.2.840.113549.1.7.1' }],
      ['openssl alone', 'an unknown critical extension of the statement', { criticalExtension: true }],
      ['openssl alone', 'the 30th of February', { at: '20260230120000Z' }],
      ['openssl alone', 'a fraction ending in zero', { at: '20260228120000.10Z' }],
      ['openssl alone', 'an accuracy out of range', { accuracy: accuracyOf(0, 1000) }],
    ])('by %s: %s', async (by, _, invention) => {
      const invented = new InventedAuthority();
      const response = invented.answer(timeStampRequest(DATA).bytes, invention);
      const { root } = await checkTimeStamp(response, DATA, parseTimeRoots(invented.roots)).catch(() => ({
        root: null,
      }));

      expect([root !== null, openssl.accepts(response, DATA, invented.roots)]).toEqual(NAMES[by]);
    });
  },
);
