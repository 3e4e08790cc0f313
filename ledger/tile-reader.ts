import { LedgerFault } from './fault.ts';
import { HASH_BYTES, nodeHash, type Hash } from './hash.ts';
import type { Storage } from './storage.ts';
import type { NodeReader } from './subtree.ts';
import { TILE_WIDTH, tilePath, widthAt, type TileLevel } from './tile-path.ts';

const TILE_HEIGHT = 8;

/**
 * Bytes of a tile or bundle as the tree of `size` entries has it. Where the partial form was dropped because the full one
 * exists, that one is given; `null` if neither is there.
 */
export async function readTile(
  storage: Storage,
  level: TileLevel,
  index: number,
  size: number,
): Promise<{ bytes: Uint8Array; width: number } | null> {
  const width = widthAt(level, index, size);
  for (const stored of width === TILE_WIDTH ? [width] : [width, TILE_WIDTH]) {
    const bytes = await storage.read(tilePath({ level, index, width: stored }));
    if (bytes !== undefined) return { bytes, width: stored };
  }
  return null;
}

/** The hashes of a tile in the tree of `size` entries. Refuses `tile.missing`, `tile.malformed`. */
export async function readHashes(storage: Storage, level: number, index: number, size: number): Promise<Hash[]> {
  const width = widthAt(level, index, size);
  if (width === 0)
    throw new LedgerFault('tree.out-of-range', `A log of ${size} entries has no tile ${level}/${index}.`);
  const tile = await readTile(storage, level, index, size);
  if (tile === null) throw new LedgerFault('tile.missing', `${tilePath({ level, index, width })} is missing.`);
  if (tile.bytes.length !== tile.width * HASH_BYTES)
    throw new LedgerFault('tile.malformed', `${tilePath({ level, index, width })} has ${tile.bytes.length} bytes.`);
  return splitHashes(tile.bytes.subarray(0, width * HASH_BYTES));
}

export function splitHashes(bytes: Uint8Array): Hash[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, i) =>
    bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}

/**
 * Reads subtrees of the tree of `size` entries out of its tiles. Keeps the `capacity` most recently used tiles with the
 * levels inside them hashed once, about 30 KB each.
 */
export function tileReader(storage: Storage, size: number, capacity = 256): NodeReader {
  const tiles = new Map<string, Hash[][]>();

  function keep(name: string, layers: Hash[][]): Hash[][] {
    tiles.delete(name);
    tiles.set(name, layers);
    for (const oldest of tiles.keys()) {
      if (tiles.size <= capacity) break;
      tiles.delete(oldest);
    }
    return layers;
  }

  return async (nodes) => {
    const hashes: Hash[] = [];
    for (const { level, index } of nodes) {
      const height = level % TILE_HEIGHT;
      const first = index * 2 ** height;
      const tileLevel = (level - height) / TILE_HEIGHT;
      const tileIndex = Math.floor(first / TILE_WIDTH);
      const name = `${tileLevel}/${tileIndex}`;
      const layers = keep(name, tiles.get(name) ?? layersAbove(await readHashes(storage, tileLevel, tileIndex, size)));
      const hash = layers[height]?.[(first % TILE_WIDTH) / 2 ** height];
      if (hash === undefined) throw new LedgerFault('tree.out-of-range', 'The tree has no such subtree.');
      hashes.push(hash);
    }
    return hashes;
  };
}

function layersAbove(hashes: Hash[]): Hash[][] {
  const layers = [hashes];
  for (let below = hashes; below.length > 1;) {
    const above: Hash[] = [];
    for (let i = 0; i + 1 < below.length; i += 2) {
      const [left, right] = below.slice(i, i + 2);
      if (left !== undefined && right !== undefined) above.push(nodeHash(left, right));
    }
    layers.push(above);
    below = above;
  }
  return layers;
}
