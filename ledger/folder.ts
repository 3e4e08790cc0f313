import { constants } from 'node:fs';
import { open, opendir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { safeSegments } from './safe-path.ts';

/** Somewhere an export can be read from: a folder, an unpacked or packed archive. What is in it is not to be trusted. */
export interface Folder {
  /** Everything in it except folders, in any order. `plain` is false for links, devices, pipes, sockets. */
  list(): AsyncIterable<{ readonly path: string; readonly plain: boolean }>;
  /** The bytes of a plain file, or undefined if there is none. An implementation must not follow links or wait. */
  open(path: string): Promise<AsyncIterable<Uint8Array> | undefined>;
}

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
      const handle = await openPlain(join(root, ...safeSegments(path)));
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

/** The whole of a small file, `'too-long'` beyond `limit` bytes, undefined if there is none. */
export async function readWhole(
  folder: Folder,
  path: string,
  limit: number,
): Promise<Uint8Array | 'too-long' | undefined> {
  const chunks = await folder.open(path);
  if (chunks === undefined) return undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) return 'too-long';
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
