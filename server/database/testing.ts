import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Embedded } from './embedded.ts';
import { startEmbedded } from './embedded.ts';
import type { Migration } from './migrate.ts';
import { digestOf, migrate, readMigrations } from './migrate.ts';
import type { Database } from './pool.ts';
import { connect } from './pool.ts';
import { prepareQueue, queueVersion } from './queue-schema.ts';

/** A database of a test file's own, migrated and empty. */
export interface TestDatabase extends Database {
  /** As the cluster's administrator: for arranging what the app must not do. */
  readonly administrator: pg.ClientConfig;
}

/** Held while making a template or clearing up, so that workers take turns. */
const LOCK = 4300_0003;

/**
 * A fresh database, copied from a template that is migrated once per set of migrations. All test files and runs of a checkout
 * share one cluster in the system's temporary folder; the last to close stops it. `close` drops the database; what a killed run left is
 * dropped by a later one. Safety against power loss is off: nothing here outlives its test.
 *
 *     const database = await freshDatabase();
 *     afterAll(() => database.close());
 */
export async function freshDatabase(migrations: readonly Migration[] = readMigrations()): Promise<TestDatabase> {
  const cluster = await startTestCluster();
  const template = `template_${digestOf(migrations).slice(0, 16)}_${queueVersion()}`;
  const name = `test_${process.pid}_${Math.floor(performance.now() * 1000)}`;
  await asAdministrator(cluster, async (client) => {
    await client.query(`select pg_advisory_lock(${LOCK})`);
    await dropOrphans(client);
    if (!(await exists(client, template))) await makeTemplate(cluster, client, template, migrations);
    await client.query(`create database ${name} template ${template} owner countersign_owner`);
  });

  const database = await connect({
    app: cluster.connection('app', name),
    owner: cluster.connection('owner', name),
    ensureRunning: cluster.ensureRunning,
    end: async () => {
      await asAdministrator(cluster, (client) => client.query(`drop database ${name} with (force)`));
      await cluster.stopIfLast();
    },
    report: (line) => console.error(line),
  });
  return { ...database, administrator: cluster.connection('administrator', name) };
}

/** The cluster that the tests of this checkout share. Whoever starts it calls `stopIfLast` in the end. */
export function startTestCluster(): Promise<Embedded> {
  const checkout = fileURLToPath(new URL('../../', import.meta.url));
  const who = `${process.getuid?.() ?? ''} ${checkout}`;
  const folder = join(tmpdir(), `countersign-test-${createHash('sha256').update(who).digest('hex').slice(0, 12)}`);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  if (lstatSync(folder).uid !== process.getuid?.()) throw new Error(`${folder} is another user's: remove it`);
  return startEmbedded({
    dataFolder: folder,
    report: () => undefined,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
}

async function asAdministrator<T>(cluster: Embedded, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(cluster.connection('administrator', 'postgres'));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function exists(client: pg.Client, name: string): Promise<boolean> {
  return (await client.query('select from pg_database where datname = $1', [name])).rowCount === 1;
}

/** Migrated under another name first: a killed run must not leave half a template. */
async function makeTemplate(
  cluster: Embedded,
  client: pg.Client,
  name: string,
  migrations: readonly Migration[],
): Promise<void> {
  const making = `${name}_making`;
  await client.query(`drop database if exists ${making} with (force)`);
  await client.query(`create database ${making} owner countersign_owner`);
  await migrate(cluster.connection('owner', making), migrations);
  await prepareQueue(cluster.connection('owner', making));
  await client.query(`alter database ${making} rename to ${name}`);
}

async function dropOrphans(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where datname like 'test\\_%'`,
  );
  for (const { name } of rows) {
    const pid = Number(name.split('_')[1]);
    if (!isAlive(pid)) await client.query(`drop database if exists ${name} with (force)`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
