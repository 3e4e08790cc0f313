import { describe, expect, test } from 'vitest';
import { refusedBy } from '../../kernel/testing.ts';
import type { Importable, LoadedSource, ProfileFile } from './imports.ts';
import { importOf, importsOf } from './imports.ts';
import type { Catalog, OscalDocument } from './model.ts';
import { resolveProfile } from './resolve.ts';
import { sourceCatalog } from './source.ts';

const NOW = '2026-11-26T10:00:00Z';
const UUID = '11111111-2222-4333-8444-555555555555';
const RESOURCE = '00000000-0000-4000-8000-0000000000cc';
const metadata = (title: string) => ({ title, 'last-modified': NOW, version: '1', 'oscal-version': '1.2.1' });
const profile = (name: string, hrefs: readonly string[], more: object = {}): ProfileFile => ({
  name,
  profile: {
    uuid: `uuid-${name}`,
    metadata: metadata(name),
    imports: hrefs.map((href) => ({ href, 'include-all': {} })),
    ...more,
  },
});
const loaded = (framework: string, more: Partial<LoadedSource> = {}): LoadedSource => ({
  framework,
  title: `Title of ${framework}`,
  names: [`${framework}.json`],
  uuids: [`uuid-${framework}`],
  isDocument: true,
  ...more,
});
const catalog = (id: string): Catalog => ({
  uuid: `uuid-${id}`,
  metadata: metadata(id),
  controls: [
    {
      id: `${id}-1`,
      title: 'One',
      params: [{ id: 'p', label: 'how often' }],
      parts: [
        { name: 'statement', prose: 'Each {{ insert: param, p }}' },
        { name: 'guidance', prose: 'G' },
      ],
    },
    { id: `${id}-2`, title: 'Two' },
  ],
});
const file = (name: string): OscalDocument => ({ name, catalog: catalog(name) });

/** What an import means: the file's name, or how a framework was found and which. */
const meant = (href: string, given: Partial<Importable>, source = profile('p.json', [href])) => {
  const found = importOf(source, href, { documents: [source], ...given });
  return found.by === 'file' ? found.document.name : `${found.by} ${found.source.framework}`;
};
const resource = (more: object) =>
  profile('p.json', [`#${RESOURCE}`], { 'back-matter': { resources: [{ uuid: RESOURCE, ...more }] } });

describe('an import means', () => {
  test.each([
    ['a framework by the uuid of its document', 'urn:uuid:UUID-A', {}, 'uuid a'],
    ['one by its file’s name, whatever the folder and the form', '../xml/a-min.xml', {}, 'name a'],
    ['the file that came along before one that is loaded', 'a.xml', { documents: [file('a.json')] }, 'a.json'],
    ['what is chosen before all else', 'a.xml', { documents: [file('a.json')], choices: { 'a.xml': 'b' } }, 'choice b'],
    ['what is chosen for what no file answers', 'x.xml', { choices: { '*': 'b' } }, 'choice b'],
    ['a file before such a choice', 'a.xml', { documents: [file('a.json')], choices: { '*': 'b' } }, 'a.json'],
    ['such a choice before what is found', 'a.xml', { choices: { '*': 'b' } }, 'choice b'],
  ])('%s', (_, href, given, expected) => {
    expect(meant(href, { loaded: [loaded('a'), loaded('b')], ...given })).toBe(expected);
  });

  test('by way of the back matter a uuid, a file’s name, or the title', () => {
    const given = { loaded: [loaded('a'), loaded('b', { title: 'Controls *for* B' })] };
    const of = (more: object) => meant(`#${RESOURCE}`, given, resource(more));

    expect(of({ rlinks: [{ href: 'nowhere.xml' }, { href: 'https://example.com/a.xml' }] })).toBe('name a');
    expect(of({ title: 'CONTROLS for  B' })).toBe('title b');
    expect(of({ title: 'Title of a', rlinks: [{ href: 'b.json' }] })).toBe('name b');
  });

  test('nothing by itself that was read from no document of OSCAL, for its ids are not those of any', () => {
    const given = { loaded: [loaded('a', { isDocument: false })] };

    expect(refusedBy(() => meant('a.json', given)).code).toBe('oscal.import');
    expect(meant('a.json', { ...given, choices: { 'a.json': 'a' } })).toBe('choice a');
  });

  test('none of several that fit: it is refused with all of them, and where to say which', () => {
    const both = [loaded('a', { names: ['x.json'] }), loaded('b', { names: ['x.xml'] }), loaded('c')];
    const refused = refusedBy(() => meant('x.xml', { loaded: both }));

    expect([refused.code, refused.path]).toEqual(['oscal.ambiguous', ['imports', 'x.xml']]);
    expect(refused.message).toContain('“x.xml”');
    expect(refused.message).toContain('a (Title of a), b (Title of b)');
    expect(refused.message).not.toContain('Title of c');
    expect(meant('x.xml', { loaded: both, choices: { 'x.xml': 'b' } })).toBe('choice b');
  });

  test('nothing where nothing fits: it is refused with what there is', () => {
    const refused = refusedBy(() => meant('x.xml', { loaded: [loaded('a')] }));
    const many = Array.from({ length: 25 }, (_, i) => loaded(`f${i}`));

    expect([refused.code, refused.path]).toEqual(['oscal.import', ['imports', 'x.xml']]);
    expect(refused.message).toContain('“x.xml”');
    expect(refused.message).toContain('a (Title of a)');
    expect(refusedBy(() => meant('x.xml', { loaded: many })).message).toContain('and 5 more');
    expect(refusedBy(() => meant('x.xml', {})).message).toContain('there is none');
  });

  test.each([
    ['a framework that is not there', { 'a.xml': 'nowhere' }, 'oscal.against', 'a.xml'],
    ['an import that no profile has', { 'b.xml': 'b' }, 'oscal.unused', 'b.xml'],
    ['a field that every object has', { constructor: 'b' }, 'oscal.unused', 'constructor'],
    ['what is left, where nothing is', { 'a.xml': 'a', '*': 'b' }, 'oscal.unused', '*'],
  ])('nothing that is chosen amiss: %s', (_, choices, code, key) => {
    const source = profile('p.json', ['a.xml']);
    const given = { documents: [source], loaded: [loaded('a'), loaded('b')], choices: choices as never };
    const refused = refusedBy(() => importsOf(source, given));

    expect([refused.code, refused.path]).toEqual([code, ['imports', key]]);
  });
});

