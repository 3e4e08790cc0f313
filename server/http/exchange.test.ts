import { deflateRawSync } from 'node:zlib';
import { Readable } from 'node:stream';
import basicCatalog from '@countersign/catalogs/oscal-1.2.1/published/basic_catalog.json' with { type: 'json' };
import basicProfile from '@countersign/catalogs/oscal-1.2.1/published/basic_profile.json' with { type: 'json' };
import ExcelJS from 'exceljs';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_BYTES } from '../import/limits.ts';
import { schemaProblems } from '../import/oscal.ts';
import { zipOf } from '../import/testing.ts';
import { OPERATOR, standUp } from '../testing.ts';
import type { Ground } from '../testing.ts';

let ground: Ground;
let app: FastifyInstance;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  for (const person of ['lena', 'emma', 'carl']) {
    tokens[person] = (
      await ground.engine.services.createToken(ground.alpha, OPERATOR, { name: person, for: person })
    ).token;
  }
});
afterAll(() => ground.close());

const put = async (bytes: string | Uint8Array, org = ground.alpha): Promise<string> =>
  (await ground.engine.services.putBlob(org, OPERATOR, Readable.from([Buffer.from(bytes)]))).digest;
const file = async (name: string, bytes: string | Uint8Array | object) => ({
  name,
  blob: await put(typeof bytes === 'string' || bytes instanceof Uint8Array ? bytes : JSON.stringify(bytes)),
});

const send = (what: 'preview' | 'import', payload: object, who = 'lena') =>
  app.inject({
    method: 'POST',
    url: `/api/frameworks/${what}`,
    payload: { what: 'framework', ...payload },
    headers: { authorization: `Bearer ${tokens[who]}` },
  });
