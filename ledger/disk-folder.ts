import { constants } from 'node:fs';
import { open, opendir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder } from './folder.ts';
import { segmentsBelow } from './safe-path.ts';

/** A folder on disk. Reads nothing but plain files and follows no link below `root`'s files. */
export function diskFolder(root: string): Folder {
  return {
    async *list() {
      const folders = [''];
      for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
        for await (const found of await opendir(join(root, folder))) {
          const path = folder === '' ? found.name : `${folder}/${found.name}`;
          if (found.isDirectory()) folders.push(path);
          else yield { path, plain: found.isFile() };
        }
      }
    },

    async open(path) {
      const handle = await openPlain(join(root, ...segmentsBelow(path)));
      return handle && chunksOf(handle);
    },
  };
}

async function openPlain(path: string): Promise<FileHandle | undefined> {
  // NONBLOCK: opening a pipe that nobody writes to must not wait.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let handle: FileHandle;
  try {
    handle = await open(path, flags);
  } catch {
    return undefined;
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}

async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(1 << 16);
      const { bytesRead } = await handle.read(chunk, 0, chunk.length);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
