import { refuseImport } from '@countersign/core/control/index.ts';
import type { Sheet } from '@countersign/core/control/index.ts';
import { CsvError, parse } from 'csv-parse/sync';
import { sheetOf } from './limits.ts';

const DELIMITERS = [',', ';', '\t'] as const;

/** The text of a CSV file, as UTF-8 or, with its mark, UTF-16. Anything else would be guessed at, and a guess turns names into others. */
function textOf(bytes: Buffer): string {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  try {
    const text = new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0')) throw new TypeError('U+0000');
    return text;
  } catch {
    throw refuseImport('file', { why: 'it is not UTF-8. In Excel save it as “CSV UTF-8”' });
  }
}

/** The sign that stands most often in the line of headings, outside of quotes. */
function delimiterOf(text: string): string {
  const line = (/^(?:[^"\r\n]|"(?:[^"]|"")*")*/.exec(text)?.[0] ?? '').replace(/"(?:[^"]|"")*"/g, '');
  const count = (sign: string): number => line.split(sign).length;
  return [...DELIMITERS].sort((a, b) => count(b) - count(a))[0] ?? ',';
}

/** @throws Refusal import.file with the line, import.large, import.empty */
export function readCsv(bytes: Buffer): Sheet {
  const text = textOf(bytes);
  try {
    const lines: { readonly record: readonly string[]; readonly info: { readonly lines: number } }[] = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: false,
      info: true,
      max_record_size: 1024 * 1024,
    }) as never;
    return sheetOf(
      lines.map(({ record }, i) => ({ row: i + 1, cells: record.map((cell) => (cell === '' ? null : cell)) })),
    );
  } catch (error) {
    if (error instanceof CsvError) throw refuseImport('file', { why: `${error.message.replace(/\.$/, '')}` });
    throw error;
  }
}
