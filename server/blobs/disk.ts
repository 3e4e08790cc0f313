import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeAbandoned } from './abandoned.ts';
import type { BlobStore, Draft } from './store.ts';
import { refuseBlob } from './store.ts';

const PIECE = 2;
/** How much may be written before free room is looked at again. */
const LOOK_EVERY = 64 * 1024 * 1024;

/** A name is as durable as the folder that holds it. Windows opens no folders, and needs none of this. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch((error: unknown) => {
    if (isCode(error, 'EISDIR') || isCode(error, 'EPERM')) return undefined;
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** The file system is full, or the user's share of it. */
const isFull = (error: unknown): boolean => isCode(error, 'ENOSPC') || isCode(error, 'EDQUOT');

/**
 * Files in a folder. `floor` is how many bytes must stay free: the database may lie on the same disk, and is worth more than
 * another file. `freeBytes` says how many are.
 */
export function diskStore(
  folder: string,
  floor: number,
  freeBytes: (folder: string) => Promise<number> = free,
): BlobStore {
  const file = (org: number, digest: string): string => join(folder, String(org), digest.slice(0, PIECE), digest);
  const refuseIfFull = async (): Promise<void> => {
    if ((await freeBytes(folder)) < floor) throw refuseBlob('full', { where: folder });
  };
  const orFull = (error: unknown): never => {
    throw isFull(error) ? refuseBlob('full', { where: folder }) : error;
  };

  /** Streams to a file of its own, which gets its name later: half of an upload is never found. */
  async function write(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const out = await open(path, 'wx', 0o600);
    try {
      let unseen = 0;
      for await (const piece of pieces) {
        // Unlike `write`, it does not stop halfway.
        await out.writeFile(piece);
        unseen += piece.length;
        if (unseen < LOOK_EVERY) continue;
        unseen = 0;
        await refuseIfFull();
      }
      await out.sync();
    } finally {
      await out.close();
    }
  }

  return {
    where: folder,
    async draft(org, pieces): Promise<Draft> {
      const drafts = join(folder, String(org), 'drafts');
      const path = join(drafts, randomUUID());
      const discard = (): Promise<void> => rm(path, { force: true });
      try {
        await mkdir(drafts, { recursive: true, mode: 0o700 });
        await refuseIfFull();
        await write(path, pieces);
      } catch (error) {
        await discard();
        return orFull(error);
      }
      return {
        discard,
        async commit(digest) {
          const target = file(org, digest);
          const shelf = dirname(target);
          try {
            await mkdir(shelf, { recursive: true, mode: 0o700 });
            await rename(path, target);
            for (const made of [shelf, dirname(shelf), folder]) await syncFolder(made);
          } catch (error) {
            orFull(error);
          }
        },
      };
    },
    async read(org, digest, range) {
      const handle = await open(file(org, digest), 'r');
      return handle.createReadStream({
        highWaterMark: 1 << 18,
        ...(range === undefined ? {} : { start: range.first, end: range.last }),
      });
    },
    async remove(org, digest) {
      const path = file(org, digest);
      await rm(path, { force: true });
      // Gone is gone only once the folder says so on the disk too.
      await syncFolder(dirname(path)).catch((error: unknown) => {
        if (!isCode(error, 'ENOENT')) throw error;
      });
    },
    async sweep() {
      for (const org of await readdir(folder).catch(() => [])) await removeAbandoned(join(folder, org, 'drafts'));
    },
  };
}

async function free(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
