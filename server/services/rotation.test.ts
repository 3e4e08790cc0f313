import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestDatabase } from '../database/testing.ts';
import { freshDatabase } from '../database/testing.ts';
import type { Vault } from '../secrets.ts';
import { createVault, exposedKeyFile, keyId, keyRing, readKeyFile, readSignInKey, rotateKeys } from '../secrets.ts';

let database: TestDatabase;
let administrator: pg.Client;
let folder: string;
let path: string;
let vault: Vault;

beforeAll(async () => {
  database = await freshDatabase();
  administrator = new pg.Client(database.administrator);
  await administrator.connect();
  await administrator.query(`insert into organisation (slug, origin) values ('alpha', 'a'), ('beta', 'b')`);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-rotation-'));
  path = join(folder, 'key');
  vault = createVault(keyRing(path));
});
afterEach(async () => {
  await administrator.query('delete from secret; delete from data_key');
  await rm(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await administrator.end();
  await database.close();
});

const ORGANISATIONS = [{ id: 1 }, { id: 2 }];
const put = (org: number, name: string, secret: string, by = vault) =>
  database.tenant(org, 'write', (client) => by.put(client, org, name, secret));
const get = (org: number, name: string, by = vault) =>
  database.tenant(org, 'read', (client) => by.get(client, org, name));
const rotate = (tenant = database.tenant.bind(database)) =>
  rotateKeys({
    path,
    app: database.app,
    organisations: () => Promise.resolve(ORGANISATIONS),
    tenant,
    today: '2026-03-01',
  });
const dataKeys = async () =>
  (
    await administrator.query<{ org: number; id: number; wrapped_by: string }>(
      'select org, id, wrapped_by from data_key order by org, id',
    )
  ).rows;

describe('a data key', () => {
  test('is one for each organisation, wrapped under the key file', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => put(1, name, name)));
    await put(2, 'a', 'other');
    const wrappedBy = keyId(await readKeyFile(path));

    expect(await dataKeys()).toEqual([
      { org: 1, id: 1, wrapped_by: wrappedBy },
      { org: 2, id: 1, wrapped_by: wrappedBy },
    ]);
    expect(await Promise.all(['a', 'b', 'c'].map((name) => get(1, name)))).toEqual(['a', 'b', 'c']);
  });

  test('of another organisation opens nothing', async () => {
    await put(1, 'a', 'mine');
    await put(2, 'a', 'theirs');
    await administrator.query(
      'update data_key set wrapped = (select wrapped from data_key where org = 2) where org = 1',
    );

    await expect(get(1, 'a')).rejects.toThrow();
  });
});

describe('a rotation', () => {
  test('seals everything anew, also what was sealed before there were data keys, and keeps the old key beside for backups', async () => {
    await put(1, 'new', 'one');
    await put(2, 'other', 'two');
    const old = await readKeyFile(path);
    const { rows } = await administrator.query<{ wrapped: Buffer }>(
      `select wrapped from secret where org = 1 and name = 'new'`,
    );
    await sealAsBefore(old, 1, 'former', 'three');

    const done = await rotate();

    expect(done).toMatchObject({ organisations: 2, secrets: 3 });
    expect([await get(1, 'new'), await get(2, 'other'), await get(1, 'former')]).toEqual(['one', 'two', 'three']);
    const fresh = await readKeyFile(path);
    expect(fresh.equals(old)).toBe(false);
    expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(1);
    expect((await readFile(done.kept, 'utf8')).trim()).toBe(old.toString('base64'));
    expect([(await stat(path)).mode & 0o777, (await stat(done.kept)).mode & 0o777]).toEqual([0o600, 0o600]);
    expect((await dataKeys()).map(({ id, wrapped_by }) => [id, wrapped_by])).toEqual([
      [2, keyId(fresh)],
      [2, keyId(fresh)],
    ]);
    const after = await administrator.query<{ wrapped: Buffer }>(
      `select wrapped from secret where org = 1 and name = 'new'`,
    );
    expect(after.rows[0]?.wrapped.equals(rows[0]?.wrapped ?? Buffer.alloc(0))).toBe(false);
    await expect(get(1, 'new', createVault(old))).rejects.toThrow();
  });

  test('is seen by a process that runs, without a restart', async () => {
    const running = createVault(keyRing(path));
    await put(1, 'a', 'one', running);

    await rotate();
    await put(1, 'b', 'two', running);

    expect([await get(1, 'a', running), await get(1, 'b', running)]).toEqual(['one', 'two']);
    expect(new Set((await dataKeys()).filter(({ org }) => org === 1).map(({ wrapped_by }) => wrapped_by))).toEqual(
      new Set([keyId(await readKeyFile(path))]),
    );
  });

  test('stopped halfway loses nothing, and is done again', async () => {
    await put(1, 'a', 'one');
    await put(2, 'a', 'two');
    const stopping = rotate((org, mode, work) => {
      if (org === 2) throw new Error('killed');
      return database.tenant(org, mode, work);
    });
    await expect(stopping).rejects.toThrow('killed');
    const halfway = [await get(1, 'a'), await get(2, 'a')];

    await rotate();

    expect(halfway).toEqual(['one', 'two']);
    expect([await get(1, 'a'), await get(2, 'a')]).toEqual(['one', 'two']);
    expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  test('lets nothing be sealed under a key that is about to go, with writers all the while', async () => {
    let writing = true;
    const writers = [1, 2].map(async (org) => {
      let n = 0;
      const own = createVault(keyRing(path));
      while (writing) await put(org, `w${(n += 1)}`, `${n}`, own);
      return n;
    });
    await rotate();
    await rotate();
    writing = false;
    const written = await Promise.all(writers);

    for (const [i, n] of written.entries()) {
      expect(n).toBeGreaterThan(1);
      for (let k = 1; k <= n; k += 1) expect(await get(i + 1, `w${k}`)).toBe(`${k}`);
    }
    expect((await readdir(folder)).filter((name) => name.startsWith('key.until-'))).toHaveLength(2);
  });
});

describe('the key of sign-in', () => {
  test('is made once, whoever asks first, and outlives rotations', async () => {
    const asked = await Promise.all([1, 2, 3, 4].map(() => readSignInKey(path)));
    await put(1, 'a', 'one');
    await rotate();

    expect(new Set(asked.map((key) => key.toString('hex'))).size).toBe(1);
    expect(asked[0]).toHaveLength(32);
    expect((await readSignInKey(path)).equals(asked[0] ?? Buffer.alloc(0))).toBe(true);
    expect((await readKeyFile(path)).equals(asked[0] ?? Buffer.alloc(0))).toBe(false);
    expect(await get(1, 'a')).toBe('one');
  });
});

test('a key file that others may read is said to be one', async () => {
  await readKeyFile(path);
  expect(await exposedKeyFile(path)).toBeUndefined();
  await chmod(path, 0o644);

  expect(await exposedKeyFile(path)).toMatch(/mode 644/);
});

/** A row as versions before data keys wrote it: sealed by the key file itself. */
async function sealAsBefore(key: Buffer, org: number, name: string, secret: string): Promise<void> {
  const { createCipheriv, randomBytes } = await import('node:crypto');
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(`${org}\n${name}`));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  await administrator.query('insert into secret (org, name, wrapped) values ($1, $2, $3)', [
    org,
    name,
    Buffer.concat([nonce, cipher.getAuthTag(), sealed]),
  ]);
}
