import { addCosignatures, parseNote } from '@countersign/ledger/index.ts';
import type pg from 'pg';

/** A file of what others saw of a log, as it stands in an export or in a binder's `data/log`. */
export interface SeenFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

interface Row {
  readonly size: number;
  readonly at: number;
  readonly checkpoint: string;
  readonly who: string;
  readonly line: string | null;
  readonly token: string | null;
}

/** Rows of one page of what was seen. */
const PAGE = 500;

/**
 * What others saw of a log of `size` entries, as it was recorded by then or after: `seen/<size>/…`, `witnesses.vkey`, `authorities/<id>.pem`.
 * In the order of sizes, a page of rows in memory at a time. Where one saw a size twice, its earlier word stands.
 *
 * @param size entries of the log that it goes with; sizes beyond are left out
 * @param below entries that recorded it have a smaller index; all without it
 */
export async function* seenFiles(
  client: pg.ClientBase,
  org: number,
  size: number,
  below: number = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<SeenFile> {
  const [witnesses, authorities] = [new Set<string>(), new Set<string>()];
  let held: Row[] = [];
  for await (const row of rowsOf(client, org, size, below)) {
    (row.line === null ? authorities : witnesses).add(row.who);
    if (held[0] !== undefined && held[0].size !== row.size) {
      yield* filesAt(held);
      held = [];
    }
    held.push(row);
  }
  yield* filesAt(held);
  const keys = await keysOf(client, org, [...witnesses]);
  if (keys.length > 0) yield file('witnesses.vkey', keys.map((key) => `${key}\n`).join(''));
  for (const [id, pem] of await rootsOf(client, org, [...authorities])) yield file(`authorities/${id}.pem`, pem);
}

const file = (path: string, text: string): SeenFile => ({ path, bytes: Buffer.from(text) });

/** The largest checkpoint that somebody outside has seen, as the log signed it. */
export async function largestSeen(client: pg.ClientBase, org: number): Promise<string | undefined> {
  const { rows } = await client.query<{ checkpoint: string }>(
    `select body ->> 'checkpoint' as checkpoint from record
      where org = $1 and kind = any('{cosignature,time-stamp}')
      order by (body ->> 'size')::bigint desc, log_index limit 1`,
    [org],
  );
  return rows[0]?.checkpoint;
}

/** Which there are is read at once, and what they say page by page: reading a size out of a body reads all of the body. */
async function* rowsOf(client: pg.ClientBase, org: number, size: number, below: number): AsyncGenerator<Row> {
  const { rows: all } = await client.query<{ readonly kind: string; readonly id: string }>(
    `select kind, id from (
       select kind, id, log_index, (body ->> 'size')::bigint as size
         from record where org = $1 and kind = any('{cosignature,time-stamp}') and log_index < $2) seen
      where size <= $3 order by size, log_index`,
    [org, below, size],
  );
  for (let from = 0; from < all.length; from += PAGE) {
    const page = all.slice(from, from + PAGE);
    const { rows } = await client.query<Row>(
      `select (body ->> 'size')::bigint as size, (body ->> 'at')::timestamptz as at, body ->> 'checkpoint' as checkpoint,
              coalesce(body ->> 'witness', body ->> 'authority') as who, body ->> 'line' as line, body ->> 'token' as token
         from unnest($2::text[], $3::text[]) with ordinality as asked (kind, id, place)
         join record using (kind, id)
        where org = $1 order by place`,
      [org, page.map(({ kind }) => kind), page.map(({ id }) => id)],
    );
    yield* rows;
  }
}

/** The files of one size. */
function* filesAt(rows: readonly Row[]): Generator<SeenFile> {
  const [first] = rows;
  if (first === undefined) return;
  const folder = `seen/${first.size}`;
  yield file(`${folder}/checkpoint`, first.checkpoint);
  // One key signs a size, and Ed25519 signs the same thing in one way: the note of a size is one.
  const earliest = new Map<string, Row>();
  for (const row of rows.filter(({ checkpoint }) => checkpoint === first.checkpoint)) {
    const key = `${row.line === null ? 'time' : 'witness'} ${row.who}`;
    const known = earliest.get(key);
    if (known === undefined || row.at < known.at) earliest.set(key, row);
  }
  const kept = [...earliest.values()].sort((a, b) => (a.who < b.who ? -1 : 1));
  const lines = kept.flatMap(({ line }) => (line === null ? [] : parseNote(`x\n\n${line}\n`).signatures));
  if (lines.length > 0) yield file(`${folder}/cosigned`, addCosignatures(first.checkpoint, lines));
  for (const { who, token } of kept)
    if (token !== null) yield { path: `${folder}/${who}.tsr`, bytes: Buffer.from(token, 'base64') };
}

async function keysOf(client: pg.ClientBase, org: number, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ vkey: string }>(
    `select distinct body ->> 'vkey' as vkey from record where org = $1 and kind = 'witness' and id = any($2) order by 1`,
    [org, ids],
  );
  return rows.map(({ vkey }) => vkey);
}

/** The roots of each as it was named, those of earlier versions too: older tokens rest on them. */
async function rootsOf(
  client: pg.ClientBase,
  org: number,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ id: string; roots: string }>(
    `select id, body ->> 'roots' as roots from record where org = $1 and kind = 'time-authority' and id = any($2)
      order by id, version desc`,
    [org, ids],
  );
  const found = new Map<string, string[]>();
  for (const { id, roots } of rows) {
    const text = roots.endsWith('\n') ? roots : `${roots}\n`;
    const known = found.get(id);
    if (known === undefined) found.set(id, [text]);
    else if (!known.includes(text)) known.push(text);
  }
  return new Map([...found].map(([id, texts]) => [id, texts.join('')]));
}
