import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { DatabaseRefusal } from './refusal.ts';

/** Where pg-boss keeps its tables: beside ours, in the same database, so that what we write and the job it causes are one transaction. */
export const QUEUE_SCHEMA = 'pgboss';

/** Only one migrates the queue at a time. */
const LOCK = 4300_0004;

interface Manifest {
  readonly pgboss: { readonly schema: number };
}

/** The version of the queue's schema that the installed pg-boss works with. Read from its manifest: loading all of it takes longer than most commands. */
export function queueVersion(): number {
  const manifest = JSON.parse(
    readFileSync(fileURLToPath(import.meta.resolve('pg-boss/package.json')), 'utf8'),
  ) as Manifest;
  return manifest.pgboss.schema;
}

/**
 * Makes or migrates the queue's schema as the role that owns the tables, and lets the app's role at its rows; to tables it has no more
 * rights than elsewhere. Whoever comes second waits and finds nothing to do.
 *
 * @returns the version it was brought to, or undefined where nothing was to be done
 * @throws DatabaseRefusal `database.newer`
 */
export async function prepareQueue(owner: pg.ClientConfig): Promise<number | undefined> {
  const wanted = queueVersion();
  const client = new pg.Client(owner);
  client.on('error', () => undefined);
  await client.connect();
  try {
    if ((await versionOf(client)) === wanted) return undefined;
    await client.query(`select pg_advisory_lock(${LOCK})`);
    const version = await versionOf(client);
    if (version === wanted) return undefined;
    if (version !== undefined && version > wanted) {
      throw new DatabaseRefusal(
        'database.newer',
        `The queue in the database was made by a newer Countersign (its schema is ${version}, not ${wanted}): upgrade this one.`,
      );
    }
    const { getConstructionPlans, getMigrationPlans } = await import('pg-boss');
    await client.query(
      version === undefined ? getConstructionPlans(QUEUE_SCHEMA) : getMigrationPlans(QUEUE_SCHEMA, version),
    );
    await client.query(
      `grant usage on schema ${QUEUE_SCHEMA} to countersign_app;
       grant select, insert, update, delete on all tables in schema ${QUEUE_SCHEMA} to countersign_app;
       grant usage on all sequences in schema ${QUEUE_SCHEMA} to countersign_app`,
    );
    return wanted;
  } finally {
    await client.end();
  }
}

async function versionOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ known: boolean }>(
    `select to_regclass('${QUEUE_SCHEMA}.version') is not null as known`,
  );
  if (rows[0]?.known !== true) return undefined;
  return (await client.query<{ version: number }>(`select version from ${QUEUE_SCHEMA}.version`)).rows[0]?.version;
}
