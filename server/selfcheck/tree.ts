import {
  decodeBundle,
  leafHash,
  LedgerFault,
  readTile,
  rootOf,
  TILE_WIDTH,
  tilePath,
  toHex,
  widthAt,
} from '@countersign/ledger/index.ts';
import type { Hash, Storage } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import type { Findings } from './findings.ts';

const HASH_BYTES = 32;

export interface Published {
  readonly org: number;
  readonly storage: Storage;
  /** Entries that the published checkpoint speaks of. */
  readonly size: number;
}

const isSame = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;

/**
 * Holds the entries of one bundle, as the table has them, against the published bundle, its hash tile, and the tiles above where that one is
 * their last part. Of the three copies of an entry the one that differs from the other two is named.
 *
 * @returns how many entries were hashed
 */
export async function checkBundle(
  client: pg.ClientBase,
  published: Published,
  bundle: number,
  findings: Findings,
): Promise<number> {
  const { org, size } = published;
  const from = bundle * TILE_WIDTH;
  const width = widthAt('entries', bundle, size);
  const { rows } = await client.query<{ index: number; entry: Buffer }>(
    'select index, entry from log_entry where org = $1 and index >= $2 and index < $3 order by index',
    [org, from, from + width],
  );
  const held = new Map(rows.map(({ index, entry }) => [index, leafHash(entry)]));
  const tile = await hashesOf(published, 0, bundle, findings);
  const copies = await leavesOf(published, bundle, findings);
  let [tileDiffers, bundleDiffers] = [0, 0];
  for (let i = 0; i < width; i += 1) {
    const index = from + i;
    const [mine, hashed, copied] = [held.get(index), tile?.[i], copies?.[i]];
    if (mine === undefined) continue;
    if (hashed === undefined && copied === undefined) continue;
    if (hashed !== undefined && !isSame(mine, hashed)) {
      if (isSame(mine, copied)) tileDiffers += 1;
      else
        findings.add(
          'entry.differs',
          { entry: index },
          `Entry ${index} of the log is not the one that was published.`,
          {
            expected: `hash ${toHex(hashed)}`,
            found: `hash ${toHex(mine)}`,
          },
        );
    } else if (copied !== undefined && !isSame(mine, copied)) {
      if (hashed === undefined)
        findings.add(
          'entry.differs',
          { entry: index },
          `Entry ${index} of the log is not the one that was published.`,
          {
            expected: `hash ${toHex(copied)}`,
            found: `hash ${toHex(mine)}`,
          },
        );
      else bundleDiffers += 1;
    }
  }
  if (tileDiffers > 0) tellTile(findings, published, { level: 0, index: bundle, width }, tileDiffers);
  if (bundleDiffers > 0) tellTile(findings, published, { level: 'entries', index: bundle, width }, bundleDiffers);
  if (width === TILE_WIDTH && tile !== undefined && tileDiffers === 0)
    await checkAbove(published, bundle, tile, findings);
  return held.size;
}

type Named = Parameters<typeof tilePath>[0];

const pathOf = (org: number, tile: Named): string => `log/${org}/${tilePath(tile)}`;

function tellTile(findings: Findings, { org }: { readonly org: number }, tile: Named, hashes: number): void {
  const path = pathOf(org, tile);
  findings.add(
    'tile.differs',
    { path },
    `The file ${path} does not hold what the entries of the log give: ${hashes} of its ${tile.width} parts differ.`,
  );
}

/** The hashes of a tile as the tree of this size has it; undefined, and told, where it is missing or no tile. */
async function hashesOf(
  { org, storage, size }: Published,
  level: number,
  index: number,
  findings: Findings,
): Promise<readonly Hash[] | undefined> {
  const width = widthAt(level, index, size);
  const path = pathOf(org, { level, index, width });
  const read = await readTile(storage, level, index, size);
  if (read === null) {
    findings.add('tile.missing', { path }, `The file ${path} is gone.`);
    return undefined;
  }
  const { bytes } = read;
  if (bytes.length !== read.width * HASH_BYTES) {
    findings.add('tile.differs', { path }, `The file ${path} was cut short or has something added.`, {
      expected: `${read.width * HASH_BYTES} bytes`,
      found: `${bytes.length} bytes`,
    });
    return undefined;
  }
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

async function leavesOf(
  { org, storage, size }: Published,
  bundle: number,
  findings: Findings,
): Promise<readonly Hash[] | undefined> {
  const width = widthAt('entries', bundle, size);
  const path = pathOf(org, { level: 'entries', index: bundle, width });
  const read = await readTile(storage, 'entries', bundle, size);
  if (read === null) {
    findings.add('tile.missing', { path }, `The file ${path} is gone.`);
    return undefined;
  }
  try {
    return decodeBundle(read.bytes, read.width).slice(0, width).map(leafHash);
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    findings.add('tile.differs', { path }, `The file ${path} cannot be read as entries: ${error.message}`);
    return undefined;
  }
}

/** A full tile stands in the one above by its root; where that one is full by it, that one in the next. */
async function checkAbove(
  published: Published,
  bundle: number,
  hashes: readonly Hash[],
  findings: Findings,
): Promise<void> {
  let [index, below] = [bundle, hashes];
  for (let level = 1; ; level += 1) {
    const parent = Math.floor(index / TILE_WIDTH);
    const above = await hashesOf(published, level, parent, findings);
    if (above === undefined) return;
    const place = index % TILE_WIDTH;
    if (!isSame(rootOf(below), above[place])) {
      tellTile(findings, published, { level, index: parent, width: widthAt(level, parent, published.size) }, 1);
      return;
    }
    if (place !== TILE_WIDTH - 1) return;
    [index, below] = [parent, above];
  }
}

/** Of how many bundles a log of so many entries consists. */
export const bundlesOf = (size: number): number => Math.ceil(size / TILE_WIDTH);
