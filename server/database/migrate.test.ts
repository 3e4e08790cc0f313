import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import type { TestDatabase } from './testing.ts';
import { freshDatabase } from './testing.ts';

let folder: string;
let database: TestDatabase;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-migrations-'));
  database = await freshDatabase([]);
});

afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, sql: string): void {
  writeFileSync(join(folder, name), sql);
}

function run(): Promise<readonly string[]> {
  return migrate(database.owner, readMigrations(folder));
}

async function ask(sql: string): Promise<unknown> {
  const client = new pg.Client(database.owner);
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows[0]?.[0];
  } finally {
    await client.end();
  }
}

test('applies what is new, in order, and nothing twice', async () => {
  write('0001-one.sql', 'create table one (n int);');
  const first = await run();
  write('0002-two.sql', 'alter table one add column m int; insert into one values (1, 2);');
  const second = await run();
  const third = await run();

  expect([first, second, third]).toEqual([['0001-one'], ['0002-two'], []]);
  expect(await ask('select m from one')).toBe(2);
});

test('several at once apply each migration once', async () => {
  write('0001-one.sql', 'create table one (n int);');
  write('0002-two.sql', 'insert into one values (1);');

  const all = await Promise.all([run(), run(), run()]);

  expect(all.flat().sort()).toEqual(['0001-one', '0002-two']);
  expect(await ask('select count(*)::int from one')).toBe(1);
});

test('one that fails leaves nothing behind and may be mended', async () => {
  write('0001-one.sql', 'create table one (n int); select 1 / 0;');
  await expect(run()).rejects.toThrow(/0001-one/);
  write('0001-one.sql', 'create table one (n int);');

  expect(await run()).toEqual(['0001-one']);
});

test('one that commits on its own is refused', async () => {
  write('0001-one.sql', 'create table one (n int); commit; begin;');

  await expect(run()).rejects.toMatchObject({ code: 'migration.split' });
});

test('an applied file that was changed is refused, other line ends are no change', async () => {
  write('0001-one.sql', 'create table one (\n  n int);\n');
  await run();
  write('0001-one.sql', 'create table one (\r\n  n int);\r\n');
  expect(await run()).toEqual([]);
  write('0001-one.sql', 'create table one (n bigint);');

  await expect(run()).rejects.toMatchObject({ code: 'migration.changed' });
});

test('an applied file that is gone under its name is refused', async () => {
  write('0001-one.sql', 'create table one (n int);');
  await run();
  unlinkSync(join(folder, '0001-one.sql'));
  write('0001-uno.sql', 'create table one (n int);');

  await expect(run()).rejects.toMatchObject({ code: 'migration.missing' });
});

test('a database newer than the program is refused', async () => {
  write('0001-one.sql', 'create table one (n int);');
  write('0002-two.sql', 'create table two (n int);');
  await run();
  unlinkSync(join(folder, '0002-two.sql'));

  await expect(run()).rejects.toMatchObject({ code: 'database.newer' });
});

test.each([
  ['a gap', ['0001-one.sql', '0003-three.sql']],
  ['a repeated number', ['0001-one.sql', '0001-uno.sql']],
  ['a name of another form', ['0001-One.sql']],
  ['a start elsewhere', ['0002-two.sql']],
])('%s is refused', (_, names) => {
  for (const name of names) write(name, 'select 1;');

  expect(() => readMigrations(folder)).toThrow(expect.objectContaining({ code: 'migration.misnamed' }));
});
