import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR, PEOPLE, standUp } from '../testing.ts';
import type { Ground } from '../testing.ts';

let ground: Ground;
let app: FastifyInstance;
const tokens: Record<string, string> = {};

const HOSTILE = `=HYPERLINK("x") #set page(width: 1pt) *bold* $x$ \\u{0} <script> @ref @ [x] ]]>`;

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  const control = {
    kind: 'control',
    title: HOSTILE,
    frequency: 'monthly',
    startsOn: '2025-10-01',
    answers: { soc2: ['CC6.1'], iso27001: ['A.5.15'] },
  };
  const records = [
    { ...control, id: 'hostile' },
    { ...control, id: 'plain', title: 'Access of everybody is reviewed' },
  ];
  await ground.engine.runtime.act(ground.alpha, OPERATOR, 'records.apply', { records });
  for (const at of ['2025-10-09T10:00:00Z', '2025-12-04T10:00:00Z']) {
    await ground.engine.runtime.act(ground.alpha, PEOPLE.lead, 'performance.record', { control: 'plain', at });
  }
  for (const [name, person] of [
    ['lead', 'lena'],
    ['employee', 'emma'],
  ] as const) {
    tokens[name] = (await ground.engine.services.createToken(ground.alpha, OPERATOR, { name, for: person })).token;
  }
  tokens['stranger'] = (
    await ground.engine.services.createToken(ground.beta, OPERATOR, { name: 's', for: 'olga' })
  ).token;
});
afterAll(() => ground.close());

const get = (path: string, who = 'lead') =>
  app.inject({ url: `/api/documents/${path}`, headers: { authorization: `Bearer ${tokens[who]}` } });

async function bookOf(bytes: Buffer): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as never);
  return book;
}

const hasPoppler = (() => {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('Left out: reading the text of PDFs, as pdftotext is not here.');
    return false;
  }
})();

async function textOf(pdf: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-pdf-'));
  try {
    await writeFile(join(folder, 'x.pdf'), pdf);
    return execFileSync('pdftotext', ['-layout', join(folder, 'x.pdf'), '-'], { encoding: 'utf8' });
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a posture report', () => {
  test('is a PDF to be saved', async () => {
    const { headers, rawPayload, statusCode } = await get('posture?framework=soc2&format=pdf');

    expect([statusCode, headers['content-type'], String(rawPayload.subarray(0, 5))]).toEqual([
      200,
      'application/pdf',
      '%PDF-',
    ]);
    expect(headers['content-disposition']).toBe(
      `attachment; filename="alpha-soc2-posture-2026-01-01.pdf"; filename*=UTF-8''alpha-soc2-posture-2026-01-01.pdf`,
    );
  }, 60_000);

  test.skipIf(!hasPoppler)(
    'says on every sheet whose it is, both clocks, the log and its number, and text stays text',
    async () => {
      const { rawPayload } = await get('posture?framework=soc2&format=pdf&asOf=2025-12-31');
      const sheets = (await textOf(rawPayload)).split('\f').filter((sheet) => sheet.trim() !== '');

      expect(sheets.length).toBeGreaterThan(2);
      for (const [i, sheet] of sheets.entries()) {
        expect(sheet).toContain('alpha · True on 31 Dec 2025, 23:59 (UTC) · Known by 1 Jan 2026, 09:00 (UTC)');
        expect(sheet).toContain('Printed 1 Jan 2026, 09:00 (UTC) by lena');
        expect(sheet).toMatch(/Ledger: \d+ entries, root \S{44}/);
        expect(sheet).toContain(`Page ${i + 1} of ${sheets.length}`);
      }
      const all = sheets.join(' ').replace(/\s+/g, ' ');
      expect(all).toContain('0 of 33 criteria met.');
      expect(all).toContain('What this does not say');
      expect(all).toContain('=HYPERLINK("x") #set page(width: 1pt) *bold* $x$');
    },
    60_000,
  );

  test('is a document to go on writing in, with the same figures and the same foot', async () => {
    const { rawPayload, headers } = await get('posture?framework=iso27001&format=docx');
    const { default: JSZip } = await import('jszip');
    const zip = await JSZip.loadAsync(rawPayload);
    const body = (await zip.file('word/document.xml')?.async('string')) ?? '';
    const foot = (await zip.file('word/footer1.xml')?.async('string')) ?? '';

    expect(headers['content-type']).toContain('wordprocessingml');
    expect(body).toContain('of 123 requirements met.');
    expect(body).toContain('&lt;script&gt;');
    expect(body).toContain('What this does not say');
    expect(foot).toMatch(/True on .*Known by .*Printed .*Ledger: \d+ entries, root .{44}/s);
    expect(foot).toContain('NUMPAGES');
  }, 60_000);
});

