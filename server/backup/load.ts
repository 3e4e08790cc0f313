import { createHash } from 'node:crypto';
import { encodeBundle, fileStorage, parseTilePath, TILE_WIDTH, tilePath } from '@countersign/ledger/index.ts';
import { join } from 'node:path';
import type pg from 'pg';
import type { BlobStore } from '../blobs/store.ts';
import { rootOfFirst } from '../ledger/log.ts';
import { copyIn } from './copy.ts';
import type { Ending, Manifest } from './manifest.ts';
import { MARKER_TABLE } from './marker.ts';
import type { Reading } from './reading.ts';
import { refuseRestore } from './refusals.ts';
import { quoted, tablesOf } from './tables.ts';
import type { Part } from './tar.ts';

const damaged = (why: string) => refuseRestore('damaged', { why });

/** Where what a backup holds goes; `check` has nowhere, and reads all the same. */
export interface Into {
  readonly client: pg.Client;
  readonly store: Pick<BlobStore, 'draft'>;
  readonly logFolder: string;
}

type Piece =
  | { readonly is: 'table'; readonly table: string; readonly org: number; readonly n: number }
  | { readonly is: 'blob'; readonly org: number; readonly digest: string; readonly n: number }
  | { readonly is: 'tile'; readonly org: number; readonly path: string };

function pieceOf(name: string): Piece {
  const [, table, of, row] = /^table\/([a-z_][a-z0-9_]{0,62})\/(\d{1,10})\/(\d{8})$/.exec(name) ?? [];
  if (table !== undefined) return { is: 'table', table, org: Number(of), n: Number(row) };
  const [, owner, digest = '', piece] = /^blob\/(\d{1,10})\/([0-9a-f]{64})\/(\d{8})$/.exec(name) ?? [];
  if (owner !== undefined) return { is: 'blob', org: Number(owner), digest, n: Number(piece) };
  const [, log, path = ''] = /^log\/(\d{1,10})\/(tile\/.+)$/.exec(name) ?? [];
  if (log !== undefined) return { is: 'tile', org: Number(log), path };
  throw damaged('it holds a file that no backup has.');
}

/** A list that is read forward, and of which the next one can be looked at. */
function ahead(source: AsyncGenerator<Part>) {
  let held: Part | undefined;
  const peek = async (): Promise<Part | undefined> => {
    if (held === undefined) {
      const { done, value } = await source.next();
      held = done === true ? undefined : value;
    }
    return held;
  };
  return { peek, drop: (): void => void (held = undefined) };
}

type Parts = ReturnType<typeof ahead>;

/** The pieces of one thing, which follow each other without a gap. */
async function* following(parts: Parts, isSame: (piece: Piece) => boolean): AsyncGenerator<Buffer> {
  for (let n = 1; ; n += 1) {
    const part = await parts.peek();
    const piece = part === undefined ? undefined : pieceOf(part.name);
    if (part === undefined || piece === undefined || !isSame(piece)) return;
    if (piece.is !== 'tile' && piece.n !== n) throw damaged(`a part of ${part.name} is missing.`);
    parts.drop();
    yield part.bytes;
  }
}

/** Reads every part to the end, into the database’s open transaction, the store and the folder; or nowhere. */
export async function load(reading: Reading, into: Into | undefined, signal: AbortSignal): Promise<Ending> {
  const { manifest } = reading;
  const parts = ahead(reading.parts());
  const orgs = new Set(manifest.organisations.map(({ id }) => id));
  const order = new Map(manifest.tables.map(({ name }, i) => [name, i]));
  const wrong = new Set<string>();
  let last = -1;
  const seen = new Set<string>();
  if (into !== undefined) await refuseOtherTables(into.client, manifest);
  for (;;) {
    signal.throwIfAborted();
    const part = await parts.peek();
    if (part === undefined) break;
    const piece = pieceOf(part.name);
    if (piece.org !== 0 && !orgs.has(piece.org)) throw damaged('it holds rows or files of no organisation.');
    const key = part.name.replace(/\/\d{8}$/, '');
    if (seen.has(key)) throw damaged(`${key} is in it twice.`);
    if (piece.is !== 'tile') seen.add(key);
    if (piece.is === 'table') {
      const at = order.get(piece.table);
      if (at === undefined || at < last) throw damaged('its tables are out of order.');
      last = at;
      await loadTable(parts, piece, manifest, into);
    } else if (piece.is === 'blob') {
      if (!(await loadBlob(parts, piece, into))) wrong.add(`${piece.org} ${piece.digest}`);
    } else await loadTile(parts, piece, part, into);
  }
  const ending = reading.ending();
  const told = new Set(ending.damaged.map(({ org, digest }) => `${org} ${digest}`));
  for (const one of wrong) if (!told.has(one)) throw damaged('a file of evidence is not what its name says.');
  if (into !== undefined) await refuseOtherRows(into.client, manifest, ending);
  return ending;
}

/** Tables and columns are compared with the catalogue before a name of the backup’s gets into a statement. */
async function refuseOtherTables(client: pg.Client, manifest: Manifest): Promise<void> {
  const ours = new Map((await tablesOf(client)).map(({ name, columns }) => [name, columns]));
  for (const { name, columns } of manifest.tables)
    if (!columns.every((column) => ours.get(name)?.includes(column) === true))
      throw damaged(`it has a table or column that its version has not (${name}).`);
  // The owner is bound by row security as everybody; COPY does not go through it.
  for (const { name } of manifest.tables) await client.query(`alter table ${quoted(name)} no force row level security`);
}

