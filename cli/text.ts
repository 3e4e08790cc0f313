/** Control characters, by which an answer could move the cursor or recolour what was printed before it. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text from outside as it may go to a terminal. */
export const plain = (text: string): string => text.replace(CONTROL, '·');

const width = (text: string): number => [...text].length;

/** Rows in aligned columns under their heads, two spaces apart; the last column runs on. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, ...rows].map((row) => heads.map((_, i) => plain(row[i] ?? '').replaceAll(/\s+/g, ' ')));
  const widths = heads.map((_, i) => Math.max(...lines.map((line) => width(line[i] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i === line.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - width(cell))))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `1 control`, `2 controls`, `no controls`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  if (n === 0) return `no ${many}`;
  return `${n} ${n === 1 ? one : many}`;
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** A value as one cell of a table. */
export function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const INKS = { good: 32, warn: 33, bad: 31 } as const;
export type Ink = keyof typeof INKS;

/** Colours words that say the same without it: only where somebody looks, and not against NO_COLOR. */
export function painter(
  isTTY: boolean,
  env: Readonly<Record<string, string | undefined>>,
): (ink: Ink | undefined, text: string) => string {
  const on = isTTY && (env['NO_COLOR'] ?? '') === '';
  return (ink, text) => (on && ink !== undefined ? `\u001b[${INKS[ink]}m${text}\u001b[0m` : text);
}
