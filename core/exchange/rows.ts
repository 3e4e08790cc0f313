import { columnName, isEmptyRow, plain, textOf, Unreadable } from '../control/index.ts';
import type { Sheet, SheetCell } from '../control/index.ts';

/** Tables read row by row into what they are about: every cell is taken, left out by its column, or a problem that names it. */

/** Which column, counted from 0, holds which field. */
export type Columns<F extends string> = { readonly [K in F]?: number | undefined };

/** What is wrong in a file, and where: by cell in a table, by JSON pointer in a document. */
export interface LoadProblem {
  readonly row?: number;
  /** As spreadsheets name it: `C7`. */
  readonly cell?: string;
  /** RFC 6901. */
  readonly pointer?: string;
  readonly code: string;
  readonly says: string;
}

/** Where something stands in its file. */
export type Place = Pick<LoadProblem, 'row' | 'cell' | 'pointer'>;

/** What each column most likely holds: only where its heading says exactly that, and no field twice. */
export function suggestColumns<F extends string>(
  columns: readonly string[],
  headings: Readonly<Record<F, readonly string[]>>,
): Columns<F> {
  const found: Partial<Record<F, number>> = {};
  const taken = new Set<number>();
  for (const field of Object.keys(headings) as F[]) {
    for (const word of headings[field]) {
      const column = columns.findIndex((heading, i) => !taken.has(i) && plain(heading) === word);
      if (column < 0) continue;
      found[field] = column;
      taken.add(column);
      break;
    }
  }
  return found;
}

/** Text of a cell, without the apostrophe by which our own CSV keeps spreadsheets from running it. */
export function cellText(cell: SheetCell | undefined): string | undefined {
  const text = textOf(cell);
  return text !== undefined && /^'[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\t]/.test(text) ? text.slice(1) : text;
}

/** A ref out of a cell. As a number 5.1 and 5.10 are one. */
export function cellRef(cell: SheetCell | undefined): string | undefined {
  if (typeof cell === 'number' && !Number.isInteger(cell)) {
    throw new Unreadable('number', `${cell} is a number: 5.1 and 5.10 look the same in one. Make the column text.`);
  }
  return cellText(cell);
}

const YES = new Set(['yes', 'y', 'true', '1', 'x']);
const NO = new Set(['no', 'n', 'false', '0']);

export function cellYes(cell: SheetCell | undefined): boolean | undefined {
  const text = cellText(cell);
  if (text === undefined) return undefined;
  if (YES.has(plain(text))) return true;
  if (NO.has(plain(text))) return false;
  throw new Unreadable('yes-no', `“${text}” is neither yes nor no.`);
}

/** Tenths as a whole number from 0 to 10. */
export function cellTenths(cell: SheetCell | undefined): number | undefined {
  const text = cellText(cell);
  if (text === undefined) return undefined;
  const tenths = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(tenths <= 10)) throw new Unreadable('tenths', `“${text}” is no strength: a whole number from 0 to 10.`);
  return tenths;
}

export interface Read<T> {
  readonly row: number;
  readonly value: T;
}

/** Reads a table row by row; `read` gives a value or throws Unreadable, for the field it asked for last or named. */
export function readRows<F extends string, T>(
  sheet: Sheet,
  columns: Columns<F>,
  read: (cellOf: (field: F) => SheetCell | undefined, at: (field: F) => void) => T,
): { readonly rows: readonly Read<T>[]; readonly problems: readonly LoadProblem[] } {
  const rows: Read<T>[] = [];
  const problems: LoadProblem[] = [];
  for (const { row, cells } of sheet.rows) {
    if (isEmptyRow(cells)) continue;
    let field: F | undefined;
    const at = (now: F): void => {
      field = now;
    };
    const cellOf = (of: F): SheetCell | undefined => {
      field = of;
      const column = columns[of];
      return column === undefined ? undefined : cells[column];
    };
    try {
      rows.push({ row, value: read(cellOf, at) });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      problems.push({ ...placeOf(columns, field, row), code: error.code, says: error.message });
    }
  }
  return { rows, problems };
}

/** A cell by its field; of a field without a column, the row's first. */
export const placeOf = <F extends string>(columns: Columns<F>, field: F | undefined, row: number): Place => ({
  row,
  cell: `${columnName((field === undefined ? undefined : columns[field]) ?? 0)}${row}`,
});

/** In the order of the file. */
export const inOrder = (problems: readonly LoadProblem[]): readonly LoadProblem[] =>
  [...problems].sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
