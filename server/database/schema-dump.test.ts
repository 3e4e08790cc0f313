import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import type { Migration } from './migrate.ts';
import { schemaDump } from './schema-dump.ts';
import type { TestDatabase } from './testing.ts';
import { freshDatabase } from './testing.ts';

const opened: TestDatabase[] = [];

afterAll(() => Promise.all(opened.map((it) => it.close())));

async function dump(...statements: readonly string[]): Promise<string> {
  const migrations = statements.map((sql, at): Migration => ({
    number: at + 1,
    name: `000${at + 1}-x`,
    sql,
    digest: Buffer.from(sql).toString('base64'),
  }));
  const database = await freshDatabase(migrations);
  opened.push(database);
  const client = new pg.Client(database.owner);
  await client.connect();
  const text = await schemaDump(client);
  await client.end();
  return text;
}

const TABLE = `create table thing (id int generated always as identity primary key, name text not null default 'x' check (name <> ''));`;

test('shows what a reviewer has to see', async () => {
  const text = await dump(
    TABLE,
    `create unlogged table other (thing int references thing, seen timestamptz) with (fillfactor = 10);
     create index other_seen on other (seen) where thing is not null;
     alter table other enable row level security;
     alter table other force row level security;
     create policy mine on other for select to countersign_app using (thing = 1);
     grant select, insert on thing to countersign_app;
     grant update (name) on thing to countersign_app;
     create view both_of with (security_invoker = true) as select name from thing;`,
  );

  for (const expected of [
    `  id integer not null generated always as identity,\n  name text not null default 'x'::text,`,
    `constraint thing_name_check CHECK ((name <> ''::text))`,
    'create unlogged table other (',
    'with (fillfactor=10)',
    'FOREIGN KEY (thing) REFERENCES public.thing(id)',
    'CREATE INDEX other_seen ON public.other USING btree (seen) WHERE (thing IS NOT NULL);',
    'alter table other force row level security;',
    'create policy mine on other as permissive for select to countersign_app using ((thing = 1));',
    'grant insert, select on thing to countersign_app;',
    'grant update (name) on thing to countersign_app;',
    'create view both_of with (security_invoker=true) as\n',
  ]) {
    expect(text).toContain(expected);
  }
});

test('the same schema gives the same text however it came about', async () => {
  const [one, two] = await Promise.all([
    dump(`create table b (n int); grant select, insert on b to countersign_app; ${TABLE}`),
    dump(
      TABLE,
      'create table gone ()',
      'drop table gone; create table b (n int)',
      'grant insert on b to countersign_app; grant select on b to countersign_app',
    ),
  ]);

  expect(two).toBe(one);
});

test('a change that matters changes the text', async () => {
  const before = await dump(TABLE);

  expect(await dump(TABLE, 'grant select on thing to countersign_app')).not.toBe(before);
  expect(await dump(TABLE, 'alter table thing enable row level security')).not.toBe(before);
  expect(await dump(TABLE, 'alter table thing alter name drop not null')).not.toBe(before);
});
