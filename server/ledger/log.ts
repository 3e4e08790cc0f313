import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  exportLog,
  fileStorage,
  Frontier,
  leafHash,
  parseCheckpoint,
  parseNote,
  printVerifierKey,
  proofFor,
  publish,
  readCheckpoint,
  readRoot,
  signCheckpoint,
  tileReader,
  verifierKey,
} from '@countersign/ledger/index.ts';
import type {
  Checkpoint,
  EntrySource,
  Hash,
  NodeReader,
  Signer,
  Storage,
  VerifierKey,
} from '@countersign/ledger/index.ts';
import { defineRefusals } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';
import type { Tenants } from '../kernel/organisation.ts';
import { logHead } from '../kernel/organisation.ts';
import { earlierKeys, handOvers } from './keys.ts';
import { payloadsOf } from './payloads.ts';
import { largestSeen, seenFiles } from './seen.ts';
import { storageAt } from './storage-at.ts';

export const refuseLog = defineRefusals('log', {
  index: {
    family: 'missing',
    says: (p: { index: number; size: number }) => `There is no entry ${p.index}: the log holds ${p.size}.`,
  },
  'handed-over': {
    family: 'unmet',
    says: (p: { size: number }) =>
      `After its first ${p.size} entries the log was handed over to another key, and is not signed as it was before that. Take a later moment.`,
  },
  unseen: {
    family: 'unmet',
    says: (_: object) =>
      'Nobody outside has seen this log yet. Name a witness or a time-stamp authority, have it asked, and try again; or export without that.',
  },
});

export interface LogKeys {
  readonly origin: string;
  readonly publicKey: Uint8Array;
  /** Keys given up, oldest first, each with the entry that was the last it signed. */
  readonly earlier: readonly { readonly publicKey: Uint8Array; readonly last: number }[];
}

export interface LogParts {
  readonly tenants: Tenants;
  /** Tiles and checkpoints of all organisations, each in a folder of its own. */
  readonly folder: string;
  /** Where the bytes of evidence are. */
  readBlob(org: number, digest: string): Promise<Readable>;
  signer(client: pg.ClientBase, org: number): Promise<Signer>;
}

/** A log at one of its sizes. */
export interface LogAt {
  readonly origin: string;
  readonly root: Hash;
  readonly signer: Signer;
  /** The present one, then those before it. */
  readonly keys: readonly [VerifierKey, ...VerifierKey[]];
  readonly storage: Storage;
}

/** Distinguishes the lock of the sequencer from those of sources and of the judge. */
const LOCK = 1_785_427_302;
const BATCH = 2000;
/** Roots of older sizes that a process remembers, over all organisations. */
const MOST_ROOTS = 256;

/** The published side of each organisation's log: tiles, checkpoints, proofs, exports, and the root at any size. */
export class Log {
  readonly #parts: LogParts;
  readonly #frontiers = new Map<number, Frontier>();
  readonly #roots = new Map<string, string>();

  constructor(parts: LogParts) {
    this.#parts = parts;
  }

  #storage(org: number): Storage {
    return fileStorage(join(this.#parts.folder, String(org)));
  }

  /** For who checks what was published. Only `publish` writes there. */
  storageOf(org: number): Storage {
    return this.#storage(org);
  }

  /** Under which name and keys the log signs and signed: each up to the entry that handed it over to the next. */
  async keysOf(client: pg.ClientBase, org: number): Promise<LogKeys> {
    const origin = await originOf(client, org);
    const { publicKey } = await this.#parts.signer(client, org);
    return { origin, publicKey, earlier: await handOvers(client, org) };
  }

  /** Brings tiles and checkpoint up to the table. One at a time per organisation, over all processes. */
  publish(org: number): Promise<Checkpoint> {
    return this.#parts.tenants.tenant(org, 'write', async (client) => {
      await client.query('select pg_advisory_xact_lock($1, $2)', [org, LOCK]);
      const { signer, size } = await this.#signerAndSize(client, org);
      const [origin, earlier] = [await originOf(client, org), await earlierKeys(client, org)];
      return publish(this.#storage(org), entriesOf(client, org, size), signer, origin, earlier);
    });
  }

