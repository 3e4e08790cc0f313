import { createHash } from 'node:crypto';

/**
 * Chance by name: what it says for a name depends on the seed and the name alone, so a story may grow a chapter and tell the others as before.
 */
export interface Dice {
  /** In [0, 1). */
  share(...name: readonly (string | number)[]): number;
  chance(probability: number, ...name: readonly (string | number)[]): boolean;
  /** A whole number between the two, both included. */
  between(least: number, most: number, ...name: readonly (string | number)[]): number;
  pick<T>(from: readonly [T, ...T[]], ...name: readonly (string | number)[]): T;
  /** So many hex digits. */
  hex(digits: number, ...name: readonly (string | number)[]): string;
}

export function diceOf(seed: string): Dice {
  const digest = (name: readonly (string | number)[]): Buffer =>
    createHash('sha256')
      .update(`${seed}\n${name.join('\n')}`)
      .digest();
  const share: Dice['share'] = (...name) => digest(name).readUInt32BE(0) / 2 ** 32;
  const between: Dice['between'] = (least, most, ...name) => least + Math.floor(share(...name) * (most - least + 1));
  return {
    share,
    between,
    chance: (probability, ...name) => share(...name) < probability,
    pick: (from, ...name) => from[between(0, from.length - 1, ...name)] ?? from[0],
    hex: (digits, ...name) => digest(name).toString('hex').slice(0, digits),
  };
}
