import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { safeSegments } from './safe-path.ts';
import type { Storage } from './storage.ts';

/**
 * A log in a folder. A file is written beside its place under a hidden name, flushed, and renamed into it; `sync` flushes
 * the folders, without which a crash could forget the names.
 * `durable: false` leaves out the flushing: for an export that can be made again.
 */
export function fileStorage(root: string, { durable = true }: { durable?: boolean } = {}): Storage {
  const unsynced = new Set<string>();
  const made = new Set<string>();
  const place = (path: string) => join(root, ...safeSegments(path));

  async function makeFolder(folder: string): Promise<void> {
    if (made.has(folder)) return;
    const first = await mkdir(folder, { recursive: true });
    if (first !== undefined)
      for (let at = folder; at.length >= dirname(first).length; at = dirname(at)) unsynced.add(at);
    made.add(folder);
  }

  return {
    async read(path) {
      try {
        return await readFile(place(path));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    async write(path, bytes) {
      const target = place(path);
      const folder = dirname(target);
      await makeFolder(folder);
      const draft = join(folder, `.${randomUUID()}.draft`);
      try {
        const file = await open(draft, 'wx', 0o644);
        try {
          await file.writeFile(bytes);
          if (durable) await file.datasync();
        } finally {
          await file.close();
        }
        await rename(draft, target);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      unsynced.add(folder);
    },

    async sync() {
      for (const folder of unsynced) {
        if (durable) await flushFolder(folder);
        unsynced.delete(folder);
      }
    },

    async removeFolder(path) {
      const folder = place(path);
      await rm(folder, { recursive: true, force: true });
      made.delete(folder);
      unsynced.delete(folder);
    },
  };
}

async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // A folder cannot be opened there; NTFS journals names itself.
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
