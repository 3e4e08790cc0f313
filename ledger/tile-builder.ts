import { concat } from './bytes.ts';
import { rootOf } from './frontier.ts';
import { EMPTY_ROOT, HASH_BYTES, rowAbove, type Hash } from './hash.ts';
import type { Storage } from './storage.ts';
import { readHashes, splitHashes } from './tile-reader.ts';
import { TILE_WIDTH, tilePath, widthAt } from './tile-path.ts';

/** A file to be written. */
export interface Draft {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** The tile of a level that is not yet full. */
interface Edge {
  readonly index: number;
  readonly bytes: Uint8Array;
  length: number;
}

/** The right edge of the tile tree: per level, the hashes of the tile that is not yet full. */
export class TileBuilder {
  readonly #levels: Edge[] = [];

  /** Resumes from the tiles of the tree of `size` entries: one read per level. Refuses `tile.missing`, `tile.malformed`. */
  static async resume(storage: Storage, size: number): Promise<TileBuilder> {
    const builder = new TileBuilder();
    for (let level = 0; TILE_WIDTH ** level <= size; level++) {
      const index = Math.floor(size / TILE_WIDTH ** (level + 1));
      const hashes = widthAt(level, index, size) === 0 ? [] : await readHashes(storage, level, index, size);
      const edge = { index, bytes: new Uint8Array(TILE_BYTES), length: hashes.length * HASH_BYTES };
      edge.bytes.set(concat(hashes));
      builder.#levels.push(edge);
    }
    return builder;
  }

  /** Adds leaf hashes, one or many one after another; gives the tiles that became full by them. */
  push(leaves: Uint8Array): Draft[] {
    const full: Draft[] = [];
    for (let at = 0; at < leaves.length;) at += this.#fill(0, leaves.subarray(at), full);
    return full;
  }

  #fill(level: number, hashes: Uint8Array, full: Draft[]): number {
    const edge = (this.#levels[level] ??= { index: 0, bytes: new Uint8Array(TILE_BYTES), length: 0 });
    const part = hashes.subarray(0, TILE_BYTES - edge.length);
    edge.bytes.set(part, edge.length);
    edge.length += part.length;
    if (edge.length === TILE_BYTES) {
      const { index, bytes } = edge;
      full.push({ path: tilePath({ level, index, width: TILE_WIDTH }), bytes });
      this.#levels[level] = { index: index + 1, bytes: new Uint8Array(TILE_BYTES), length: 0 };
      this.#fill(level + 1, rootOfTile(bytes), full);
    }
    return part.length;
  }

  /** The tiles that are not full. */
  partials(): Draft[] {
    return this.#levels.flatMap(({ index, bytes, length }, level) =>
      length === 0
        ? []
        : [{ path: tilePath({ level, index, width: length / HASH_BYTES }), bytes: bytes.slice(0, length) }],
    );
  }

  /** Root of the tree so far. What a level holds and what lies below it, to the right, hash like leaves of one tree. */
  root(): Hash {
    const below = this.#levels.reduce<Hash | undefined>((right, { bytes, length }) => {
      const hashes = splitHashes(bytes.subarray(0, length));
      const row = right === undefined ? hashes : [...hashes, right];
      return row.length === 0 ? undefined : rootOf(row);
    }, undefined);
    return below ?? EMPTY_ROOT;
  }
}

function rootOfTile(hashes: Uint8Array): Hash {
  let row = hashes;
  while (row.length > HASH_BYTES) row = rowAbove(row);
  return row;
}
