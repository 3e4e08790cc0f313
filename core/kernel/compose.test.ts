import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineAct } from './act.ts';
import { compose, namedAt, referencesIn } from './compose.ts';
import { ref } from './id.ts';
import { defineRecord, RESERVED } from './record.ts';
import { defineRefusals } from './refusal.ts';
import { defineView } from './view.ts';

const kind = (name: string, shape: z.ZodRawShape = {}) =>
  defineRecord(name, { title: name, body: z.strictObject(shape) });
const act = (name: string, input: z.ZodRawShape = {}) =>
  defineAct(name, { says: 's', input: z.strictObject(input), reads: [], allowed: [], decide: () => [] });
const view = (name: string, output: z.ZodType = z.string()) =>
  defineView(name, { says: 's', input: z.strictObject({}), reads: [], output, compute: () => '' });

describe('a product is put together from what its words offer', () => {
  test('with one act that every product has', () => {
    const product = compose([
      { a: kind('cup'), said: 'not a declaration', no: undefined },
      { b: act('cup.fill'), c: view('cup.count') },
    ]);

    expect([...product.records.keys()]).toEqual(['cup']);
    expect([...product.acts.keys()]).toEqual(['cup.fill', 'records.apply']);
    expect([...product.views.keys()]).toEqual(['cup.count']);
  });

  test('and a declaration that two words offer is one', () => {
    const cup = kind('cup');

    expect(compose([{ cup }, { again: cup }]).records.size).toBe(1);
  });

  test('with refusals and their families', () => {
    const refuse = defineRefusals('cup', { full: { family: 'unmet', says: (_: object) => 'Full.' } });

    expect(compose([{ refuse }]).refusals.get('cup.full')).toBe('unmet');
  });

  test('and kinds may refer to each other', () => {
    const product = compose([
      { a: kind('cup', { on: ref('tray') }), b: kind('tray', { best: ref('cup').optional() }) },
    ]);

    expect(product.references.get('tray')).toEqual([{ field: 'best', to: 'cup' }]);
  });
});

describe('it refuses to start on', () => {
  const state = z.enum(['on', 'off']);
  const withLifecycle = (starts: string, to: string) =>
    defineRecord('cup', {
      title: 'c',
      body: z.strictObject({ state: z.string() as unknown as typeof state }).extend({ state }),
      lifecycle: { field: 'state', starts: starts as 'on', moves: { turn: { from: ['on'], to: to as 'off' } } },
    });
  const cases: readonly (readonly [string, () => unknown])[] = [
    ['two kinds of one name', () => compose([{ a: kind('cup'), b: kind('cup') }])],
    ['two acts of one name', () => compose([{ a: act('x') }, { b: act('x') }])],
    ['two views of one name', () => compose([{ a: view('x'), b: view('x') }])],
    ['an act named as the one every product has', () => compose([{ a: act('records.apply') }])],
    ['a reference to no kind', () => compose([{ a: kind('cup', { on: ref('tray') }) }])],
    [
      'one deep inside',
      () => compose([{ a: kind('cup', { on: z.array(z.union([z.string(), z.strictObject({ t: ref('tray') })])) }) }]),
    ],
    ['one in an act’s input', () => compose([{ a: act('x', { on: ref('tray') }) }])],
    ['a date, which has no JSON form', () => compose([{ a: kind('cup', { on: z.date() }) }])],
    ['a map', () => compose([{ a: kind('cup', { on: z.map(z.string(), z.string()) }) }])],
    ['a bigint in an act’s input', () => compose([{ a: act('x', { n: z.bigint() }) }])],
    ['a transform in a view’s output', () => compose([{ a: view('x', z.string().transform(Number)) }])],
    ['an effective field that is none', () => compose([{ a: { ...kind('cup'), effective: 'from' } }])],
    ['a lifecycle that starts nowhere', () => compose([{ a: withLifecycle('lukewarm', 'off') }])],
    ['a lifecycle that leads nowhere', () => compose([{ a: withLifecycle('on', 'lukewarm') }])],
    ['a kind with a name no path could hold', () => compose([{ a: kind('cup/saucer') }])],
  ];
  test.each(cases)('%s', (_, start) => {
    expect(start).toThrow(Error);
  });

  test.each(RESERVED)('a body with the reserved field %s', (field) => {
    expect(() => compose([{ a: kind('cup', { [field]: z.string() }) }])).toThrow(field);
  });

  test('none of it without the fault', () => {
    expect(() =>
      compose([{ a: kind('cup', { on: ref('cup'), state }), l: act('x', { n: z.int() }), v: view('x') }]),
    ).not.toThrow();
    expect(() => compose([{ a: withLifecycle('on', 'off') }])).not.toThrow();
  });
});

describe('references', () => {
  test('are found at any depth, behind any wrapper', () => {
    const found = referencesIn(
      z.strictObject({
        plain: ref('a'),
        optional: ref('b').optional(),
        many: z.array(ref('c')).default([]),
        named: z.record(z.string(), z.strictObject({ by: ref('d').nullable() })),
        pair: z.tuple([z.string(), ref('e')]),
        either: z.union([z.strictObject({ f: ref('f') }), z.strictObject({ g: ref('g') })]),
        described: ref('h').describe('who'),
      }),
    );

    expect(found.map(({ field, to }) => `${field}:${to}`)).toEqual([
      'plain:a',
      'optional:b',
      'many.*:c',
      'named.*.by:d',
      'pair.*:e',
      'either.f:f',
      'either.g:g',
      'described:h',
    ]);
  });

  test('in a value are the ids at such a path', () => {
    const value = { many: ['x', 'y'], named: { p: { by: 'z' }, q: { by: null }, r: {} }, one: 'w' };

    expect(namedAt(value, 'many.*')).toEqual(['x', 'y']);
    expect(namedAt(value, 'named.*.by')).toEqual(['z']);
    expect(namedAt(value, 'one')).toEqual(['w']);
    expect(namedAt(value, 'none.at.all')).toEqual([]);
  });
});
