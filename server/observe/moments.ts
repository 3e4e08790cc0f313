/** Outcomes that a rollup counts. */
export const COUNTED = { pass: 0, fail: 1, unknown: 2 } as const;
export type Counted = keyof typeof COUNTED;

const NAMES: readonly Counted[] = ['pass', 'fail', 'unknown'];
const LEAVING = 128;
const BYTES = 5;
export const DAY_MS = 86_400_000;

/** An event that entered or left an outcome, at a moment of its UTC day. */
export interface Moment {
  readonly ofDay: number;
  readonly outcome: Counted;
  readonly leaves: boolean;
}

const inOrder = (a: Moment, b: Moment): number =>
  a.ofDay - b.ofDay || COUNTED[a.outcome] - COUNTED[b.outcome] || Number(a.leaves) - Number(b.leaves);

/** In their own order, whatever order they came in: equal moments make equal bytes, which `rebuild` compares. */
export function encodeMoments(moments: readonly Moment[]): Buffer {
  const bytes = Buffer.alloc(moments.length * BYTES);
  for (const [i, { ofDay, outcome, leaves }] of [...moments].sort(inOrder).entries()) {
    bytes.writeUInt32BE(ofDay, i * BYTES);
    bytes.writeUInt8(COUNTED[outcome] + (leaves ? LEAVING : 0), i * BYTES + 4);
  }
  return bytes;
}

export function* decodeMoments(bytes: Buffer): Generator<Moment> {
  for (let i = 0; i + BYTES <= bytes.length; i += BYTES) {
    const code = bytes.readUInt8(i + 4);
    const outcome = NAMES[code & ~LEAVING];
    if (outcome === undefined) throw new RangeError(`${code} is no outcome`);
    yield { ofDay: bytes.readUInt32BE(i), outcome, leaves: code >= LEAVING };
  }
}
