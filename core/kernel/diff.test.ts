import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffOf, membersOf } from './diff.ts';

test.each([
  ['nothing', { a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, []],
  ['a value', { a: 1 }, { a: 2 }, [['a', 1, 2]]],
  ['a field that came', {}, { a: null }, [['a', undefined, null]]],
  ['a field that went', { a: '' }, {}, [['a', '', undefined]]],
  ['a field inside', { a: { b: { c: 1 }, d: 2 } }, { a: { b: { c: 3 }, d: 2 } }, [['a.b.c', 1, 3]]],
  ['an object in place of a value', { a: 1 }, { a: { b: 1 } }, [['a', 1, { b: 1 }]]],
  ['a list, as a whole', { a: [1, 2] }, { a: [2, 1] }, [['a', [1, 2], [2, 1]]]],
  [
    'only its stamp',
    { a: 1, version: 1, head: 2, recordedAt: 'x', actor: 'ada', act: 'b' },
    { a: 1, version: 2, head: 2, recordedAt: 'y', actor: 'eve', act: 'c' },
    [],
  ],
  [
    'several, by name',
    { z: 1, a: 1 },
    { z: 2, a: 2 },
    [
      ['a', 1, 2],
      ['z', 1, 2],
    ],
  ],
  [
    'a name that JavaScript has a use for',
    { constructor: 1 },
    { toString: 1 },
    [
      ['constructor', 1, undefined],
      ['toString', undefined, 1],
    ],
  ],
] as const)('%s', (_, before, after, changes) => {
  expect(diffOf(before, after).map((change) => [change.path.join('.'), change.before, change.after])).toEqual(changes);
});

test('of the first version every field is new', () => {
  expect(diffOf(undefined, { id: 'x', version: 1, title: 'T' })).toEqual([
    { path: ['title'], before: undefined, after: 'T' },
  ]);
});

test('the changes carry one version over into the other', () => {
  const body = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.oneof(
      fc.integer(),
      fc.array(fc.integer()),
      fc.dictionary(fc.constantFrom('d', 'e'), fc.integer(), { minKeys: 1 }),
    ),
  );

  fc.assert(
    fc.property(body, body, (before, after) => {
      const made: Record<string, unknown> = structuredClone(before);
      for (const { path, after: value } of diffOf(before, after)) {
        const [first = '', second] = path;
        const target = second === undefined ? made : (made[first] as Record<string, unknown>);
        if (value === undefined) delete target[second ?? first];
        else target[second ?? first] = value;
      }
      const empty = (value: unknown): boolean =>
        typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
      // An object that lost its last field and one that is gone are told apart by the field that is left.
      for (const [key, value] of Object.entries(made)) if (empty(value) && !(key in after)) delete made[key];
      expect(made).toEqual(after);
    }),
  );
});

test('members of a list are counted as often as they stand there', () => {
  expect(membersOf(['a', 'a', 'b', { c: 1 }], ['a', { c: 1 }, 'd'])).toEqual({ added: ['d'], removed: ['a', 'b'] });
});
