import { utf8 } from './bytes.ts';
import { textOf } from './canonical.ts';
import { openCheckpoint, signCheckpoint, type Checkpoint } from './checkpoint.ts';
import { encodeBundle, LONGEST_ENTRY } from './bundle.ts';
import { LedgerFault } from './fault.ts';
import { EMPTY_ROOT, HASH_BYTES, leafHashes, sameBytes } from './hash.ts';
import { verifierKey, type Signer } from './key.ts';
import type { Storage } from './storage.ts';
import { TileBuilder, type Draft } from './tile-builder.ts';
import { readHashes, splitHashes } from './tile-reader.ts';
import { partialsPath, TILE_WIDTH, tilePath, widthAt, type TileLevel } from './tile-path.ts';

export interface IndexedEntry {
  readonly index: number;
  readonly entry: Uint8Array;
}

/** The log's order and bytes: a table, for instance. An implementation must never change or drop an entry it once gave. */
export interface EntrySource {
  size(): Promise<number>;
  /** Entries [from, to), in order, without gaps: one at a time, or some at once, which is faster. */
  entries(from: number, to: number): AsyncIterable<IndexedEntry | readonly IndexedEntry[]>;
}

const DRAFTS_AT_ONCE = 32;

/**
 * Brings the published log up to its source: bundles, tiles, then the signed checkpoint. Files of the tree are written
 * and synced before the checkpoint that speaks of them, so a crash at any point is repaired by calling again, with the
 * same bytes. Work is proportional to the new entries, memory is flat. One caller at a time per log.
 *
 * Never signs a second history: refuses `log.shorter` if the source holds fewer entries than the checkpoint, `log.forked`
 * if tiles and checkpoint disagree or the source gives other bytes for what was last published (the last bundle is
 * compared every time; older ones by `verifyExport`), `log.gap` if entries do not follow each other,
 * `checkpoint.untrusted` or `note.…` if the checkpoint there is not signed by this key, or one of the `earlier` ones, under this
 * origin. A checkpoint under an earlier key alone is signed anew even if nothing was added (see `rotation.ts`).
 */
export async function publish(
  storage: Storage,
  source: EntrySource,
  signer: Signer,
  origin: string,
  earlier: readonly Uint8Array[] = [],
): Promise<Checkpoint> {
  const published = await openPublished(storage, origin, [signer.publicKey, ...earlier]);
  const before = published?.checkpoint ?? { origin, size: 0, root: EMPTY_ROOT };
  const size = await source.size();
  if (size < before.size)
    throw new LedgerFault('log.shorter', `The log holds ${size} entries; ${before.size} were published.`);

  const tree = await TileBuilder.resume(storage, before.size);
  if (!sameBytes(tree.root(), before.root))
    throw new LedgerFault('log.forked', 'The published tiles do not hash to the published checkpoint.');
  await append(storage, source, tree, before.size, size);
  const isSigned = published?.signedBy.some(({ publicKey }) => sameBytes(publicKey, signer.publicKey)) === true;
  if (isSigned && size === before.size) return before;

  await storage.sync();
  await dropOutgrownPartials(storage, before.size, size);
  const checkpoint = { origin, size, root: tree.root() };
  await storage.write('checkpoint', utf8(await signCheckpoint(checkpoint, signer)));
  await storage.sync();
  return checkpoint;
}

/** The published checkpoint, if there is one and `publicKey`, or an earlier one, signed it under `origin`; undefined before the first. */
export async function readCheckpoint(
  storage: Storage,
  origin: string,
  publicKey: Uint8Array,
  earlier: readonly Uint8Array[] = [],
): Promise<Checkpoint | undefined> {
  return (await openPublished(storage, origin, [publicKey, ...earlier]))?.checkpoint;
}

async function openPublished(
  storage: Storage,
  origin: string,
  keys: readonly Uint8Array[],
): Promise<ReturnType<typeof openCheckpoint> | undefined> {
  const note = await storage.read('checkpoint');
  if (note === undefined) return undefined;
  return openCheckpoint(
    textOf(note),
    keys.map((key) => verifierKey(origin, key)),
  );
}

async function append(
  storage: Storage,
  source: EntrySource,
  tree: TileBuilder,
  from: number,
  to: number,
): Promise<void> {
  const lastBundle = from === 0 ? 0 : Math.floor((from - 1) / TILE_WIDTH);
  const known = from === 0 ? [] : await readHashes(storage, 0, lastBundle, from);
  const drafts: Draft[] = [];
  let bundle: Uint8Array[] = [];
  let next = lastBundle * TILE_WIDTH;

  const close = async () => {
    const leaves = leafHashes(bundle);
    const old = Math.max(0, from - (next - bundle.length)) * HASH_BYTES;
    refuseOther(known, leaves.subarray(0, old), from);
    drafts.push(...tree.push(leaves.subarray(old)));
    if (next > from) drafts.push(bundleDraft(next, bundle));
    bundle = [];
    if (drafts.length >= DRAFTS_AT_ONCE) await writeAll(storage, drafts);
  };

  for await (const given of source.entries(next, to))
    for (const { index, entry } of isList(given) ? given : [given]) {
      if (index !== next || index >= to)
        throw new LedgerFault('log.gap', `Entry ${next} was due; the source gave ${index}.`);
      if (entry.length > LONGEST_ENTRY)
        throw new LedgerFault('entry.too-long', `Entry ${index} has ${entry.length} bytes.`);
      bundle.push(entry);
      next++;
      if (bundle.length === TILE_WIDTH) await close();
    }
  if (next !== to) throw new LedgerFault('log.gap', `The source ended before entry ${next} of ${to}.`);
  if (bundle.length > 0) await close();

  if (to === from) return;
  drafts.push(...tree.partials());
  await writeAll(storage, drafts);
}

const isList = (given: IndexedEntry | readonly IndexedEntry[]): given is readonly IndexedEntry[] =>
  Array.isArray(given);

function refuseOther(known: readonly Uint8Array[], leaves: Uint8Array, from: number): void {
  for (const [i, leaf] of splitHashes(leaves).entries()) {
    const other = known[i];
    if (other === undefined || !sameBytes(other, leaf)) {
      const index = from - leaves.length / HASH_BYTES + i;
      throw new LedgerFault('log.forked', `The source gives other bytes for entry ${index} than were published.`);
    }
  }
}

function bundleDraft(end: number, bundle: readonly Uint8Array[]): Draft {
  const index = Math.floor((end - 1) / TILE_WIDTH);
  return { path: tilePath({ level: 'entries', index, width: bundle.length }), bytes: encodeBundle(bundle) };
}

async function writeAll(storage: Storage, drafts: Draft[]): Promise<void> {
  const written = await Promise.allSettled(drafts.splice(0).map(({ path, bytes }) => storage.write(path, bytes)));
  for (const outcome of written) if (outcome.status === 'rejected') throw outcome.reason;
}

// C2SP tlog-tiles lets a partial tile go once the full one exists; kept, a log that publishes every entry would grow
// with the square of the tile's width. Before the new checkpoint, so that a crash cannot leave them behind for ever.
async function dropOutgrownPartials(storage: Storage, from: number, to: number): Promise<void> {
  const levels: TileLevel[] = ['entries'];
  for (let level = 0; TILE_WIDTH ** level <= from; level++) levels.push(level);
  for (const level of levels) {
    const index = Math.floor(from / TILE_WIDTH ** (level === 'entries' ? 1 : level + 1));
    const width = widthAt(level, index, from);
    if (width > 0 && widthAt(level, index, to) === TILE_WIDTH) await storage.removeFolder(partialsPath(level, index));
  }
}
