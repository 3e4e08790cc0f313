import { createHash, randomUUID } from 'node:crypto';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import {
  LedgerFault,
  parseCheckpoint,
  parseNote,
  printVerifierKey,
  readTile,
  tilePath,
  tilesOf,
} from '@countersign/ledger/index.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';
import pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/pool.ts';
import { values } from '../database/values.ts';
import type { Log } from '../ledger/log.ts';
import { rootOfFirst } from '../ledger/log.ts';
import type { Organisation } from '../runtime.ts';
import type { Openers } from './age.ts';
import { encrypterFor } from './age.ts';
import { copyOut } from './copy.ts';
import type { Ending, Manifest } from './manifest.ts';
import { FORMAT, OF_USERS } from './manifest.ts';
import { refuseBackup } from './refusals.ts';
import type { Table } from './tables.ts';
import { quoted, tablesOf } from './tables.ts';
import type { Part } from './tar.ts';
import { END, printPart } from './tar.ts';

export interface BackupParts {
  readonly database: Database;
  readonly log: Log;
  readonly clock: Clock;
  organisations(): Promise<readonly Organisation[]>;
  readBlob(org: number, digest: string): Promise<Readable>;
}

export interface BackupAsked extends Openers {
  /** An absolute path. */
  readonly file: string;
  /** Replaces a file that is there. */
  readonly force?: boolean;
  /** One organisation instead of all. */
  readonly org?: string | undefined;
  readonly signal: AbortSignal;
  progress(line: string): void;
}

export interface BackupDone {
  readonly file: string;
  readonly bytes: number;
  readonly at: string;
  readonly organisations: readonly {
    readonly slug: string;
    readonly origin: string;
    readonly size: number;
    readonly root: string;
  }[];
  readonly evidence: { readonly files: number; readonly bytes: number };
  readonly damaged: Ending['damaged'];
  /** Names of the keys without which it can be read and not used. */
  readonly keys: readonly string[];
}

const PIECE = 4 * 1024 * 1024;
const HASH_BYTES = 32;

/**
 * One snapshot of all organisations, or one, encrypted to its recipients as it is read: the tables as they stood at one moment, the
 * tiles of the checkpoint published before it, and the files of evidence that the tables name. The file gets its name when all of it is on the
 * disk.
 */
export async function backup(parts: BackupParts, asked: BackupAsked): Promise<BackupDone> {
  const encrypter = await encrypterFor(asked);
  const file = resolve(asked.file);
  if (asked.force !== true && (await stat(file).catch(() => undefined)) !== undefined)
    throw refuseBackup('exists', { file });
  const organisations = (await parts.organisations()).filter(
    ({ slug }) => asked.org === undefined || slug === asked.org,
  );
  if (organisations.length === 0)
    throw asked.org === undefined ? refuseBackup('nothing', {}) : refuseBackup('organisation', { slug: asked.org });
  // Before the snapshot, so that no checkpoint in the backup speaks of more than its tables hold.
  const notes = new Map<number, string>();
  for (const { id, slug } of organisations) {
    await parts.log.publish(id).catch((error: unknown) => {
      if (error instanceof LedgerFault) throw refuseBackup('published', { slug, why: error.message });
      throw error;
    });
    const note = await parts.log.storageOf(id).read('checkpoint');
    if (note !== undefined) notes.set(id, Buffer.from(note).toString('utf8'));
  }
  const client = new pg.Client({ ...parts.database.owner, types: values, application_name: 'countersign backup' });
  client.on('error', () => undefined);
  await client.connect();
  const aside = `${file}.${randomUUID()}.part`;
  try {
    await client.query('begin isolation level repeatable read, read only');
    const manifest = await manifestOf(parts, client, organisations, notes, asked.org === undefined);
    const archive = new Archive(parts, client, manifest, asked);
    const sealed = await encrypter.encrypt(streamOf(archive.bytes()));
    const bytes = await write(aside, sealed, asked.signal);
    await (asked.force === true ? rename(aside, file) : link(aside, file));
    await syncFolder(dirname(file));
    const { ending } = archive;
    return {
      ...{ file, bytes, at: manifest.at },
      organisations: manifest.organisations.map(({ slug, origin, size, root }) => ({ slug, origin, size, root })),
      ...{ evidence: ending.blobs, damaged: ending.damaged, keys: manifest.keys },
    };
  } catch (error) {
    throw whyNot(error, file);
  } finally {
    await rm(aside, { force: true }).catch(() => undefined);
    await client.end().catch(() => undefined);
  }
}