describe('the imports of a profile', () => {
  test('are told with those of the profiles that it imports, each once', () => {
    const inner = profile('inner.json', ['a.xml', 'a.xml', 'x.xml']);
    const outer = profile('outer.json', ['inner.json', 'b.xml']);
    const given = { documents: [outer, inner], loaded: [loaded('a'), loaded('b')], choices: { 'x.xml': 'b' } };

    expect(importsOf(outer, given).map(({ profile: of, href, by }) => [of, href, by])).toEqual([
      ['outer.json', 'inner.json', 'file'],
      ['inner.json', 'a.xml', 'name'],
      ['inner.json', 'x.xml', 'choice'],
      ['outer.json', 'b.xml', 'name'],
    ]);
  });

  test('in a circle that the first is not part of are refused', () => {
    const [one, two, three] = [
      profile('one.json', ['two.json']),
      profile('two.json', ['three.json']),
      profile('three.json', ['two.json']),
    ];
    const refused = refusedBy(() => importsOf(one, { documents: [one, two, three] }));

    expect([refused.code, refused.message]).toEqual([
      'oscal.circular',
      expect.stringContaining('two.json → three.json → two.json'),
    ]);
  });
});

describe('a framework that is loaded', () => {
  const written = (more: object = {}) => ({
    id: 'a',
    title: 'A',
    licence: 'own' as const,
    groups: [],
    items: [1, 2].map((n) => ({
      ...{ ref: `a-${n}`, key: `a-${n}`, title: n === 1 ? 'One' : 'Two', summary: '', part: 'control' },
      ...{ assessable: true, withdrawn: false },
      ...(n === 1 ? { text: 'Each [how often]' } : {}),
      ...more,
    })),
  });
  const writing = { withTexts: true, uuid: UUID, now: NOW };
  const source = profile('p.json', ['a.json'], { merge: { 'as-is': true } });
  const resolved = (document: Catalog | undefined, more?: object) => {
    const made = sourceCatalog(written(more), document, writing);
    const given = { documents: [source], loaded: [loaded('a')], catalogs: new Map([['a', made.catalog]]) };
    return { is: made.is, ...resolveProfile(source, { ...given, uuid: UUID, now: NOW }) };
  };

  test('is resolved against as its file would be, parameters and parts included', () => {
    const whole = resolved(catalog('a'));
    const beside = resolveProfile(source, { documents: [source, file('a.json')], uuid: UUID, now: NOW });

    expect(whole.is).toBe('document');
    expect(whole.catalog.controls?.[0]).toEqual(catalog('a').controls?.[0]);
    expect(beside.catalog.controls?.map(({ title }) => title)).toEqual(
      whole.catalog.controls?.map(({ title }) => title),
    );
  });

  test('and has changed since is taken as it stands', () => {
    const { is, catalog: made } = resolved(catalog('a'), { title: 'Another' });

    expect([is, made.controls?.[0]?.title, made.controls?.[0]?.params]).toEqual([
      'changed',
      'Another',
      [{ id: 'p', label: 'how often' }],
    ]);
  });

  test('and was read from a table has its texts, and no parameters', () => {
    const { is, catalog: made } = resolved(undefined);

    expect(is).toBe('items');
    expect(made.controls?.[0]).toMatchObject({ id: 'a-1', parts: [{ name: 'statement', prose: 'Each [how often]' }] });
    expect(made.controls?.[0]?.params).toBeUndefined();
  });
});
