import { Readable } from 'node:stream';
import basicCatalog from '@countersign/catalogs/oscal-1.2.1/published/basic_catalog.json' with { type: 'json' };
import basicProfile from '@countersign/catalogs/oscal-1.2.1/published/basic_profile.json' with { type: 'json' };
import low from '@countersign/catalogs/oscal-1.2.1/published/NIST_SP-800-53_rev5_LOW-baseline_profile-min.json' with { type: 'json' };
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schemaProblems } from '../import/oscal.ts';
import { OPERATOR, standUp } from '../testing.ts';
import type { Ground } from '../testing.ts';

let ground: Ground;
let app: FastifyInstance;
let token = '';

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  ({ token } = await ground.engine.services.createToken(ground.alpha, OPERATOR, { name: 'l', for: 'lena' }));
});
afterAll(() => ground.close());

const file = async (name: string, bytes: string | object, org = ground.alpha) => {
  const pieces = Readable.from([Buffer.from(typeof bytes === 'string' ? bytes : JSON.stringify(bytes))]);
  return { name, blob: (await ground.engine.services.putBlob(org, OPERATOR, pieces)).digest };
};
const send = async (what: 'preview' | 'import', files: readonly object[], more: object = {}) => {
  const answer = await app.inject({
    method: 'POST',
    url: `/api/frameworks/${what}`,
    payload: { what: 'framework', files, ...more },
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: answer.statusCode, ...answer.json() };
};
const get = async (url: string) =>
  (await app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } })).json();
