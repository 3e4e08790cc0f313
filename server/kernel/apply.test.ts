import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Organisation } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, refusalIn, standUp } from '../testing.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
});
afterAll(() => ground.close());

let tries = 0;
let t: string;
beforeEach(() => {
  t = `t${(tries += 1)}`;
});

const apply = (
  records: readonly object[],
  more: { prune?: readonly string[]; dryRun?: true } = {},
  org: Organisation = ground.alpha,
) =>
  ground.engine.runtime.act(
    org,
    OPERATOR,
    'records.apply',
    { records, ...(more.prune === undefined ? {} : { prune: more.prune }) },
    more.dryRun === undefined ? {} : { dryRun: true },
  );
const total = async (kind: string, org: Organisation = ground.alpha) =>
  (await ground.engine.runtime.list(org, OPERATOR, kind)).total;
const control = (id: string, more: object = {}) => ({ kind: 'control', id, title: 'T', frequency: 'monthly', ...more });
const person = (id: string, more: object = {}) => ({ kind: 'person', id, name: 'N', ...more });

describe.each(['alpha', 'beta'] as const)('apply in %s', (slug) => {
  const org = (): Organisation => ground[slug];

  test('plans what it creates and changes, field by field, and a second run changes nothing', async () => {
    await apply([control(`${t}-a`, { startsOn: '2026-01-01' })], {}, org());
    const files = [control(`${t}-a`, { title: 'New', grace: 'P3D' }), control(`${t}-b`), person(t)];

    const first = await apply(files, {}, org());
    const second = await apply(files, {}, org());

    expect(first.answer).toEqual({
      create: [
        { kind: 'control', id: `${t}-b` },
        { kind: 'person', id: t },
      ],
      change: [{ kind: 'control', id: `${t}-a`, fields: ['grace', 'startsOn', 'title'] }],
      retire: [],
      unchanged: 0,
    });
    expect(second).toMatchObject({ index: null, changes: [], answer: { create: [], change: [], unchanged: 3 } });
  });

  test('takes defaults and the order of fields for no difference', async () => {
    await apply([control(t)], {}, org());

    const again = await apply(
      [{ days: 'all', answers: { iso27001: [], soc2: [] }, ...control(t), evidence: 'optional' }],
      {},
      org(),
    );

    expect(again.answer).toMatchObject({ unchanged: 1 });
  });

  test('retires what is not given only where that is asked for', async () => {
    await apply(
      [
        { kind: 'holidays', id: `${t}-a`, dates: [] },
        { kind: 'holidays', id: `${t}-b`, dates: [] },
      ],
      {},
      org(),
    );
    const kept = [{ kind: 'holidays', id: `${t}-a`, dates: [] }];

    const without = await apply(kept, {}, org());
    const pruned = await apply(kept, { prune: ['holidays', 'holidays'] }, org());

    expect(without.changes).toEqual([]);
    expect(pruned.answer).toMatchObject({ retire: [{ kind: 'holidays', id: `${t}-b` }], unchanged: 1 });
    expect(await total('holidays', org())).toBe(1);
  });
});

test('it is all or nothing', async () => {
  const before = await total('person');

  await refusalIn(
    apply([...Array.from({ length: 50 }, (_, i) => person(`${t}-${i}`)), control(t, { owner: 'nobody' })]),
  );

  expect(await total('person')).toBe(before);
});

test('a dry run refuses and plans alike, and writes nothing', async () => {
  const before = await total('person');

  const dry = await apply([person(t)], { dryRun: true });
  const refused = await refusalIn(apply([control(t, { owner: 'nobody' })], { dryRun: true }));

  expect(dry).toMatchObject({ index: null, answer: { create: [{ id: t }] } });
  expect(refused.code).toBe('record.reference');
  expect(await total('person')).toBe(before);
});

