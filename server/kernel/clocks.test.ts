import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { Organisation, ViewOptions } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, refusalOf, standUp } from '../testing.ts';
import { potteryProduct } from './testing.ts';

let ground: Ground;
/** Another process, which reads it all from the database. */
let other: Engine;
beforeAll(async () => {
  ground = await standUp(potteryProduct());
  other = await ground.another();
});
afterAll(() => ground.close());

const apply = (org: Organisation, record: object) =>
  ground.engine.runtime.act(org, OPERATOR, 'records.apply', { records: [record] });
const act = (org: Organisation, name: string, input: object) => ground.engine.runtime.act(org, OPERATOR, name, input);

/** What a record said, asked of both processes: they must agree. */
async function said(org: Organisation, kind: string, id: string, options: ViewOptions = {}): Promise<string> {
  const answers = await Promise.all(
    [ground.engine, other].map(async ({ runtime }) => {
      const page = await runtime.list(org, OPERATOR, kind, { ...options, where: { id } });
      const [row] = page.items as readonly { readonly says: string; readonly version: number }[];
      return row === undefined ? 'nothing' : `${row.says}@${row.version}`;
    }),
  );
  expect(answers[0]).toBe(answers[1]);
  return answers[0] ?? '';
}

test('heads are what was recorded last, whenever it holds, and not what is retired: what apply compares with', async () => {
  const org = ground.alpha;
  const { runtime } = ground.engine;
  ground.clock.set('2026-01-02T10:00:00Z');
  await apply(org, { kind: 'recipe', id: 'ahead', says: 'now', from: '2026-01-01' });
  await apply(org, { kind: 'recipe', id: 'ended', says: 'gone', from: '2026-01-01' });
  ground.clock.set('2026-01-03T10:00:00Z');
  await apply(org, { kind: 'recipe', id: 'ahead', says: 'later', from: '2027-01-01' });
  await act(org, 'recipe.retire', { recipe: 'ended' });
  const heads = async (options: ViewOptions = {}) => {
    const { items } = await runtime.list(org, OPERATOR, 'recipe', { ...options, heads: true });
    return (items as readonly { readonly id: string; readonly says: string }[]).map(
      ({ id, says: it }) => `${id}: ${it}`,
    );
  };

  expect(await said(org, 'recipe', 'ahead')).toBe('now@1');
  expect(await heads()).toEqual(['ahead: later']);
  expect(await heads({ knownAt: '2026-01-02' })).toEqual(['ahead: now', 'ended: gone']);
  expect(await refusalOf(heads({ asOf: '2026-01-02' }))).toBe('time.heads');
});

test('a history is of what was known, and every version of it names the last one', async () => {
  const org = ground.alpha;
  const history = async (knownAt?: string) =>
    (await ground.engine.runtime.history(
      org,
      OPERATOR,
      'recipe',
      'ahead',
      knownAt === undefined ? {} : { knownAt },
    )) as readonly { readonly version: number; readonly head: number }[];

  expect((await history()).map(({ version, head }) => [version, head])).toEqual([
    [1, 2],
    [2, 2],
  ]);
  expect((await history('2026-01-02')).map(({ version, head }) => [version, head])).toEqual([[1, 1]]);
  expect(await refusalOf(history('2026-01-01'))).toBe('record.missing');
});

