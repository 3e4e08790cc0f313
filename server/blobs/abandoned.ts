import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';

export const DAY_MS = 86_400_000;

/** Removes files that an upload broken off more than a day ago has left in a folder; one that is not there has none. */
export async function removeAbandoned(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    // Another process may be removing the same.
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true && systemClock.now() - found.mtimeMs > DAY_MS) await rm(path, { force: true });
  }
}
