import { decodeBundle } from './bundle.ts';
import { utf8 } from './bytes.ts';
import { Carried } from './carried.ts';
import { canonicalText, textOf, type Json } from './canonical.ts';
import { openCheckpoint, type Checkpoint } from './checkpoint.ts';
import { envelopeJson } from './dsse.ts';
import { envelopeOf } from './entry.ts';
import { LedgerFault } from './fault.ts';
import type { Hash } from './hash.ts';
import { printVerifierKey, type VerifierKey } from './key.ts';
import { rekorDsse, type Leaf, type LeafCodec } from './leaf.ts';
import { filePath, payloadPath, printLine, type PayloadLine } from './payload.ts';
import { itemDigest } from './salted.ts';
import type { Hidden } from './payload-check.ts';
import type { Storage } from './storage.ts';
import { readTile } from './tile-reader.ts';
import { TILE_WIDTH, tilePath, tilesOf, widthAt } from './tile-path.ts';

/** What lies beside the log: the statements, and as much of their payload as is to be shown. */
export interface PayloadSource {
  /** Statements of entries [from, to) in order. `lines` left out: the payload of that entry is withheld. */
  statements(
    from: number,
    to: number,
  ): AsyncIterable<{
    readonly index: number;
    readonly statement: Uint8Array;
    readonly lines?: AsyncIterable<PayloadLine> | Iterable<PayloadLine>;
  }>;
  /** Bytes of the files that `show-file` lines name; each is asked for once. */
  file?(digest: Hash): AsyncIterable<Uint8Array>;
}

export interface ExportOptions {
  /** Where `publish` put the log. */
  readonly published: Storage;
  /** The log's keys, the present one and any before it: written to `key.vkey`, one a line. */
  readonly keys: readonly VerifierKey[];
  readonly payloads: PayloadSource;
  readonly codec?: LeafCodec;
  /** Told, in the order of the log, of all that the payloads hide: what a binder lists as redacted. */
  readonly hides?: (index: number, hidden: Hidden) => void;
  /** Told, in the order of the log, of each body when it is shown and not only referred to: what a binder repeats as records and facts. */
  readonly shows?: (index: number, what: 'subject' | 'item', name: string, body: Json) => void | Promise<void>;
}

/**
 * Writes the log as of its published checkpoint with its payloads into `out`, which must be empty: C2SP tiles and bundles,
 * `payload/…`, `key.vkey`, and `checkpoint` last, so that an export cut short cannot pass for a whole one. An item
 * whose body an earlier entry shows is written as a reference to it. Streams; memory grows with the number of
 * distinct items only.
 * Refuses `export.occupied`, `checkpoint.missing`, `tile.missing`, `entry.mismatch` (a statement is not the entry's),
 * `log.gap` (statements are missing).
 */
export async function exportLog(
  out: Storage,
  options: ExportOptions,
): Promise<Checkpoint & { readonly files: number }> {
  const { published, keys, codec = rekorDsse } = options;
  const note = await published.read('checkpoint');
  if (note === undefined) throw new LedgerFault('checkpoint.missing', 'The log has not been published yet.');
  const { checkpoint } = openCheckpoint(textOf(note), keys);
  for (const path of ['checkpoint', 'key.vkey'])
    if ((await out.read(path)) !== undefined)
      throw new LedgerFault('export.occupied', 'There is an export in this place already.');

  await out.write('key.vkey', utf8(keys.map((key) => `${printVerifierKey(key)}\n`).join('')));
  const tiles = await copyTiles(published, out, checkpoint.size);
  const files = await writePayloads(out, options, codec, checkpoint.size);
  await out.write('checkpoint', note);
  await out.sync();
  return { ...checkpoint, files: tiles + files + 2 };
}

async function copyTiles(published: Storage, out: Storage, size: number): Promise<number> {
  let copied = 0;
  for (const tile of tilesOf(size)) {
    const stored = await readTile(published, tile.level, tile.index, size);
    if (stored === null) throw new LedgerFault('tile.missing', `${tilePath(tile)} is missing.`);
    await out.write(tilePath(tile), narrow(stored, tile.level === 'entries', tile.width));
    copied++;
  }
  return copied;
}

