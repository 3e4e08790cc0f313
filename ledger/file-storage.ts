import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { safeSegments } from './safe-path.ts';
import type { Storage } from './storage.ts';

const DRAFT = /^\.[0-9a-f-]{36}\.draft$/;

/** What is asked of a disk. A test may put one in between that fails at a step of its choice. */
export type Disk = Pick<typeof fs, 'mkdir' | 'open' | 'readdir' | 'readFile' | 'rename' | 'rm'>;

/**
 * A log in a folder. A file is written beside its place under a hidden name, flushed, and renamed into it; `sync` flushes
 * the folders, without which a crash could forget the names. One writer at a time per folder: what drafts it finds are those of
 * a dead one, and go.
 * `durable: false` leaves out the flushing: for an export that can be made again.
 */
export function fileStorage(
  folder: string,
  { durable = true, disk = fs }: { durable?: boolean; disk?: Disk } = {},
): Storage {
  const unsynced = new Set<string>();
  const made = new Map<string, Promise<void>>();
  const root = resolve(folder);
  const place = (path: string) => join(root, ...safeSegments(path));

  function makeFolder(folder: string): Promise<void> {
    const making = made.get(folder) ?? prepare(folder);
    made.set(folder, making);
    return making.catch((error: unknown) => {
      made.delete(folder);
      throw error;
    });
  }

  async function prepare(folder: string): Promise<void> {
    await disk.mkdir(folder, { recursive: true });
    for (const name of await disk.readdir(folder))
      if (DRAFT.test(name)) await disk.rm(join(folder, name), { force: true });
    // Those above as well, whoever made them: it may have died before it flushed them.
    for (let at = folder; at.length >= dirname(root).length && at !== dirname(at); at = dirname(at)) unsynced.add(at);
  }

  return {
    async read(path) {
      try {
        return await disk.readFile(place(path));
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
        const file = await disk.open(draft, 'wx', 0o644);
        try {
          await file.writeFile(bytes);
          if (durable) await file.datasync();
        } finally {
          await file.close();
        }
        await disk.rename(draft, target);
      } catch (error) {
        await disk.rm(draft, { force: true }).catch(() => {});
        throw error;
      }
      unsynced.add(folder);
    },

    async sync() {
      const folders = [...unsynced];
      if (durable) await Promise.all(folders.map((folder) => flushFolder(disk, folder)));
      for (const folder of folders) unsynced.delete(folder);
    },

    async removeFolder(path) {
      const folder = place(path);
      await disk.rm(folder, { recursive: true, force: true });
      for (const gone of [...made.keys(), ...unsynced])
        if (gone === folder || gone.startsWith(folder + sep)) {
          made.delete(gone);
          unsynced.delete(gone);
        }
    },
  };
}

async function flushFolder(disk: Disk, folder: string): Promise<void> {
  if (process.platform === 'win32') return; // A folder cannot be opened there; NTFS journals names itself.
  const handle = await disk.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
