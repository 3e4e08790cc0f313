import { deflateRawSync } from 'node:zlib';
import { Readable } from 'node:stream';
import ExcelJS from 'exceljs';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_BYTES } from '../import/limits.ts';
import { zipOf } from '../import/testing.ts';
import { OPERATOR, standUp } from '../testing.ts';
import type { Ground } from '../testing.ts';

let ground: Ground;
let app: FastifyInstance;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  const records = [{ kind: 'person', id: 'p-ada', name: 'Ada', email: 'ada@example.com' }];
  await ground.engine.runtime.act(ground.alpha, OPERATOR, 'records.apply', { records });
  for (const person of ['lena', 'emma']) {
    tokens[person] = (
      await ground.engine.services.createToken(ground.alpha, OPERATOR, { name: person, for: person })
    ).token;
  }
});
afterAll(() => ground.close());

const put = async (bytes: string | Uint8Array, org = ground.alpha): Promise<string> =>
  (await ground.engine.services.putBlob(org, OPERATOR, Readable.from([Buffer.from(bytes)]))).digest;

const ask = (what: 'preview' | 'apply', payload: object, who = 'lena') =>
  app.inject({
    method: 'POST',
    url: `/api/imports/${what}`,
    payload,
    headers: { authorization: `Bearer ${tokens[who]}` },
  });

const controls = async (): Promise<number> =>
  (await ground.engine.runtime.list(ground.alpha, OPERATOR, 'control', { limit: 1 })).total;

const HEAD = 'Control ID,Control name,Frequency,Owner e-mail,Start date,SOC 2 criteria,ISO 27001\n';
const MATRIX = `${HEAD}AC-1,Access is reviewed,quarterly,ada@example.com,2026-01-01,"CC6.1, CC6.2",A.5.15\nBK-1,Backups are restored,monthly,,,CC7.5,A.8.13\n`;

type Draw = (book: ExcelJS.Workbook) => void;
async function workbook(draw: Draw): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  draw(book);
  return new Uint8Array(await book.xlsx.writeBuffer());
}

