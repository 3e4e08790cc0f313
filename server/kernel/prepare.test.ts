import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ActAnswer, Organisation } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, refusalIn, refusalOf, standUp } from '../testing.ts';
import { potteryProduct } from './testing.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await standUp(potteryProduct());
});
afterAll(() => ground.close());

let tries = 0;
/** A prefix for the ids of one test. */
let t: string;
beforeEach(() => {
  t = `t${(tries += 1)}`;
});

const run = (name: string, input: object, org: Organisation = ground.alpha): Promise<ActAnswer> =>
  ground.engine.runtime.act(org, OPERATOR, name, input);
const apply = (...records: readonly object[]): Promise<ActAnswer> => run('records.apply', { records });
const prune = (kinds: readonly string[], ...records: readonly object[]): Promise<ActAnswer> =>
  run('records.apply', { records, prune: kinds });

describe('a lifecycle', () => {
  test('begins in its first state, whoever creates the record', async () => {
    const refused = await refusalIn(apply({ kind: 'pot', id: t, state: 'fired' }));

    expect([refused.code, refused.family]).toEqual(['record.move', 'unmet']);
    expect(refused.path).toEqual(['records', 0, 'state']);
  });

  const moves = [
    ['raw', 'fired', true],
    ['raw', 'broken', true],
    ['fired', 'broken', true],
    ['fired', 'raw', false],
    ['broken', 'raw', false],
    ['broken', 'fired', false],
  ] as const;
  test.each(moves)('from %s to %s: %s, by an act and by apply alike', async (from, to, allowed) => {
    const ids = [`${t}-act`, `${t}-apply`];
    await apply(...ids.map((id) => ({ kind: 'pot', id })));
    if (from !== 'raw') await apply(...ids.map((id) => ({ kind: 'pot', id, state: from })));

    const ends = await Promise.allSettled([
      run('pot.write', { pot: `${t}-act`, state: to }),
      apply({ kind: 'pot', id: `${t}-apply`, state: to }),
    ]);

    expect(ends.map((end) => (end.status === 'fulfilled' ? 'done' : end.reason.code))).toEqual(
      allowed ? ['done', 'done'] : ['record.move', 'record.move'],
    );
  });

  test('may change in an act that changes other records too', async () => {
    await apply({ kind: 'pot', id: t });

    const done = await run('pot.fire', { pot: t, firing: `f-${t}` });

    expect(done.changes).toEqual([
      { kind: 'pot', id: t, version: 2, did: 'change' },
      { kind: 'firing', id: `f-${t}`, version: 1, did: 'create' },
    ]);
  });
});

describe('a reference', () => {
  test('to nothing is refused with the place it stands at', async () => {
    await apply({ kind: 'pot', id: t });

    const refused = await refusalIn(apply({ kind: 'pot', id: `${t}-2`, copies: [t, 'nowhere'] }));

    expect(refused.code).toBe('record.reference');
    expect(refused.path).toEqual(['records', 0, 'copies', 1]);
  });

  test('to another organisation’s record is one to nothing', async () => {
    await ground.engine.runtime.act(ground.beta, OPERATOR, 'records.apply', {
      records: [{ kind: 'rack', id: t, title: 'theirs' }],
    });

    expect(await refusalOf(apply({ kind: 'pot', id: t, rack: t }))).toBe('record.reference');
  });

  test('to a retired record is refused, and one that was there before may stay', async () => {
    await apply({ kind: 'pot', id: t }, { kind: 'pot', id: `${t}-old` });
    await run('pot.fire', { pot: t, firing: `f-${t}` });
    await run('pot.retire', { pot: t });

    expect(await refusalOf(apply({ kind: 'pot', id: `${t}-new`, copies: [t] }))).toBe('record.reference');
    expect(await ground.engine.runtime.get(ground.alpha, OPERATOR, 'firing', `f-${t}`)).toMatchObject({ pot: t });
  });

  test.each([
    [
      'each other',
      (id: string) => [
        { kind: 'pot', id, rack: id },
        { kind: 'rack', id, title: 'r', best: id },
      ],
    ],
    [
      'one of their kind further down',
      (id: string) => [
        { kind: 'pot', id: `${id}-a`, copies: [`${id}-b`] },
        { kind: 'pot', id: `${id}-b` },
      ],
    ],
    ['themselves', (id: string) => [{ kind: 'pot', id, copies: [id] }]],
    [
      'a kind that comes later in the file',
      (id: string) => [
        { kind: 'pot', id, potter: id },
        { kind: 'person', id, name: 'n' },
      ],
    ],
  ])('is found where records of one act name %s', async (_, records) => {
    expect((await apply(...records(t))).changes).toHaveLength(records(t).length);
  });
});