async function loadTable(
  parts: Parts,
  { table, org }: { readonly table: string; readonly org: number },
  manifest: Manifest,
  into: Into | undefined,
): Promise<void> {
  const same = (piece: Piece): boolean => piece.is === 'table' && piece.table === table && piece.org === org;
  const columns = manifest.tables.find(({ name }) => name === table)?.columns ?? [];
  const copy =
    into === undefined
      ? undefined
      : copyIn(into.client, `copy ${quoted(table)} (${columns.map(quoted).join(', ')}) from stdin`);
  try {
    for await (const bytes of following(parts, same)) await copy?.write(bytes);
    await copy?.end();
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(?:22|23)/.test(error.code))
      throw damaged(`the rows of ${table} are not what that table takes (${error.message}).`);
    throw error;
  }
}

/** Whether its bytes are what its name says. */
async function loadBlob(
  parts: Parts,
  { org, digest }: { readonly org: number; readonly digest: string },
  into: Into | undefined,
): Promise<boolean> {
  const same = (piece: Piece): boolean => piece.is === 'blob' && piece.org === org && piece.digest === digest;
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const bytes of following(parts, same)) {
      hash.update(bytes);
      yield bytes;
    }
  }
  if (into === undefined) for await (const _ of hashed());
  else {
    const draft = await into.store.draft(org, hashed());
    await draft.commit(digest);
  }
  return hash.digest('hex') === digest;
}

async function loadTile(
  parts: Parts,
  { org, path }: { readonly org: number; readonly path: string },
  { bytes }: Part,
  into: Into | undefined,
): Promise<void> {
  const tile = parseTilePath(path);
  if (tile === undefined || tile.level === 'entries' || bytes.length !== tile.width * 32)
    throw damaged('a tile of its log is none.');
  parts.drop();
  if (into !== undefined) await fileStorage(join(into.logFolder, String(org)), { durable: false }).write(path, bytes);
}

async function refuseOtherRows(client: pg.Client, manifest: Manifest, ending: Ending): Promise<void> {
  for (const { name } of manifest.tables) {
    const { rows } = await client.query<{ n: number }>(`select count(*) as n from ${quoted(name)}`);
    if (rows[0]?.n !== (ending.rows[name] ?? 0)) throw damaged(`${name} has other rows than it says.`);
  }
  const { rows: orgs } = await client.query<{ id: number; slug: string; origin: string }>(
    'select id, slug, origin from organisation order by id',
  );
  const said = [...manifest.organisations]
    .sort((a, b) => a.id - b.id)
    .map(({ id, slug, origin }) => ({ id, slug, origin }));
  if (JSON.stringify(orgs) !== JSON.stringify(said)) throw damaged('its organisations are not those that it says.');
  for (const { id, slug, size, root } of manifest.organisations) {
    const { rows } = await client.query<{ size: number }>('select size from log where org = $1', [id]);
    if (rows[0]?.size !== size || (await rootOfFirst(client, id, size)) !== root)
      throw damaged(`the log of ${slug} is not the one that it says.`);
  }
}

/** Row security again, numbers that go on where they were, and the mark that the rows are in and not yet checked. */
export async function settle(client: pg.Client, manifest: Manifest): Promise<void> {
  for (const { name } of await tablesOf(client)) {
    const { rows } = await client.query<{ secured: boolean }>(
      'select relrowsecurity as secured from pg_class where oid = $1::regclass',
      [`public.${quoted(name)}`],
    );
    if (rows[0]?.secured === true) await client.query(`alter table ${quoted(name)} force row level security`);
  }
  for (const { name } of manifest.tables) {
    const { rows } = await client.query<{ column: string }>(
      `select attname as column from pg_attribute where attrelid = $1::regclass and attidentity <> ''`,
      [`public.${quoted(name)}`],
    );
    for (const { column } of rows)
      await client.query(
        `select setval(pg_get_serial_sequence($1, $2), greatest((select max(${quoted(column)}) from ${quoted(name)}), 1))`,
        [`public.${name}`, column],
      );
  }
  await client.query(`create table ${MARKER_TABLE} (at timestamptz not null default now())`);
}

/** Bundles of entries, which follow from the table, then the checkpoint as it was published: the folder is as it was. */
export async function writeLog(
  client: pg.Client,
  logFolder: string,
  { id, published }: Manifest['organisations'][number],
  checkpoint: string | null,
): Promise<void> {
  if (checkpoint === null) return;
  const storage = fileStorage(join(logFolder, String(id)));
  for (let from = 0; from < published; from += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, published - from);
    const { rows } = await client.query<{ entry: Buffer }>(
      'select entry from log_entry where org = $1 and index >= $2 and index < $3 order by index',
      [id, from, from + width],
    );
    const path = tilePath({ level: 'entries', index: from / TILE_WIDTH, width });
    await storage.write(path, encodeBundle(rows.map(({ entry }) => entry)));
  }
  await storage.sync();
  await storage.write('checkpoint', Buffer.from(checkpoint));
  await storage.sync();
}
