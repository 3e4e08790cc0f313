import { describe, expect, test } from 'vitest';
import { digestOf, sha256 } from './sha256.ts';

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const bytesOf = (n: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: n }, (_, i) => (i * 131 + (i >> 8)) & 255);

describe('the digest in pieces is WebCrypto’s of the whole', () => {
  test.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 1000, 100_003])('of %i bytes', async (n) => {
    const bytes = bytesOf(n);
    const whole = hex(await crypto.subtle.digest('SHA-256', bytes));

    for (const piece of [1, 7, 64, 100, n + 1]) {
      const hash = sha256();
      for (let at = 0; at < n; at += piece) hash.update(bytes.subarray(at, at + piece));
      expect(hash.digest()).toBe(whole);
    }
  });

  test('of the empty text, as the standard prints it', () => {
    expect(sha256().digest()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

test('a file is read piece by piece, with its share told, and can be broken off', async () => {
  const bytes = bytesOf(5_000_000);
  const shares: number[] = [];

  const found = await digestOf(new Blob([bytes]), (share) => shares.push(share));

  expect(found).toBe(hex(await crypto.subtle.digest('SHA-256', bytes)));
  expect(shares.at(-1)).toBe(1);
  expect(shares.length).toBe(2);
  await expect(digestOf(new Blob([bytes]), undefined, AbortSignal.abort())).rejects.toThrow();
});
