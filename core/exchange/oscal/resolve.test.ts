import basicCatalog from '@countersign/catalogs/oscal-1.2.1/published/basic_catalog.json' with { type: 'json' };
import basicProfile from '@countersign/catalogs/oscal-1.2.1/published/basic_profile.json' with { type: 'json' };
import basicResolved from '@countersign/catalogs/oscal-1.2.1/published/basic-resolved-profile_catalog.json' with { type: 'json' };
import low from '@countersign/catalogs/oscal-1.2.1/published/NIST_SP-800-53_rev5_LOW-baseline_profile-min.json' with { type: 'json' };
import privacy from '@countersign/catalogs/oscal-1.2.1/published/NIST_SP-800-53_rev5_PRIVACY-baseline_profile-min.json' with { type: 'json' };
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusedBy } from '../../kernel/testing.ts';
import type { Catalog, Control, Group, OscalDocument, Profile } from './model.ts';
import { resolveProfile } from './resolve.ts';
import { controlsIn, matches } from './select.ts';

const UUID = '11111111-2222-4333-8444-555555555555';
const NOW = '2026-11-26T10:00:00Z';
const catalogNamed = (name: string, catalog: object): OscalDocument => ({ name, catalog: catalog as Catalog });
const resolve = (profile: object, documents: readonly OscalDocument[], name = 'profile.json') =>
  resolveProfile({ name, profile: profile as Profile }, { documents, uuid: UUID, now: NOW });

const metadata = (title: string) => ({ title, 'last-modified': NOW, version: '1', 'oscal-version': '1.2.1' });
const control = (id: string, more: Partial<Control> = {}): Control => ({ id, title: `About ${id}`, ...more });
const group = (id: string, ...controls: readonly Control[]): Group => ({ id, title: `Group ${id}`, controls });
const A: Catalog = {
  uuid: '00000000-0000-4000-8000-00000000000a',
  metadata: metadata('A'),
  params: [{ id: 'loose', label: 'loose one' }, { id: 'unused' }],
  groups: [
    group(
      'a',
      control('a1', {
        params: [{ id: 'a1_p', label: 'period', values: ['a year'] }],
        props: [{ name: 'status', value: 'ready' }],
        parts: [
          {
            id: 'a1.b',
            name: 'recommendations',
            parts: [
              { id: 'a1.b1', name: 'task', prose: 'Collect' },
              { id: 'a1.b2', name: 'task', prose: 'Sweep' },
            ],
          },
        ],
        controls: [
          control('a1.1', { parts: [{ name: 'statement', prose: 'Each {{ insert: param, a1_p }}' }] }),
          control('a1.2'),
        ],
      }),
      control('a2', { parts: [{ name: 'statement', prose: 'After {{ insert: param, loose }}' }] }),
    ),
    group('b', control('b1'), control('b2')),
  ],
  'back-matter': {
    resources: [
      { uuid: '00000000-0000-4000-8000-0000000000f1', title: 'Nobody names it' },
      { uuid: '00000000-0000-4000-8000-0000000000f2', props: [{ name: 'keep', value: 'always' }] },
    ],
  },
};
const ofA = (more: object, importing: object = { 'include-all': {} }) => ({
  uuid: '00000000-0000-4000-8000-0000000000b0',
  metadata: metadata('P'),
  imports: [{ href: 'a.json', ...importing }],
  ...more,
});
const fromA = (more: object, importing?: object) => resolve(ofA(more, importing), [catalogNamed('a.json', A)]);
const ids = ({ catalog }: { catalog: Catalog }) => controlsIn(catalog).map(({ id }) => id);
const byIds = (...list: readonly string[]) => ({ 'include-controls': [{ 'with-ids': list }] });
const asIs = { merge: { 'as-is': true } };