describe('how controls operated', () => {
  const path = 'effectiveness?from=2025-10-01&to=2025-12-31';

  test.skipIf(!hasPoppler)(
    'is a sheet that names what was missed and late',
    async () => {
      const { rawPayload } = await get(`${path}&format=pdf`);
      const text = (await textOf(rawPayload)).replace(/\s+/g, ' ');

      expect(text).toContain('1 of 132 controls operated in the period.');
      expect(text).toContain('6 occurrences due: 2 on time, 0 late, 3 missed, 1 pending, 0 excused.');
      expect(text).toContain('Missed: 2025-11');
      expect(text).toContain('True on 1 Oct 2025 to 31 Dec 2025');
    },
    60_000,
  );

  test('is a workbook with every control, the clocks first on each sheet, and no formula', async () => {
    const book = await bookOf((await get(`${path}&format=xlsx`)).rawPayload);

    expect(book.worksheets.map(({ name }) => name)).toEqual([
      'Controls',
      'Occurrences',
      'Unmatched',
      'Checks',
      'Populations',
      'About',
    ]);
    for (const sheet of book.worksheets) {
      expect(String(sheet.getCell('A1').value)).toMatch(/^alpha: How controls operated.*Known by 1 Jan 2026/);
      sheet.eachRow((row) => row.eachCell((cell) => expect(cell.type).not.toBe(ExcelJS.ValueType.Formula)));
    }
    expect(book.getWorksheet('Controls')?.rowCount).toBe(134);
    expect(book.getWorksheet('Occurrences')?.getRow(3).values).toEqual(
      expect.arrayContaining(['hostile', '2025-10', 'missed']),
    );
  }, 60_000);

  test.each([
    ['from=2025-12-31&to=2025-01-01&format=pdf', 'window.order'],
    ['from=2025-10-01&to=2025-12-31&format=pdf&controls=nobodys', 'record.missing'],
    ['from=2025-10-01&to=2025-12-31&format=docx', 'request.invalid'],
    ['from=x&to=2025-12-31&format=pdf', 'request.invalid'],
  ])('refuses %s', async (query, code) => {
    expect((await get(`effectiveness?${query}`)).json().code).toBe(code);
  });
});

describe('a table', () => {
  test('of records has all that a list has, and no formula', async () => {
    const { body, headers } = await get(
      'records/control?format=csv&columns=id,title,startsOn,answers.soc2&search=hyperlink',
    );
    const [clocks, columns, row] = body.replace('\ufeff', '').split('\r\n');

    expect(clocks).toBe(
      '"alpha: Control. True on 1 Jan 2026, 09:00 (UTC). Known by 1 Jan 2026, 09:00 (UTC). Exported 1 Jan 2026, 09:00 (UTC) by lena."',
    );
    expect(columns).toBe('id,title,startsOn,answers.soc2');
    expect(row).toBe(`hostile,"'${HOSTILE.replaceAll('"', '""')}",2025-10-01,CC6.1`);
    expect(headers['content-disposition']).toContain('attachment; filename="alpha-control.csv"');
  });

  test('of records goes over pages of the list', async () => {
    const people = Array.from({ length: 450 }, (_, i) => ({ kind: 'person', id: `many-${i}`, name: `Person ${i}` }));
    await ground.engine.runtime.act(ground.alpha, OPERATOR, 'records.apply', { records: people });

    const book = await bookOf((await get('records/person?format=xlsx&search=many-&columns=id,name')).rawPayload);

    expect(book.getWorksheet('Table')?.rowCount).toBe(452);
  });

  test('of a view has the rows of its answer', async () => {
    const input = encodeURIComponent(JSON.stringify({ framework: 'soc2' }));
    const { body } = await get(
      `views/status?format=csv&rows=requirements&input=${input}&columns=ref,state,counts.planned,because`,
    );
    const lines = body.trim().split('\r\n');

    expect(lines).toHaveLength(63);
    expect(lines[2]).toMatch(/^CC1\.1,not-observed,\d+,/);
  });

  test('of a view that answers page by page has all pages', async () => {
    const { body } = await get('views/controls.list?format=csv&rows=controls&columns=id');
    const ids = body.trim().split('\r\n').slice(2);

    expect(ids).toHaveLength(132);
    expect(new Set(ids).size).toBe(132);
  });

  test.each([
    ['views/status?format=csv&rows=nowhere&input=%7B%22framework%22%3A%22soc2%22%7D', 422, 'document.rows'],
    ['views/status?format=csv&rows=requirements&input=[]', 422, 'request.invalid'],
    ['views/status?format=csv&rows=requirements&input={', 400, 'request.malformed'],
    ['views/nothing?format=csv&rows=x', 404, 'record.unknown'],
    ['records/nothing?format=csv', 404, 'record.unknown'],
    ['records/control?format=html', 422, 'request.invalid'],
    ['records/control', 422, 'request.invalid'],
    ['records/control?format=csv&columns=a%20b', 422, 'document.column'],
  ])('refuses %s', async (path, status, code) => {
    const { statusCode, json } = await get(path);

    expect([statusCode, json().code]).toEqual([status, code]);
  });

  test('shows nobody what they may not read', async () => {
    const { statusCode, json } = await get('records/token?format=csv', 'employee');

    expect([statusCode, json().code]).toEqual([403, 'record.forbidden']);
  });

  test('shows nothing of another organisation', async () => {
    const { body } = await get('records/control?format=csv', 'stranger');

    expect(body).not.toContain('hostile');
  });
});
