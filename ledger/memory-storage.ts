import { concat } from './bytes.ts';
import { safeSegments } from './safe-path.ts';
import type { Storage } from './storage.ts';

/** A log in memory, for tests and for logs that are made to be exported at once. */
export function memoryStorage(
  files = new Map<string, Uint8Array>(),
): Storage & { readonly files: Map<string, Uint8Array> } {
  return {
    files,
    async read(path) {
      return files.get(path);
    },
    async write(path, bytes) {
      safeSegments(path);
      files.set(path, bytes instanceof Uint8Array ? Uint8Array.from(bytes) : await gather(bytes));
    },
    async sync() {},
    async removeFolder(path) {
      for (const name of [...files.keys()]) if (name.startsWith(`${path}/`)) files.delete(name);
    },
  };
}

async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return concat(parts);
}
