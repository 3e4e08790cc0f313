/** Full reach, in tenths: strengths and shares are counted in them. */
export const WHOLE = 10;
/** The least that a link which claims anything reaches. */
export const LEAST = 1;

/** A share in tenths of which only bounds are known; both are the same where it is known. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

export const exactly = (share: number): Range => ({ least: share, most: share });
export const NOTHING: Range = exactly(0);

/**
 * The share of C that A reaches by way of B, in tenths.
 *
 * With a = share of B reached from A, b = share of B that serves C, c = share of C reached from B: what A, B and C have in common is at least
 * what A and B, and B and C, take of B beyond the whole of it, and at most the smaller of both. So of C it is between c·max(0, a + b − 10)/b
 * and c·min(a, b)/b (issue 4, part 2). Both grow with a and c; the lower one grows with b and the upper one shrinks, so that of ranges the
 * ends to take follow. The lower one bounds all that A reaches of C; the upper one only what it reaches by way of B.
 */
export function through(a: Range, b: Range, c: Range): Range {
  return { least: lower(a.least, b.least, c.least), most: upper(a.most, b.least, c.most) };
}

/** Below it a bound is what rounding left of zero: of tenths in whole numbers three hops make no fraction that is smaller. */
const ROUNDING = 1e-9;

/** The lower bound by itself. */
// Written so that a whole A, or a whole B, is whole to the last bit: a figure of ten claims containment, as one above zero claims something.
export function lower(a: number, b: number, c: number): number {
  if (a >= WHOLE) return c;
  const beyond = b <= 0 ? 0 : 1 - (WHOLE - a) / b;
  return beyond < ROUNDING ? 0 : c * beyond;
}
const upper = (a: number, b: number, c: number): number => (b <= a ? c : (c * a) / b);
