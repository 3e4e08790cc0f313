import { describe, expect, test } from 'vitest';
import { OwnFramework, OwnRequirement } from '../framework/own.ts';
import { create } from '../kernel/index.ts';
import { Desk } from '../kernel/testing.ts';
import { crosswalkReads, edgesOf, setsOf } from './edges.ts';
import { Mapping, MappingSet } from './record.ts';
import { shippedEdges } from './shipped.ts';

const line = (body: object = {}) => ({
  set: 's',
  from: { framework: 'soc2', ref: 'CC6.1' },
  to: { framework: 'mine', ref: 'X-1' },
  relation: 'intersects',
  strength: { forward: 4, backward: 6 },
  ...body,
});
const held = (body: object) => Mapping.holds(Mapping.body.parse(line(body)) as never)?.code;
const together = (...lines: readonly object[]) =>
  Mapping.together([], lines.map((one) => Mapping.body.parse(line(one))) as never)?.code;
const end = (framework: string, ref: string) => ({ framework, ref });

describe('a line of a mapping', () => {
  test.each([
    [{}, undefined],
    [{ from: end('soc2', 'CC6.99') }, 'mapping.item'],
    [{ to: end('iso27001', '7.5') }, 'mapping.item'],
    [{ to: end('iso27001', 'A.5.15') }, undefined],
    [{ to: end('under_score', 'X') }, 'mapping.item'],
    [{ to: end('soc2', 'CC6.1') }, 'mapping.itself'],
    [{ to: end('soc2', 'CC6.2') }, 'mapping.itself'],
    [{ relation: 'none' }, 'mapping.strength'],
    [{ relation: 'none', strength: { forward: 0, backward: 0 } }, undefined],
    [{ relation: 'equal', strength: { forward: 0, backward: 10 } }, 'mapping.strength'],
    [{ strength: { forward: 10, backward: 2 } }, 'mapping.strength'],
    [{ relation: 'superset', strength: { forward: 10, backward: 2 } }, undefined],
  ])('%j: %s', (body, code) => {
    expect(held(body)).toBe(code);
  });

  test.each([
    [{ strength: { forward: 4.5, backward: 1 } }],
    [{ strength: { forward: 11, backward: 1 } }],
    [{ relation: 'related' }],
    [{ from: end('soc2', '') }],
  ])('is no line: %j', (body) => {
    expect(Mapping.body.safeParse(line(body)).success).toBe(false);
  });

  test('names the record of an own item by itself, whatever a file says', () => {
    const { to, from } = Mapping.body.parse(line({ to: { ...end('mine', 'X(1)'), requirement: 'other' } }));

    expect([to.requirement, from.requirement]).toEqual(['mine_X_281_29', undefined]);
  });
});

describe('the lines of a set together', () => {
  const subset = { relation: 'subset' };
  const superset = { relation: 'superset' };

  test.each([
    [[{}, { to: end('mine', 'X-2') }], undefined],
    [[{}, {}], 'mapping.twice'],
    [[{}, { from: end('mine', 'X-1'), to: end('soc2', 'CC6.1') }], 'mapping.twice'],
    [[{}, { set: 'other' }], undefined],
    [
      [
        { from: end('a', '1'), to: end('b', '1'), ...subset },
        { from: end('b', '1'), to: end('c', '1'), ...subset },
        { from: end('a', '1'), to: end('c', '1'), ...superset },
      ],
      'mapping.cycle',
    ],
    [
      [
        { from: end('a', '1'), to: end('b', '1'), ...subset },
        { from: end('b', '1'), to: end('c', '1'), ...subset },
        { from: end('a', '1'), to: end('c', '1'), ...subset },
      ],
      undefined,
    ],
  ])('%j: %s', (lines, code) => {
    expect(together(...lines)).toBe(code);
  });
});

test('no set of the organisation takes a name of ours', () => {
  const write = (id: string) =>
    MappingSet.mayWrite({ id: 'ada', roles: ['lead'] }, { id, before: undefined, after: {} } as never)?.code;

  expect([write('shipped-soc2-iso27001'), write('mine')]).toEqual(['mapping.shipped', undefined]);
});

test('edges are the shipped ones and those of sets in use, between items that there are', () => {
  const desk = new Desk([...crosswalkReads, OwnFramework, OwnRequirement]);
  const book = () => desk.book() as never;

  expect(edgesOf(book())).toBe(shippedEdges());

  desk.keep(create(OwnFramework, 'mine', { title: 'Mine', licence: 'own' }));
  desk.keep(create(OwnRequirement, 'mine_X-1', { framework: 'mine', ref: 'X-1', title: 'X' }));
  desk.keep(create(MappingSet, 's', { title: 'S', provenance: 'A consultant', judged: 'once' }));
  desk.keep(create(MappingSet, 'gone', { title: 'S', provenance: 'A consultant', withdrawn: true }));
  desk.keep(create(Mapping, 'm1', Mapping.body.parse(line())));
  desk.keep(create(Mapping, 'm2', Mapping.body.parse(line({ to: end('mine', 'X-9'), provenance: 'Ada' }))));
  desk.keep(create(Mapping, 'm3', Mapping.body.parse(line({ set: 'gone' }))));

  expect(edgesOf(book()).slice(shippedEdges().length)).toEqual([
    {
      id: 'm1',
      set: 's',
      from: end('soc2', 'CC6.1'),
      to: end('mine', 'X-1'),
      relation: 'intersects',
      strength: { forward: 4, backward: 6 },
      judged: 'once',
      rationale: '',
      provenance: 'A consultant',
    },
  ]);
  expect(setsOf(book()).map(({ id }) => id)).toEqual(['shipped-soc2-iso27001', 'shipped-iso27001-editions', 's']);
});
