import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { refuseHalfLoaded, refuseHalfRestored } from '../backup/marker.ts';
import { isGone, startEmbedded } from './embedded.ts';
import { prepareExternal } from './external.ts';
import type { Migration } from './migrate.ts';
import { migrate, readMigrations } from './migrate.ts';
import { prepareQueue } from './queue-schema.ts';
import { DatabaseRefusal } from './refusal.ts';
import { values } from './values.ts';

export interface DatabaseOptions {
  /** Holds the embedded database; unused where a URL is given. */
  readonly dataFolder: string;
  readonly databaseUrl?: string;
  /** One line for the operator. */
  readonly report: (line: string) => void;
  readonly migrations?: readonly Migration[];
  /** A server refuses at once with `database.restarting` (503); a command line waits until the database is back. */
  readonly whenDown?: 'refuse' | 'wait';
  readonly connections?: number;
  /** Set by a restore, which opens what nobody else may yet. */
  readonly restoring?: true;
}

export interface Database {
  /** Connected as the app's role: sees no tenant's row outside {@link Database.tenant}. */
  readonly pool: pg.Pool;
  /** For tools that migrate or dump: the role that owns the tables. */
  readonly owner: pg.ClientConfig;
  /** For libraries that keep connections of their own: the app's role, whose values arrive as the driver gives them. */
  readonly app: pg.ClientConfig;
  /**
   * Runs work in one transaction that sees one organisation. `read` is a repeatable snapshot and refuses writes; `write` is read
   * committed, for work that takes its own lock. Commits when work resolves, rolls back and rethrows when it rejects. A connection
   * that breaks under way is an error, never a second try: only who waits for `commit` knows what was done.
   *
   * @throws DatabaseRefusal `database.restarting`, before work has begun
   */
  tenant<T>(org: number, mode: 'read' | 'write', work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  /** Resolves once the database answers. */
  ensureRunning(): Promise<void>;
  /** Closes our connections, and stops an embedded database if nobody else uses it. */
  close(): Promise<void>;
}

const TRIES = 5;

/**
 * Opens the database, starting and migrating it as needed, and connects as a role that neither owns a table nor may pass over
 * row security: from a stronger session `reset role` would undo it.
 *
 * @throws DatabaseRefusal
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const migrations = options.migrations ?? readMigrations();
  const { databaseUrl } = options;
  if (options.restoring !== true) refuseHalfRestored(options.dataFolder);
  if (databaseUrl !== undefined) {
    const { owner, app } = await prepareExternal(databaseUrl);
    if (options.restoring !== true) await refuseHalfLoaded(owner);
    await prepare(owner, migrations, options.report);
    return connect({ ...options, owner, app, ensureRunning: () => sleep(500), end: () => Promise.resolve() });
  }
  const embedded = await startEmbedded(options);
  try {
    const owner = embedded.connection('owner');
    const app = { ...embedded.connection('app'), application_name: 'countersign' };
    if (options.restoring !== true) await refuseHalfLoaded(owner);
    await prepare(owner, migrations, options.report);
    const { ensureRunning } = embedded;
    return await connect({
      ...options,
      owner,
      app,
      ensureRunning,
      end: async () => void (await embedded.stopIfLast()),
    });
  } catch (error) {
    await embedded.stopIfLast().catch(() => undefined);
    throw error;
  }
}

async function prepare(
  owner: pg.ClientConfig,
  migrations: readonly Migration[],
  report: (line: string) => void,
): Promise<void> {
  const applied = await migrate(owner, migrations);
  if (applied.length > 0) report(`Migrated the database to ${applied.at(-1)}.`);
  await prepareQueue(owner);
}

/** @throws DatabaseRefusal `database.role-too-strong` */
async function refuseStrongRole(app: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(app);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ strong: boolean }>(
      `select rolsuper or rolbypassrls or exists (
         select from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
            and pg_has_role(session_user, relowner, 'member')) as strong
         from pg_roles where rolname = session_user`,
    );
    if (rows[0]?.strong === false) return;
    throw new DatabaseRefusal(
      'database.role-too-strong',
      `The role ${String(client.user)} owns tables or may pass over row security: take those rights away, and tenants apart stay apart.`,
    );
  } finally {
    await client.end();
  }
}

/** A database that runs and is migrated, and how to come back to it. */
export interface Reached {
  readonly owner: pg.ClientConfig;
  readonly app: pg.ClientConfig;
  ensureRunning(): Promise<void>;
  /** Called once our connections are closed. */
  end(): Promise<void>;
  readonly report: (line: string) => void;
  readonly whenDown?: 'refuse' | 'wait';
  readonly connections?: number;
}

/**
 * Connects as the app's role to a database that is ready.
 *
 * @throws DatabaseRefusal `database.role-too-strong`
 */
export async function connect(reached: Reached): Promise<Database> {
  const { app, owner, report, ensureRunning, end, whenDown = 'wait', connections = 10 } = reached;
  await refuseStrongRole(app);
  const pool = new pg.Pool({ ...app, types: values, max: connections, connectionTimeoutMillis: 10_000 });
  // An idle connection that breaks must not end the process; the pool drops it.
  pool.on('error', (error) => report(`A database connection was lost: ${error.message}`));

  async function begin(statement: string): Promise<Held> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await beginOnce(pool, statement);
      } catch (cause) {
        if (!isGone(cause) || tries === TRIES) throw cause;
        if (whenDown === 'wait') await ensureRunning();
        else {
          ensureRunning().catch((error: unknown) => report(String(error)));
          throw new DatabaseRefusal('database.restarting', 'The database is restarting: try again in a moment.', cause);
        }
      }
    }
  }

  return {
    pool,
    owner,
    app,
    ensureRunning,
    async tenant(org, mode, work) {
      const held = await begin(opening(org, mode));
      const { client } = held;
      let broken = false;
      try {
        const answer = await work(client);
        const { command } = await client.query('commit');
        // PostgreSQL answers the commit of a failed transaction with a rollback, and no error.
        if (command !== 'COMMIT')
          throw new Error('The transaction had failed, and was rolled back instead of committed');
        return answer;
      } catch (error) {
        await client.query('rollback').catch(() => (broken = true));
        throw error;
      } finally {
        held.release(broken);
      }
    },
    async close() {
      await pool.end();
      await end();
    },
  };
}

/** One round trip. The organisation is a checked integer, and an unset one fails to cast: it fails closed. */
function opening(org: number, mode: 'read' | 'write'): string {
  if (!Number.isInteger(org) || org < 1 || org > 2_147_483_647) throw new RangeError(`${org} is no organisation`);
  const snapshot = mode === 'read' ? ' isolation level repeatable read, read only' : '';
  return `begin${snapshot}; set local app.org = '${org}'`;
}

/** A connection taken out of the pool. */
interface Held {
  readonly client: pg.PoolClient;
  /** Gives it back; a broken one is closed. */
  release(broken: boolean): void;
}

async function beginOnce(pool: pg.Pool, statement: string): Promise<Held> {
  const client = await pool.connect();
  let lost = false;
  // One that breaks between two queries is told here and to nobody else: without a listener that would end the process.
  const lose = (): void => void (lost = true);
  client.on('error', lose);
  const release = (broken: boolean): void => {
    client.off('error', lose);
    client.release(broken || lost);
  };
  try {
    await client.query(statement);
    return { client, release };
  } catch (error) {
    release(true);
    throw error;
  }
}