describe('a control matrix', () => {
  test('is shown as it would be taken, and nothing is taken', async () => {
    const before = await controls();
    const { json, statusCode } = await ask('preview', { blob: await put(MATRIX) });

    expect(statusCode).toBe(200);
    expect(json()).toMatchObject({
      format: 'csv',
      mapping: { id: 0, title: 1, frequency: 2, owner: 3, startsOn: 4, soc2: 5, iso27001: 6 },
      rows: 2,
      controls: [
        { row: 2, id: 'AC-1', did: 'create' },
        { row: 3, id: 'BK-1', did: 'create' },
      ],
      problems: [],
      plan: { create: 2, change: 0, unchanged: 0 },
    });
    expect(json().columns[3]).toEqual({ heading: 'Owner e-mail', letter: 'D', samples: ['ada@example.com'] });
    expect(await controls()).toBe(before);
  });

  test('is taken in one entry of the log; a second time nothing changes; a changed row changes that control', async () => {
    const blob = await put(MATRIX);
    const { mapping } = (await ask('preview', { blob })).json();
    const first = (await ask('apply', { blob, mapping })).json();
    const again = (await ask('apply', { blob, mapping })).json();
    const changed = await put(MATRIX.replace('quarterly', 'monthly'));
    const preview = (await ask('preview', { blob: changed, mapping })).json();

    expect([first.plan, typeof first.index]).toEqual([{ create: 2, change: 0, unchanged: 0 }, 'number']);
    expect([again.plan, again.index]).toEqual([{ create: 0, change: 0, unchanged: 2 }, null]);
    expect(preview.controls.map((c: { did: string; fields: string[] }) => [c.did, c.fields])).toEqual([
      ['change', ['frequency']],
      ['unchanged', []],
    ]);
    expect(await ground.engine.runtime.get(ground.alpha, OPERATOR, 'control', 'AC-1')).toMatchObject({
      owner: 'p-ada',
      startsOn: '2026-01-01',
      answers: { soc2: ['CC6.1', 'CC6.2'], iso27001: ['A.5.15'] },
    });
  });

  test('with one row that cannot be taken is not taken at all, and says which; without that row it is', async () => {
    const blob = await put(`${HEAD}OK-1,Good,monthly,,,,\nNO-1,Bad,sometimes,,,,\n`);
    const mapping = { id: 0, title: 1, frequency: 2 };
    const before = await controls();

    const refused = await ask('apply', { blob, mapping });
    const after = await controls();
    const taken = await ask('apply', { blob, mapping, leaveOut: [3] });

    expect([refused.statusCode, refused.json().code, refused.json().at]).toEqual([422, 'import.problems', ['row', 3]]);
    expect(refused.json().detail).toContain('C3: “sometimes” is no frequency');
    expect(after).toBe(before);
    expect(taken.json().plan).toMatchObject({ create: 1 });
  });

  test.each([
    ['semicolons', 'ID;Title;Frequency\nSC-1;"a; b";daily\n', 'a; b'],
    ['tabs', 'ID\tTitle\tFrequency\nTB-1\ta\tdaily\n', 'a'],
    ['a mark and CRLF', '\ufeffID,Title,Frequency\r\nBM-1,é,daily\r\n', 'é'],
    ['a title above', 'Control matrix of Example Ltd\n\nID,Title,Frequency\nTA-1,a,daily\n', 'a'],
  ])('may be written with %s', async (_, text, title) => {
    const { json } = await ask('preview', { blob: await put(text) });

    expect(json().controls).toMatchObject([{ title, did: 'create' }]);
  });

  test('in UTF-16 is read, in Latin-1 refused with what to do', async () => {
    const text = 'ID,Title,Frequency\nU-1,prüfung,daily\n';
    const utf16 = await ask('preview', { blob: await put(Buffer.from(`\ufeff${text}`, 'utf16le')) });
    const latin1 = await ask('preview', { blob: await put(Buffer.from(text, 'latin1')) });

    expect(utf16.json().controls).toMatchObject([{ title: 'prüfung' }]);
    expect([latin1.statusCode, latin1.json().code]).toEqual([422, 'import.file']);
    expect(latin1.json().detail).toContain('CSV UTF-8');
  });

  test.each([
    ['nothing', '', 'import.empty'],
    ['headings only', HEAD, 'import.empty'],
    ['a quote that never ends', `${HEAD}"x,y`, 'import.file'],
    ['U+0000', `${HEAD}a\0b,c,daily`, 'import.file'],
    ['more rows than there are controls', HEAD + 'a,b,daily\n'.repeat(5001), 'import.large'],
    ['more columns', `${'a,'.repeat(300)}\n${'b,'.repeat(300)}\n`, 'import.large'],
    ['a cell like a book', `${HEAD}x,${'y'.repeat(30_000)},daily`, 'import.large'],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1'), 'import.file'],
    ['an old workbook', Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1'), 'import.file'],
    ['a broken archive', 'PK\x03\x04 and no more', 'import.file'],
  ])('of %s is refused', async (_, bytes, code) => {
    const { json, statusCode } = await ask('preview', { blob: await put(bytes) });

    expect([statusCode, json().code]).toEqual([422, code]);
  });

  test('of 200 MB is refused by its length, unread', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'a,b,c\n');
    const { digest } = await ground.engine.services.putBlob(
      ground.alpha,
      OPERATOR,
      Readable.from(
        (function* () {
          for (let i = 0; i < 200; i += 1) yield piece;
        })(),
      ),
    );

    const { json } = await ask('preview', { blob: digest });

    expect(json()).toMatchObject({ code: 'import.large', detail: `The file has more than ${MOST_BYTES >> 20} MiB.` });
  }, 60_000);

  test('of another organisation is not there', async () => {
    const { json, statusCode } = await ask('preview', { blob: await put('ID,Title\nof,beta\n', ground.beta) });

    expect([statusCode, json().code]).toEqual([404, 'blob.missing']);
  });

  test('is for those who may apply records', async () => {
    const blob = await put(MATRIX);

    expect((await ask('preview', { blob }, 'emma')).statusCode).toBe(403);
    expect((await ask('apply', { blob, mapping: {} }, 'emma')).statusCode).toBe(403);
  });
});

