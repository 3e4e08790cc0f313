import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openFile } from './zip-file.ts';
import { zipFolder } from './zip-folder.ts';

/** Unpacks an archive below `into`: for tests, which may need no `unzip`. */
export async function unpack(archive: string, into: string): Promise<void> {
  const file = await openFile(archive);
  try {
    const folder = await zipFolder(file);
    for await (const { path } of folder.list()) {
      const chunks = await folder.open(path);
      const place = join(into, path);
      await mkdir(dirname(place), { recursive: true });
      if (chunks !== undefined) await writeFile(place, chunks);
    }
  } finally {
    await file.close();
  }
}
