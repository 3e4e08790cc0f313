import { beforeAll, describe, expect, it } from 'vitest';
import { TAG, writeDer, writeInteger } from './der.ts';
import { LONGEST_RESPONSE } from './response.ts';
import { timeStampRequest } from './request.ts';
import { NO_TIME_ROOTS, parseTimeRoots, type TimeRoots } from './roots.ts';
import { accuracyOf, InventedAuthority, pem, type Invention } from './testing.ts';
import { checkTimeStamp, verifyTimeStamp } from './verify.ts';

const DATA = new TextEncoder().encode('log.example.com/a1b2\n3\nanything\n');
const NONCE = Uint8Array.of(0x80, 1, 2, 3, 4, 5, 6, 7);
const { bytes: REQUEST } = timeStampRequest(DATA, NONCE);
const authority = new InventedAuthority();
let roots: TimeRoots;

beforeAll(() => {
  roots = parseTimeRoots(authority.roots);
});

const verify = (invention: Invention, given = roots) =>
  verifyTimeStamp(authority.answer(REQUEST, invention), DATA, given, { nonce: NONCE });
const refusal = (code: string) => expect.objectContaining({ code });

describe('a time-stamp', () => {
  it.each<[string, Invention]>([
    ...(['P-256', 'P-384', 'P-521', 'RSA', 'RSA-PSS', 'Ed25519'] as const).flatMap((kind) =>
      (['sha256', 'sha384', 'sha512'] as const).map((hash): [string, Invention] => [
        `${kind}, ${hash}`,
        { kind, hash },
      ]),
    ),
    ['its certificate named by SHA-1', { named: 'first' }],
    ['a key for signatures, by its key usage', { keyUsage: writeDer(TAG.bitString, Uint8Array.of(6, 0xc0)) }],
    ['the root left out', { certificates: 'none but the signer’s' }],
  ])('is accepted: %s', async (_, invention) => {
    expect(await verify({ ...invention, at: '20260401120000Z' })).toMatchObject({
      at: Date.UTC(2026, 3, 1, 12),
      serial: '4d',
      policy: '1.2.3.4.1',
      signedBy: { name: 'Invented Time-stamps' },
      root: { name: 'Invented Time', sha256: roots.roots[0]?.sha256 },
    });
  });

  const critical = { purposesCritical: true };
  const STAMPING = '1.3.6.1.5.5.7.3.8';
  it.each<[string, string, Invention]>([
    ['a certificate for something else', 'certificate', { ...critical, purposes: ['1.3.6.1.5.5.7.3.3'] }],
    [
      'a certificate for time-stamps and more',
      'certificate',
      { ...critical, purposes: [STAMPING, '1.3.6.1.5.5.7.3.3'] },
    ],
    ['a certificate for anything', 'certificate', { ...critical, purposes: ['2.5.29.37.0'] }],
    ['a certificate that does not say what for', 'certificate', { purposes: null }],
    ['a purpose that is not critical', 'certificate', { purposesCritical: false }],
    ['a key that signs certificates too', 'certificate', { keyUsage: writeDer(TAG.bitString, Uint8Array.of(2, 0x84)) }],
    ['a critical extension nobody knows', 'certificate', { unknownExtension: true }],
    ['no certificate', 'certificate', { certificates: 'none' }],
    ['a certificate other than the one signed for', 'certificate', { named: 'other' }],
    ['nothing signed about the certificate', 'malformed', { named: 'none' }],
    ['another type of content', 'malformed', { contentType: '1.2.840.113549.1.7.1' }],
    ['SHA-1', 'unsupported', { hash: 'sha1' }],
    ['a critical extension in the statement', 'unsupported', { criticalExtension: true }],
    ['a certificate that had run out', 'expired', { notAfter: '20250101000000Z', at: '20250101000001Z' }],
    ['a certificate from later on', 'expired', { notBefore: '20260101000000Z', at: '20251231235959Z' }],
    ['a root that had run out', 'expired', { notAfter: '20991231235959Z', at: '20500101000000Z' }],
    ['the number of another request', 'nonce', { nonce: Uint8Array.of(1) }],
    ['no number', 'nonce', { nonce: null }],
    ['a time that is none', 'malformed', { at: '20260230120000Z' }],
    ['a time without zone', 'malformed', { at: '20260228120000' }],
    ['a fraction that ends in zero', 'malformed', { at: '20260228120000.10Z' }],
    ['an accuracy of a thousand thousandths', 'malformed', { accuracy: accuracyOf(0, 1000) }],
  ])('is refused for %s: timestamp.%s', async (_, code, invention) => {
    await expect(verify(invention)).rejects.toThrow(refusal(`timestamp.${code}`));
  });

  it('is accepted to the last second of its certificate, also when that is long past', async () => {
    const stamped = await verify({ notAfter: '20250101000000Z', at: '20250101000000Z' });

    expect(stamped.at).toBe(Date.UTC(2025, 0, 1));
  });

  it('states time and accuracy in milliseconds, rounded away from what it would prove', async () => {
    const stamped = await verify({ at: '20260401120000.1234501Z', accuracy: accuracyOf(2, 3, 1) });

    expect(stamped).toMatchObject({ at: Date.UTC(2026, 3, 1, 12, 0, 0, 124), accuracyMs: 2004 });
    expect(await verify({})).not.toHaveProperty('accuracyMs');
  });

  it('over other bytes is refused, whoever signed it', async () => {
    const other = DATA.with(0, 0);

    await expect(checkTimeStamp(authority.answer(REQUEST), other, NO_TIME_ROOTS)).rejects.toThrow(
      refusal('timestamp.imprint'),
    );
  });

  it('of an authority that was not named is read, and not believed', async () => {
    const strangers = parseTimeRoots(new InventedAuthority('Other Time').roots);
    // The same name, another key: an authority is its key.
    const impostor = parseTimeRoots(new InventedAuthority('Invented Time', 'P-384').roots);

    for (const given of [strangers, impostor, NO_TIME_ROOTS]) {
      await expect(verify({}, given)).rejects.toThrow(refusal('timestamp.untrusted'));
      const read = await checkTimeStamp(authority.answer(REQUEST), DATA, given);
      expect(read).toMatchObject({ root: null, signedBy: { name: 'Invented Time-stamps' } });
      expect(read.chain).toHaveLength(1);
    }
  });

  it('without certificates is believed if the certificate was given', async () => {
    const given = parseTimeRoots(authority.roots, pem(authority.signer({})));
    const response = authority.answer(REQUEST, { certificates: 'none' });
    const other = parseTimeRoots(authority.roots, pem(authority.signer({}, 3)));

    // The certificates of an invention are signed anew each time, so that its digest is not that of the one in the token.
    await expect(verifyTimeStamp(response, DATA, given)).rejects.toThrow(refusal('timestamp.certificate'));
    await expect(verifyTimeStamp(response, DATA, other)).rejects.toThrow(refusal('timestamp.certificate'));
    const fixed = new InventedAuthority('Fixed Time', 'Ed25519');
    const same = parseTimeRoots(fixed.roots, pem(fixed.signer({})));
    await expect(verifyTimeStamp(fixed.answer(REQUEST, { certificates: 'none' }), DATA, same)).resolves.toMatchObject({
      root: { name: 'Fixed Time' },
    });
  });

  it('a name that would write to a terminal is shown without its means', async () => {
    const { signedBy } = await verify({ name: `\u001b[2J\u202e${'x'.repeat(500)}` });

    expect(signedBy.name).toMatch(/^\ufffd\[2J\ufffdx+\u2026$/);
    expect(signedBy.name.length).toBeLessThan(210);
  });

  it('that nests for ever or is too long is refused at once', async () => {
    let deep = writeDer(TAG.null);
    for (let level = 0; level < 5_000; level++) deep = writeDer(TAG.sequence, deep);

    for (const response of [deep, authority.answer(REQUEST, { unsigned: deep })])
      await expect(checkTimeStamp(response, DATA, roots)).rejects.toThrow(refusal('timestamp.malformed'));
    const many = writeDer(TAG.sequence, ...Array.from({ length: 30_000 }, () => writeDer(TAG.null)));
    await expect(checkTimeStamp(many, DATA, roots)).rejects.toThrow(refusal('timestamp.malformed'));
    const long = new Uint8Array(LONGEST_RESPONSE + 1);
    await expect(checkTimeStamp(long, DATA, roots)).rejects.toThrow(refusal('timestamp.too-long'));
  });
});

describe('an answer without a token', () => {
  const status = (code: number, ...more: readonly Uint8Array[]) =>
    writeDer(TAG.sequence, writeDer(TAG.sequence, writeInteger(Uint8Array.of(code)), ...more));
  const failure = (...bytes: readonly number[]) => writeDer(TAG.bitString, Uint8Array.from(bytes));
  const said = writeDer(TAG.sequence, writeDer(TAG.utf8String, new TextEncoder().encode('closed\u0007 today')));

  it.each<[RegExp, Uint8Array]>([
    [/rejected; it cannot read the request\.$/, status(2, failure(2, 0x04))],
    [/rejected; “closed\ufffd today”\.$/, status(2, said)],
    [/rejected; its clock is not available; “closed/, status(2, said, failure(1, 0, 0x02))],
    [/rejected; it failed inside\.$/, status(2, failure(6, 0, 0, 0, 0x40))],
    [/rejected; reason 1\.$/, status(2, failure(6, 0x40))],
    [/waiting\.$/, status(3)],
    [/status 9\.$/, status(9)],
  ])('says why: %s', async (words, response) => {
    await expect(checkTimeStamp(response, DATA, roots)).rejects.toThrow(
      expect.objectContaining({ code: 'timestamp.refused', message: expect.stringMatching(words) }),
    );
  });

  it('that claims to be granted is none', async () => {
    for (const response of [status(0), status(1), status(0, failure(2, 0x04))])
      await expect(checkTimeStamp(response, DATA, roots)).rejects.toThrow(refusal('timestamp.malformed'));
  });
});

describe('roots', () => {
  it.each<[string, string]>([
    ['nothing', ''],
    ['text', 'hello'],
    ['base64 that is none', '-----BEGIN CERTIFICATE-----\nAA=A\n-----END CERTIFICATE-----'],
    ['a certificate that is none', pem(writeDer(TAG.sequence))],
    ['no root', pem(authority.signer({}))],
    ['too much', authority.roots.repeat(600)],
    ['far too much', ' '.repeat(1_100_000)],
  ])('are refused: %s', (_, text) => {
    expect(() => parseTimeRoots(text)).toThrow(refusal('timestamp.roots'));
  });

  it('may stand in a file with text around them', () => {
    expect(parseTimeRoots(`The root\n${authority.roots}\nand more\n${pem(authority.signer({}))}`)).toMatchObject({
      roots: [{ name: 'Invented Time' }],
      between: [{ name: 'Invented Time-stamps' }],
    });
  });
});
