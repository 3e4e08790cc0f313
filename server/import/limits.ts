import type { Sheet, SheetCell } from '@countersign/core/control/index.ts';
import { refuseImport } from '@countersign/core/control/index.ts';

/** No company has more controls, and a file that has is something else. */
export const MOST_ROWS = 5000;
export const MOST_COLUMNS = 200;
export const MOST_CELL = 20_000;
export const MOST_BYTES = 20 * 1024 * 1024;

const headingOf = (cell: SheetCell | undefined): string =>
  typeof cell === 'string' || typeof cell === 'number' ? String(cell).trim() : '';

const isFilled = (cell: SheetCell): boolean => cell !== null && (typeof cell !== 'string' || cell.trim() !== '');

/**
 * The headings and the rows under them. Headings are the first line with at least two cells that hold something: a title above them is passed over.
 */
export function sheetOf(lines: readonly { readonly row: number; readonly cells: readonly SheetCell[] }[]): Sheet {
  const head = lines.findIndex(({ cells }) => cells.filter(isFilled).length >= 2);
  const heading = lines[head];
  const rows = lines.slice(head + 1).filter(({ cells }) => cells.some(isFilled));
  if (heading === undefined || rows.length === 0) throw refuseImport('empty', {});
  if (rows.length > MOST_ROWS) throw refuseImport('large', { what: 'rows', most: String(MOST_ROWS) });
  const width = Math.max(heading.cells.length, ...rows.map(({ cells }) => cells.length));
  if (width > MOST_COLUMNS) throw refuseImport('large', { what: 'columns', most: String(MOST_COLUMNS) });
  for (const { cells } of rows) {
    for (const cell of cells) {
      if (typeof cell === 'string' && cell.length > MOST_CELL) {
        throw refuseImport('large', { what: 'characters in a cell', most: String(MOST_CELL) });
      }
    }
  }
  return { columns: Array.from({ length: width }, (_, i) => headingOf(heading.cells[i])), rows };
}
