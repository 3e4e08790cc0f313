import { decodeBundle, encodeBundle, parseTilePath, TILE_WIDTH, tilePath, widthAt } from '@countersign/ledger/index.ts';
import type { Storage } from '@countersign/ledger/index.ts';

const HASH_BYTES = 32;

/**
 * A published log as it was at an earlier size, for reading: `note` is its checkpoint, and a tile that has grown since is cut to the width
 * it had. A tree only grows at its right edge, so the beginning of a tile is what it was.
 */
export function storageAt(published: Storage, now: number, size: number, note: string): Storage {
  const refuse = (): never => {
    throw new TypeError('A log at an earlier size is read, never written');
  };
  return {
    async read(path) {
      if (path === 'checkpoint') return Buffer.from(note);
      const stored = await published.read(path);
      const tile = parseTilePath(path);
      if (stored !== undefined || tile === undefined || tile.width === TILE_WIDTH) return stored;
      const { level, index, width } = tile;
      if (width !== widthAt(level, index, size)) return undefined;
      const grown = widthAt(level, index, now);
      const bytes = await published.read(tilePath({ level, index, width: grown }));
      if (bytes === undefined) return undefined;
      return level === 'entries'
        ? encodeBundle(decodeBundle(bytes, grown).slice(0, width))
        : bytes.subarray(0, width * HASH_BYTES);
    },
    write: refuse,
    sync: refuse,
    removeFolder: refuse,
  };
}
