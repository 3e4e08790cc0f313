import { gitText } from './command.ts';
import type { Repository } from './repository.ts';

/** Rows of `for-each-ref`, one list of fields per ref, and what git could not read, as a sentence. */
export interface Refs {
  readonly rows: readonly (readonly string[])[];
  readonly warnings: string;
}

/** Lists refs with the given fields; each field ends in NUL, since a signature spans lines. */
export async function listRefs(
  { gitFolder, signal }: Repository,
  under: string,
  fields: readonly string[],
  options: readonly string[] = [],
): Promise<Refs> {
  const format = `--format=${fields.map((field) => `%(${field})%00`).join('')}`;
  const { out, warnings } = await gitText({
    gitFolder,
    signal,
    args: ['for-each-ref', format, ...options, '--', under],
  });
  const cells = out.split('\0').slice(0, -1);
  const rows: string[][] = [];
  for (let start = 0; start < cells.length; start += fields.length) {
    const row = cells.slice(start, start + fields.length);
    rows.push(row.map((cell, n) => (n === 0 ? cell.replace(/^\n/, '') : cell)));
  }
  return { rows, warnings: warnings.split('\n', 1)[0] ?? '' };
}
