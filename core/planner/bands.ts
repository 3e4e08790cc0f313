import type { Band } from '../certification/index.ts';
import { diceFor, uniforms } from './dice.ts';

/** A figure in every trial: one column. */
export type Column = Float64Array;

/** What figures come to: in each of many trials, or in the one world where each has a fixed place in its band. */
export interface World {
  readonly trials: number;
  /** The column of a figure. Asked twice, it is the same: whatever shares a figure moves together. */
  of(figure: string): Column;
  /** What is made of figures, made once: `name` says how. */
  kept(name: string, make: () => Column): Column;
}

/** Where a figure stands in its band where nothing is drawn. */
export type Place = keyof Band;

/**
 * The triangular distribution by its inverse. Its middle is the likely value; it needs a square root and no more, which IEEE 754 rounds alike on
 * every machine, as it does not the logarithms and powers that a beta (PERT) distribution takes.
 */
export function triangular({ low, likely, high }: Band, drawn: Column): Column {
  const column = new Float64Array(drawn.length);
  const span = high - low;
  if (span <= 0) return column.fill(low);
  const turn = (likely - low) / span;
  const [rising, falling] = [span * (likely - low), span * (high - likely)];
  for (let i = 0; i < drawn.length; i += 1) {
    const u = drawn[i] ?? 0.5;
    column[i] = u < turn ? low + Math.sqrt(u * rising) : high - Math.sqrt((1 - u) * falling);
  }
  return column;
}

/** A world of trials: each figure is drawn from its band with dice of its own. */
export function drawnWorld(bandOf: (figure: string) => Band, seed: string, trials: number): World {
  const kept = keeping();
  return {
    trials,
    of: (figure) => kept(figure, () => triangular(bandOf(figure), uniforms(diceFor(seed, figure), trials))),
    kept: (name, make) => kept(`made of: ${name}`, make),
  };
}

function keeping(): World['kept'] {
  const columns = new Map<string, Column>();
  return (name, make) => {
    const known = columns.get(name);
    if (known !== undefined) return known;
    const made = make();
    columns.set(name, made);
    return made;
  };
}

/** The one world where every figure has this place of its band. */
export function fixedWorld(bandOf: (figure: string) => Band, place: Place): World {
  return { trials: 1, of: (figure) => Float64Array.of(bandOf(figure)[place]), kept: keeping() };
}

/** Row by row, from one to three columns of one length. */
export function combine(
  columns: readonly [Column, Column?, Column?],
  of: (a: number, b: number, c: number) => number,
): Column {
  const [first, second = first, third = second] = columns;
  const made = new Float64Array(first.length);
  for (let i = 0; i < made.length; i += 1) made[i] = of(first[i] ?? 0, second[i] ?? 0, third[i] ?? 0);
  return made;
}

export function sum(columns: readonly Column[], trials: number): Column {
  const made = new Float64Array(trials);
  for (const column of columns) for (let i = 0; i < trials; i += 1) made[i] = (made[i] ?? 0) + (column[i] ?? 0);
  return made;
}
