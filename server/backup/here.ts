import { readConfig } from '../config.ts';
import { openDatabase } from '../database/pool.ts';
import { createEngine } from '../engine.ts';
import { systemClock } from '../clock.ts';
import type { BackupAsked, BackupDone } from './backup.ts';
import { backup } from './backup.ts';
import type { RestoreAsked, RestoreDone } from './restore.ts';
import { restore } from './restore.ts';

/** Keeps and restores the data folder of this machine; for whoever may read it. A server may be running while a backup is made. */
export interface Keeper {
  backup(asked: Omit<BackupAsked, 'progress'>): Promise<BackupDone>;
  restore(asked: Omit<RestoreAsked, 'config' | 'report'>): Promise<RestoreDone>;
}

export function keeperOf(dataFolder: string, report: (line: string) => void): Keeper {
  const config = readConfig({ COUNTERSIGN_DATA: dataFolder });
  return {
    async backup(asked) {
      const database = await openDatabase({
        ...{ dataFolder, report, connections: 4 },
        ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl }),
      });
      const engine = await createEngine({ database, ...config, report });
      try {
        const { services, log } = engine;
        return await backup(
          {
            ...{ database, log, clock: systemClock, organisations: () => services.organisations() },
            readBlob: (id, digest) => services.readBlob({ id, slug: '' }, digest),
          },
          { ...asked, progress: report },
        );
      } finally {
        await engine.close();
      }
    },
    restore: (asked) => restore({ ...asked, config, report }),
  };
}