describe.each(['alpha', 'beta'] as const)('in %s', (slug) => {
  const org = (): Organisation => ground[slug];

  test('a correction reaches back over what it corrects and leaves its successor alone; known-at answers as then', async () => {
    ground.clock.set('2026-01-05T10:00:00Z');
    await apply(org(), { kind: 'recipe', id: 'r', says: 'first', from: '2026-01-01' });
    ground.clock.set('2026-02-20T10:00:00Z');
    const known = await said(org(), 'recipe', 'r', { asOf: '2026-02-10' });
    ground.clock.set('2026-03-20T10:00:00Z');
    await apply(org(), { kind: 'recipe', id: 'r', says: 'successor', from: '2026-04-01' });
    const planned = await said(org(), 'recipe', 'r');
    ground.clock.set('2026-05-05T10:00:00Z');
    await apply(org(), { kind: 'recipe', id: 'r', says: 'corrected', from: '2026-01-01' });
    const corrected = await said(org(), 'recipe', 'r', { asOf: '2026-03-31' });
    ground.clock.set('2026-05-10T10:00:00Z');
    await act(org(), 'recipe.correct', { id: 'r', says: 'corrected again' });

    expect(known).toBe('first@1');
    expect(planned).toBe('first@1');
    expect(corrected).toBe('corrected@3');
    expect(await said(org(), 'recipe', 'r', { asOf: '2026-02-10' })).toBe('corrected again@4');
    expect(await said(org(), 'recipe', 'r', { asOf: '2026-02-10', knownAt: '2026-05-06' })).toBe('corrected@3');
    expect(await said(org(), 'recipe', 'r', { asOf: '2026-02-10', knownAt: '2026-02-20' })).toBe('first@1');
    expect(await said(org(), 'recipe', 'r')).toBe('successor@2');
    expect(await said(org(), 'recipe', 'r', { asOf: '2026-04-01' })).toBe('successor@2');
    expect(await said(org(), 'recipe', 'r', { asOf: '2025-12-31' })).toBe('first@1');
  });

  test('the day a version begins is counted in the organisation’s time zone', async () => {
    ground.clock.set('2026-06-01T10:00:00Z');
    await apply(org(), { kind: 'recipe', id: 'z', says: 'old', from: '2026-01-01' });
    await apply(org(), { kind: 'recipe', id: 'z', says: 'new', from: '2026-05-01' });

    const midnight = slug === 'alpha' ? '2026-05-01T00:00:00.000Z' : '2026-04-30T22:00:00.000Z';
    const before = new Date(Date.parse(midnight) - 1).toISOString();

    expect(await said(org(), 'recipe', 'z', { asOf: midnight })).toBe('new@2');
    expect(await said(org(), 'recipe', 'z', { asOf: before })).toBe('old@1');
  });

  test('a timeless kind’s first version holds for all time, a change from when it is recorded, a correction where its version held', async () => {
    ground.clock.set('2026-07-01T10:00:00Z');
    await apply(org(), { kind: 'rule', id: 'r', says: 'one' });
    ground.clock.set('2026-07-10T10:00:00Z');
    await apply(org(), { kind: 'rule', id: 'r', says: 'two' });
    ground.clock.set('2026-07-20T10:00:00Z');
    await act(org(), 'rule.correct', { id: 'r', says: 'two, rightly' });
    const instant = { asOf: '2026-07-10T10:00:00Z' };

    expect(await said(org(), 'rule', 'r', { asOf: '2001-01-01' })).toBe('one@1');
    expect(await said(org(), 'rule', 'r', { asOf: '2026-07-10T09:59:59.999Z' })).toBe('one@1');
    expect(await said(org(), 'rule', 'r', instant)).toBe('two, rightly@3');
    expect(await said(org(), 'rule', 'r', { ...instant, knownAt: '2026-07-19' })).toBe('two@2');
    expect(await said(org(), 'rule', 'r', { asOf: '2001-01-01', knownAt: '2026-06-30' })).toBe('nothing');
  });

  test('any other kind’s versions hold from when they are recorded', async () => {
    ground.clock.set('2026-08-01T10:00:00Z');
    await apply(org(), { kind: 'notice', id: 'n', says: 'one' });
    ground.clock.set('2026-08-10T10:00:00Z');
    await act(org(), 'notice.correct', { id: 'n', says: 'one, rightly' });

    expect(await said(org(), 'notice', 'n', { asOf: '2026-07-31' })).toBe('nothing');
    expect(await said(org(), 'notice', 'n', { asOf: '2026-08-05' })).toBe('one, rightly@2');
    expect(await said(org(), 'notice', 'n', { asOf: '2026-08-05', knownAt: '2026-08-05' })).toBe('one@1');
  });

  test('what is retired is there as of before, and also what was to hold later is gone', async () => {
    ground.clock.set('2026-09-01T10:00:00Z');
    await apply(org(), { kind: 'recipe', id: 'gone', says: 'now', from: '2026-09-01' });
    await apply(org(), { kind: 'recipe', id: 'gone', says: 'later', from: '2026-09-20' });
    ground.clock.set('2026-09-10T10:00:00Z');
    await act(org(), 'recipe.retire', { recipe: 'gone' });
    ground.clock.set('2026-10-01T10:00:00Z');

    expect(await said(org(), 'recipe', 'gone', { asOf: '2026-09-09' })).toBe('now@1');
    expect(await said(org(), 'recipe', 'gone', { asOf: '2026-09-10' })).toBe('nothing');
    expect(await said(org(), 'recipe', 'gone')).toBe('nothing');
    expect(await said(org(), 'recipe', 'gone', { asOf: '2026-09-25', knownAt: '2026-09-09' })).toBe('later@2');
    expect(await ground.engine.runtime.history(org(), OPERATOR, 'recipe', 'gone')).toMatchObject([
      { version: 1, retired: false },
      { version: 2, retired: false },
      { version: 3, retired: true },
    ]);
  });

  test('what holds from a later day only is there for apply: changed, unchanged and pruned', async () => {
    const later = { kind: 'sale', id: 'later', says: 'x', from: '2030-01-01' };
    await apply(org(), later);

    const again = await apply(org(), later);
    const pruned = await ground.engine.runtime.act(org(), OPERATOR, 'records.apply', {
      records: [],
      prune: ['sale'],
    });

    expect(again.answer).toMatchObject({ unchanged: 1, create: [] });
    expect(await said(org(), 'sale', 'later')).toBe('nothing');
    expect(pruned.changes).toContainEqual({ kind: 'sale', id: 'later', version: 2, did: 'retire' });
  });
});

test('a time that is none, and one in the future, is refused; today’s date is all of today that there is', async () => {
  ground.clock.set('2026-11-11T10:00:00Z');
  const ask = (asOf: string) => said(ground.alpha, 'rule', 'r', { asOf });

  expect(await refusalOf(ask('yesterday'))).toBe('time.invalid');
  expect(await refusalOf(ask('2026-11-31'))).toBe('time.invalid');
  expect(await refusalOf(ask('2026-11-12'))).toBe('record.future');
  expect(await refusalOf(ask('2026-11-11T10:05:00.001Z'))).toBe('record.future');
  expect(await ask('2026-11-11T10:05:00Z')).toContain('two');
  expect(await ask('2026-11-11')).toContain('two');
});