describe('a workbook', () => {
  test('is read by sheet, with its dates; hidden sheets are not', async () => {
    const bytes = await workbook((book) => {
      book.addWorksheet('Hidden', { state: 'hidden' }).addRow(['ID', 'Title']);
      const sheet = book.addWorksheet('Controls');
      sheet.addRow(['Control matrix']);
      sheet.addRow(['ID', 'Title', 'Frequency', 'Start date', 'ISO refs']);
      sheet.addRow([
        'XL-1',
        { richText: [{ text: 'Access ' }, { text: 'review' }] },
        'Annually',
        new Date('2026-03-01T00:00:00Z'),
        'A.5.15',
      ]);
      sheet.addRow(['XL-2', { text: 'A link', hyperlink: 'https://example.com' }, 'daily', null, 5]);
      book.addWorksheet('Others').addRows([
        ['ID', 'Title', 'Frequency'],
        ['O-1', 'Other', 'weekly'],
      ]);
    });
    const blob = await put(bytes);
    const first = (await ask('preview', { blob })).json();
    const others = (await ask('preview', { blob, sheet: 'Others' })).json();
    const hidden = (await ask('preview', { blob, sheet: 'Hidden' })).json();

    expect([first.format, first.sheets, first.sheet]).toEqual(['xlsx', ['Controls', 'Others'], 'Controls']);
    expect(first.controls).toMatchObject([{ row: 3, id: 'XL-1', title: 'Access review', frequency: 'annual' }]);
    expect(first.problems).toMatchObject([{ row: 4, cell: 'E4', code: 'ref' }]);
    expect(others.controls).toMatchObject([{ id: 'O-1' }]);
    expect(hidden.code).toBe('import.sheet');
  });

  test('with formulas says in which cells, and takes none of their last values', async () => {
    const bytes = await workbook((book) => {
      const sheet = book.addWorksheet('C');
      sheet.addRow(['ID', 'Title', 'Frequency']);
      sheet.addRow(['F-1', { formula: 'CONCAT("a","b")', result: 'ab' }, 'daily']);
      sheet.addRow(['F-2', { formula: 'HYPERLINK("http://example.com/"&A1)', result: 'x' }, 'daily']);
      sheet.addRow(['F-3', { error: '#REF!' }, 'daily']);
    });

    const { problems, controls: taken } = (await ask('preview', { blob: await put(bytes) })).json();

    expect(taken).toEqual([]);
    expect(problems.map((p: { cell: string; code: string }) => [p.cell, p.code])).toEqual([
      ['B2', 'formula'],
      ['B3', 'formula'],
      ['B4', 'error'],
    ]);
  });

  test.each([
    ['says how large it is', (real: number) => real, 'import.large'],
    ['lies about how large it is', () => 1000, 'import.file'],
  ])(
    'that is a bomb and %s is refused',
    async (_, claimed, code) => {
      const size = 300 * 1024 * 1024;
      const bomb = zipOf('xl/worksheets/sheet1.xml', deflateRawSync(Buffer.alloc(size)), claimed(size));
      expect(bomb.length).toBeLessThan(1024 * 1024);

      const { json } = await ask('preview', { blob: await put(bomb) });

      expect(json().code).toBe(code);
    },
    60_000,
  );

  test('that declares entities is refused', async () => {
    const xml = Buffer.from('<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>');

    const { json } = await ask('preview', {
      blob: await put(zipOf('xl/workbook.xml', deflateRawSync(xml), xml.length)),
    });

    expect(json().detail).toContain('entities');
  });

  test('that says it is packed otherwise, or encrypted, is refused', async () => {
    const xml = Buffer.from('<x/>');
    const zip = zipOf('xl/workbook.xml', deflateRawSync(xml), xml.length);
    const encrypted = Buffer.from(zip);
    const entry = encrypted.readUInt32LE(encrypted.length - 6);
    encrypted.writeUInt16LE(1, entry + 8);

    expect((await ask('preview', { blob: await put(encrypted) })).json().detail).toContain('encrypted');
    expect((await ask('preview', { blob: await put(zip.subarray(0, zip.length - 30)) })).json().code).toBe(
      'import.file',
    );
  });
});
