import type { Column } from './bands.ts';

export interface Quantiles {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** By nearest rank: each is a value that was drawn. */
export function quantiles(column: Column): Quantiles {
  const sorted = column.slice().sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}

/** In how many of the trials it is at most so much: a share. */
export function shareUpTo(column: Column, most: number): number {
  let n = 0;
  for (const value of column) if (value <= most) n += 1;
  return column.length === 0 ? 0 : n / column.length;
}

/** Most columns that `ranks` can order: the place of a row is packed under its value. */
const MOST = 32_768;
const STEPS = 2 ** 37;

/** Place of each row when sorted, ties in the order of rows. Packed into one number each, since sorting plain numbers is quick. */
export function ranks(column: Column): Column {
  const n = column.length;
  if (n > MOST) throw new RangeError(`At most ${MOST} trials are ranked`);
  let [least, most] = [Infinity, -Infinity];
  for (const value of column) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const scale = most > least ? (STEPS - 1) / (most - least) : 0;
  const packed = new Float64Array(n);
  for (let i = 0; i < n; i += 1) packed[i] = Math.floor(((column[i] ?? 0) - least) * scale) * MOST + i;
  packed.sort();
  const ranked = new Float64Array(n);
  for (let place = 0; place < n; place += 1) ranked[(packed[place] ?? 0) % MOST] = place;
  return ranked;
}

function correlation(a: Column, b: Column): number {
  const n = a.length;
  const mean = (n - 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i += 1) {
    const [x, y] = [(a[i] ?? 0) - mean, (b[i] ?? 0) - mean];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

export interface Driver {
  readonly figure: string;
  /** Of 1 over all drivers. */
  readonly share: number;
}

/**
 * What the spread of a result comes from: the squared rank correlation (Spearman) of each figure with it, brought to a sum of one. Figures that
 * do not vary are left out. It is a share of what single figures explain, not of variance proper: what two explain together has no place in it.
 */
export function driversOf(result: Column, figures: ReadonlyMap<string, Column>): readonly Driver[] {
  const ranked = ranks(result);
  const squares = [...figures].flatMap(([figure, column]) => {
    const first = column[0];
    if (column.every((value) => value === first)) return [];
    const r = correlation(ranks(column), ranked);
    return [{ figure, share: r * r }];
  });
  const all = squares.reduce((total, { share }) => total + share, 0);
  return squares
    .map(({ figure, share }) => ({ figure, share: all === 0 ? 0 : share / all }))
    .sort((a, b) => b.share - a.share || (a.figure < b.figure ? -1 : 1));
}
