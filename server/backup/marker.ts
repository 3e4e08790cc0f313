import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { DatabaseRefusal } from '../database/refusal.ts';

/** In the data folder while a restore is under way, and in the database once its rows are in and not yet checked. */
export const markerOf = (dataFolder: string): string => join(dataFolder, 'restoring');
export const MARKER_TABLE = 'restoring';

const unfinished = (): DatabaseRefusal =>
  new DatabaseRefusal(
    'database.restoring',
    'A backup was being restored here and that was not finished: what is here is not whole. Run the same “countersign restore” again; it clears this away first.',
  );

/** Refuses what a restore has left half done. */
export function refuseHalfRestored(dataFolder: string): void {
  if (existsSync(markerOf(dataFolder))) throw unfinished();
}

/** The same for a database that others may reach with another data folder. */
export async function refuseHalfLoaded(owner: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(owner);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ half: boolean }>(
      `select to_regclass('public.${MARKER_TABLE}') is not null as half`,
    );
    if (rows[0]?.half === true) throw unfinished();
  } finally {
    await client.end();
  }
}
