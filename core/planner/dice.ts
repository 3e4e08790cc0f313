/**
 * The generator xoshiro128** 1.1 of Blackman and Vigna (public domain, https://prng.di.unimi.it/xoshiro128starstar.c): whole numbers of 32 bits
 * only, so that a plan is the same on every machine. Nothing secret is drawn with it.
 */
export class Dice {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(a: number, b: number, c: number, d: number) {
    [this.#a, this.#b, this.#c, this.#d] = [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
    // The one state it never leaves.
    if ((this.#a | this.#b | this.#c | this.#d) === 0) this.#a = 1;
  }

  /** The next 32 bits, as a number from 0. */
  next(): number {
    const times5 = Math.imul(this.#b, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }
}

/** A seed as the log has it: 32 hex digits. */
export const SEED = /^[0-9a-f]{32}$/;

/**
 * Dice of their own for each thing drawn: the same seed throws the same for “tooling” whatever else is drawn, so that two plans of one seed differ
 * by their answers only. The name is folded into the seed by FNV-1a; a few throws are thrown away, since seeds may look alike.
 */
export function diceFor(seed: string, name: string): Dice {
  const words = [0, 8, 16, 24].map((at) => Number.parseInt(seed.slice(at, at + 8), 16));
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  const [a = 0, b = 0, c = 0, d = 0] = words;
  const dice = new Dice(a ^ hash, b ^ Math.imul(hash, 0x9e3779b1), c ^ (hash >>> 7), d ^ Math.imul(hash, 0x85ebca6b));
  for (let i = 0; i < 16; i += 1) dice.next();
  return dice;
}

/** Numbers between 0 and 1, neither of them among them. */
export function uniforms(dice: Dice, n: number): Float64Array {
  const drawn = new Float64Array(n);
  for (let i = 0; i < n; i += 1) drawn[i] = (dice.next() + 0.5) / 4_294_967_296;
  return drawn;
}