const act = async (name: string, input: object) => {
  const answer = await app.inject({
    method: 'POST',
    url: `/api/acts/${name}`,
    payload: input,
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: answer.statusCode, ...answer.json() };
};
const documentOf = async (id: string) => (await get(`/api/records/framework/${id}`)).document;
const isThere = async (id: string) => (await get(`/api/records/framework/${id}`)).kind === 'framework';

let loads = 0;
/** Loads the catalogue under this id, from a file of this name and with a uuid of its own, which is answered. */
const load = async (id: string, more: object = {}, name = id): Promise<string> => {
  loads += 1;
  const uuid = `00000000-0000-4000-8000-${String(loads).padStart(12, '0')}`;
  const catalog = { catalog: { ...basicCatalog.catalog, uuid } };
  const done = await send('import', [await file(`${name}.json`, catalog)], {
    framework: { id, licence: 'public', ...more },
  });
  expect([done.status, done.id]).toEqual([200, id]);
  return uuid;
};
/** The profile as NIST publishes it, but for what it calls the catalogue. */
const profileOf = (href: string, more: object = {}) => ({
  profile: { ...basicProfile.profile, imports: [{ ...basicProfile.profile.imports[0], href }], ...more },
});
/** One that takes all, and changes nothing. */
const allOf = (href: string, more: object = {}) => {
  const { uuid, metadata } = basicProfile.profile;
  return { profile: { uuid, metadata, imports: [{ href, 'include-all': {} }], ...more } };
};

test('a profile resolves against the catalogue that was loaded before, as it does against its file', async () => {
  await load('basic', {}, 'basic_catalog');
  const profile = await file('basic_profile.json', basicProfile);

  const shown = await send('preview', [profile], { framework: { id: 'later' } });
  await send('import', [profile], { framework: { id: 'later' } });
  await send('import', [profile, await file('basic_catalog.json', basicCatalog)], {
    framework: { id: 'together', licence: 'public' },
  });
  const later = await get('/api/documents/frameworks/later?format=oscal-catalog');
  const together = await get('/api/documents/frameworks/together?format=oscal-catalog');

  expect([shown.status, shown.problems, shown.plan.create]).toEqual([200, [], 3]);
  expect(shown.imports).toEqual([
    {
      profile: 'basic_profile.json',
      href: '../../catalog/xml/basic_catalog.xml',
      by: 'name',
      framework: 'basic',
    },
  ]);
  // What may be handed out may be handed out of it too.
  expect(shown.framework.licence).toBe('public');
  expect(schemaProblems('catalog', later)).toEqual([]);
  expect({ ...later.catalog, uuid: '' }).toEqual({ ...together.catalog, uuid: '' });
  expect(later.catalog.controls[0].params.length).toBeGreaterThan(0);
  expect(await documentOf('later')).toMatchObject({
    ...{ format: 'oscal-profile', from: ['basic'], name: 'basic_profile.json', uuid: basicProfile.profile.uuid },
  });
  expect((await documentOf('together')).from).toBeUndefined();
  expect(await get('/api/documents/frameworks/later?format=oscal-profile')).toEqual(basicProfile);
});

test('the LOW baseline that NIST publishes is loaded after the catalogue', async () => {
  const ids = low.profile.imports.flatMap((one) => one['include-controls'].flatMap((by) => by['with-ids']));
  const said = { title: 'SP 800-53', 'last-modified': '2026-01-01T00:00:00Z', version: '5', 'oscal-version': '1.1.3' };
  const controls = [...ids, 'zz-1'].map((id) => ({ id, title: `About ${id}` }));
  const uuid = '00000000-0000-4000-8000-0000000000aa';
  const catalog = { uuid, metadata: said, groups: [{ id: 'g', title: 'G', controls }] };
  await send('import', [await file('NIST_SP-800-53_rev5_catalog-min.json', { catalog })], {
    framework: { id: 'nist-800-53', licence: 'public' },
  });

  const done = await send('import', [await file('low.json', low)], { framework: { id: 'low' } });

  expect(done.plan).toMatchObject({ create: ids.length, head: 'create' });
});

test('by uuid, by title, and against what was resolved itself', async () => {
  const uuid = await load('titled', { title: 'Basics of security' }, 'anything');
  const own = '00000000-0000-4000-8000-0000000000cc';
  const resource = { 'back-matter': { resources: [{ uuid: own, title: 'Basics of *security*' }] } };
  const found = async (document: object) =>
    (await send('preview', [await file('p.json', document)])).imports.map(
      ({ by, framework: id }: { by: string; framework: string }) => [by, id],
    );
  const second = {
    profile: {
      ...allOf('first.xml').profile,
      uuid: own,
      imports: [{ href: 'first.xml', 'include-controls': [{ 'with-ids': ['s1.1.1'] }] }],
    },
  };

  expect(await found(profileOf(`urn:uuid:${uuid}`))).toEqual([['uuid', 'titled']]);
  expect(await found(profileOf(`#${own}`, resource))).toEqual([['title', 'titled']]);
  await send('import', [await file('first.json', allOf(`urn:uuid:${uuid}`))], { framework: { id: 'first' } });
  const done = await send('import', [await file('second.json', second)], { framework: { id: 'second' } });

  expect([done.status, done.plan.create]).toEqual([200, 1]);
  expect(await documentOf('second')).toMatchObject({ from: ['first'] });
});

test('of several that fit none is taken; the one that is chosen is', async () => {
  await load('one', {}, 'twins');
  await load('two', {}, 'twins');
  const href = '../x/twins.xml';
  const files = [await file('p.json', profileOf(href))];

  const refused = await send('import', files, { framework: { id: 'untaken' } });
  const byHref = await send('preview', files, { imports: { [href]: 'two' } });
  const byStar = await send('preview', files, { imports: { '*': 'one' } });

  expect([refused.status, refused.code, refused.at]).toEqual([422, 'oscal.ambiguous', ['imports', href]]);
  expect(refused.detail).toContain(href);
  expect(refused.detail).toContain('one (');
  expect(refused.detail).toContain('two (');
  expect(await isThere('untaken')).toBe(false);
  expect([byHref.imports, byStar.imports]).toMatchObject([
    [{ by: 'choice', framework: 'two' }],
    [{ by: 'choice', framework: 'one' }],
  ]);
});

test('what is chosen amiss is refused, and nothing is taken', async () => {
  await load('there');
  await load('aside');
  await act('framework.withdraw', { framework: 'aside' });
  const only = [await file('p.json', profileOf('there.xml'))];
  const catalog = [await file('c.json', basicCatalog)];
  const table = [await file('t.csv', 'Ref,Title\n1,One\n')];
  const code = async (files: readonly object[], more: object) => {
    const { status, code: said } = await send('import', files, { framework: { id: 'untaken' }, ...more });
    return [status, said];
  };

  for (const id of ['nowhere', 'soc2', 'aside']) {
    expect(await code(only, { imports: { '*': id } })).toEqual([422, 'oscal.against']);
  }
  expect(await code(only, { imports: { 'other.xml': 'there' } })).toEqual([422, 'oscal.unused']);
  expect(await code(catalog, { imports: { '*': 'there' } })).toEqual([422, 'oscal.unused']);
  expect(await code(table, { imports: { '*': 'there' } })).toEqual([422, 'oscal.unused']);
  expect(await code(only, { framework: { id: 'there' } })).toEqual([422, 'oscal.itself']);
  expect(await code([await file('p.json', profileOf('aside.json'))], {})).toEqual([422, 'oscal.import']);
  expect(await isThere('untaken')).toBe(false);
  expect((await documentOf('there')).format).toBe('oscal-catalog');
});

test('a catalogue that has nothing of what the profile takes is refused, where another may be chosen', async () => {
  const table = await file('t.csv', 'Ref,Title\nA.1,One\n');
  await send('import', [table], { framework: { id: 'foreign', licence: 'own' } });

  const refused = await send('preview', [await file('p.json', profileOf('x.xml'))], {
    imports: { 'x.xml': 'foreign' },
  });

  expect([refused.status, refused.code, refused.at]).toEqual([422, 'oscal.none', ['imports', 'x.xml']]);
  expect(refused.detail).toContain('foreign');
});

test('of another organisation nothing is found', async () => {
  await load('ours');
  const mine = token;
  ({ token } = await ground.engine.services.createToken(ground.beta, OPERATOR, { name: 'b', for: 'lena' }));

  const refused = await send('preview', [await file('p.json', profileOf('ours.xml'), ground.beta)]);
  const chosen = await send('preview', [await file('p.json', profileOf('x'), ground.beta)], { imports: { x: 'ours' } });
  token = mine;

  expect([refused.code, chosen.code]).toEqual(['oscal.import', 'oscal.against']);
  for (const { detail } of [refused, chosen]) expect(detail).toContain('there is none');
});

test('licensed words stay so in what is resolved from them', async () => {
  await load('theirs', { licence: 'licensed', licenceNote: 'For us, until 2027' });
  const files = [await file('p.json', profileOf('theirs.xml'))];

  const shown = await send('preview', files, { framework: { id: 'bound' } });
  const asked = await send('preview', files, { framework: { id: 'bound', licence: 'public' } });
  const refused = await send('import', files, { framework: { id: 'bound', licence: 'public' } });
  const isTaken = await isThere('bound');
  await send('import', files, { framework: { id: 'bound' } });
  const out = await get('/api/documents/frameworks/bound?format=oscal-catalog');
  const loosened = await send('import', [await file('t.csv', 'Ref,Title\nx,X\n')], {
    framework: { id: 'bound', licence: 'own' },
  });

  expect(shown.framework).toMatchObject({ licence: 'licensed', licenceNote: 'For us, until 2027' });
  expect([asked.plan, asked.problems[0].code]).toEqual([undefined, 'framework.inherited']);
  expect([refused.status, refused.code, isTaken]).toEqual([422, 'framework.inherited', false]);
  expect(JSON.stringify(out)).not.toContain('prose');
  expect(out.catalog.metadata.props).toContainEqual({ name: 'marking', value: 'licensed-text-left-out' });
  expect([loosened.status, loosened.code]).toEqual([422, 'framework.inherited']);
});

test('what becomes licensed later is so in all that was resolved from it first', async () => {
  await load('source');
  const files = [await file('p.json', profileOf('source.xml'))];
  await send('import', files, { framework: { id: 'drawn' } });
  const catalog = [await file('source.json', basicCatalog)];
  const mark = async (id: string, of: readonly object[]) =>
    (await send('import', of, { framework: { id, licence: 'licensed' } })).status;

  expect(await mark('source', catalog)).toBe(422);
  expect(await mark('drawn', files)).toBe(200);
  expect(await mark('source', catalog)).toBe(200);
});

test('a framework that was changed here, or came as a table, is said to be what it is', async () => {
  await load('altered');
  await send('import', [await file('c.csv', 'Ref,Title\n1.1.1,Another title\n')], { framework: { id: 'altered' } });
  await send('import', [await file('t.csv', 'Ref,Title,Text\nA.1,One,Words\nA.2,Two,\n')], {
    framework: { id: 'table', licence: 'own' },
  });

  const changed = await send('preview', [await file('p.json', profileOf('altered.xml'))]);
  const items = await send('preview', [await file('p.json', allOf('x'))], { imports: { x: 'table' } });

  expect(changed.imports[0].note).toContain('changed here');
  expect(changed.items[0]).toMatchObject({ ref: '1.1.1', title: 'Another title' });
  expect(items.imports[0]).toMatchObject({ by: 'choice', framework: 'table' });
  expect(items.imports[0].note).toContain('no parameters');
  expect(items.framework.licence).toBe('own');
  expect(items.items).toMatchObject([
    { ref: 'A.1', hasText: true },
    { ref: 'A.2', hasText: false },
  ]);
});
