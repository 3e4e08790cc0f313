import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Migration } from './migrate.ts';
import { connect } from './pool.ts';
import type { TestDatabase } from './testing.ts';
import { freshDatabase } from './testing.ts';

const SCRATCH: Migration = {
  number: 1,
  name: '0001-scratch',
  digest: 'scratch',
  sql: `create table scratch (org int not null, word text not null check (word <> 'forbidden'), unique (org, word) deferrable initially deferred);
        alter table scratch enable row level security;
        alter table scratch force row level security;
        create policy tenant on scratch using (org = current_setting('app.org')::int) with check (org = current_setting('app.org')::int);
        grant select, insert on scratch to countersign_app`,
};

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase([SCRATCH]);
  await say(1, 'one');
  await say(2, 'two');
});

afterAll(() => database.close());

function say(org: number, word: string): Promise<unknown> {
  return database.tenant(org, 'write', (client) => client.query('insert into scratch values ($1, $2)', [org, word]));
}

function hear(org: number): Promise<readonly string[]> {
  return database.tenant(org, 'read', async (client) => {
    const { rows } = await client.query<{ word: string }>('select word from scratch order by word');
    return rows.map(({ word }) => word);
  });
}

test('each tenant sees its own rows', async () => {
  expect(await hear(1)).toEqual(['one']);
  expect(await hear(2)).toEqual(['two']);
  expect(await hear(3)).toEqual([]);
});

test('a row for another tenant is refused', async () => {
  const writing = database.tenant(1, 'write', (client) => client.query(`insert into scratch values (2, 'mine')`));

  await expect(writing).rejects.toMatchObject({ code: '42501' });
});

test('outside a tenant no row is seen: the question fails', async () => {
  await hear(1);

  await expect(database.pool.query('select from scratch')).rejects.toMatchObject({
    code: expect.stringMatching(/22P02|42704/),
  });
});

test.each(['reset role', 'reset session authorization'])('%s gives the app nothing more', async (statement) => {
  const rows = await database.tenant(1, 'read', async (client) => {
    await client.query(statement);
    return (await client.query('select word from scratch')).rows;
  });

  expect(rows).toEqual([{ word: 'one' }]);
});

