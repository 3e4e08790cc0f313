import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { DatabaseRefusal } from './refusal.ts';

export const MIGRATIONS = fileURLToPath(new URL('../migrations/', import.meta.url));

export interface Migration {
  readonly number: number;
  /** File name without its ending, `0001-log`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 in hex, over the text with Unix line ends: a checkout on Windows has the others. */
  readonly digest: string;
}

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly digest: string;
}

/** Only one migrates a database at a time. */
const LOCK = 4300_0002;

/**
 * The migrations of a folder, in order: `NNNN-name.sql`, from 0001 on without gap or repetition. Other files are ignored.
 *
 * @throws DatabaseRefusal `migration.misnamed`
 */
export function readMigrations(folder: string = MIGRATIONS): readonly Migration[] {
  const names = readdirSync(folder)
    .filter((name) => /^\d.*\.sql$/.test(name))
    .sort();
  return names.map((file, at) => {
    const number = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(file)?.[1]);
    if (number !== at + 1) {
      const expected = String(at + 1).padStart(4, '0');
      throw new DatabaseRefusal(
        'migration.misnamed',
        `Migration ${file} is out of order: expected ${expected}-name.sql.`,
      );
    }
    const sql = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    return { number, name: file.slice(0, -4), sql, digest: createHash('sha256').update(sql).digest('hex') };
  });
}

/** One digest for a whole set of migrations. */
export function digestOf(migrations: readonly Migration[]): string {
  return createHash('sha256')
    .update(migrations.map(({ name, digest }) => `${name} ${digest}\n`).join(''))
    .digest('hex');
}

/**
 * Brings a database up to the given migrations, each in a transaction of its own, forward only. Whoever comes second waits and
 * finds nothing left to do. Returns the names applied. Connect as the role that shall own the tables.
 *
 * @throws DatabaseRefusal `database.newer` if it has migrations that we do not know; `migration.changed` or `migration.missing`
 * if what was applied is no longer what the files say; `migration.split` if a file commits on its own
 */
export async function migrate(
  connection: pg.ClientConfig,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    if (remaining(migrations, await readApplied(client)).length === 0) return [];
    await client.query(`select pg_advisory_lock(${LOCK})`);
    await client.query(
      `create table if not exists migration (
         number int primary key, name text not null, digest text not null, applied_at timestamptz not null default now())`,
    );
    const applied: string[] = [];
    for (const migration of remaining(migrations, await readApplied(client))) {
      await apply(client, migration);
      applied.push(migration.name);
    }
    return applied;
  } finally {
    await client.end();
  }
}

async function readApplied(client: pg.Client): Promise<readonly Applied[]> {
  const { rows } = await client.query<{ known: boolean }>(`select to_regclass('migration') is not null as known`);
  if (rows[0]?.known !== true) return [];
  return (await client.query<Applied>('select number, name, digest from migration order by number')).rows;
}

function remaining(migrations: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  for (const { number, name, digest } of applied) {
    const file = migrations.find((it) => it.number === number);
    if (file === undefined && number > migrations.length) {
      throw new DatabaseRefusal(
        'database.newer',
        `The database was made by a newer Countersign (it has migration ${name}): upgrade this one.`,
      );
    }
    if (file === undefined || file.name !== name) {
      throw new DatabaseRefusal(
        'migration.missing',
        `Migration ${name} was applied to the database, but its file is missing.`,
      );
    }
    if (file.digest !== digest) {
      throw new DatabaseRefusal(
        'migration.changed',
        `Migration ${name} was changed after it was applied: write a new one instead.`,
      );
    }
  }
  return migrations.slice(applied.length);
}

async function apply(client: pg.Client, { number, name, sql, digest }: Migration): Promise<void> {
  await client.query('begin');
  try {
    const before = await transactionOf(client);
    await client.query(sql);
    if ((await transactionOf(client)) !== before) {
      throw new DatabaseRefusal('migration.split', `Migration ${name} ends its transaction: it must run in one.`);
    }
    await client.query('insert into migration (number, name, digest) values ($1, $2, $3)', [number, name, digest]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    if (error instanceof DatabaseRefusal) throw error;
    throw new Error(`Migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

async function transactionOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>('select pg_current_xact_id()::text as id');
  return rows[0]?.id ?? '';
}
