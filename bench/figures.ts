import { cpus, loadavg, totalmem } from 'node:os';

/** Where a bench says what it found. */
export type Say = (line: string) => void;

/** The value below which a share of the values lies (nearest rank); NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Three significant digits, or a whole number. */
export const short = (value: number): string =>
  Number.isNaN(value) ? '–' : Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));

/** `p50 1.2, p95 3.4, p99 5.6, most 7.8 ms (n = 100)` */
export const spread = (ms: readonly number[]): string =>
  `p50 ${short(quantile(ms, 0.5))}, p95 ${short(quantile(ms, 0.95))}, p99 ${short(quantile(ms, 0.99))}, most ${short(quantile(ms, 1))} ms (n = ${ms.length})`;

export const mebibytes = (bytes: number): string => `${short(bytes / 1024 ** 2)} MiB`;

export const millions = (n: number): string => (n >= 1e6 ? `${short(n / 1e6)} million` : n.toLocaleString('en'));

/** Milliseconds that the work took, beside what it answered. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly answer: T }> {
  const began = performance.now();
  const answer = await work();
  return { ms: performance.now() - began, answer };
}

/** The machine and how busy it is: what a figure cannot be read without. */
export const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${short(totalmem() / 1024 ** 3)} GiB, Node ${process.versions.node}, load ${loadavg().map(short).join(' ')}`;

/** A table for people, its columns as wide as they need be. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => row[c]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, c) => cell.padEnd(widths[c] ?? 0)).join('  ')}`.trimEnd()).join('\n');
}

/** Draws that a seed repeats: a number in [0, 1) at each call (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