describe('what NIST publishes', () => {
  test('the basic profile resolves to the catalogue that NIST resolved it to', () => {
    const { catalog, warnings } = resolve(
      basicProfile.profile,
      [catalogNamed('basic_catalog.json', basicCatalog.catalog)],
      'basic_profile.xml',
    );

    const expected = structuredClone(basicResolved.catalog);
    // Of the resolution itself: who did it, when, and by which edition of OSCAL.
    expected.uuid = UUID;
    expected.metadata['last-modified'] = NOW;
    expected.metadata['oscal-version'] = '1.2.1';
    expected.metadata.props = [{ name: 'resolution-tool', value: 'Countersign' }];
    expect(catalog).toEqual(expected);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['LOW', low.profile, 149],
    ['PRIVACY', privacy.profile, 96],
  ])('the %s baseline takes the controls that it lists, and no other', (_, profile, n) => {
    const wanted = profile.imports.flatMap((one) => one['include-controls'].flatMap((by) => by['with-ids']));
    // A catalogue with the ids of SP 800-53 that the baselines name, and some that they do not: the published one is too large to keep here.
    const all = [...new Set([...wanted, 'ac-2.1', 'ac-3', 'zz-1'])];
    const outer = [...new Set(all.map((id) => id.replace(/\.\d+$/, '')))];
    const families = [...new Set(outer.map((id) => id.slice(0, 2)))];
    const groups = families.map((family) =>
      group(
        family,
        ...outer
          .filter((id) => id.startsWith(family))
          .map((id) => {
            const inner = all.filter((one) => one.startsWith(`${id}.`)).map((one) => control(one));
            return control(id, inner.length === 0 ? {} : { controls: inner });
          }),
      ),
    );
    const source = { uuid: A.uuid, metadata: metadata('SP 800-53'), groups };

    const resolved = resolve(profile, [catalogNamed('NIST_SP-800-53_rev5_catalog-min.json', source)]);

    expect(wanted).toHaveLength(n);
    expect(ids(resolved).sort()).toEqual([...wanted].sort());
    expect(resolved.catalog.groups?.map(({ id }) => id)).not.toContain('zz');
    expect(resolved.warnings).toEqual([]);
  });
});

describe('which controls are taken', () => {
  test.each([
    [{ 'include-all': {} }, ['a1', 'a1.1', 'a1.2', 'a2', 'b1', 'b2']],
    [{ 'include-all': {}, 'exclude-controls': [{ matching: [{ pattern: 'a1*' }] }] }, ['a2', 'b1', 'b2']],
    [byIds('a1'), ['a1']],
    [{ 'include-controls': [{ 'with-ids': ['a1'], 'with-child-controls': 'yes' }] }, ['a1', 'a1.1', 'a1.2']],
    [{ ...byIds('a1', 'b1'), 'exclude-controls': [{ 'with-ids': ['b1'] }] }, ['a1']],
    [{ 'include-controls': [{ matching: [{ pattern: '?2' }] }] }, ['a2', 'b2']],
    [{ 'include-controls': [{ matching: [{}] }] }, []],
  ])('%j', (importing, expected) => {
    expect(ids(fromA(asIs, importing))).toEqual(expected);
  });

  test('what is named and is not there is told, and the rest is taken', () => {
    const resolved = fromA(asIs, byIds('a1', 'nowhere'));

    expect(ids(resolved)).toEqual(['a1']);
    expect(resolved.warnings).toEqual([expect.stringContaining('nowhere')]);
  });

  test.each([
    ['ac-?', 'ac-1', true],
    ['ac-?', 'ac-10', false],
    ['*', '', true],
    ['a[1-3]', 'a2', true],
    ['a[!1-3]', 'a2', false],
    ['a*c*e', 'abcde', true],
    ['a*c*e', 'abcd', false],
    ['s1.1.*', 's1x1.1', false],
  ])('the pattern %s and %s: %s', (pattern, id, is) => {
    expect(matches(pattern, id)).toBe(is);
  });

  test('a pattern is a pattern of globs, whatever is in it', () => {
    const part = fc.constantFrom('*', '?', 'a', 'b', '.');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.stringMatching(/^[ab.]{0,8}$/), (signs, id) => {
        const source = signs.map((sign) => (sign === '*' ? '.*' : sign === '?' ? '.' : sign.replace('.', '\\.')));

        expect(matches(signs.join(''), id)).toBe(new RegExp(`^${source.join('')}$`, 's').test(id));
      }),
    );
  });

  test('a pattern of many stars is answered: trying every way of them would not end', () => {
    expect(matches('*a'.repeat(50) + 'b', 'a'.repeat(5000))).toBe(false);
  });
});

