import { spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  existsSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Binaries } from './binaries.ts';
import { findBinaries } from './binaries.ts';
import { DATABASE, ENVIRONMENT, makeCluster, ROLES, run } from './cluster.ts';
import type { Place } from './place.ts';
import { findPlace, otherAccount, PORT } from './place.ts';
import { codeOf, DatabaseRefusal } from './refusal.ts';
import { clearStale } from './stale.ts';

/** What it takes to connect through the socket. No password: whoever may enter the folder may do everything. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly ssl: false;
}

export interface Embedded {
  /** The connection as a role of the cluster, to `countersign` unless another database is named. */
  connection(role: keyof typeof ROLES, database?: string): Connection;
  /** Resolves once the database answers and counts us among its clients, starting it if it has died. Cheap when all is well. */
  ensureRunning(): Promise<void>;
  /** Stops it whoever else is using it. */
  stop(): Promise<void>;
  /** Leaves, and stops it if nobody else is connected. Close your own connections first. Answers whether it stopped. */
  stopIfLast(): Promise<boolean>;
}

export interface EmbeddedOptions {
  readonly dataFolder: string;
  /** One line for the operator. */
  readonly report: (line: string) => void;
  /** PostgreSQL settings for this start; whoever joins a running database gets its settings. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long to keep trying, in milliseconds: after a crash, busy orphaned backends may hold the memory for a while. */
  readonly patience?: number;
}

const SETTINGS = {
  listen_addresses: '',
  // Statements and details quote customers' rows; the log stays free of them.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  max_connections: '200',
} as const;

const LARGEST_LOG = 10_000_000;

/** Every client holds this advisory lock shared, in the database `postgres`; who stops the server holds it alone. */
const PRESENCE = 4300_0001;
const LEAVING = 'countersign leaving';

/**
 * Starts the PostgreSQL server that belongs to the data folder, or joins it if it runs. It belongs to nobody: the first client
 * starts it in a session of its own (so Ctrl-C does not reach it), the last one stops it. Several may do either at once.
 *
 * @throws DatabaseRefusal `database.no-answer` after a minute, and what {@link findPlace} and {@link findBinaries} refuse
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const place = findPlace(options.dataFolder);
  let presence: pg.Client | undefined;
  let joining: Promise<void> | undefined;
  let leaving = false;

  const ensureRunning = (): Promise<void> => {
    if (presence !== undefined) return Promise.resolve();
    joining ??= becomeClient().finally(() => (joining = undefined));
    return joining;
  };
  async function becomeClient(): Promise<void> {
    const client = await enterOrStart(place, options);
    if (leaving) return client.end();
    presence = client;
    client.once('end', () => {
      presence = undefined;
      if (!leaving) keep();
    });
  }
  /** Without this, a database that died would stay down until the next request asks for it. */
  function keep(): void {
    ensureRunning().catch((error: unknown) => {
      options.report(error instanceof Error ? error.message : String(error));
    });
  }
  async function leave(): Promise<void> {
    leaving = true;
    await joining?.catch(() => undefined);
    await presence?.end();
  }

  await ensureRunning();
  return {
    connection: (role, database = DATABASE) => connectionTo(place, role, database),
    ensureRunning,
    async stop() {
      await leave();
      await stop(place);
    },
    async stopIfLast() {
      await leave();
      return stopUnlessUsed(place);
    },
  };
}

function connectionTo(place: Place, role: keyof typeof ROLES, database: string): Connection {
  return { host: place.run, port: PORT, user: ROLES[role], database, ssl: false };
}

async function enterOrStart(place: Place, options: EmbeddedOptions): Promise<pg.Client> {
  const began = performance.now();
  const patience = options.patience ?? 60_000;
  let attempt: Attempt | undefined;
  let told = false;
  for (let pause = 10; ; pause = Math.min(pause * 1.4, 1000)) {
    const met = await enter(place);
    if (met !== 'silent' && met !== 'busy') return met;

    const waited = performance.now() - began;
    if (waited > patience) {
      throw new DatabaseRefusal(
        'database.no-answer',
        `The database in ${place.cluster} does not answer after ${Math.round(waited / 1000)} s: ${lastWords(place)}`,
      );
    }
    if (waited > 5_000 && !told) {
      options.report(`Waiting for the database: ${lastWords(place)}`);
      told = true;
    }
    if (met === 'silent' && (attempt === undefined || attempt.ended)) {
      const binaries = findBinaries(place.account);
      if (!existsSync(place.cluster)) options.report(`Making a database in ${place.cluster}.`);
      await makeCluster(place, binaries);
      clearStale(place);
      attempt = launch(place, binaries, options.settings ?? {});
    }
    await sleep(pause);
  }
}

