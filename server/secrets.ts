import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { appendFile, chmod, mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import pg from 'pg';

/**
 * Secrets at rest, in two layers: each organisation has a data key, wrapped under the key file, and its secrets are sealed under that. Sealing is
 * AES-256-GCM, bound to tenant and name as associated data, so that a row copied to another tenant or name does not open. Layout of what is
 * stored: 12 bytes nonce, 16 bytes tag, ciphertext.
 */
export interface Vault {
  put(client: pg.ClientBase, org: number, name: string, secret: string): Promise<void>;
  get(client: pg.ClientBase, org: number, name: string): Promise<string | undefined>;
}

/** What the key file holds: the key that wraps, and those before it that a rotation has not yet replaced everywhere. */
export interface KeyRing {
  /** Read anew, since another process may have rotated it. */
  current(): Promise<Buffer>;
  /** The key of that name, or undefined where the file does not hold it. */
  named(id: string): Promise<Buffer | undefined>;
  /** All of them, the current one first. */
  all(): Promise<readonly Buffer[]>;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Held shared by whoever seals, and alone by who rotates: nothing is sealed under a key that is about to go. */
const LOCK = 4300_0005;

/** What a key is called where it has wrapped something; says nothing of it. */
export const keyId = (key: Buffer): string =>
  createHash('sha256').update('countersign key id\n').update(key).digest('hex').slice(0, 16);

/** Reads the key that wraps, making the file (0600) on first use. Two that make it at once end with one. */
export async function readKeyFile(path: string): Promise<Buffer> {
  const [current] = await readKeys(path);
  if (current === undefined) throw new Error('The key file holds no key');
  return current;
}

/** Every key of the file, the current one first. */
async function readKeys(path: string): Promise<readonly Buffer[]> {
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

async function readIfThere(path: string): Promise<readonly Buffer[] | undefined> {
  for (let tries = 0; ; tries += 1) {
    try {
      const lines = (await readFile(path, 'utf8'))
        .split('\n')
        .filter((line) => line.trim() !== '' && !SIGN_IN.test(line));
      const keys = lines.map((line) => Buffer.from(line.trim(), 'base64'));
      if (keys.length > 0 && keys.every((key) => key.length === KEY_BYTES)) return keys;
      // Another process may be between making the file and writing it.
      if (tries === 20) throw new Error('The key file does not hold 32 bytes in base64 on each line');
      await new Promise((done) => setTimeout(done, 25));
    } catch (error) {
      if (isCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }
}

const isCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

const SIGN_IN = /^sign-in ([A-Za-z0-9+/=]{44})$/;

/**
 * What sign-in signs and seals with: a line of its own in the key file, so that a rotation of what wraps secrets ends no session and loses no second
 * factor. Added where it is missing; of several, as two first starts may add, the first line counts.
 */
export async function readSignInKey(path: string): Promise<Buffer> {
  await readKeyFile(path);
  const found = await signInLines(path);
  if (found.length === 0)
    await appendFile(path, `sign-in ${randomBytes(KEY_BYTES).toString('base64')}\n`, { flush: true });
  const [, text = ''] = SIGN_IN.exec((found.length === 0 ? await signInLines(path) : found)[0] ?? '') ?? [];
  return Buffer.from(text, 'base64');
}

const signInLines = async (path: string): Promise<readonly string[]> =>
  (await readFile(path, 'utf8')).split('\n').filter((line) => SIGN_IN.test(line));

/** The keys of a file, read again when one is asked for that was not there before: another process may have rotated them. */
export function keyRing(path: string): KeyRing {
  let held: readonly Buffer[] = [];
  const all = async (): Promise<readonly Buffer[]> => (held = await readKeys(path));
  const find = (id: string): Buffer | undefined => held.find((key) => keyId(key) === id);
  return {
    all,
    async current() {
      const [first] = await all();
      if (first === undefined) throw new Error('The key file holds no key');
      return first;
    },
    async named(id) {
      if (find(id) === undefined) await all();
      return find(id);
    },
  };
}

const ofOne = (key: Buffer): KeyRing => ({
  current: () => Promise.resolve(key),
  named: (id) => Promise.resolve(keyId(key) === id ? key : undefined),
  all: () => Promise.resolve([key]),
});

const bound = (org: number, name: string): Buffer => Buffer.from(`${org}\n${name}`);
/** A name that no secret has: secrets' names hold no newline. */
const dataKeyName = (id: number): string => `data key\n${id}`;

function seal(key: Buffer, to: Buffer, secret: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(to);
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

function unseal(key: Buffer, to: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
    .setAAD(to)
    .setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}

export function createVault(keys: Buffer | KeyRing): Vault {
  const ring = Buffer.isBuffer(keys) ? ofOne(keys) : keys;
  return {
    async put(client, org, name, secret) {
      await client.query(`select pg_advisory_xact_lock_shared(${LOCK})`);
      const { id, key } = (await newestDataKey(client, org, ring)) ?? (await makeDataKey(client, org, ring));
      await client.query('delete from secret where org = $1 and name = $2', [org, name]);
      await client.query('insert into secret (org, name, wrapped, data_key) values ($1, $2, $3, $4)', [
        org,
        name,
        seal(key, bound(org, name), Buffer.from(secret, 'utf8')),
        id,
      ]);
    },
    async get(client, org, name) {
      const [row] = await readSealed(client, org, name);
      return row === undefined ? undefined : (await openRow(ring, org, row)).toString('utf8');
    },
  };
}

interface Sealed {
  readonly name: string;
  readonly wrapped: Buffer;
  readonly data_key: number | null;
  readonly key: Buffer | null;
  readonly wrapped_by: string | null;
}

async function readSealed(client: pg.ClientBase, org: number, name: string | null): Promise<readonly Sealed[]> {
  const { rows } = await client.query<Sealed>(
    `select s.name, s.wrapped, s.data_key, k.wrapped as key, k.wrapped_by from secret s
       left join data_key k on k.org = s.org and k.id = s.data_key where s.org = $1 and ($2::text is null or s.name = $2) order by s.name`,
    [org, name],
  );
  return rows;
}

async function openRow(ring: KeyRing, org: number, row: Sealed): Promise<Buffer> {
  if (row.data_key !== null && row.key !== null && row.wrapped_by !== null) {
    const key = await openDataKey(ring, org, row.data_key, row.key, row.wrapped_by);
    return unseal(key, bound(org, row.name), row.wrapped);
  }
  // From before there were data keys. The tag says which of the file's keys it was.
  let last: unknown;
  for (const key of await ring.all()) {
    try {
      return unseal(key, bound(org, row.name), row.wrapped);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

async function openDataKey(ring: KeyRing, org: number, id: number, wrapped: Buffer, by: string): Promise<Buffer> {
  const key = await ring.named(by);
  if (key === undefined) throw new Error(`The key file does not hold the key ${by}, under which a data key is wrapped`);
  return unseal(key, bound(org, dataKeyName(id)), wrapped);
}

interface DataKey {
  readonly id: number;
  readonly key: Buffer;
}

async function newestDataKey(client: pg.ClientBase, org: number, ring: KeyRing): Promise<DataKey | undefined> {
  const { rows } = await client.query<{ id: number; wrapped: Buffer; wrapped_by: string }>(
    'select id, wrapped, wrapped_by from data_key where org = $1 order by id desc limit 1',
    [org],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return { id: row.id, key: await openDataKey(ring, org, row.id, row.wrapped, row.wrapped_by) };
}

async function makeDataKey(client: pg.ClientBase, org: number, ring: KeyRing, after = 0): Promise<DataKey> {
  const by = await ring.current();
  const key = randomBytes(KEY_BYTES);
  const id = after + 1;
  const { rowCount } = await client.query(
    'insert into data_key (org, id, wrapped, wrapped_by) values ($1, $2, $3, $4) on conflict do nothing',
    [org, id, seal(by, bound(org, dataKeyName(id)), key), keyId(by)],
  );
  if (rowCount === 1) return { id, key };
  const made = await newestDataKey(client, org, ring);
  if (made === undefined) throw new Error('A data key was made and is gone');
  return made;
}

export interface Rotated {
  readonly organisations: number;
  readonly secrets: number;
  /** The file that holds the key until now, for backups from before. */
  readonly kept: string;
}

export interface RotateParts {
  readonly path: string;
  readonly app: pg.ClientConfig;
  readonly organisations: () => Promise<readonly { readonly id: number }[]>;
  tenant<T>(org: number, mode: 'write', work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  /** Names the file for the old key, as a date. */
  readonly today: string;
}

/**
 * A new key in the key file, a new data key for each organisation, and every secret sealed anew. Until all is, the file holds both keys, so
 * that it may be stopped anywhere and begun again; in the end only the new one, and the old one in a file beside it, for backups that were made before.
 */
export async function rotateKeys({ path, app, organisations, tenant, today }: RotateParts): Promise<Rotated> {
  const client = new pg.Client(app);
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(${LOCK})`);
    const before = await readKeys(path);
    const signIn = await signInLines(path);
    const made = randomBytes(KEY_BYTES);
    await writeKeys(path, [made, ...before], signIn);
    const ring = keyRing(path);
    let secrets = 0;
    const all = await organisations();
    for (const { id: org } of all) {
      secrets += await tenant(org, 'write', (held) => sealAnew(held, org, ring));
    }
    const kept = `${path}.until-${today}-${before.map(keyId)[0] ?? ''}`;
    await writeKeys(kept, before, []);
    await writeKeys(path, [made], signIn);
    return { organisations: all.length, secrets, kept };
  } finally {
    await client.end();
  }
}

async function sealAnew(client: pg.ClientBase, org: number, ring: KeyRing): Promise<number> {
  const rows = await readSealed(client, org, null);
  const { rows: newest } = await client.query<{ id: number }>(
    'select coalesce(max(id), 0) as id from data_key where org = $1',
    [org],
  );
  const { id, key } = await makeDataKey(client, org, ring, newest[0]?.id ?? 0);
  for (const row of rows) {
    const wrapped = seal(key, bound(org, row.name), await openRow(ring, org, row));
    await client.query('delete from secret where org = $1 and name = $2', [org, row.name]);
    await client.query('insert into secret (org, name, wrapped, data_key) values ($1, $2, $3, $4)', [
      org,
      row.name,
      wrapped,
      id,
    ]);
  }
  await client.query('delete from data_key where org = $1 and id <> $2', [org, id]);
  return rows.length;
}

/** In one step: who reads it meanwhile reads the old file or the new one. */
async function writeKeys(path: string, keys: readonly Buffer[], others: readonly string[]): Promise<void> {
  const beside = `${path}.new`;
  const lines = [...keys.map((key) => key.toString('base64')), ...others];
  await writeFile(beside, `${lines.join('\n')}\n`, { mode: 0o600, flush: true });
  await chmod(beside, 0o600);
  await rename(beside, path);
}

/** What is wrong with who may read the key file, in a sentence; undefined where nothing is. */
export async function exposedKeyFile(path: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  const { mode } = await stat(path);
  return (mode & 0o077) === 0 ? undefined : `The key file may be read by others (mode ${(mode & 0o777).toString(8)}).`;
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