describe('how they are arranged', () => {
  test('flat without a word about it: no groups, nothing within anything', () => {
    const { catalog } = fromA({});

    expect(catalog.groups).toBeUndefined();
    expect(catalog.controls?.map(({ id, controls }) => [id, controls])).toEqual(
      ['a1', 'a1.1', 'a1.2', 'a2', 'b1', 'b2'].map((id) => [id, undefined]),
    );
  });

  test('as they were: a group with nothing taken goes, an inner control whose outer is not taken moves up', () => {
    const { catalog } = fromA(asIs, byIds('a1.2', 'a2'));

    expect(catalog.groups).toHaveLength(1);
    expect(catalog.groups?.[0]).toMatchObject({ id: 'a', controls: [{ id: 'a1.2' }, { id: 'a2' }] });
  });

  test('as the profile says, with what it does not insert left out', () => {
    const custom = {
      'insert-controls': [{ 'include-controls': [{ 'with-ids': ['b2'] }] }],
      groups: [
        {
          id: 'new',
          title: 'New',
          'insert-controls': [{ order: 'descending', 'include-controls': [{ matching: [{ pattern: 'a*' }] }] }],
        },
        { title: 'Outer', groups: [{ id: 'b', title: 'B again', 'insert-controls': [{ ...byIds('b1') }] }] },
      ],
    };
    const { catalog } = fromA(
      { merge: { custom } },
      { 'include-all': {}, 'exclude-controls': [{ 'with-ids': ['a1'] }] },
    );

    expect(catalog).toMatchObject({
      controls: [{ id: 'b2' }],
      groups: [
        { id: 'new', controls: [{ id: 'a2' }, { id: 'a1.2' }, { id: 'a1.1' }] },
        { title: 'Outer', groups: [{ id: 'b', title: 'B again', controls: [{ id: 'b1' }] }] },
      ],
    });
  });

  test('twice the same is refused, but for use-first', () => {
    const imports = [
      { href: 'a.json', ...byIds('a1', 'b1') },
      { href: 'a.json', ...byIds('a1', 'a2') },
    ];
    const twice = (method?: string) =>
      fromA({ imports, merge: { 'as-is': true, ...(method && { combine: { method } }) } });

    expect(refusedBy(() => twice()).code).toBe('oscal.clash');
    expect(refusedBy(() => twice('keep')).code).toBe('oscal.clash');
    expect(refusedBy(() => twice('merge')).code).toBe('oscal.combine');
    expect(twice('use-first').catalog.groups?.map(({ id, controls }) => [id, controls?.map((c) => c.id)])).toEqual([
      ['a', ['a1', 'a2']],
      ['b', ['b1']],
    ]);
  });

  test('by one rule: two are refused', () => {
    expect(refusedBy(() => fromA({ merge: { flat: {}, 'as-is': true } })).code).toBe('oscal.structure');
  });

  test('parameters that are inserted come along where their control does not; others do not', () => {
    expect(fromA({}, byIds('a2')).catalog.params?.map(({ id }) => id)).toEqual(['loose']);
    expect(fromA({}, byIds('a1.1')).catalog.params?.map(({ id }) => id)).toEqual(['a1_p']);
    expect(fromA({}, byIds('a1', 'a1.1')).catalog.params).toBeUndefined();
  });

  test('of the back matter stays what something names, or what is to be kept', () => {
    expect(fromA({}).catalog['back-matter']?.resources?.map(({ uuid }) => uuid.at(-1))).toEqual(['2']);
  });
});

