import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { LOCK } from '../observe/catch-up.ts';
import type { Organisation } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, standUp } from '../testing.ts';

let ground: Ground;
let other: Engine;

beforeAll(async () => {
  ground = await standUp();
  other = await ground.another();
  for (const org of [ground.alpha, ground.beta]) await fill(org);
});
afterAll(() => ground.close());

const lines = (...all: readonly object[]): Readable =>
  Readable.from([all.map((line) => JSON.stringify(line)).join('\n')]);

/** Records, an act of many versions, and two collections with a check over them. */
async function fill(org: Organisation): Promise<void> {
  const { runtime, services } = ground.engine;
  await services.connect(org, OPERATOR, { connector: 'push', id: 'hr', settings: {}, secrets: {} });
  await runtime.act(org, OPERATOR, 'records.apply', {
    records: [
      {
        kind: 'control',
        id: 'c',
        title: 'Members use a second factor',
        frequency: 'continuous',
        startsOn: '2026-01-01',
      },
      {
        kind: 'check',
        id: 'mfa',
        title: 'Second factor',
        dataset: 'hr/people',
        mode: 'state',
        supports: ['c'],
        passes: 'it.mfa == true',
        message: '{id} has none',
      },
    ],
  });
  await runtime.act(org, OPERATOR, 'records.apply', {
    records: Array.from({ length: 250 }, (_, i) => ({ kind: 'person', id: `p-${i}`, name: `Person ${i}` })),
  });
  await runtime.act(org, OPERATOR, 'records.apply', {
    records: [
      {
        kind: 'control',
        id: 'c',
        title: 'Everyone uses a second factor',
        frequency: 'continuous',
        startsOn: '2026-01-01',
        owner: 'p-1',
      },
    ],
  });
  for (const [observedAt, mfa] of [
    ['2026-01-01T08:00:00Z', false],
    ['2026-01-01T08:30:00Z', true],
  ] as const) {
    await services.push(
      org,
      OPERATOR,
      'hr',
      lines(
        { collection: { dataset: 'people', mode: 'state', observedAt, complete: true } },
        { id: 'ada', data: { mfa: true } },
        { id: 'bob', data: { mfa } },
      ),
    );
  }
}

/** By a process of its own, which remembers nothing of who wrote. */
const rebuilt = (org: Organisation) => other.services.rebuild(org, () => undefined);

test('an organisation that nobody tampered with is made anew without a difference', async () => {
  for (const org of [ground.alpha, ground.beta]) {
    const { differences, checked } = await rebuilt(org);

    expect(differences).toEqual([]);
    expect(checked['entries']).toBeGreaterThan(6);
    expect(checked['heads']).toBeGreaterThan(250);
    expect(checked['references']).toBeGreaterThan(0);
    expect(checked['step']).toBeGreaterThan(0);
  }
});

/** What somebody with the database's password might do, the table in which it is found, and how the test takes it back. */
const TAMPERING: readonly (readonly [string, string, string, string, string])[] = [
  [
    'a body',
    'record',
    `body = body || '{"title":"Nothing"}'`,
    `body = body || '{"title":"Members use a second factor"}'`,
    `kind = 'control' and id = 'c' and version = 1`,
  ],
  [
    'a body among more than the statement can name',
    'record',
    `body = body || '{"name":"Nobody"}'`,
    `body = body || '{"name":"Person 7"}'`,
    `kind = 'person' and id = 'p-7'`,
  ],
  ['an id', 'record', `id = 'd'`, `id = 'c'`, `kind = 'control' and id in ('c', 'd') and version = 1`],
  [
    'from when a version holds',
    'record',
    `effective_at = '2020-01-01'`,
    `effective_at = '-infinity'`,
    `kind = 'control' and id = 'c' and version = 1`,
  ],
  [
    'who did it',
    'record',
    `actor = 'olga'`,
    `actor = 'operator:root'`,
    `kind = 'control' and id = 'c' and version = 1`,
  ],
  [
    'when it was recorded',
    'record',
    `recorded_at = recorded_at - interval '1 day'`,
    `recorded_at = recorded_at + interval '1 day'`,
    `kind = 'control' and id = 'c' and version = 1`,
  ],
  [
    'what is the head',
    'record',
    `superseded_index = superseded_index + 1`,
    `superseded_index = superseded_index - 1`,
    `kind = 'control' and id = 'c' and version = 1`,
  ],
  ['what points at what', 'reference', `to_id = 'p-2'`, `to_id = 'p-1'`, `kind = 'control' and id = 'c'`],
  [
    'the data of a fact',
    'fact',
    `data = '{"mfa":true}'`,
    `data = '{"mfa":false}'`,
    `item = 'bob' and until_index is not null`,
  ],
  [
    'the time of an entry',
    'log_entry',
    `recorded_at = recorded_at - interval '1 day'`,
    `recorded_at = recorded_at + interval '1 day'`,
    `index = 0`,
  ],
  [
    'a statement',
    'log_entry',
    `statement = set_byte(statement, 40, get_byte(statement, 40) # 1)`,
    `statement = set_byte(statement, 40, get_byte(statement, 40) # 1)`,
    `index = 1`,
  ],
  [
    'a statement, into nonsense',
    'log_entry',
    `statement = statement || '\\x00'::bytea`,
    `statement = substr(statement, 1, length(statement) - 1)`,
    `index = 1`,
  ],
  [
    'an entry',
    'log_entry',
    `entry = set_byte(entry, length(entry) - 9, get_byte(entry, length(entry) - 9) # 1)`,
    `entry = set_byte(entry, length(entry) - 9, get_byte(entry, length(entry) - 9) # 1)`,
    `index = 2`,
  ],
  ...(
    [
      ['recorded_at', `recorded_at - interval '1 day'`, `recorded_at + interval '1 day'`],
      ['observed_at', `observed_at - interval '1 minute'`, `observed_at + interval '1 minute'`],
      ['from_at', `'2026-01-01'`, 'null'],
      ['actor', `'olga'`, `'operator:root'`],
      ['collector', `'push@2'`, `'push@1'`],
      ['status', `'partial'`, `'complete'`],
      ['items', 'items + 1', 'items - 1'],
      ['source', `'else'`, `'hr'`],
      ['dataset', `'hr/else'`, `'hr/people'`],
    ] as const
  ).map(
    ([column, does, undoes]) =>
      [
        `${column} of a collection`,
        'collection',
        `${column} = ${does}`,
        `${column} = ${undoes}`,
        'log_index = (select min(log_index) from collection where org = $1)',
      ] as const,
  ),
  ['what a check said', 'step', `outcome = 1 - outcome`, `outcome = 1 - outcome`, `check_id = 'mfa'`],
];

