/**
 * SHA-256 (FIPS 180-4) in pieces: WebCrypto takes a whole file at once, and a file of evidence may not fit into memory.
 * Compared with WebCrypto's in the test beside this.
 */
const K = new Uint32Array(64);
const START = new Uint32Array(8);
{
  // The constants are the first 32 bits of the fractions of roots of the first primes, as the standard says.
  let [n, found] = [2, 0];
  const isPrime = (p: number): boolean => {
    for (let d = 2; d * d <= p; d += 1) if (p % d === 0) return false;
    return true;
  };
  const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32);
  for (; found < 64; n += 1) {
    if (!isPrime(n)) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(n));
    K[found] = fraction(Math.cbrt(n));
    found += 1;
  }
}

export interface Hash {
  update(bytes: Uint8Array): void;
  /** Hex. Nothing can be added after. */
  digest(): string;
}

export function sha256(): Hash {
  const h = START.slice();
  const w = new Uint32Array(64);
  const rest = new Uint8Array(64);
  let [held, length] = [0, 0];

  const block = (bytes: Uint8Array, at: number): void => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, 64);
    for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(i * 4);
    for (let i = 16; i < 64; i += 1) {
      const [x, y] = [w[i - 15] ?? 0, w[i - 2] ?? 0];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = ((w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1) | 0;
    }
    let [a, b, c, d] = [h[0] ?? 0, h[1] ?? 0, h[2] ?? 0, h[3] ?? 0];
    let [e, f, g, q] = [h[4] ?? 0, h[5] ?? 0, h[6] ?? 0, h[7] ?? 0];
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (q + s1 + ((e & f) ^ (~e & g)) + (K[i] ?? 0) + (w[i] ?? 0)) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      q = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    h[0] = (h[0] ?? 0) + a;
    h[1] = (h[1] ?? 0) + b;
    h[2] = (h[2] ?? 0) + c;
    h[3] = (h[3] ?? 0) + d;
    h[4] = (h[4] ?? 0) + e;
    h[5] = (h[5] ?? 0) + f;
    h[6] = (h[6] ?? 0) + g;
    h[7] = (h[7] ?? 0) + q;
  };

  const update = (bytes: Uint8Array): void => {
    length += bytes.length;
    let at = 0;
    if (held > 0) {
      const taken = Math.min(64 - held, bytes.length);
      rest.set(bytes.subarray(0, taken), held);
      held += taken;
      at = taken;
      if (held < 64) return;
      block(rest, 0);
      held = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) block(bytes, at);
    rest.set(bytes.subarray(at), 0);
    held = bytes.length - at;
  };

  return {
    update,
    digest() {
      const bits = length;
      const padding = new Uint8Array(held < 56 ? 64 - held : 128 - held);
      padding[0] = 0x80;
      const view = new DataView(padding.buffer);
      view.setUint32(padding.length - 8, Math.floor(bits / 2 ** 29));
      view.setUint32(padding.length - 4, (bits << 3) >>> 0);
      update(padding);
      return [...h].map((word) => word.toString(16).padStart(8, '0')).join('');
    },
  };
}

const PIECE = 4 * 1024 * 1024;

/** The digest of a file, read in pieces so that the page stays alive. `progress` from 0 to 1. */
export async function digestOf(
  file: Blob,
  progress: (share: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<string> {
  const hash = sha256();
  for (let at = 0; at < file.size; at += PIECE) {
    signal?.throwIfAborted();
    hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    progress(Math.min(1, (at + PIECE) / file.size));
  }
  return hash.digest();
}
