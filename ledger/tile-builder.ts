import { concat } from './bytes.ts';
import { rootOf } from './frontier.ts';
import { EMPTY_ROOT, type Hash } from './hash.ts';
import type { Storage } from './storage.ts';
import { readHashes } from './tile-reader.ts';
import { TILE_WIDTH, tilePath, widthAt } from './tile-path.ts';

/** A file to be written. */
export interface Draft {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The right edge of the tile tree: per level, the hashes of the tile that is not yet full. */
export class TileBuilder {
  readonly #levels: { index: number; hashes: Hash[] }[] = [];

  /** Resumes from the tiles of the tree of `size` entries: one read per level. Refuses `tile.missing`, `tile.malformed`. */
  static async resume(storage: Storage, size: number): Promise<TileBuilder> {
    const builder = new TileBuilder();
    for (let level = 0; TILE_WIDTH ** level <= size; level++) {
      const index = Math.floor(size / TILE_WIDTH ** (level + 1));
      const hashes = widthAt(level, index, size) === 0 ? [] : await readHashes(storage, level, index, size);
      builder.#levels.push({ index, hashes });
    }
    return builder;
  }

  /** Adds a leaf hash; gives the tiles that became full by it. */
  push(leaf: Hash): Draft[] {
    const full: Draft[] = [];
    let hash = leaf;
    for (let level = 0; ; level++) {
      const edge = (this.#levels[level] ??= { index: 0, hashes: [] });
      edge.hashes.push(hash);
      if (edge.hashes.length < TILE_WIDTH) return full;
      full.push({
        path: tilePath({ level, index: edge.index, width: TILE_WIDTH }),
        bytes: concat(edge.hashes),
      });
      hash = rootOf(edge.hashes);
      edge.index++;
      edge.hashes = [];
    }
  }

  /** The tiles that are not full. */
  partials(): Draft[] {
    return this.#levels.flatMap(({ index, hashes }, level) =>
      hashes.length === 0 ? [] : [{ path: tilePath({ level, index, width: hashes.length }), bytes: concat(hashes) }],
    );
  }

  /** Root of the tree so far. What a level holds and what lies below it, to the right, hash like leaves of one tree. */
  root(): Hash {
    const below = this.#levels.reduce<Hash | undefined>((right, { hashes }) => {
      const row = right === undefined ? hashes : [...hashes, right];
      return row.length === 0 ? undefined : rootOf(row);
    }, undefined);
    return below ?? EMPTY_ROOT;
  }
}