  /** Both at one moment: an entry that hands the log over would else be covered by the key that it ends, or the new key cover too little. */
  async #signerAndSize(
    client: pg.ClientBase,
    org: number,
  ): Promise<{ readonly signer: Signer; readonly size: number }> {
    for (;;) {
      const signer = await this.#parts.signer(client, org);
      const { size } = await logHead(client, org, false);
      if ((await this.#parts.signer(client, org)) === signer) return { signer, size };
    }
  }

  /**
   * Root of the first `size` entries, in base64, read with the client of who asks: a second connection for each reader could be one
   * more than there are. What is newest only grows; an older size is counted from the first entry, once.
   */
  async rootAt(client: pg.ClientBase, org: number, size: number): Promise<string> {
    const frontier = this.#frontiers.get(org) ?? new Frontier();
    this.#frontiers.set(org, frontier);
    if (frontier.size <= size) {
      await grow(client, org, frontier, size);
      // Another request may have pushed more than these meanwhile.
      if (frontier.size === size) return base64(frontier);
    }
    const key = `${org}/${size}`;
    const root =
      this.#roots.get(key) ?? (await this.#publishedRoot(client, org, size)) ?? (await rootOfFirst(client, org, size));
    this.#roots.delete(key);
    this.#roots.set(key, root);
    const oldest = this.#roots.keys().next().value;
    if (this.#roots.size > MOST_ROOTS && oldest !== undefined) this.#roots.delete(oldest);
    return root;
  }

  /** The root out of the published tiles, where they reach that far: some files instead of all entries. Opens no transaction of its own. */
  async #publishedRoot(client: pg.ClientBase, org: number, size: number): Promise<string | undefined> {
    const storage = this.#storage(org);
    const { publicKey } = await this.#parts.signer(client, org);
    const published = await readCheckpoint(
      storage,
      await originOf(client, org),
      publicKey,
      await earlierKeys(client, org),
    );
    if (published === undefined || published.size < size) return undefined;
    return Buffer.from(await readRoot(tileReader(storage, published.size), size)).toString('base64');
  }

  async checkpoint(org: number): Promise<{ readonly checkpoint: string; readonly key: string }> {
    await this.publish(org);
    const note = await this.#storage(org).read('checkpoint');
    if (note === undefined) throw new Error('A published log has a checkpoint');
    const [key] = await this.#parts.tenants.tenant(org, 'read', (client) => this.keys(client, org));
    return { checkpoint: Buffer.from(note).toString('utf8'), key: printVerifierKey(key) };
  }

  /**
   * The log as it was at a size that was published: its files, under a checkpoint signed for that size, which is the same
   * whenever it is asked for. What a binder is made of.
   */
  async at(client: pg.ClientBase, org: number, size: number): Promise<LogAt> {
    const keys = await this.keys(client, org);
    const [{ name: origin, publicKey }] = keys;
    const signer = await this.#parts.signer(client, org);
    const storage = this.#storage(org);
    const earlier = await earlierKeys(client, org);
    const published = await readCheckpoint(storage, origin, publicKey, earlier);
    if (published === undefined || published.size < size || size < 1)
      throw refuseLog('index', { index: size, size: published?.size ?? 0 });
    if ((await handedOverAt(client, org)) >= size) throw refuseLog('handed-over', { size });
    const root = await readRoot(tileReader(storage, published.size), size);
    const note = await signCheckpoint({ origin, size, root }, signer);
    return { origin, root, signer, keys, storage: storageAt(storage, published.size, size, note) };
  }

  /** Reads the published tree at a size that was published. */
  reader(org: number, size: number): NodeReader {
    return tileReader(this.#storage(org), size);
  }

  async proof(org: number, index: number): Promise<string> {
    const { size } = await this.publish(org);
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw refuseLog('index', { index, size });
    return proofFor(this.#storage(org), index);
  }

  /**
   * Every file of an export, in pieces, in an order in which they can be written as they come: `checkpoint` last.
   *
   * @param at `head`: all that is recorded; `seen`: up to the largest size that somebody outside has seen, so that an outside time covers
   *   all of it; refuses `log.unseen` where nobody has
   */
  async *export(
    org: number,
    at: 'head' | 'seen' = 'head',
  ): AsyncGenerator<{ readonly path: string; readonly bytes: Uint8Array; readonly append: boolean }> {
    const { size: now } = await this.publish(org);
    const folder = await mkdtemp(join(tmpdir(), 'countersign-export-'));
    try {
      const out = join(folder, 'log');
      await this.#parts.tenants.tenant(org, 'read', async (client) => {
        const note = at === 'seen' ? await largestSeen(client, org) : undefined;
        if (at === 'seen' && note === undefined) throw refuseLog('unseen', {});
        const storage = fileStorage(out, { durable: false });
        const { size } = await exportLog(storage, {
          published:
            note === undefined
              ? this.#storage(org)
              : storageAt(this.#storage(org), now, parseCheckpoint(parseNote(note).text).size, note),
          keys: await this.keys(client, org),
          payloads: payloadsOf(client, org, (digest) => this.#parts.readBlob(org, digest)),
        });
        for await (const { path, bytes } of seenFiles(client, org, size)) await storage.write(path, bytes);
      });
      const paths = (await readdir(out, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1))
        .sort((a, b) => Number(a === 'checkpoint') - Number(b === 'checkpoint') || (a < b ? -1 : 1));
      for (const path of paths) {
        let append = false;
        for await (const bytes of createReadStream(join(out, path), { highWaterMark: 1 << 18 })) {
          yield { path: path.replaceAll('\\', '/'), bytes: bytes as Uint8Array, append };
          append = true;
        }
        if (!append) yield { path, bytes: new Uint8Array(), append };
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** The key that signs now, then those before it, the latest first. */
  async keys(client: pg.ClientBase, org: number): Promise<readonly [VerifierKey, ...VerifierKey[]]> {
    const origin = await originOf(client, org);
    const { publicKey } = await this.#parts.signer(client, org);
    const earlier = (await earlierKeys(client, org)).toReversed();
    return [verifierKey(origin, publicKey), ...earlier.map((key) => verifierKey(origin, key))];
  }
}

const base64 = (frontier: Frontier): string => Buffer.from(frontier.root()).toString('base64');

/** Takes in entries up to `size`; several requests may grow the same frontier at once. */
async function grow(client: pg.ClientBase, org: number, frontier: Frontier, size: number): Promise<void> {
  while (frontier.size < size) {
    const from = frontier.size;
    const { rows } = await client.query<{ index: number; entry: Buffer }>(
      'select index, entry from log_entry where org = $1 and index >= $2 and index < $3 order by index',
      [org, from, Math.min(from + BATCH, size)],
    );
    for (const { index, entry } of rows) if (index === frontier.size) frontier.push(leafHash(entry));
    if (frontier.size === from) throw new Error(`Entry ${from} of organisation ${org} is missing`);
  }
}

/** Root of the first `size` entries as the table has them, in base64. */
export async function rootOfFirst(client: pg.ClientBase, org: number, size: number): Promise<string> {
  const frontier = new Frontier();
  await grow(client, org, frontier, size);
  return base64(frontier);
}

/** The entry that handed the log over to its present key; -1 if its first key still signs. */
export async function handedOverAt(client: pg.ClientBase, org: number): Promise<number> {
  const { rows } = await client.query<{ index: number | null }>(
    `select max(log_index) as index from record where org = $1 and kind = 'log-key'`,
    [org],
  );
  return rows[0]?.index ?? -1;
}

async function originOf(client: pg.ClientBase, org: number): Promise<string> {
  const { rows } = await client.query<{ origin: string }>('select origin from organisation where id = $1', [org]);
  const origin = rows[0]?.origin;
  if (origin === undefined) throw new Error(`There is no organisation ${org}`);
  return origin;
}

const entriesOf = (client: pg.ClientBase, org: number, size: number): EntrySource => ({
  size: () => Promise.resolve(size),
  async *entries(from, to) {
    for (let next = from; next < to; next += BATCH) {
      const { rows } = await client.query<{ index: number; entry: Buffer }>(
        'select index, entry from log_entry where org = $1 and index >= $2 and index < $3 order by index',
        [org, next, Math.min(next + BATCH, to)],
      );
      yield rows;
    }
  },
});
