import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fork } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '../database/testing.ts';
import { freshDatabase } from '../database/testing.ts';
import type { Vault } from '../secrets.ts';
import { createVault, readKeyFile } from '../secrets.ts';
import pg from 'pg';

let database: TestDatabase;
let administrator: pg.Client;
let folder: string;
let vault: Vault;

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'countersign-vault-'));
  administrator = new pg.Client(database.administrator);
  await administrator.connect();
  await administrator.query(`insert into organisation (slug, origin) values ('alpha', 'a'), ('beta', 'b')`);
  vault = createVault(await readKeyFile(join(folder, 'key')));
});
afterAll(async () => {
  await administrator.end();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const put = (org: number, name: string, secret: string) =>
  database.tenant(org, 'write', (client) => vault.put(client, org, name, secret));
const get = (org: number, name: string, by: Vault = vault) =>
  database.tenant(org, 'read', (client) => by.get(client, org, name));

describe('a secret', () => {
  test('comes back to its tenant under its name, and to no other', async () => {
    await put(1, 'token', 'one');
    await put(2, 'token', 'two');

    expect([await get(1, 'token'), await get(2, 'token'), await get(1, 'other')]).toEqual(['one', 'two', undefined]);
  });

  test('is not in the table as it is, nor twice the same', async () => {
    await put(1, 'plain', 'very visible');
    await put(1, 'again', 'very visible');
    const { rows } = await administrator.query<{ wrapped: Buffer }>(
      `select wrapped from secret where name in ('plain', 'again')`,
    );

    expect(rows.map(({ wrapped }) => wrapped.includes('visible'))).toEqual([false, false]);
    expect(rows[0]?.wrapped.equals(rows[1]?.wrapped ?? Buffer.alloc(0))).toBe(false);
  });

  test.each([
    [
      'another tenant',
      `insert into secret (org, name, wrapped) select 2, name, wrapped from secret where org = 1 and name = 'copied'`,
      2,
      'copied',
    ],
    [
      'another name',
      `insert into secret (org, name, wrapped) select 1, 'renamed', wrapped from secret where org = 1 and name = 'copied'`,
      1,
      'renamed',
    ],
  ])('whose row is copied to %s does not open', async (_, sql, org, name) => {
    await put(1, 'copied', 'mine');
    await administrator.query(sql);

    await expect(get(org, name)).rejects.toThrow();
    expect(await get(1, 'copied')).toBe('mine');
  });

  test('that somebody changed by a bit does not open, wherever the bit is', async () => {
    await put(1, 'bits', 'x');
    for (const at of [0, 12, 28]) {
      const flip = `update secret set wrapped = set_byte(wrapped, ${at}, get_byte(wrapped, ${at}) # 1) where name = 'bits'`;
      await administrator.query(flip);
      await expect(get(1, 'bits')).rejects.toThrow();
      await administrator.query(flip);
    }

    expect(await get(1, 'bits')).toBe('x');
  });

  test('does not open with another key', async () => {
    await put(1, 'keyed', 'x');

    await expect(get(1, 'keyed', createVault(await readKeyFile(join(folder, 'another'))))).rejects.toThrow();
  });
});

describe('the key file', () => {
  test('is made for its owner’s eyes only, in a folder made so too, and stays the same', async () => {
    const path = join(folder, 'new', 'key');
    const made = await readKeyFile(path);

    expect(made).toHaveLength(32);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'new'))).mode & 0o777).toBe(0o700);
    expect(await readKeyFile(path)).toEqual(made);
    expect((await readFile(path, 'utf8')).length).toBeGreaterThan(40);
  });

  test('is one key when several processes make it at once', async () => {
    const path = join(folder, 'race', 'key');
    const script = join(folder, 'make.mjs');
    const secrets = new URL('../secrets.ts', import.meta.url);
    await writeFile(
      script,
      `import { readKeyFile } from ${JSON.stringify(secrets.href)};
process.once('message', async () => process.send((await readKeyFile(${JSON.stringify(path)})).toString('hex'), () => process.disconnect()));
process.send('ready');`,
    );
    const children = Array.from({ length: 4 }, () => fork(script, { execArgv: ['--no-warnings'] }));
    const said = (child: (typeof children)[number]) =>
      new Promise<string>((resolve) => child.once('message', (text) => resolve(String(text))));
    await Promise.all(children.map(said));

    const keys = Promise.all(children.map(said));
    for (const child of children) child.send('go');

    expect(new Set(await keys).size).toBe(1);
    expect((await keys)[0]).toBe((await readKeyFile(path)).toString('hex'));
  });

  test('that holds no key is refused and left as it is', async () => {
    const path = join(folder, 'broken');
    await writeFile(path, 'short');

    await expect(readKeyFile(path)).rejects.toThrow();
    expect(await readFile(path, 'utf8')).toBe('short');
  });
});
