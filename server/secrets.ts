import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type pg from 'pg';

/**
 * Secrets at rest: AES-256-GCM under the key of the key file, bound to tenant and name as associated data, so that a row copied to another tenant or
 * name does not open. Layout of what is stored: 12 bytes nonce, 16 bytes tag, ciphertext.
 */
export interface Vault {
  put(client: pg.ClientBase, org: number, name: string, secret: string): Promise<void>;
  get(client: pg.ClientBase, org: number, name: string): Promise<string | undefined>;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Reads the key, making it (0600) on first use. Two that make it at once end with one. */
export async function readKeyFile(path: string): Promise<Buffer> {
  const existing = await readIfThere(path);
  if (existing !== undefined) return existing;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
  const made = await readIfThere(path);
  if (made === undefined) throw new Error('The key file vanished while it was made');
  return made;
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  for (let tries = 0; ; tries += 1) {
    try {
      const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64');
      if (key.length === KEY_BYTES) return key;
      // Another process may be between making the file and writing it.
      if (tries === 20) throw new Error('The key file does not hold 32 bytes in base64');
      await new Promise((done) => setTimeout(done, 25));
    } catch (error) {
      if (isCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }
}

const isCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

export function createVault(key: Buffer): Vault {
  const bound = (org: number, name: string): Buffer => Buffer.from(`${org}\n${name}`);
  return {
    async put(client, org, name, secret) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(org, name));
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      const wrapped = Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
      await client.query('delete from secret where org = $1 and name = $2', [org, name]);
      await client.query('insert into secret (org, name, wrapped) values ($1, $2, $3)', [org, name, wrapped]);
    },
    async get(client, org, name) {
      const { rows } = await client.query<{ wrapped: Buffer }>(
        'select wrapped from secret where org = $1 and name = $2',
        [org, name],
      );
      const wrapped = rows[0]?.wrapped;
      if (wrapped === undefined) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, NONCE_BYTES))
        .setAAD(bound(org, name))
        .setAuthTag(wrapped.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      );
    },
  };
}

/** Deletes what is kept apart from the records of sources and identity providers removed, tokens revoked and links used: their wrapped secrets, their digests. */
export async function forgetRemoved(client: pg.ClientBase, org: number): Promise<void> {
  const gone = `select id from record where org = $1 and kind = $2 and superseded_index is null and retired`;
  await client.query(
    `delete from secret s using (${gone}) r where s.org = $1 and starts_with(s.name, 'source/' || r.id || '/')`,
    [org, 'source'],
  );
  await client.query(`delete from token where org = $1 and id in (${gone})`, [org, 'token']);
  await client.query(
    `delete from secret s using (${gone}) r where s.org = $1 and s.name = 'identity-provider/' || r.id`,
    [org, 'identity-provider'],
  );
  for (const kind of ['invitation', 'sign-in-link'])
    await client.query(`delete from admission where org = $1 and id in (${gone})`, [org, kind]);
}
