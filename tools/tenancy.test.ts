import { freshDatabase } from '@countersign/server/database/testing.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Tables that are no tenant's, each with its reason. */
const OUTSIDE: Readonly<Record<string, string>> = {
  organisation: 'finds a tenant by its slug; it holds a slug and an opaque origin',
  migration: 'which migrations the database has; the app cannot read it',
};

/** What the app may do to rows that are there, beyond reading them and adding some. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  log: ['update (recorded_at, size)'],
  record: ['update (superseded_index)'],
  fact: ['maintain', 'update (until_index)'],
  reference: ['delete'],
  token: ['delete'],
  secret: ['delete'],
  judged: ['delete', 'update'],
  step: ['delete', 'update'],
  verdict: ['delete', 'update'],
  rollup: ['delete', 'update'],
};

interface Table {
  readonly name: string;
  readonly forced: boolean;
  readonly policies: readonly string[];
  readonly owner: string;
}

let database: Awaited<ReturnType<typeof freshDatabase>>;
let client: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client(database.owner);
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.close();
});

async function tables(): Promise<readonly Table[]> {
  const { rows } = await client.query<Table>(
    `select relname as name, relrowsecurity and relforcerowsecurity as forced, pg_get_userbyid(relowner) as owner,
            array(select concat(polcmd, ' ', pg_get_expr(polqual, polrelid), ' ', pg_get_expr(polwithcheck, polrelid)) from pg_policy where polrelid = c.oid) as policies
       from pg_class c where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by relname`,
  );
  return rows;
}

/** Privileges of the app's role beyond select and insert. */
async function changes(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { rows } = await client.query<{ name: string; may: readonly string[] }>(
    `select name, array_agg(may order by may) as may from (
       select relname as name, lower(a.privilege_type) as may from pg_class c, aclexplode(relacl) a
        where relnamespace = 'public'::regnamespace and pg_get_userbyid(a.grantee) = 'countersign_app'
       union all
       select relname, format('%s (%s)', lower(a.privilege_type), string_agg(attname, ', ' order by attname))
         from pg_class c join pg_attribute on attrelid = c.oid, aclexplode(attacl) a
        where relnamespace = 'public'::regnamespace and pg_get_userbyid(a.grantee) = 'countersign_app'
        group by relname, a.privilege_type) granted
     where may not in ('select', 'insert') group by name`,
  );
  return Object.fromEntries(rows.map(({ name, may }) => [name, may]));
}

describe('tables', () => {
  test('each is under forced row security, or stands on the reasoned list', async () => {
    const all = await tables();

    expect(all.length).toBeGreaterThan(10);
    expect(all.filter(({ forced }) => !forced).map(({ name }) => name)).toEqual(Object.keys(OUTSIDE).sort());
  });

  test('each policy reads and writes the rows of app.org only', async () => {
    const mine = "(org = (current_setting('app.org'::text))::integer)";
    const wrong = (await tables()).filter(({ forced, policies }) => forced && `${policies}` !== `* ${mine} ${mine}`);

    expect(wrong).toEqual([]);
  });

  test('one that forgets it would be found', async () => {
    await client.query('begin');
    await client.query('create table forgotten (org int); grant update on forgotten to countersign_app');
    const found = [(await tables()).find(({ name }) => name === 'forgotten')?.forced, (await changes())['forgotten']];
    await client.query('rollback');

    expect(found).toEqual([false, ['update']]);
  });

  test('none is the app’s own', async () => {
    expect(new Set((await tables()).map(({ owner }) => owner))).toEqual(new Set(['countersign_owner']));
  });
});

describe('the role of the app', () => {
  test('is neither superuser nor above row security, and may become nobody else', async () => {
    const { rows } = await client.query(
      `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
              (select count(*)::int from pg_auth_members where member = r.oid) as memberships
         from pg_roles r where rolname = 'countersign_app'`,
    );

    expect(rows).toEqual([
      { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, memberships: 0 },
    ]);
  });

  test('may change these columns and rows, and no others: never an entry, a body or a collection', async () => {
    expect(await changes()).toEqual(CHANGES);
  });

  test('sees nothing while no organisation is set', async () => {
    const app = new pg.Client({ ...database.pool.options });
    await app.connect();
    const refused = await app.query('select from record').then(
      () => undefined,
      (error: unknown) => error,
    );
    await app.end();

    expect(refused).toMatchObject({ code: '42704' });
  });
});
