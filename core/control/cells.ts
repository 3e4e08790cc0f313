/** Cells of a spreadsheet as whoever reads one into records takes them. */

/** A cell as its file has it. A formula's last value is what some program once computed, and is not taken. */
export type SheetCell =
  | null
  | string
  | number
  | boolean
  | { readonly date: string }
  | { readonly formula: true }
  | { readonly error: string };

export interface Sheet {
  readonly columns: readonly string[];
  /** `row` as the file counts it, from 1, the headings included. */
  readonly rows: readonly { readonly row: number; readonly cells: readonly SheetCell[] }[];
}

/** What a heading or a word says without blanks and signs. */
export const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Letters as spreadsheets count columns. */
export function columnName(column: number): string {
  let name = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  }
  return name;
}

/** Why a cell cannot be taken, in a sentence for whoever mends the file. */
export class Unreadable extends Error {
  readonly code: string;
  constructor(code: string, says: string) {
    super(says);
    this.code = code;
  }
}

/** The text of a cell, or undefined where it is empty. Throws Unreadable. */
export function textOf(cell: SheetCell | undefined): string | undefined {
  if (cell === null || cell === undefined) return undefined;
  if (typeof cell === 'string') return cell.trim() === '' ? undefined : cell.trim();
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  if ('formula' in cell) {
    throw new Unreadable('formula', 'It holds a formula, whose last value is not taken: paste it as a value.');
  }
  if ('error' in cell) throw new Unreadable('error', `It holds the error ${cell.error}.`);
  return cell.date;
}

export const isEmptyRow = (cells: readonly SheetCell[]): boolean =>
  cells.every((cell) => cell === null || (typeof cell === 'string' && cell.trim() === ''));