describe('what is changed', () => {
  const altered = (alter: object) => fromA({ modify: { alters: [{ 'control-id': 'a1', ...alter }] } }, byIds('a1'));
  const first = (resolved: { catalog: Catalog }) => resolved.catalog.controls?.[0];

  test.each([
    ['starting', ['basis', 'status']],
    ['before', ['basis', 'status']],
    ['ending', ['status', 'basis']],
    [undefined, ['status', 'basis']],
  ])('properties are added to a control, %s', (position, names) => {
    const added = altered({
      adds: [{ ...(position && { position }), props: [{ name: 'basis', value: 'enumerated' }] }],
    });

    expect(first(added)?.props?.map(({ name }) => name)).toEqual(names);
  });

  test('parts are added beside a part and within one', () => {
    const part = { name: 'caution', prose: 'Not on Sundays' };
    const names = (position: string) =>
      first(altered({ adds: [{ position, 'by-id': 'a1.b1', parts: [part] }] }))?.parts?.[0]?.parts?.map(
        (one) => one.name,
      );

    expect(names('after')).toEqual(['task', 'caution', 'task']);
    expect(names('before')).toEqual(['caution', 'task', 'task']);
    expect(
      first(altered({ adds: [{ position: 'starting', 'by-id': 'a1.b1', parts: [part] }] }))?.parts?.[0]?.parts?.[0],
    ).toMatchObject({
      id: 'a1.b1',
      parts: [part],
    });
  });

  test.each([
    [{ 'by-id': 'a1.b1' }, ['a1.b2']],
    [{ 'by-name': 'task' }, undefined],
    [{ 'by-item-name': 'part', 'by-id': 'a1.b2' }, ['a1.b1']],
    [{ 'by-item-name': 'prop', 'by-id': 'a1.b2' }, ['a1.b1', 'a1.b2']],
    [{}, ['a1.b1', 'a1.b2']],
  ])('what meets all of %j is removed', (removal, left) => {
    const resolved = altered({ removes: [removal] });

    expect(first(resolved)?.parts?.[0]?.parts?.map(({ id }) => id)).toEqual(left);
  });

  test('parameters are set: values take the place of a choice, properties are added', () => {
    const settings = [
      { 'param-id': 'a1_p', select: { choice: ['x', 'y'] } },
      { 'param-id': 'a1_p', label: 'how often', props: [{ name: 'n', value: '1' }] },
      { 'param-id': 'a1_p', props: [{ name: 'n', value: '2' }] },
    ];
    const resolved = fromA({ modify: { 'set-parameters': settings } }, byIds('a1'));

    expect(first(resolved)?.params).toEqual([
      { id: 'a1_p', label: 'how often', select: { choice: ['x', 'y'] }, props: [{ name: 'n', value: '2' }] },
    ]);
  });

  test('what has no effect is told', () => {
    const modify = {
      'set-parameters': [{ 'param-id': 'nowhere', values: ['1'] }],
      alters: [
        { 'control-id': 'nowhere' },
        { 'control-id': 'a1', adds: [{ 'by-id': 'nowhere', props: [] }], removes: [{ 'by-id': 'nowhere' }] },
      ],
    };

    expect(fromA({ modify }, byIds('a1')).warnings).toHaveLength(4);
  });

  test('the source is left as it was', () => {
    const before = JSON.stringify(A);

    altered({ removes: [{ 'by-name': 'task' }], adds: [{ title: 'Other' }] });

    expect(JSON.stringify(A)).toBe(before);
  });
});

describe('what is imported', () => {
  const profile = (uuid: string, href: string, more: object = {}) => ({
    uuid,
    metadata: metadata(uuid),
    imports: [{ href, 'include-all': {} }],
    ...more,
  });
  const named = (name: string, given: object): OscalDocument => ({ name, profile: given as Profile });

  test.each([
    'a.json',
    './x/a.xml',
    '../a-min.json',
    'https://example.com/catalogs/a.json',
    A.uuid,
    `urn:uuid:${A.uuid}`,
  ])('a file is meant by %s', (href) => {
    expect(ids(resolve(profile('p', href), [catalogNamed('a.json', A)]))).toHaveLength(6);
  });

  test('by way of the back matter too', () => {
    const uuid = '00000000-0000-4000-8000-0000000000cc';
    const given = profile('p', `#${uuid}`, {
      'back-matter': { resources: [{ uuid, rlinks: [{ href: 'x/a.xml' }, { href: 'a.json' }] }] },
    });

    expect(ids(resolve(given, [catalogNamed('a.json', A)]))).toHaveLength(6);
  });

  test('a profile in a profile is resolved first', () => {
    const inner = profile('00000000-0000-4000-8000-000000000001', 'a.json', {
      imports: [{ href: 'a.json', ...byIds('a2', 'b1') }],
      ...asIs,
    });
    const outer = {
      ...profile('p', 'inner.json'),
      imports: [{ href: 'inner.json', 'include-all': {}, 'exclude-controls': [{ 'with-ids': ['b1'] }] }],
    };

    expect(ids(resolve(outer, [catalogNamed('a.json', A), named('inner.json', inner)]))).toEqual(['a2']);
  });

  test('in a circle is refused, as is what is not there and what is of another OSCAL', () => {
    const one = named('one.json', profile('00000000-0000-4000-8000-000000000001', 'two.json'));
    const two = named('two.json', profile('00000000-0000-4000-8000-000000000002', 'one.json'));
    const source = one as OscalDocument & { profile: Profile };
    const circle = refusedBy(() => resolveProfile(source, { documents: [one, two], uuid: UUID, now: NOW }));
    const old = { ...A, metadata: { ...A.metadata, 'oscal-version': '2.0.0' } };

    expect([circle.code, circle.message]).toEqual([
      'oscal.circular',
      expect.stringContaining('one.json → two.json → one.json'),
    ]);
    expect(refusedBy(() => resolve(profile('p', 'b.json'), [catalogNamed('a.json', A)])).code).toBe('oscal.import');
    expect(refusedBy(() => resolve(profile('p', '#nowhere'), [])).code).toBe('oscal.import');
    expect(refusedBy(() => resolve(profile('p', 'a.json'), [catalogNamed('a.json', old)])).code).toBe('oscal.version');
  });
});