const get = (url: string, who = 'lena') =>
  app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${tokens[who]}` } });
const items = async (framework: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const ask = { where: { framework }, limit: 200 };
  const { items: rows } = await ground.engine.runtime.list(ground.alpha, OPERATOR, 'requirement', ask);
  return rows.map((row) => ({ ...row }));
};
const where = (problems: readonly { cell?: string; pointer?: string; code: string }[]) =>
  problems.map(({ cell, pointer, code }) => [cell ?? pointer, code]);

const CSV =
  'Ref,Title,Group,Parent,Text\nA,All,g,,\nA.1,"One, and more",g,A,The words.\nA.2,"=HYPERLINK(""x"")",g,A,\n';

describe('a framework as CSV', () => {
  test('is shown as it would be taken, and nothing is taken', async () => {
    const { json, statusCode } = await send('preview', { files: [await file('Our Scheme.csv', CSV)] });

    expect(statusCode).toBe(200);
    expect(json()).toMatchObject({
      format: 'csv',
      what: 'framework',
      framework: { id: 'our-scheme', title: 'Our Scheme', licence: 'licensed' },
      mapping: { ref: 0, title: 1, group: 2, parent: 3, text: 4 },
      total: 3,
      items: [{ place: 'A2', ref: 'A', did: 'create' }, { ref: 'A.1', hasText: true }, { ref: 'A.2' }],
      problems: [],
      plan: { create: 3, change: 0, withdraw: 0, unchanged: 0, texts: 1, head: 'create' },
    });
    expect(await items('our-scheme')).toEqual([]);
  });

  test('is taken in one entry of the log, and comes out as it went in', async () => {
    const ask = { files: [await file('s.csv', CSV)], framework: { id: 'csv-one', title: 'Scheme', licence: 'own' } };
    const first = (await send('import', ask)).json();
    const again = (await send('import', ask)).json();
    const out = await get('/api/documents/frameworks/csv-one?format=csv');
    const back = (
      await send('preview', { files: [await file('s.csv', out.rawPayload)], framework: { id: 'csv-one' } })
    ).json();

    expect([first.id, typeof first.index, first.plan.create]).toEqual(['csv-one', 'number', 3]);
    expect([again.index, again.plan.unchanged]).toEqual([null, 3]);
    expect(out.headers['content-type']).toContain('text/csv');
    expect(out.body).toContain(`"'=HYPERLINK(""x"")"`);
    expect(out.body).toContain('The words.');
    expect([back.problems, back.plan]).toMatchObject([[], { create: 0, change: 0, unchanged: 3, texts: 0 }]);
  });

  test('with a row that cannot be taken is not taken at all; without that row it is', async () => {
    const files = [await file('s.csv', 'Ref,Title,Parent\n1,One,\n2,Two,9\n')];
    const framework = { id: 'csv-two', licence: 'own' };
    const preview = (await send('preview', { files, framework })).json();
    const refused = await send('import', { files, framework });
    const taken = await send('import', { files, framework, leaveOut: [3] });

    expect([where(preview.problems), preview.plan]).toEqual([[['C3', 'parent']], undefined]);
    expect([refused.statusCode, refused.json().code, refused.json().at]).toEqual([422, 'import.problems', ['row', 3]]);
    expect(taken.json().plan.create).toBe(1);
    expect(await items('csv-two')).toHaveLength(1);
  });

  test('as a new edition withdraws what it has no more', async () => {
    const framework = { id: 'csv-three', licence: 'own' };
    await send('import', { files: [await file('s.csv', 'Ref,Title\n1,One\n2,Two\n')], framework });
    const next = await send('import', { files: [await file('s.csv', 'Ref,Title\n2,Two\n')], framework, isWhole: true });

    expect(next.json().plan).toMatchObject({ withdraw: 1 });
    expect((await items('csv-three')).map(({ ref, withdrawn }) => [ref, withdrawn])).toEqual([
      ['1', true],
      ['2', false],
    ]);
  });

  test.each([
    ['nothing', '', 'import.empty'],
    ['headings only', 'Ref,Title\n', 'import.empty'],
    ['U+0000', 'Ref,Title\na\0b,c', 'import.file'],
    ['a quote that never ends', 'Ref,Title\n"x,y', 'import.file'],
    ['more rows than any framework', `Ref,Title\n${'a,b\n'.repeat(5001)}`, 'import.large'],
  ])('of %s is refused', async (_, bytes, code) => {
    const { json, statusCode } = await send('preview', { files: [await file('f.csv', bytes)] });

    expect([statusCode, json().code]).toEqual([422, code]);
  });

  test('of 200 MB is refused by its length, unread, and no memory is spent on it', async () => {
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
    const before = process.memoryUsage().rss;

    const { json } = await send('preview', { files: [{ name: 'large.csv', blob: digest }] });

    expect(json()).toMatchObject({ code: 'import.large', detail: `The file has more than ${MOST_BYTES >> 20} MiB.` });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  }, 60_000);
});

describe('a framework as XLSX', () => {
  test('with formulas says in which cells; a bomb is refused', async () => {
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('Items');
    sheet.addRow(['Ref', 'Title']);
    sheet.addRow(['1', { formula: 'CONCAT("a","b")', result: 'ab' }]);
    sheet.addRow([5.1, 'A number']);
    const preview = await send('preview', {
      files: [await file('f.xlsx', new Uint8Array(await book.xlsx.writeBuffer()))],
    });
    const bomb = zipOf('xl/worksheets/sheet1.xml', deflateRawSync(Buffer.alloc(300 * 1024 * 1024)), 300 * 1024 * 1024);

    expect(where(preview.json().problems)).toEqual([
      ['B2', 'formula'],
      ['A3', 'number'],
    ]);
    expect((await send('preview', { files: [await file('b.xlsx', bomb)] })).json().code).toBe('import.large');
  });

  test('comes out as it went in', async () => {
    await send('import', { files: [await file('s.csv', CSV)], framework: { id: 'x-one', title: 'X', licence: 'own' } });
    const out = await get('/api/documents/frameworks/x-one?format=xlsx');
    const back = (
      await send('preview', { files: [await file('s.xlsx', out.rawPayload)], framework: { id: 'x-one' } })
    ).json();

    expect([back.format, back.problems, back.plan]).toMatchObject(['xlsx', [], { unchanged: 3, texts: 0 }]);
  });
});

describe('a framework as JSON of ours', () => {
  const document = {
    format: 'countersign-framework',
    version: 1,
    framework: { id: 'json-one', title: 'J', edition: '2', licence: 'public', publisher: 'P' },
    groups: [
      { id: 'g', name: 'G' },
      { id: 'g1', name: 'G1', parent: 'g' },
    ],
    items: [
      { ref: '1', title: 'One', group: 'g1', part: 'clause', text: 'Words.', summary: 'In ours.' },
      { ref: '1.1', title: 'One one', parent: '1', assessable: false },
    ],
  };

  test('comes out as it went in', async () => {
    expect((await send('import', { files: [await file('j.json', document)] })).json().plan.create).toBe(2);
    const out = (await get('/api/documents/frameworks/json-one?format=json')).json();
    const back = (await send('preview', { files: [await file('j.json', out)] })).json();

    expect(out).toMatchObject(
      document.framework === undefined ? {} : { ...document, items: [document.items[0], document.items[1]] },
    );
    expect([back.problems, back.plan]).toMatchObject([[], { head: 'unchanged', unchanged: 2, texts: 0 }]);
  });

  const nested = `${'{"a":['.repeat(100)}${']}'.repeat(100)}`;
  test.each([
    ['half a document', '{"format":"countersign-framework",', 'import.file'],
    ['a document of nobody', '{"hello":"world"}', 'import.file'],
    ['brackets without end', `{"a":${'['.repeat(100_000)}`, 'import.file'],
    ['deep nesting', nested, 'import.file'],
    ['a prototype', '{"format":"countersign-framework","__proto__":{"version":1}}', 'import.file'],
    ['a lone surrogate', '{"format":"countersign-framework","version":1,"x":"\\ud800"}', 'record.text'],
    ['U+0000', '{"format":"countersign-framework","version":1,"x":"\\u0000"}', 'record.text'],
    ['what is not UTF-8', Buffer.from('7b22e9223a317d', 'hex'), 'import.file'],
    [
      'more items than any framework',
      `{"format":"countersign-framework","version":1,"items":[${'1,'.repeat(5001)}1]}`,
      'import.large',
    ],
  ])('with %s is refused', async (_, bytes, code) => {
    const { json, statusCode } = await send('preview', { files: [await file('f.json', bytes)] });

    expect([statusCode, json().code]).toEqual([422, code]);
  });

  test('that says what it must not say is told where', async () => {
    const wrong = { ...document, version: 2, items: [{ ref: '1' }] };
    const { json } = await send('preview', { files: [await file('f.json', wrong)] });

    expect(where(json().problems)).toEqual([
      ['/version', 'schema'],
      ['/items/0/title', 'schema'],
    ]);
    expect((await send('import', { files: [await file('f.json', wrong)] })).json()).toMatchObject({
      code: 'import.problems',
    });
  });

  test('for a framework of ours is refused', async () => {
    const ours = { ...document, framework: { ...document.framework, id: 'soc2' } };

    expect((await send('import', { files: [await file('f.json', ours)] })).json().code).toBe('framework.shipped');
  });
});

describe('a catalogue of OSCAL', () => {
  test('that NIST publishes is imported, and exported deep-equal', async () => {
    const files = [await file('basic_catalog.json', basicCatalog)];
    const framework = { id: 'basic', licence: 'public' };
    const { plan, groups } = (await send('preview', { files, framework })).json();
    await send('import', { files, framework });
    const out = await get('/api/documents/frameworks/basic?format=oscal-catalog');

    expect([plan.create, groups]).toEqual([4, 4]);
    expect((await items('basic')).map(({ ref, key, title }) => [ref, key, title])).toContainEqual([
      '1.1.1',
      's1.1.1',
      'Information security roles and responsibilities',
    ]);
    expect(out.json()).toEqual(basicCatalog);
  });

  test('that is changed here is exported with the change, and still as OSCAL has it', async () => {
    const files = [await file('basic_catalog.json', basicCatalog)];
    await send('import', { files, framework: { id: 'changed', licence: 'public' } });
    const csv = 'Ref,Title,Text\n1.1.1,Another title,Other words\nNEW-1,An item of ours,\n';
    await send('import', {
      files: [await file('c.csv', csv)],
      framework: { id: 'changed', licence: 'public', title: 'Changed' },
    });

    const out = (await get('/api/documents/frameworks/changed?format=oscal-catalog')).json();

    expect(schemaProblems('catalog', out)).toEqual([]);
    expect(out.catalog.groups[0].groups[0].controls[0]).toMatchObject({
      title: 'Another title',
      parts: [{ name: 'statement', prose: 'Other words' }, {}, {}, {}],
    });
    expect(out.catalog.groups[1]).toEqual(basicCatalog.catalog.groups[1]);
    expect(out.catalog.controls).toMatchObject([{ id: 'new-1', props: [{ name: 'label', value: 'NEW-1' }] }]);
  });

  test('that somebody else owns the words of is exported without them, and says so; with them to who may', async () => {
    const files = [await file('basic_catalog.json', basicCatalog)];
    await send('import', { files, framework: { id: 'licensed', licence: 'licensed' } });

    const bare = await get('/api/documents/frameworks/licensed?format=oscal-catalog');
    const whole = await get('/api/documents/frameworks/licensed?format=oscal-catalog&licensed=true');
    const csv = await get('/api/documents/frameworks/licensed?format=csv');
    const refused = await get('/api/documents/frameworks/licensed?format=csv&licensed=true', 'emma');

    expect(bare.body).not.toContain('prose');
    expect(bare.json().catalog.metadata.props).toEqual([{ name: 'marking', value: 'licensed-text-left-out' }]);
    expect(schemaProblems('catalog', bare.json())).toEqual([]);
    expect(whole.json().catalog.groups).toEqual(basicCatalog.catalog.groups);
    expect(csv.body).toContain('licensed texts are left out (4)');
    expect(csv.body).not.toContain('P s1.1.1_stm');
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'record.forbidden']);
    expect((await get('/api/records/requirement-text', 'emma')).statusCode).toBe(403);
  });

  test('that is none is refused with the place in it', async () => {
    const broken = structuredClone(basicCatalog) as { catalog: { groups: { title?: string }[] } };
    delete broken.catalog.groups[0]?.title;
    const { json } = await send('preview', { files: [await file('c.json', broken)] });

    expect([json().format, where(json().problems), json().plan]).toEqual([
      'oscal-catalog',
      [['/catalog/groups/0', 'schema']],
      undefined,
    ]);
  });

  test('made from records alone is one of OSCAL, and comes back', async () => {
    await send('import', {
      files: [await file('s.csv', CSV)],
      framework: { id: 'made', title: 'Made', licence: 'own' },
    });
    const out = (await get('/api/documents/frameworks/made?format=oscal-catalog')).json();
    const back = (
      await send('preview', { files: [await file('made.json', out)], framework: { id: 'made-again', licence: 'own' } })
    ).json();

    expect(schemaProblems('catalog', out)).toEqual([]);
    expect([back.problems, back.items.map(({ ref }: { ref: string }) => ref)]).toEqual([[], ['A', 'A.1', 'A.2']]);
  });
});

describe('a profile of OSCAL', () => {
  test('that NIST publishes is resolved against its catalogue, imported, and exported deep-equal', async () => {
    const files = [await file('basic_profile.json', basicProfile), await file('basic_catalog.json', basicCatalog)];
    const framework = { id: 'basic-profile', licence: 'public' };
    const preview = (await send('preview', { files, framework })).json();
    await send('import', { files, framework });

    const profile = (await get('/api/documents/frameworks/basic-profile?format=oscal-profile')).json();
    const catalog = (await get('/api/documents/frameworks/basic-profile?format=oscal-catalog')).json();

    expect([preview.format, preview.problems, preview.plan.create]).toEqual(['oscal-profile', [], 3]);
    expect(profile).toEqual(basicProfile);
    expect(schemaProblems('catalog', catalog)).toEqual([]);
    expect(catalog.catalog.controls.map(({ id }: { id: string }) => id)).toEqual(['s1.1.1', 's1.1.2', 's2.1.1']);
  });

  test('without the catalogue that it imports is refused, and nothing is fetched', async () => {
    // Those above loaded the one that it imports: exchange-profiles.test.ts says what becomes of that.
    const [imported] = basicProfile.profile.imports;
    const imports = [{ ...imported, href: '../../catalog/xml/nobodys_catalog.xml' }];
    const profile = { profile: { ...basicProfile.profile, imports } };
    const { json, statusCode } = await send('preview', { files: [await file('basic_profile.json', profile)] });

    expect([statusCode, json().code]).toEqual([422, 'oscal.import']);
    expect(json().detail).toContain('nobodys_catalog.xml');
  });
});

describe('a mapping set', () => {
  const HEAD = 'From framework,From,To framework,To,Relation,Forward,Backward,Rationale\n';
  const set = { id: 'our-map', title: 'Ours', provenance: 'Two of us' };

  test('is taken with its framework’s items and comes out as it went in', async () => {
    await send('import', {
      files: [await file('s.csv', CSV)],
      framework: { id: 'mapped', title: 'M', licence: 'own' },
    });
    const csv = `${HEAD}mapped,A.1,soc2,CC6.1,subset,4,10,Why\nmapped,A.2,iso27001,A.5.15,intersects,3,3,\n`;
    const ask = { what: 'mappings', set, files: [await file('m.csv', csv)] };
    const preview = (await send('preview', ask)).json();
    const taken = (await send('import', ask)).json();
    const out = {
      csv: await get('/api/documents/mapping-sets/our-map?format=csv'),
      json: await get('/api/documents/mapping-sets/our-map?format=json'),
    };
    const back = await Promise.all([
      send('preview', { ...ask, files: [await file('m.csv', out.csv.rawPayload)] }),
      send('preview', { what: 'mappings', files: [await file('m.json', out.json.rawPayload)] }),
    ]);

    expect([preview.what, preview.problems, preview.plan]).toMatchObject([
      'mappings',
      [],
      { create: 2, head: 'create' },
    ]);
    expect([taken.id, taken.plan.create]).toEqual(['our-map', 2]);
    expect(back.map(({ json }) => [json().problems, json().plan.unchanged, json().plan.head])).toEqual([
      [[], 2, 'unchanged'],
      [[], 2, 'unchanged'],
    ]);
  });

  test('with rows that cannot be taken says which, and takes none', async () => {
    const csv = `${HEAD}soc2,CC99,iso27001,A.5.15,equal,,,\nsoc2,CC6.1,iso27001,A.5.15,intersects,5,5,\nsoc2,CC6.1,iso27001,A.5.15,subset,5,5,\n`;
    const ask = { what: 'mappings', set: { ...set, id: 'wrong' }, files: [await file('m.csv', csv)] };

    expect(where((await send('preview', ask)).json().problems)).toEqual([
      ['B2', 'item'],
      ['E4', 'contradiction'],
    ]);
    expect((await send('import', ask)).json().code).toBe('import.problems');
    expect((await get('/api/records/mapping-set/wrong')).statusCode).toBe(404);
  });

  test('of ours comes out too', async () => {
    const out = await get('/api/documents/mapping-sets/shipped-soc2-iso27001?format=csv');

    expect(out.body.split('\r\n').filter((line) => line.startsWith('soc2,'))).toHaveLength(439);
  });
});

test('is for those who may take frameworks in', async () => {
  const files = [await file('s.csv', CSV)];

  for (const who of ['emma', 'carl']) {
    expect((await send('preview', { files }, who)).statusCode).toBe(403);
    expect((await send('import', { files }, who)).statusCode).toBe(403);
  }
  expect(
    (await send('preview', { files: [{ name: 'b.csv', blob: await put('Ref,Title\nof,beta\n', ground.beta) }] })).json()
      .code,
  ).toBe('blob.missing');
});
