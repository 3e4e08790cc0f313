import { Readable } from 'node:stream';
import ExcelJS from 'exceljs';
import { describe, expect, test } from 'vitest';
import { flatten, listAt } from './flatten.ts';
import { guarded } from './guard.ts';
import type { Cell } from './table.ts';
import { csvOf, xlsxOf } from './table.ts';

async function read(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

const table = (rows: readonly (readonly Cell[])[], clocks = 'True on 1 Mar 2026. Known by 2 Mar 2026.') => ({
  clocks,
  columns: ['a', 'b'],
  rows: Readable.from(rows) as AsyncIterable<readonly Cell[]>,
});

const FORMULAS = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  ' =1',
  '＝1',
  '=cmd|" /C calc"!A0',
  '\ufeff=1',
];

describe('CSV', () => {
  test('begins with both clocks, then the columns', async () => {
    const text = String(
      await read(
        csvOf(
          table([
            ['x', 1],
            [null, true],
          ]),
        ),
      ),
    );

    expect(text).toBe('\ufeffTrue on 1 Mar 2026. Known by 2 Mar 2026.\r\na,b\r\nx,1\r\n,true\r\n');
  });

  test.each(FORMULAS)('writes %j as text', async (formula) => {
    const text = String(await read(csvOf(table([[formula, -5]]))));
    const row = text.slice(text.indexOf('a,b\r\n') + 5);

    expect(row.replace(/^"/, '').startsWith("'")).toBe(true);
    expect(row).toContain(',-5');
  });

  test.each(['x=1', 'a-b', 'user@example.com', '5', ''])('leaves %j as it is', (text) => {
    expect(guarded(text)).toBe(text);
  });

  test('guards a name of an organisation that is a formula', async () => {
    expect(String(await read(csvOf(table([], '=evil()'))))).toContain("'=evil()");
  });

  test('quotes what holds quotes, commas and line ends', async () => {
    const text = String(await read(csvOf(table([['a "b", c', 'd\ne']]))));

    expect(text).toContain('"a ""b"", c","d\ne"');
  });

  test('ends with the error of its rows, and not as if it were whole', async () => {
    const broken = Readable.from(
      (function* () {
        yield ['x', 1];
        throw new Error('The rows broke off');
      })(),
    );

    await expect(read(csvOf({ clocks: '', columns: ['a'], rows: broken }))).rejects.toThrow('The rows broke off');
  });
});

describe('a workbook', () => {
  async function cells(rows: readonly (readonly Cell[])[]) {
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await read(xlsxOf('Table', table(rows)))) as never);
    return book.getWorksheet('Table');
  }

  test('begins with both clocks, then the columns', async () => {
    const sheet = await cells([['x', 1.5]]);

    expect([1, 2, 3].map((n) => sheet?.getRow(n).values)).toEqual([
      [undefined, 'True on 1 Mar 2026. Known by 2 Mar 2026.'],
      [undefined, 'a', 'b'],
      [undefined, 'x', 1.5],
    ]);
  });

  test.each(FORMULAS)('holds %j as a cell of text', async (formula) => {
    const cell = (await cells([[formula, 1]]))?.getCell('A3');

    expect(cell?.type).toBe(ExcelJS.ValueType.String);
    expect(cell?.formula).toBeUndefined();
  });

  test('cuts what no cell can hold, and says so', async () => {
    const cell = (await cells([['x'.repeat(40_000), 1]]))?.getCell('A3');

    expect([String(cell?.value).length, String(cell?.value).at(-1)]).toEqual([32_767, '…']);
  });

  test('ends with the error of its rows', async () => {
    const broken = Readable.from(
      (function* () {
        yield ['x', 1];
        throw new Error('The rows broke off');
      })(),
    );

    await expect(read(xlsxOf('Table', { clocks: '', columns: ['a'], rows: broken }))).rejects.toThrow('broke off');
  });
});

test('a thing becomes cells by path; lists are told in a line', () => {
  const cells = flatten({
    id: 'x',
    counts: { on: 1, off: 2 },
    because: ['a', 'b'],
    controls: [{ id: 'c' }, { n: 1 }],
    none: null,
  });

  expect(Object.fromEntries(cells)).toEqual({
    id: 'x',
    'counts.on': 1,
    'counts.off': 2,
    because: 'a; b',
    controls: 'c; {"n":1}',
    none: null,
  });
});

test.each([
  ['rows', [{ a: 1 }]],
  ['in.rows', [{ b: 2 }]],
  ['nowhere', undefined],
  ['text', undefined],
  ['__proto__', undefined],
  ['constructor', undefined],
])('the list at %s', (path, list) => {
  expect(listAt({ rows: [{ a: 1 }], in: { rows: [{ b: 2 }] }, text: 'x' }, path)).toEqual(list);
});