test('what comes out the same is not written again, and is there all the while', async () => {
  const state = async () =>
    (
      await ground.asAdministrator<{ xmins: string }>(
        `select string_agg(xmin::text, ' ' order by xmin::text) as xmins from step where org = $1`,
        [ground.alpha.id],
      )
    )[0]?.xmins;
  const before = await state();
  const seen = new Set<string | undefined>();
  let isDone = false;
  const work = rebuilt(ground.alpha).finally(() => (isDone = true));
  while (!isDone) seen.add(await state());
  await work;

  expect(before).toMatch(/^\d+/);
  expect([...seen, await state()].every((one) => one === before)).toBe(true);
});

test('it waits while another process judges', async () => {
  const held = await ground.database.pool.connect();
  await held.query('begin');
  await held.query('select pg_advisory_xact_lock($1, $2)', [ground.alpha.id, LOCK]);
  let isDone = false;
  const work = rebuilt(ground.alpha).finally(() => (isDone = true));
  await sleep(300);
  const wasDone = isDone;
  await held.query('commit');
  held.release();

  expect((await work).differences).toEqual([]);
  expect(wasDone).toBe(false);
});

describe('rebuild finds that somebody changed', () => {
  test.each(TAMPERING)('%s', async (_, table, does, undoes, where) => {
    const update = (sets: string) =>
      ground.asAdministrator(`update ${table} set ${sets} where org = $1 and ${where} returning 1`, [ground.alpha.id]);
    expect((await update(does)).length).toBeGreaterThan(0);

    const mine = await rebuilt(ground.alpha);
    // A projection is made anew; the others stay as they were changed.
    if (table !== 'step') await update(undoes);

    expect(mine.differences.map((difference) => difference.table)).toContain(table);
  });

  test('and nothing any more once all of it was put back', async () => {
    await rebuilt(ground.alpha);

    expect((await rebuilt(ground.alpha)).differences).toEqual([]);
  });

  test('that somebody took the last entry away', async () => {
    const [taken] = await ground.asAdministrator<{ index: number }>(
      'delete from log_entry where org = $1 and index = (select max(index) from log_entry where org = $1) returning *',
      [ground.beta.id],
    );

    const { differences } = await rebuilt(ground.beta);
    await ground.asAdministrator('update log set size = size - 1 where org = $1', [ground.beta.id]);
    const hidden = await rebuilt(ground.beta);

    expect(taken).toBeDefined();
    expect(differences.map(({ table }) => table)).toContain('log_entry');
    expect(hidden.differences).not.toEqual([]);
  });

  test('nothing in another organisation', async () => {
    await ground.asAdministrator(`update record set salt = $2 where org = $1 and kind = 'control' and id = 'c'`, [
      ground.beta.id,
      randomBytes(32),
    ]);

    expect((await rebuilt(ground.alpha)).differences).toEqual([]);
  });
});
