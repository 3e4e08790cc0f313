import { refuseImport } from '@countersign/core/control/index.ts';
import type { Sheet, SheetCell } from '@countersign/core/control/index.ts';
import ExcelJS from 'exceljs';
import { sheetOf } from './limits.ts';
import { refuseBomb } from './zip.ts';

/** A workbook’s sheets by name, and the one asked for, or else the first that is not hidden. */
export async function readXlsx(
  bytes: Buffer,
  name: string | undefined,
): Promise<{ readonly sheets: readonly string[]; readonly name: string; readonly sheet: Sheet }> {
  refuseBomb(bytes);
  const book = new ExcelJS.Workbook();
  try {
    // Its types know another Buffer than Node’s.
    await book.xlsx.load(bytes as never, {
      ignoreNodes: ['dataValidations', 'conditionalFormatting', 'drawing', 'picture'],
    });
  } catch {
    throw refuseImport('file', { why: 'it is no workbook of Excel (.xlsx)' });
  }
  const shown = book.worksheets.filter(({ state }) => state === 'visible');
  const sheets = shown.map((sheet) => sheet.name);
  const page = name === undefined ? shown[0] : shown.find((sheet) => sheet.name === name);
  if (page === undefined) {
    throw name === undefined ? refuseImport('empty', {}) : refuseImport('sheet', { name, names: sheets.join(', ') });
  }
  const lines: { row: number; cells: readonly SheetCell[] }[] = [];
  page.eachRow({ includeEmpty: false }, (row, number) => {
    const cells: SheetCell[] = [];
    row.eachCell({ includeEmpty: true }, (cell, column) => {
      // Of cells that were merged only the first holds what is shown.
      cells[column - 1] = cell.isMerged && cell.master.address !== cell.address ? null : cellOf(cell.value);
    });
    lines.push({ row: number, cells: Array.from(cells, (cell) => cell ?? null) });
  });
  return { sheets, name: page.name, sheet: sheetOf(lines) };
}

function cellOf(value: ExcelJS.CellValue): SheetCell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? { error: 'no date' } : { date: value.toISOString().slice(0, 10) };
  }
  if ('error' in value) return { error: String(value.error) };
  if ('formula' in value || 'sharedFormula' in value) return { formula: true };
  if ('richText' in value) return value.richText.map(({ text }) => text).join('');
  if ('text' in value) {
    const shown: unknown = value.text;
    return typeof shown === 'string' ? shown : textIn(shown);
  }
  return { error: 'a kind of value that is not known' };
}

/** A link may have its words in several letters’ forms. */
const textIn = (shown: unknown): string =>
  typeof shown === 'object' && shown !== null && 'richText' in shown && Array.isArray(shown.richText)
    ? shown.richText.map((run: { readonly text?: unknown }) => String(run.text ?? '')).join('')
    : '';