function narrow(stored: { bytes: Uint8Array; width: number }, isBundle: boolean, width: number): Uint8Array {
  if (stored.width === width) return stored.bytes;
  const entries = isBundle ? decodeBundle(stored.bytes, stored.width).slice(0, width) : [];
  const length = isBundle ? entries.reduce((sum, entry) => sum + 2 + entry.length, 0) : width * 32;
  return stored.bytes.subarray(0, length);
}

async function writePayloads(
  out: Storage,
  { published, payloads, hides, shows }: ExportOptions,
  codec: LeafCodec,
  size: number,
): Promise<number> {
  const carried = new Carried();
  const shown = new Set<string>();
  const leaves = readLeaves(published, codec, size);
  let next = 0;
  for await (const { index, statement, lines } of payloads.statements(0, size)) {
    const leaf = await leaves.next();
    if (index !== next || leaf.done === true)
      throw new LedgerFault('log.gap', `The statement of entry ${next} was due; the source gave ${index}.`);
    const head = `${canonicalText(envelopeJson(envelopeOf(statement, leaf.value)))}\n`;
    const files: Hash[] = [];
    await out.write(
      payloadPath(index),
      inChunks(compact(head, telling(lines ?? [{ does: 'withhold-all' }], index, hides), carried, index, files, shows)),
    );
    for (const digest of files) {
      const path = filePath(digest);
      if (shown.has(path)) continue;
      if (payloads.file === undefined)
        throw new LedgerFault('payload.malformed', 'A file is shown but none is supplied.');
      await out.write(path, payloads.file(digest));
      shown.add(path);
    }
    next++;
  }
  if (next !== size) throw new LedgerFault('log.gap', `The statements ended before entry ${next} of ${size}.`);
  return next + shown.size;
}

async function* readLeaves(published: Storage, codec: LeafCodec, size: number): AsyncGenerator<Leaf, undefined> {
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const stored = await readTile(published, 'entries', index, size);
    if (stored === null) throw new LedgerFault('tile.missing', `Entry bundle ${index} is missing.`);
    const entries = decodeBundle(stored.bytes, stored.width).slice(0, widthAt('entries', index, size));
    for (const entry of entries) yield codec.parse(entry);
  }
  return undefined;
}

async function* compact(
  head: string,
  lines: AsyncIterable<PayloadLine> | Iterable<PayloadLine>,
  carried: Carried,
  index: number,
  files: Hash[],
  shows: ExportOptions['shows'],
): AsyncGenerator<string> {
  yield head;
  for await (const line of lines) {
    if (line.does === 'show-file') files.push(line.digest);
    if (line.does === 'show-subject') await shows?.(index, 'subject', line.subject, line.body);
    if (line.does !== 'show-item') {
      yield printLine(line);
      continue;
    }
    const digest = itemDigest(line.salt, line.item, line.body);
    const seenIn = carried.find(line.item, digest);
    if (seenIn === undefined) {
      carried.add(line.item, digest, index);
      await shows?.(index, 'item', line.item, line.body);
    }
    yield printLine(seenIn === undefined ? line : { does: 'refer-item', item: line.item, digest, seenIn });
  }
}

async function* telling(
  lines: AsyncIterable<PayloadLine> | Iterable<PayloadLine>,
  index: number,
  hides: ExportOptions['hides'],
): AsyncGenerator<PayloadLine> {
  let items = 0;
  for await (const line of lines) {
    if (line.does === 'withhold-all') hides?.(index, { what: 'entry' });
    if (line.does === 'hide-subject') hides?.(index, { what: 'subject', subject: line.subject, why: line.why });
    if (line.does === 'hide-item') items++;
    yield line;
  }
  if (items > 0) hides?.(index, { what: 'items', items });
}

async function* inChunks(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let chunk = '';
  for await (const line of lines) {
    chunk += line;
    if (chunk.length < 1 << 16) continue;
    yield utf8(chunk);
    chunk = '';
  }
  yield utf8(chunk);
}
