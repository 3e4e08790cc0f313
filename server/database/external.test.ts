import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Embedded } from './embedded.ts';
import { startEmbedded } from './embedded.ts';
import type { Migration } from './migrate.ts';
import { findPlace } from './place.ts';
import { openDatabase } from './pool.ts';

const TABLE: Migration = {
  number: 1,
  name: '0001-thing',
  digest: 'thing',
  sql: 'create table thing (n int); grant select on thing to countersign_app',
};

let folder: string;
let server: Embedded;

/** An embedded cluster made to look like somebody's server: passwords, roles and databases of its own. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-external-'));
  chmodSync(folder, 0o711);
  const dataFolder = join(folder, 'data');
  server = await startEmbedded({ dataFolder, report: () => undefined, settings: { fsync: 'off' } });
  await asAdministrator(`drop role countersign_app`, 'drop owned by countersign_app');
  await asAdministrator(`create role owner login createrole password 'secret'`);
  await asAdministrator(`create role weak login password 'secret'`);
  await asAdministrator('create database customer owner owner');
  await asAdministrator('create database other owner weak');
  const hba = join(findPlace(dataFolder).cluster, 'pg_hba.conf');
  writeFileSync(hba, `local all postgres trust\nlocal all all scram-sha-256\n`);
  await asAdministrator('select pg_reload_conf()');
  expect(readFileSync(hba, 'utf8')).toContain('scram');
});

afterAll(async () => {
  await server.stopIfLast();
  rmSync(folder, { recursive: true });
});

function open(user: string, database: string, password = 'secret') {
  const host = encodeURIComponent(server.connection('owner').host);
  const databaseUrl = `postgres://${user}:${password}@/${database}?host=${host}`;
  return openDatabase({
    dataFolder: join(folder, 'unused'),
    databaseUrl,
    migrations: [TABLE],
    report: () => undefined,
  });
}

async function asAdministrator(sql: string, inDatabaseFirst?: string): Promise<void> {
  if (inDatabaseFirst !== undefined) await query(server.connection('administrator'), inDatabaseFirst);
  await query(server.connection('administrator', 'postgres'), sql);
}

async function query(connection: pg.ClientConfig, sql: string): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  await client.query(sql);
  await client.end();
}

test('a role that may not make roles is told what an administrator has to run', async () => {
  const opening = open('weak', 'other');

  await expect(opening).rejects.toMatchObject({ code: 'database.role-missing' });
  await expect(opening).rejects.toThrow(/"create role countersign_app login password 'SCRAM-SHA-256\$/);
  await expect(opening).rejects.not.toThrow(/secret/);
});

test('the app gets a role and a password of its own, and every process with the URL knows it', async () => {
  const first = await open('owner', 'customer');
  const second = await open('owner', 'customer');
  const answers = await Promise.all(
    [first, second].map((it) => it.pool.query('select session_user::text as who, count(*) from thing')),
  );

  expect(answers.map(({ rows }) => rows)).toEqual([
    [{ who: 'countersign_app', count: 0 }],
    [{ who: 'countersign_app', count: 0 }],
  ]);
  await expect(first.pool.query('insert into thing values (1)')).rejects.toMatchObject({ code: '42501' });
  await Promise.all([first.close(), second.close()]);
});

test('after the password of the URL has changed the app gets in again', async () => {
  await asAdministrator(`alter role owner password 'other'`);

  const database = await open('owner', 'customer', 'other');

  expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await database.close();
});