test.each(['set role countersign_owner', 'set role postgres', 'set session authorization postgres'])(
  '%s is refused to the app',
  async (statement) => {
    await expect(database.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  },
);

test.each(['alter table scratch no force row level security', 'drop policy tenant on scratch', 'truncate scratch'])(
  '%s is refused to the app',
  async (statement) => {
    await expect(database.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  },
);

test('reading refuses to write', async () => {
  const writing = database.tenant(1, 'read', (client) => client.query(`insert into scratch values (1, 'more')`));

  await expect(writing).rejects.toMatchObject({ code: '25006' });
});

test('reading sees one moment', async () => {
  const [before, after] = await database.tenant(4, 'read', async (client) => {
    const first = (await client.query('select from scratch')).rowCount;
    await say(4, 'meanwhile');
    return [first, (await client.query('select from scratch')).rowCount];
  });

  expect([before, after]).toEqual([0, 0]);
  expect(await hear(4)).toEqual(['meanwhile']);
});

test('work that rejects leaves nothing, and rejects as it did', async () => {
  const failure = new Error('no');
  const working = database.tenant(5, 'write', async (client) => {
    await client.query(`insert into scratch values (5, 'undone')`);
    throw failure;
  });

  await expect(working).rejects.toBe(failure);
  expect(await hear(5)).toEqual([]);
});

test('a swallowed database error does not pass for a commit', async () => {
  const working = database.tenant(5, 'write', async (client) => {
    await client.query(`insert into scratch values (5, 'lost')`);
    await client.query(`insert into scratch values (5, 'forbidden')`).catch(() => undefined);
  });

  await expect(working).rejects.toThrow(/rolled back/);
});

test('a constraint that fails at commit is an error', async () => {
  const working = database.tenant(5, 'write', (client) =>
    client.query(`insert into scratch values (5, 'twice'), (5, 'twice')`),
  );

  await expect(working).rejects.toMatchObject({ code: '23505' });
});

test('however transactions end, no connection is lost and none keeps a tenant', async () => {
  const small = await connect({ ...reach(), connections: 2 });
  const works = Array.from({ length: 20 }, (_, n) =>
    small
      .tenant(6, 'write', async (client) => {
        if (n % 3 === 0) throw new Error('no');
        if (n % 3 === 1) await client.query('select 1 / 0');
      })
      .catch(() => undefined),
  );
  await Promise.all(works);

  expect(small.pool.totalCount).toBeLessThanOrEqual(2);
  expect(small.pool.idleCount).toBe(small.pool.totalCount);
  expect((await small.pool.query(`select current_setting('app.org', true) as org`)).rows).toEqual([{ org: '' }]);
  await small.close();
});

test('connections that were cut off while idle are replaced unnoticed', async () => {
  const cut = await connect({ ...reach(), connections: 1 });
  await cut.tenant(1, 'read', () => Promise.resolve());
  await asAdministrator(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'countersign_app'`,
  );

  const { rows } = await cut.tenant(1, 'read', (client) => client.query('select word from scratch'));

  expect(rows).toEqual([{ word: 'one' }]);
  await cut.close();
});

test('one that is cut off between two queries fails its work, and neither ends the process nor is used again', async () => {
  const cut = await connect({ ...reach(), connections: 1 });

  const working = cut.tenant(8, 'write', async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `insert into scratch values (8, 'lost') returning pg_backend_pid() as pid`,
    );
    await asAdministrator(`select pg_terminate_backend(${rows[0]?.pid})`);
    // No listener of the test's own, which would hide what is missing: only time for the end to arrive.
    await sleep(100);
  });

  await expect(working).rejects.toThrow();
  expect(await cut.tenant(8, 'read', async (client) => (await client.query('select from scratch')).rowCount)).toBe(0);
  await cut.close();
});

test('however often a connection is taken, no listener stays on it', async () => {
  const one = await connect({ ...reach(), connections: 1 });
  const counts: number[] = [];
  for (let n = 0; n < 3; n += 1)
    await one.tenant(1, 'read', async (client) => void counts.push(client.listenerCount('error')));

  expect(new Set(counts).size).toBe(1);
  await one.close();
});

test('while the database is down a server refuses, a command line waits', async () => {
  let revivals = 0;
  const nowhere = { ...database.pool.options, host: join('/', 'nonexistent'), ssl: false as const };
  const down = { ...reach(), ensureRunning: () => Promise.resolve(void (revivals += 1)) };
  const server = await connect({ ...down, whenDown: 'refuse' });
  const command = await connect({ ...down, whenDown: 'wait' });
  server.pool.options.host = nowhere.host;
  command.pool.options.host = nowhere.host;

  await expect(server.tenant(1, 'read', () => Promise.resolve())).rejects.toMatchObject({
    code: 'database.restarting',
  });
  expect(revivals).toBe(1);
  await expect(command.tenant(1, 'read', () => Promise.resolve())).rejects.toMatchObject({ code: 'ENOENT' });
  expect(revivals).toBeGreaterThan(2);
  await Promise.all([server.close(), command.close()]);
});

test.each([0, -1, 1.5, NaN, 2 ** 31])('%s is no organisation', async (org) => {
  await expect(hear(org)).rejects.toThrow(RangeError);
});

test('a role that owns the tables is refused as the app', async () => {
  await expect(connect({ ...reach(), app: database.owner })).rejects.toMatchObject({
    code: 'database.role-too-strong',
  });
  await expect(connect({ ...reach(), app: database.administrator })).rejects.toMatchObject({
    code: 'database.role-too-strong',
  });
});

test('values arrive as numbers and text', async () => {
  const { rows } = await database.pool.query(
    `select 9007199254740991::int8 as big, '2026-03-29T01:30:00.125Z'::timestamptz as at, '-infinity'::timestamptz as never,
            '12026-03-29T00:00:00Z'::timestamptz as far, '2026-03-29'::date as day, '{"a":1}'::jsonb as body`,
  );

  expect(rows).toEqual([
    {
      big: Number.MAX_SAFE_INTEGER,
      at: Date.UTC(2026, 2, 29, 1, 30, 0, 125),
      never: -Infinity,
      far: Date.UTC(12026, 2, 29),
      day: '2026-03-29',
      body: { a: 1 },
    },
  ]);
  await expect(database.pool.query('select 9007199254740992::int8')).rejects.toThrow(RangeError);
});

test('instants of a session in another time zone are the same', async () => {
  const [zone, plain] = await database.tenant(1, 'read', async (client) => {
    const ask = `select '2026-07-01T12:00:00.5Z'::timestamptz as at`;
    await client.query(`set local time zone 'Asia/Kathmandu'`);
    const there = await client.query<{ at: number }>(ask);
    await client.query(`set local time zone 'America/St_Johns'`);
    return [there.rows[0]?.at, (await client.query<{ at: number }>(ask)).rows[0]?.at];
  });

  expect([zone, plain]).toEqual([Date.UTC(2026, 6, 1, 12, 0, 0, 500), Date.UTC(2026, 6, 1, 12, 0, 0, 500)]);
});

test('the log of the database quotes no rows', async () => {
  await say(7, 'Elke Example').catch(() => undefined);
  await say(7, 'Elke Example').catch(() => undefined);

  const { host } = database.administrator;
  expect(readFileSync(join(host ?? '', 'postgres.log'), 'utf8')).not.toContain('Elke Example');
});

function reach() {
  return {
    owner: database.owner,
    app: { ...database.owner, user: 'countersign_app' },
    report: () => undefined,
    ensureRunning: () => Promise.resolve(),
    end: () => Promise.resolve(),
  };
}

async function asAdministrator(sql: string): Promise<void> {
  const client = new pg.Client(database.administrator);
  await client.connect();
  await client.query(sql);
  await client.end();
}