const streamOf = (bytes: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  Readable.toWeb(Readable.from(bytes, { objectMode: false })) as ReadableStream<Uint8Array>;

function whyNot(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST') return refuseBackup('exists', { file });
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such folder.',
    EACCES: 'permission is missing.',
    EROFS: 'the disk cannot be written.',
    ENOSPC: 'the disk is full.',
    ENOTDIR: 'a part of its path is no folder.',
  };
  const why = typeof code === 'string' ? words[code] : undefined;
  return why === undefined ? error : refuseBackup('folder', { file, why });
}

async function write(path: string, bytes: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<number> {
  const out = await open(path, 'wx', 0o600);
  let size = 0;
  let held: Uint8Array[] = [];
  let waiting = 0;
  const flush = async (): Promise<void> => {
    await out.writev(held);
    [held, waiting] = [[], 0];
  };
  try {
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      size += chunk.length;
      // A writev of what the encrypter hands over piece by piece.
      held.push(chunk);
      waiting += chunk.length;
      if (waiting >= 1 << 20) await flush();
    }
    await flush();
    await out.sync();
  } finally {
    await out.close();
  }
  return size;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch {
    // Some systems sync no folders, and need not.
  } finally {
    await handle?.close();
  }
}

const within = (client: pg.ClientBase, org: number): Promise<unknown> =>
  client.query(`select set_config('app.org', $1, true)`, [String(org)]);

async function manifestOf(
  { log, clock }: BackupParts,
  client: pg.Client,
  organisations: readonly Organisation[],
  notes: ReadonlyMap<number, string>,
  whole: boolean,
): Promise<Manifest> {
  const { rows: schema } = await client.query<Manifest['schema'][number]>(
    'select number, name, digest from migration order by number',
  );
  const keys = new Set<string>();
  const all: Manifest['organisations'] = [];
  for (const { id, slug } of organisations) {
    await within(client, id);
    const [head] = (
      await client.query<{ size: number; origin: string }>(
        'select l.size, o.origin from log l join organisation o on o.id = l.org where l.org = $1',
        [id],
      )
    ).rows;
    if (head === undefined) throw new Error(`${slug} has no log`);
    for (const { by } of (
      await client.query<{ by: string }>('select distinct wrapped_by as by from data_key where org = $1', [id])
    ).rows)
      keys.add(by);
    const checkpoint = notes.get(id) ?? null;
    all.push({
      ...{ id, slug, origin: head.origin, size: head.size, root: await rootOfFirst(client, id, head.size) },
      published: checkpoint === null ? 0 : parseCheckpoint(parseNote(checkpoint).text).size,
      checkpoint,
      vkeys: (await log.keys(client, id)).map(printVerifierKey),
    });
  }
  const tables = await tablesOf(client);
  return {
    ...{ format: FORMAT, at: printInstant(clock.now()), whole, schema, keys: [...keys].sort(), organisations: all },
    tables: tables.map(({ name, columns }) => ({ name, columns: [...columns] })),
  };
}

/** The files of a backup in their order, as the bytes of a tar archive. */
class Archive {
  readonly #parts: BackupParts;
  readonly #client: pg.Client;
  readonly #manifest: Manifest;
  readonly #asked: BackupAsked;
  readonly #hash = createHash('sha256');
  readonly ending: Ending = { parts: 0, sha256: '', rows: {}, blobs: { files: 0, bytes: 0 }, damaged: [] };

