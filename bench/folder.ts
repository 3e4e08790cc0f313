import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPlace } from '@countersign/server/database/place.ts';

/** A folder of a bench's own, gone with it. Its database's account has to walk through, hence the mode. */
export interface Folder {
  readonly path: string;
  /** For COUNTERSIGN_DATA. */
  readonly data: string;
  remove(): Promise<void>;
}

export async function makeFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  await chmod(path, 0o711);
  const data = join(path, 'data');
  await mkdir(data, { mode: 0o711 });
  return {
    path,
    data,
    async remove() {
      // Where root's account cannot reach the folder the cluster is elsewhere.
      const { cluster, run } = findPlace(data);
      for (const folder of [cluster, run, path]) await rm(folder, { recursive: true, force: true });
    },
  };
}
