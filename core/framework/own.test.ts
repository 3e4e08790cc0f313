import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ID } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { writeRequirementText } from './acts.ts';
import { SHIPPED } from './catalog.ts';
import { catalogueNamed, cataloguesOf } from './catalogues.ts';
import { FRAMEWORK_ID, itemId, OwnFramework, OwnRequirement, refuseCircle, RequirementText } from './own.ts';

const ACTOR = { id: 'ada', roles: ['lead'] } as const;
const framework = (body: object = {}) => OwnFramework.body.parse({ title: 'T', licence: 'own', ...body });
const item = (ref: string, body: object = {}) =>
  OwnRequirement.body.parse({ framework: 'f', ref, title: `About ${ref}`, ...body });

describe('the id of an item', () => {
  test.each([
    ['AC-2', 'f_AC-2'],
    ['AC-2(1)', 'f_AC-2_281_29'],
    ['§164.308(a)', 'f__u00a7164.308_28a_29'],
    ['a_b', 'f_a_5fb'],
  ])('%s is %s', (ref, id) => {
    expect(itemId('f', ref)).toBe(id);
    expect(ID.test(id)).toBe(true);
  });

  test('tells all items apart', () => {
    const name = fc.stringMatching(FRAMEWORK_ID);
    const ref = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(name, ref, name, ref, (a, b, c, d) => {
        fc.pre(a !== c || b !== d);

        expect(itemId(a, b)).not.toBe(itemId(c, d));
      }),
    );
  });
});

describe('a framework', () => {
  test.each([
    ['soc2', 'framework.shipped'],
    ['iso27001-2013', 'framework.shipped'],
    ['Upper', 'framework.id'],
    ['under_score', 'framework.id'],
    ['x'.repeat(41), 'framework.id'],
    ['nist-csf-2.0', undefined],
  ])('named %s: %s', (id, code) => {
    expect(OwnFramework.mayWrite(ACTOR, { id, before: undefined, after: framework() } as never)?.code).toBe(code);
  });

  test.each([
    [
      [
        { id: 'a', name: 'A' },
        { id: 'a', name: 'B' },
      ],
      'framework.group',
    ],
    [
      [
        { id: 'a', name: 'A', parent: 'b' },
        { id: 'b', name: 'B' },
      ],
      'framework.group',
    ],
    [
      [
        { id: 'a', name: 'A' },
        { id: 'b', name: 'B', parent: 'a' },
      ],
      undefined,
    ],
  ])('with groups %j: %s', (groups, code) => {
    expect(OwnFramework.holds(framework({ groups }) as never)?.code).toBe(code);
  });
});

describe('an item', () => {
  test('has the id that framework and ref determine', () => {
    const write = (id: string, ref: string) =>
      OwnRequirement.mayWrite(ACTOR, { id, before: undefined, after: item(ref) } as never)?.code;

    expect(write('f_A.1', 'A.1')).toBeUndefined();
    expect(write('A.1', 'A.1')).toBe('framework.itemId');
    expect(write('x', '§'.repeat(20))).toBe('framework.ref');
  });

  test.each([' a', 'a ', 'a\nb', '', 'a\u0007'])('is not called %j', (ref) => {
    expect(OwnRequirement.body.safeParse({ framework: 'f', ref, title: 'T' }).success).toBe(false);
  });

  test.each([
    [[item('1'), item('1.1', { parent: '1' })], undefined],
    [[item('1.1', { parent: '1' })], 'framework.parent'],
    [[item('1', { parent: '1' })], 'framework.cycle'],
    [[item('1', { parent: '3' }), item('2', { parent: '1' }), item('3', { parent: '2' })], 'framework.cycle'],
    [[item('1', { framework: 'g' }), item('1.1', { parent: '1' })], 'framework.parent'],
  ])('is part of another one (%#): %s', (items, code) => {
    expect(OwnRequirement.together([], items as never)?.code).toBe(code);
  });

  test('in a chain of ten thousand is looked at once', () => {
    const chain = new Map(Array.from({ length: 10_000 }, (_, i) => [`${i}`, i === 0 ? undefined : `${i - 1}`]));

    expect(refuseCircle(chain)).toBeUndefined();
  });
});

test('the text of an item of ours is for an item there is', () => {
  const text = (framework: string, ref: string) =>
    RequirementText.holds(RequirementText.body.parse({ framework, ref, text: 't', licence: 'licensed' }) as never)
      ?.code;

  expect([text('soc2', 'CC6.1'), text('soc2', 'CC99'), text('mine', 'whatever')]).toEqual([
    undefined,
    'framework.item',
    undefined,
  ]);
});

describe('catalogues', () => {
  const desk = new Desk([OwnFramework, OwnRequirement]);
  desk.keep({ does: 'create', kind: 'framework', id: 'f', body: framework({ edition: '2', title: 'Mine' }) });
  desk.keep({ does: 'create', kind: 'framework', id: 'gone', body: framework({ withdrawn: true }) });
  for (const [i, one] of [
    item('1', { assessable: false, position: 0 }),
    item('1.2', { parent: '1', position: 2 }),
    item('1.1', { parent: '1', position: 1, group: 'g' }),
    item('1.3', { withdrawn: true, position: 3 }),
  ].entries())
    desk.keep({ does: 'create', kind: 'requirement', id: `f_${i}`, body: one });

  test('have the shipped ones and the own ones that are in force, with the items that can be assessed, in order', () => {
    const all = cataloguesOf(desk.book() as never);

    expect([...all.keys()]).toEqual([...SHIPPED.keys(), 'f']);
    expect(all.get('f')).toMatchObject({ title: 'Mine', catalog: 'f 2' });
    expect(all.get('f')?.requirements.map(({ ref, group }) => [ref, group])).toEqual([
      ['1.1', 'g'],
      ['1.2', ''],
    ]);
  });

  test('that are not there are refused', () => {
    const book = desk.book() as never;

    expect(refusedBy(() => catalogueNamed(book, 'gone')).code).toBe('framework.unknown');
    expect(catalogueNamed(book, 'soc2').requirements).toHaveLength(61);
  });
});

describe('the own words of an item', () => {
  const desk = new Desk([OwnFramework, OwnRequirement, RequirementText]);
  desk.keep({ does: 'create', kind: 'framework', id: 'f', body: framework() });
  desk.keep({ does: 'create', kind: 'requirement', id: 'f_1', body: item('1') });
  const write = (given: object) => desk.act(writeRequirementText, { ref: '1', text: 'So it is.', ...given });

  test('are kept once, as licensed where the standard is not the tenant’s', () => {
    write({ framework: 'f' });
    write({ framework: 'soc2', ref: 'CC6.1' });

    expect(write({ framework: 'f' }).changes).toEqual([]);
    expect(desk.get(RequirementText, 'f_1').licence).toBe('own');
    expect(desk.get(RequirementText, 'soc2_CC6.1').licence).toBe('licensed');
  });

  test.each([
    ['nowhere', '1', 'framework.unknown'],
    ['f', '2', 'framework.item'],
  ])('of %s %s are refused', (of, ref, code) => {
    expect(refusedBy(() => write({ framework: of, ref })).code).toBe(code);
  });
});