describe('retiring', () => {
  test('is refused while a definition names the record', async () => {
    await apply({ kind: 'pot', id: t }, { kind: 'pot', id: `${t}-2`, copies: [t] });

    const refused = await refusalIn(run('pot.retire', { pot: t }));

    expect([refused.code, refused.family]).toEqual(['record.used', 'unmet']);
  });

  test('is not held up by history that names it', async () => {
    await apply({ kind: 'pot', id: t });
    await run('pot.fire', { pot: t, firing: `f-${t}` });

    expect((await run('pot.retire', { pot: t })).changes).toMatchObject([{ did: 'retire', version: 3 }]);
  });

  test('is not held up by what named it before', async () => {
    await apply({ kind: 'pot', id: t }, { kind: 'pot', id: `${t}-2`, copies: [t] });
    await apply({ kind: 'pot', id: `${t}-2` });

    expect((await run('pot.retire', { pot: t })).changes).toHaveLength(1);
  });

  test('takes what names each other together', async () => {
    const theirs = (id: string) => [
      { kind: 'rack', id: `${id}-a`, title: 'a', best: id },
      { kind: 'pot', id, rack: `${id}-a`, copies: [id] },
    ];
    await apply(...theirs(t));

    const pruned = await prune(['pot', 'rack']);

    expect(pruned.changes.filter(({ id }) => id.startsWith(t)).map(({ did }) => did)).toEqual(['retire', 'retire']);
  });

  test('is for good: neither an act nor apply brings it back, and apply does not call it unchanged', async () => {
    await apply({ kind: 'pot', id: t });
    await run('pot.retire', { pot: t });

    expect(await refusalOf(apply({ kind: 'pot', id: t }))).toBe('record.retired');
    expect(await refusalOf(apply({ kind: 'pot', id: t, note: 'again' }))).toBe('record.retired');
    expect(await refusalOf(run('pot.glaze', { pot: t }))).toBe('record.missing');
    expect(await refusalOf(run('pot.name', { pot: t }))).toBe('record.retired');
  });

  test('leaves it out of lists, unless retired ones are asked for', async () => {
    await apply({ kind: 'notice', id: t, says: 'x' }, { kind: 'notice', id: `${t}-2`, says: 'x' });
    await prune(['notice'], { kind: 'notice', id: t, says: 'x' });

    const where = { search: t };
    const list = (retired: boolean) =>
      ground.engine.runtime.list(ground.alpha, OPERATOR, 'notice', { ...where, retired });

    expect((await list(false)).items).toMatchObject([{ id: t }]);
    expect((await list(true)).items).toMatchObject([{ id: t }, { id: `${t}-2`, retired: true }]);
  });
});

test('a fixed field stays as it was first recorded', async () => {
  await apply({ kind: 'pot', id: t, clay: 'white' });

  const refused = await refusalIn(apply({ kind: 'pot', id: t, clay: 'red' }));

  expect(refused.code).toBe('record.fixed');
  expect(refused.path).toEqual(['records', 0, 'clay']);
});

test('what is there is not created again', async () => {
  await run('pot.name', { pot: t });

  expect(await refusalOf(run('pot.name', { pot: t }))).toBe('record.exists');
});

test.each(['', '../x', '-x', 'a b', 'ä', 'x'.repeat(101)])('an act cannot make the id “%s”', async (pot) => {
  expect(await refusalOf(run('pot.name', { pot }))).toBe('record.invalid');
});

test.each(['0000-01-01', '1969-12-31', '2026-02-30', '2026-13-01', 'soon'])(
  'a version cannot hold from “%s”, which is no date',
  async (from) => {
    const refused = await refusalIn(apply({ kind: 'recipe', id: t, says: 'x', from }));

    expect(refused.code).toBe('record.invalid');
    expect(refused.path).toEqual(['records', 0, 'from']);
  },
);
