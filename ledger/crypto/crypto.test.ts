import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import wycheproof from '../vectors/wycheproof-ed25519.json' with { type: 'json' };
import * as node from './node.ts';
import * as web from './web.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const small = fc.uint8Array({ maxLength: 300 });

describe.each([
  ['in Node', node],
  ['in a browser', web],
])('%s', (_, crypto) => {
  it('every Ed25519 vector is answered as it says', () => {
    const wrong = wycheproof.tests.filter(
      ({ publicKey, msg, sig, result }) =>
        crypto.verifyEd25519(hex(publicKey), hex(msg), hex(sig)) !== (result === 'valid'),
    );

    expect(wrong.map(({ tcId }) => tcId)).toEqual([]);
  });

  it('every Ed25519 vector is answered alike by what is faster', async () => {
    const wrong: number[] = [];
    for (const { tcId, publicKey, msg, sig, result } of wycheproof.tests)
      if ((await crypto.verifyEd25519Soon(hex(publicKey), hex(msg), hex(sig))) !== (result === 'valid'))
        wrong.push(tcId);

    expect(wrong).toEqual([]);
  });

  it('a digest in pieces is the digest', () => {
    fc.assert(
      fc.property(fc.array(small), (parts) => {
        const digester = crypto.digester();
        for (const part of parts) digester.update(part);

        expect(node.encodeHex(digester.digest())).toBe(node.encodeHex(node.sha256(Buffer.concat(parts))));
      }),
      { numRuns: 50 },
    );
  });

  it('many digests are those of each', () => {
    fc.assert(
      fc.property(fc.array(small), (inputs) => {
        const digests = crypto.digests();
        const scratch = new Uint8Array(300);
        for (const input of inputs) {
          scratch.set(input);
          digests.add(scratch.subarray(0, input.length));
        }

        const each = Buffer.concat(inputs.map((input) => node.sha256(input)));
        expect(node.encodeHex(digests.take())).toBe(node.encodeHex(each));
        expect(digests.take()).toHaveLength(0);
      }),
      { numRuns: 50 },
    );
  });

  it('says hexadecimal and base64 as Node does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        const base64 = crypto.encodeBase64(bytes);

        expect(base64).toBe(node.encodeBase64(bytes));
        expect([...crypto.decodeBase64(base64)]).toEqual([...bytes]);
        expect(crypto.crc32(bytes.subarray(9), crypto.crc32(bytes.subarray(0, 9)))).toBe(node.crc32(bytes));
        expect(crypto.encodeHex(bytes)).toBe(node.encodeHex(bytes));
        expect(node.encodeHex(crypto.sha256(bytes))).toBe(node.encodeHex(node.sha256(bytes)));
      }),
      { numRuns: 50 },
    );
  });

  it('throws for no signature, key or text', () => {
    fc.assert(
      fc.property(small, small, small, fc.string(), (key, message, signature, text) => {
        expect(crypto.verifyEd25519(key, message, signature)).toBe(false);
        expect(crypto.decodeBase64(text)).toBeInstanceOf(Uint8Array);
      }),
    );
  });

  it('chance is of the length asked', () => {
    expect(crypto.randomBytes(16)).toHaveLength(16);
    expect(node.encodeHex(crypto.randomBytes(16))).not.toBe(node.encodeHex(crypto.randomBytes(16)));
  });
});