describe('it refuses, with the place in the files,', () => {
  test.each<readonly [string, readonly object[], string, readonly (string | number)[]]>([
    [
      'a field that is not known',
      [person('a'), person('b', { nickname: 'B' })],
      'record.invalid',
      ['records', 1, 'nickname'],
    ],
    [
      'one far inside',
      [control('a', { answers: { soc2: [], gdpr: [] } })],
      'record.invalid',
      ['records', 0, 'answers', 'gdpr'],
    ],
    ['a stamp among the fields', [person('a', { version: 7 })], 'record.invalid', ['records', 0, 'version']],
    ['a date that is none', [control('a', { startsOn: '2026-02-29' })], 'record.invalid', ['records', 0, 'startsOn']],
    [
      'a date with a time',
      [control('a', { startsOn: '2026-02-01T00:00:00Z' })],
      'record.invalid',
      ['records', 0, 'startsOn'],
    ],
    [
      'a date before there are days',
      [control('a', { effectiveFrom: '0000-01-01' })],
      'record.invalid',
      ['records', 0, 'effectiveFrom'],
    ],
    ['an id that is none', [person('a/b')], 'record.invalid', ['records', 0, 'id']],
    ['a kind that is none', [{ kind: 'saucer', id: 'a' }], 'apply.kind', ['records', 0, 'kind']],
    ['one that only its acts make', [{ kind: 'exception', id: 'a' }], 'apply.ownActs', ['records', 0, 'kind']],
    ['a token', [person('a'), { kind: 'token', id: 'a', name: 'n' }], 'apply.ownActs', ['records', 1, 'kind']],
    ['one record given twice', [person('a'), control('a'), person('a')], 'apply.twice', ['records', 2, 'id']],
    ['a reference to nothing', [control('a', { owner: 'nobody' })], 'record.reference', ['records', 0, 'owner']],
    [
      'a requirement that is none',
      [control('a', { answers: { soc2: ['CC6.1', 'CC66.6'] } })],
      'control.answers',
      ['records', 0, 'answers', 'soc2', 1],
    ],
    [
      'an expression that is none',
      [
        {
          kind: 'check',
          id: 'a',
          title: 'T',
          dataset: 'd/d',
          mode: 'state',
          supports: [],
          passes: 'it.',
          message: 'm',
        },
      ],
      'record.invalid',
      ['records', 0, 'supports'],
    ],
  ])('%s', async (_, records, code, path) => {
    const refused = await refusalIn(apply(records));

    expect([refused.code, refused.path]).toEqual([code, path]);
  });

  test('text that no database keeps', async () => {
    for (const name of ['a\u0000', '\ud800'])
      expect((await refusalIn(apply([person(t, { name })]))).code).toBe('record.text');
  });

  test('to retire what only its acts make, or what there is none of', async () => {
    expect((await refusalIn(apply([], { prune: ['token'] }))).code).toBe('apply.ownActs');
    expect((await refusalIn(apply([], { prune: ['person', 'saucer'] }))).path).toEqual(['prune', 1]);
  });
});

test('records of one file may name each other in any order', async () => {
  const done = await apply([
    { kind: 'check', id: t, title: 'T', dataset: 'd/d', mode: 'state', supports: [t], passes: 'true', message: 'm' },
    control(t, { owner: t }),
    person(t),
  ]);

  expect(done.changes.map(({ kind }) => kind).sort()).toEqual(['check', 'control', 'person']);
});

test('what is exported as it was given is unchanged when it comes back', async () => {
  const { items } = await ground.engine.runtime.list(ground.alpha, OPERATOR, 'control', { limit: 200 });
  const {
    version: _v,
    head: _h,
    recordedAt: _r,
    effectiveAt: _e,
    actor: _a,
    ...first
  } = items[0] as Record<string, unknown>;

  expect((await apply([first])).answer).toMatchObject({ create: [], change: [], unchanged: 1 });
});

test('takes 20,000 records in one act, which is one entry', async () => {
  const records = Array.from({ length: 20_000 }, (_, i) => person(`m-${i}`));
  const began = performance.now();

  const first = await apply(records, {}, ground.beta);
  const took = performance.now() - began;
  const again = await apply(records, {}, ground.beta);

  console.log(
    `20,000 records in one act: ${Math.round(took)} ms; once more, unchanged: ${Math.round(performance.now() - began - took)} ms`,
  );
  expect(first.changes).toHaveLength(20_000);
  expect(again).toMatchObject({ index: null, answer: { unchanged: 20_000 } });
  const [row] = await ground.asAdministrator<{ entries: number; bytes: number }>(
    'select (select count(*)::int from log_entry where org = $1 and index >= $2) as entries, length(entry) as bytes from log_entry where org = $1 and index = $2',
    [ground.beta.id, first.index],
  );
  expect(row?.entries).toBe(1);
  expect(row?.bytes).toBeLessThan(65_535);
});
