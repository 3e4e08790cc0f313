import { join } from 'node:path';
import { PUBLIC_LOG, PublicLog } from '@countersign/core/witnessing/record.ts';
import { fileStorage, parseTilePath } from '@countersign/ledger/index.ts';
import type { Database } from '../database/pool.ts';
import { NOBODY } from './paths.ts';
import { REAL_ORIGIN, SAMPLE_ORIGIN } from '../services/init.ts';

/** The logs that were opened to strangers: what was published of them, and never more than that. */
export interface PublicLogs {
  /**
   * A file of C2SP tlog-tiles, `checkpoint` or `tile/…`; undefined alike for what is not there, for a log that nobody opened and for one
   * that there is not. Entry bundles are not given (decision 37).
   *
   * @param log the last part of the log's origin
   */
  read(log: string, path: string): Promise<Uint8Array | undefined>;
}

const LOG = /^[0-9a-f]{16}$/;

/** @param folder where each organisation's published log is, in a folder of its own */
export function publicLogs(database: Pick<Database, 'pool' | 'tenant'>, folder: string): PublicLogs {
  const opened = async (log: string): Promise<number | undefined> => {
    const { rows } = await database.pool.query<{ id: number }>('select id from organisation where origin = any($1)', [
      [REAL_ORIGIN + log, SAMPLE_ORIGIN + log],
    ]);
    const id = rows[0]?.id;
    const isOpen = await database.tenant(id ?? NOBODY, 'read', async (client) => {
      const found = await client.query<{ open: boolean }>(
        `select (body->>'open')::boolean as open from record where org = $1 and kind = $2 and id = $3 and superseded_index is null and not retired`,
        [id ?? NOBODY, PublicLog.kind, PUBLIC_LOG],
      );
      return found.rows[0]?.open === true;
    });
    return isOpen ? id : undefined;
  };

  return {
    async read(log, path) {
      if (!LOG.test(log) || !isPublic(path)) return undefined;
      const org = await opened(log);
      return org === undefined ? undefined : fileStorage(join(folder, String(org))).read(path);
    },
  };
}

const isPublic = (path: string): boolean => {
  if (path === 'checkpoint') return true;
  const tile = parseTilePath(path);
  return tile !== undefined && tile.level !== 'entries';
};