  constructor(parts: BackupParts, client: pg.Client, manifest: Manifest, asked: BackupAsked) {
    this.#parts = parts;
    this.#client = client;
    this.#manifest = manifest;
    this.#asked = asked;
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    for await (const part of this.#all()) {
      this.#asked.signal.throwIfAborted();
      countPart(this.#hash, part);
      this.ending.parts += 1;
      yield printPart(part);
    }
    this.ending.sha256 = this.#hash.digest('hex');
    yield printPart({ name: 'end.json', bytes: Buffer.from(JSON.stringify(this.ending)) });
    yield END;
  }

  async *#all(): AsyncGenerator<Part> {
    yield { name: 'manifest.json', bytes: Buffer.from(`${JSON.stringify(this.#manifest, null, 1)}\n`) };
    for (const table of await tablesOf(this.#client)) {
      this.#asked.progress(`table ${table.name}`);
      yield* this.#table(table);
    }
    for (const org of this.#manifest.organisations) {
      this.#asked.progress(`${org.slug}: files of evidence`);
      yield* this.#blobs(org.id);
      this.#asked.progress(`${org.slug}: the published log`);
      yield* this.#tiles(org.id, org.published);
    }
  }

  async *#table(table: Table): AsyncGenerator<Part> {
    const { name } = table;
    this.ending.rows[name] = 0;
    for (const { org, where } of this.#selections(table)) {
      if (org !== undefined) await within(this.#client, org);
      const columns = table.columns.map(quoted).join(', ');
      const rows = copyOut(this.#client, `copy (select ${columns} from ${quoted(name)} ${where}) to stdout`);
      let n = 0;
      for await (const bytes of pieces(rows)) {
        // A row is a line, and what a value holds of line ends is escaped.
        for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) this.ending.rows[name] += 1;
        yield { name: `table/${name}/${org ?? 0}/${String((n += 1)).padStart(8, '0')}`, bytes };
      }
    }
  }

  #selections({ name, tenant }: Table): readonly { readonly org?: number; readonly where: string }[] {
    const ids = this.#manifest.organisations.map(({ id }) => id);
    if (tenant) return ids.map((org) => ({ org, where: `where org = ${org}` }));
    if (this.#manifest.whole) return [{ where: '' }];
    if (name === 'organisation') return [{ where: `where id in (${ids.join(', ')})` }];
    const user = OF_USERS[name];
    // Of what is nobody’s in particular, a backup of one organisation takes nothing.
    if (user === undefined) return [];
    return ids.map((org) => ({ org, where: `where ${user} in (select user_id from membership where org = ${org})` }));
  }

  async *#blobs(org: number): AsyncGenerator<Part> {
    await within(this.#client, org);
    let after = '';
    for (;;) {
      const { rows } = await this.#client.query<{ digest: string; bytes: number }>(
        `select encode(digest, 'hex') as digest, bytes from blob where org = $1 and digest > decode($2, 'hex') order by digest limit 200`,
        [org, after],
      );
      for (const row of rows) yield* this.#blob(org, row);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.digest;
    }
  }

  async *#blob(
    org: number,
    { digest, bytes }: { readonly digest: string; readonly bytes: number },
  ): AsyncGenerator<Part> {
    const hash = createHash('sha256');
    let [size, n] = [0, 0];
    const name = (): string => `blob/${org}/${digest}/${String((n += 1)).padStart(8, '0')}`;
    try {
      for await (const piece of pieces(await this.#parts.readBlob(org, digest))) {
        hash.update(piece);
        size += piece.length;
        yield { name: name(), bytes: piece };
      }
    } catch (error) {
      const code =
        error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.name : '';
      if (!['ENOENT', 'NoSuchKey', 'NotFound'].includes(code)) throw error;
      this.ending.damaged.push({ org, digest, why: 'The file is gone.' });
      return;
    }
    if (n === 0) yield { name: name(), bytes: Buffer.alloc(0) };
    this.ending.blobs.files += 1;
    this.ending.blobs.bytes += size;
    if (size !== bytes) this.ending.damaged.push({ org, digest, why: `It has ${size} bytes instead of ${bytes}.` });
    else if (hash.digest('hex') !== digest) this.ending.damaged.push({ org, digest, why: 'Its bytes were changed.' });
  }

  /** The hash tiles of the tree that the checkpoint speaks of. Bundles follow from the table. */
  async *#tiles(org: number, size: number): AsyncGenerator<Part> {
    const storage = this.#parts.log.storageOf(org);
    for (const tile of tilesOf(size)) {
      if (tile.level === 'entries') continue;
      const read = await readTile(storage, tile.level, tile.index, size);
      if (read === null)
        throw new Error(
          `The published log of organisation ${org} has no ${tilePath(tile)}: run “countersign self-check”`,
        );
      yield {
        name: `log/${org}/${tilePath(tile)}`,
        bytes: Buffer.from(read.bytes.subarray(0, tile.width * HASH_BYTES)),
      };
    }
  }
}

/** What the last file's digest is taken over. */
export function countPart(hash: { update(data: string | Buffer): unknown }, { name, bytes }: Part): void {
  hash.update(`${name}\n${bytes.length}\n`);
  hash.update(bytes);
}

/** In pieces of some MiB, the last one shorter. */
async function* pieces(source: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    for (let rest = chunk as Buffer; rest.length > 0;) {
      const fits = rest.subarray(0, PIECE - size);
      held.push(fits);
      size += fits.length;
      rest = rest.subarray(fits.length);
      if (size < PIECE) continue;
      yield Buffer.concat(held);
      [held, size] = [[], 0];
    }
  }
  if (size > 0) yield Buffer.concat(held);
}