/** Running means it answers: a pid file says "ready" long after its server was killed. */
async function enter(place: Place): Promise<pg.Client | 'silent' | 'busy'> {
  if (!existsSync(place.cluster)) return 'silent';
  const client = new pg.Client({
    ...connectionTo(place, 'administrator', 'postgres'),
    application_name: 'countersign presence',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`select pg_advisory_lock_shared(${PRESENCE})`);
    return client;
  } catch (cause) {
    await client.end().catch(() => undefined);
    const code = codeOf(cause);
    if (code === 'EACCES' || code === 'EPERM') throw otherAccount(place.cluster, cause);
    return code === 'ENOENT' || code === 'ECONNREFUSED' ? 'silent' : 'busy';
  }
}

interface Attempt {
  ended: boolean;
}

/**
 * Starts `postgres` as the leader of a session of its own, writing to a log file and to no pipe of ours. Our own child rather
 * than `pg_ctl`'s: no shell sees the paths, and while we live we reap it.
 */
function launch(place: Place, { postgres }: Binaries, settings: Readonly<Record<string, string>>): Attempt {
  const log = openLog(place);
  // A list of folders to PostgreSQL, hence the quotes.
  const folder = `"${place.run.replaceAll('"', '""')}"`;
  const all = { ...SETTINGS, ...settings, unix_socket_directories: folder, unix_socket_permissions: '0700' };
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const attempt: Attempt = { ended: false };
  const child = spawn(postgres, ['-D', place.cluster, ...args], {
    cwd: '/',
    env: ENVIRONMENT,
    detached: true,
    stdio: ['ignore', log, log],
    ...place.account,
  });
  closeSync(log);
  child.once('error', () => (attempt.ended = true));
  child.once('exit', () => (attempt.ended = true));
  child.unref();
  return attempt;
}

function logOf(place: Place): string {
  return join(place.run, 'postgres.log');
}

function openLog(place: Place): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  const log = openSync(logOf(place), O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
  if (fstatSync(log).size > LARGEST_LOG) ftruncateSync(log);
  if (place.account !== undefined) fchownSync(log, place.account.uid, place.account.gid);
  return log;
}

/** The last complaint in the log, for the operator. */
function lastWords(place: Place): string {
  try {
    const lines = readFileSync(logOf(place), 'utf8').trimEnd().split('\n');
    return lines.findLast((line) => /FATAL|PANIC|could not/.test(line)) ?? lines.at(-1) ?? 'its log is empty';
  } catch {
    return `there is no log in ${place.run}`;
  }
}

/** As one who leaves: present no longer, and alone with the lock, so that whoever comes meanwhile waits and starts it again. */
async function stopUnlessUsed(place: Place): Promise<boolean> {
  const client = new pg.Client({
    ...connectionTo(place, 'administrator', 'postgres'),
    application_name: LEAVING,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const alone = (await holdAlone(client)) && (await countOthers(client)) === 0;
    if (alone) await stop(place);
    return alone;
  } catch (error) {
    // Whoever stopped it before us has done what we came for.
    if (isGone(error)) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function holdAlone(client: pg.Client): Promise<boolean> {
  // Another who leaves may be holding it, just to find that we are still there.
  for (let tries = 0; tries < 6; tries += 1) {
    const { rows } = await client.query<{ held: boolean }>(`select pg_try_advisory_lock(${PRESENCE}) as held`);
    if (rows[0]?.held === true) return true;
    await sleep(30);
  }
  return false;
}

async function countOthers(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ others: number }>(
    `select count(*)::int as others from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> $1`,
    [LEAVING],
  );
  return rows[0]?.others ?? 0;
}

async function stop(place: Place): Promise<void> {
  const { pgCtl } = findBinaries(place.account);
  await run(pgCtl, ['stop', '-D', place.cluster, '-m', 'fast', '-w', '-t', '60', '--silent'], place.account);
}

/** Whether the error says that there is no database to talk to (any more): refused, shutting down, starting, or cut off. */
export function isGone(error: unknown): boolean {
  const code = codeOf(error);
  if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03'].includes(code)) return true;
  return error instanceof Error && /Connection terminated|not queryable/.test(error.message);
}
