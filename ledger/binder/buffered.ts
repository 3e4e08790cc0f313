import type { RandomAccess } from './zip-directory.ts';

const BLOCK = 1 << 20;
const BLOCKS = 12;

/**
 * Reads in blocks and keeps the latest: what is verified together lies together, and asking for a file, or crossing into the process that
 * holds it, costs more than the bytes. What is given out are views of the blocks.
 */
export function buffered(access: RandomAccess): RandomAccess {
  const blocks = new Map<number, Promise<Uint8Array>>();

  function blockAt(index: number): Promise<Uint8Array> {
    const known = blocks.get(index);
    if (known !== undefined) {
      blocks.delete(index);
      blocks.set(index, known);
      return known;
    }
    const read = access.read(index * BLOCK, Math.min(BLOCK, access.size - index * BLOCK));
    blocks.set(index, read);
    for (const oldest of blocks.keys()) {
      if (blocks.size <= BLOCKS) break;
      blocks.delete(oldest);
    }
    return read;
  }

  return {
    size: access.size,
    async read(at, length) {
      const first = Math.floor(at / BLOCK);
      const start = at - first * BLOCK;
      if (start + length <= BLOCK && at + length <= access.size) {
        const block = await blockAt(first);
        return block.subarray(start, start + length);
      }
      if (length > BLOCK || at + length > access.size) return access.read(at, length);
      const bytes = new Uint8Array(length);
      const [head, tail] = [await blockAt(first), await blockAt(first + 1)];
      bytes.set(head.subarray(start));
      bytes.set(tail.subarray(0, length - (BLOCK - start)), BLOCK - start);
      return bytes;
    },
  };
}
