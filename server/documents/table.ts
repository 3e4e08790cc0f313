import { PassThrough, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import ExcelJS from 'exceljs';
import { guarded } from './guard.ts';

export type Cell = string | number | boolean | null;

/** Rows that come one after the other, under their columns and one line of both clocks. */
export interface Rows {
  readonly clocks: string;
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<readonly Cell[]>;
}

/** What a cell of Excel holds at most. */
const MOST_IN_CELL = 32_767;

const bounded = (text: string): string => (text.length <= MOST_IN_CELL ? text : `${text.slice(0, MOST_IN_CELL - 1)}…`);

/** As CSV of RFC 4180 with a mark that makes Excel read UTF-8. Its first line is the clocks, its second the names of the columns. */
export function csvOf({ clocks, columns, rows }: Rows): Readable {
  // With CRLF between rows it would leave a lone line end in a cell unquoted.
  const out = stringify({ bom: true, record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
  const lines = async function* (): AsyncGenerator<readonly string[]> {
    yield [guarded(clocks)];
    yield columns.map(guarded);
    for await (const row of rows) {
      yield row.map((cell) => (cell === null ? '' : typeof cell === 'string' ? guarded(cell) : String(cell)));
    }
  };
  return piped(Readable.from(lines()), out);
}

/** `pipe` passes no error on; whoever reads must meet it. */
function piped(from: Readable, to: NodeJS.ReadWriteStream & Readable): Readable {
  from.once('error', (error) => to.destroy(error));
  to.once('close', () => from.destroy());
  from.pipe(to);
  return to;
}

/** As one sheet of a workbook, written while rows come. Text is always a cell of text: a formula is never made. */
export function xlsxOf(sheet: string, { clocks, columns, rows }: Rows): Readable {
  const out = new PassThrough();
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useStyles: true, useSharedStrings: false });
  const write = async (): Promise<void> => {
    const page = book.addWorksheet(sheet, { views: [{ state: 'frozen', ySplit: 2 }] });
    page.columns = columns.map((name) => ({ width: Math.min(60, Math.max(12, name.length + 2)) }));
    page.addRow([clocks]).commit();
    const head = page.addRow([...columns]);
    head.font = { bold: true };
    head.commit();
    for await (const row of rows) {
      page.addRow(row.map((cell) => (typeof cell === 'string' ? bounded(cell) : cell))).commit();
    }
    page.commit();
    await book.commit();
  };
  write().catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))));
  return out;
}
