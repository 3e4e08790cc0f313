import { freshDatabase } from '@countersign/server/database/testing.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Tables that are no tenant's, each with its reason. */
const OUTSIDE: Readonly<Record<string, string>> = {
  organisation: 'finds a tenant by its slug; it holds a slug and an opaque origin',
  migration: 'which migrations the database has; the app cannot read it',
  signin_account: 'how a user proves who they are: asked before a tenant is known',
  signin_attempt: 'digests of accounts and addresses that failed to sign in: counted before a tenant is known',
  signin_domain:
    'which identity provider a domain’s people are sent to: asked before a tenant is known; a domain, a number, an id',
  signin_first_link: 'digest of the first owner’s link: made before there is any tenant',
  signin_passkey: 'public keys of a user: asked before a tenant is known',
  signin_session: 'sessions of a user, who may belong to several tenants',
  signin_two_factor: 'second factor of a user, encrypted: asked before a tenant is known',
  signin_user: 'who somebody is, who may belong to several tenants; what they are in one says membership',
  signin_verification: 'challenges under way: made before a tenant is known',
};

/** Policies beside that of the tenant, each with its reason. */
const BESIDE: Readonly<Record<string, { readonly policy: string; readonly because: string }>> = {
  membership: {
    policy: "r (user_id = current_setting('app.user'::text, true)) ",
    because: 'a user asks which organisations are theirs',
  },
};

/**
 * Tables of the queue, in a schema of its own. A worker asks for the next job of any tenant, so no tenant’s transaction can hold them: they hold
 * the number of an organisation and the id of a row of `job`, which is under row security and holds what the job is about
 * (`server/jobs/queue.test.ts`). No door reads them.
 */
const QUEUE = 'pgboss';

/** What the app may do to rows that are there, beyond reading them and adding some. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  log: ['update (recorded_at, size)'],
  record: ['update (superseded_index)'],
  fact: ['maintain', 'update (until_index)'],
  reference: ['delete'],
  token: ['delete', 'update (used_at)'],
  secret: ['delete'],
  admission: ['delete'],
  membership: ['delete'],
  signin_account: ['delete', 'update'],
  signin_attempt: ['delete', 'update'],
  signin_domain: ['delete'],
  signin_first_link: ['delete'],
  signin_passkey: ['delete', 'update'],
  signin_session: ['delete', 'update'],
  signin_two_factor: ['delete', 'update'],
  signin_user: ['delete', 'update'],
  signin_verification: ['delete', 'update'],
  judged: ['delete', 'update'],
  step: ['delete', 'update'],
  verdict: ['delete', 'update'],
  rollup: ['delete', 'update'],
  job: ['delete', 'update'],
  self_check: ['delete', 'update'],
  notice: ['delete', 'update'],
  mail_choice: ['delete', 'update'],
  data_key: ['delete'],
  unlinked: ['delete'],
  witness_refusal: ['update (cleared_at, last_at, times)'],
  witness_state: ['update (cosigned_at, note, root, size)'],
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
    const wrong = (await tables()).filter(({ name, forced, policies }) => {
      const beside = BESIDE[name]?.policy;
      const known = [`* ${mine} ${mine}`, ...(beside === undefined ? [] : [beside])];
      return forced && [...policies].sort().join() !== known.sort().join();
    });

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

describe('the queue', () => {
  test('is the one other schema, made by the owner, and the app has no more rights in it than to rows', async () => {
    const { rows } = await client.query<{ schema: string; owner: string; may: readonly string[] }>(
      `select nspname as schema, pg_get_userbyid(nspowner) as owner,
              array(select distinct lower(privilege_type) from pg_class c, aclexplode(relacl) a
                     where relnamespace = n.oid and relkind in ('r', 'p') and pg_get_userbyid(a.grantee) = 'countersign_app' order by 1) as may
         from pg_namespace n where nspname not like 'pg\\_%' and nspname not in ('public', 'information_schema')`,
    );

    expect(rows).toEqual([
      { schema: QUEUE, owner: 'countersign_owner', may: ['delete', 'insert', 'select', 'update'] },
    ]);
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
