import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, parseCheckpoint, printCheckpoint, signCheckpoint } from './checkpoint.ts';
import { pae } from './dsse.ts';
import { exampleKey, exampleSigner, ORIGIN } from './example-log.ts';
import { EMPTY_ROOT } from './hash.ts';
import { parseVerifierKey, printVerifierKey, verifierKey, verifySignature } from './key.ts';
import { parseNote, printNote, signNote, verifyNote } from './note.ts';
import spec from './vectors/spec-examples.json' with { type: 'json' };
import wycheproof from './vectors/wycheproof-ed25519.json' with { type: 'json' };

describe('signed notes', () => {
  it('read and verify the example of the specification', () => {
    const key = parseVerifierKey(spec.signedNote.vkey);
    const note = parseNote(spec.signedNote.note);

    expect(note.text).toBe('This is an example message.\n');
    expect(verifyNote(note, [key])).toEqual([key]);
    expect(printNote(note)).toBe(spec.signedNote.note);
    expect(printVerifierKey(key)).toBe(spec.signedNote.vkey);
  });

  it('pass over unknown signatures, refuse a wrong one under a known key', async () => {
    const [mine, other] = [exampleSigner(7), exampleSigner(8)];
    const signed = parseNote(await signNote('hello\n', ORIGIN, mine));
    const stranger = parseNote(await signNote('hello\n', 'witness.example', other));
    const both = { ...signed, signatures: [...stranger.signatures, ...signed.signatures] };

    expect(verifyNote(parseNote(printNote(both)), [exampleKey(7)])).toHaveLength(1);
    expect(() => verifyNote(stranger, [exampleKey(7)])).toThrowError(
      expect.objectContaining({ code: 'note.unsigned' }),
    );
    expect(() => verifyNote({ ...both, text: 'hallo\n' }, [exampleKey(7)])).toThrowError(
      expect.objectContaining({ code: 'note.unsigned' }),
    );
  });

  it('a verifier key may hold a plus in its base64, and its id must fit', () => {
    const withPlus = Array.from({ length: 200 }, (_, i) => printVerifierKey(exampleKey(i))).find(
      (text) => text.split('+').length > 3,
    );

    expect(withPlus).toBeDefined();
    expect(printVerifierKey(parseVerifierKey(withPlus ?? ''))).toBe(withPlus);
    for (const wrong of [
      '',
      'a+b',
      'a b+00000000+AA==',
      spec.signedNote.vkey.replace('530d', '530e'),
      `${spec.signedNote.vkey}=`,
    ])
      expect(() => parseVerifierKey(wrong)).toThrowError(expect.objectContaining({ code: 'key.malformed' }));
    expect(() => verifierKey('a+b', new Uint8Array(32))).toThrowError(
      expect.objectContaining({ code: 'key.malformed' }),
    );
  });

  it.each([
    'text\n',
    'text\n\n',
    'text\n\n- name AAAAAAAA\n',
    'text\n\n\u2014 name AAAAAAAA',
    'text\n\n\u2014 name AAAA\n',
    'text\n\n\u2014 na+me AAAAAAAA\n',
    'te\txt\n\n\u2014 name AAAAAAAA\n',
    'text\n\n\u2014 name AAAAAAB=\n',
    'text\n\n\u2014 name AAAAAAAA \n',
  ])('refuse %j', (note) => {
    expect(() => parseNote(note)).toThrowError(expect.objectContaining({ code: 'note.malformed' }));
  });
});

describe('checkpoints', () => {
  it('come back as they were signed', async () => {
    const checkpoint = { origin: ORIGIN, size: 0, root: Uint8Array.from(EMPTY_ROOT) };
    const note = await signCheckpoint(checkpoint, exampleSigner());

    expect(openCheckpoint(note, [exampleKey()])).toEqual({ checkpoint, signedBy: [exampleKey()] });
    expect(() => openCheckpoint(note, [exampleKey(8)])).toThrowError(
      expect.objectContaining({ code: 'note.unsigned' }),
    );
  });

  it('are not made by a witness alone', async () => {
    const text = printCheckpoint({ origin: ORIGIN, size: 0, root: EMPTY_ROOT });
    const note = await signNote(text, 'witness.example', exampleSigner(8));
    const witness = verifierKey('witness.example', exampleSigner(8).publicKey);

    expect(() => openCheckpoint(note, [witness])).toThrowError(
      expect.objectContaining({ code: 'checkpoint.untrusted' }),
    );
  });

  const root = Buffer.from(EMPTY_ROOT).toString('base64');
  it.each([
    '',
    `o\n01\n${root}\n`,
    `o\n-1\n${root}\n`,
    `o\n9007199254740993\n${root}\n`,
    `o\n1\n${root}`,
    `o\n1\n${root}\nextension\n`,
    `o\n1\nAAAA\n`,
    `o p\n1\n${root}\n`,
    `o\n1\n ${root}\n`,
  ])('refuse %j', (text) => {
    expect(() => parseCheckpoint(text)).toThrowError(expect.objectContaining({ code: 'checkpoint.malformed' }));
  });
});

describe('DSSE', () => {
  it('encodes as the specification shows, so that its signature verifies', () => {
    const bytes = pae(spec.dsse.payloadType, Buffer.from(spec.dsse.payload));
    const coordinate = (n: string) =>
      Buffer.from(BigInt(n).toString(16).padStart(64, '0'), 'hex').toString('base64url');
    const key = createPublicKey({
      key: { kty: 'EC', crv: 'P-256', x: coordinate(spec.dsse.x), y: coordinate(spec.dsse.y) },
      format: 'jwk',
    });

    expect(Buffer.from(bytes).toString()).toBe(spec.dsse.pae);
    expect(verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(spec.dsse.sig, 'base64'))).toBe(
      true,
    );
  });

  it('counts bytes, not characters', () => {
    expect(Buffer.from(pae('ä', Buffer.from('€'))).toString()).toBe('DSSEv1 2 ä 3 €');
  });
});

describe('Ed25519', () => {
  it.each(wycheproof.tests)('wycheproof $tcId is $result', ({ publicKey, msg, sig, result }) => {
    const [key, message, signature] = [publicKey, msg, sig].map((hex) => Buffer.from(hex, 'hex'));

    expect(verifySignature(key ?? Buffer.of(), message ?? Buffer.of(), signature ?? Buffer.of())).toBe(
      result === 'valid',
    );
  });

  it('names a key by the digest of its SPKI', () => {
    const { publicKey, id } = exampleKey();
    const byDefinition = createHash('sha256').update(`${ORIGIN}\n`).update(Uint8Array.of(1)).update(publicKey).digest();

    expect(Buffer.from(id)).toEqual(byDefinition.subarray(0, 4));
  });
});
