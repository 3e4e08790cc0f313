import { open } from 'node:fs/promises';
import type { RandomAccess } from './zip-directory.ts';
import { fault } from './zip-directory.ts';

/** A file on disk by random access; whoever opens it closes it. */
export async function openFile(path: string): Promise<RandomAccess & { close(): Promise<void> }> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  return {
    size,
    async read(at, length) {
      const bytes = Buffer.allocUnsafe(length);
      const { bytesRead } = await handle.read(bytes, 0, length, at);
      if (bytesRead !== length) throw fault('zip.malformed', 'The file ends before it should.');
      return bytes;
    },
    close: () => handle.close(),
  };
}
