import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './account.ts';
import { accountForNewCluster, canReach, isRoot, ownerOf } from './account.ts';
import { SYSTEM_HOME } from './binaries.ts';
import { codeOf, DatabaseRefusal } from './refusal.ts';

/** Where one embedded cluster lives, and as whom. */
export interface Place {
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  /** 0700 folder with socket and log: who may enter it may do everything, which is why there are no passwords. */
  readonly run: string;
  readonly account: Account | undefined;
}

/** Part of the socket's name; nothing listens on a port. */
export const PORT = 5432;

/** The system's limit for a socket's path, in bytes without the closing zero. */
const LONGEST_SOCKET_PATH = 107;

/**
 * Finds, or prepares, the place of the cluster that belongs to a data folder. Deterministic, so that server and CLI meet: in the
 * data folder, unless root's account cannot walk down to it; then below {@link SYSTEM_HOME}, under a hash of the path.
 *
 * @throws DatabaseRefusal `database.other-account` where another user's cluster is there, `database.no-account`
 */
export function findPlace(dataFolder: string): Place {
  makeDataFolder(dataFolder);
  const data = realpathSync(dataFolder);
  const hash = createHash('sha256').update(data).digest('hex').slice(0, 16);
  const near = join(data, 'postgres');
  const far = join(SYSTEM_HOME, hash, 'postgres');
  const existing = [near, far].find((folder) => isThere(folder, data));

  if (existing !== undefined) {
    const owner = ownerOf(existing);
    if (!isRoot() && owner?.uid !== process.getuid?.()) throw otherAccount(data);
    const account = isRoot() ? owner : undefined;
    return { cluster: existing, run: runFolder(existing, hash, account), account };
  }
  const account = accountForNewCluster(data);
  const cluster = account === undefined || canReach(account, data) ? near : far;
  if (cluster === far) mkdirSync(join(SYSTEM_HOME, hash), { recursive: true, mode: 0o711 });
  return { cluster, run: runFolder(cluster, hash, account), account };
}

function makeDataFolder(folder: string): void {
  try {
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Root's account has to walk through; what is inside keeps to itself.
    if (made !== undefined && isRoot()) chmodSync(folder, 0o711);
  } catch (cause) {
    if (codeOf(cause) === 'EACCES') throw otherAccount(folder, cause);
    throw cause;
  }
}

function isThere(folder: string, data: string): boolean {
  try {
    lstatSync(folder);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EACCES') throw otherAccount(data, cause);
    return false;
  }
}

function runFolder(cluster: string, hash: string, account: Account | undefined): string {
  const beside = `${cluster}.run`;
  const fits = Buffer.byteLength(join(beside, `.s.PGSQL.${PORT}`)) <= LONGEST_SOCKET_PATH;
  // Not $TMPDIR: it may differ between the server and somebody's shell, and they have to meet.
  const folder = fits ? beside : join(existsSync('/tmp') ? '/tmp' : tmpdir(), `countersign-${hash}`);
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined;
  if (made && account !== undefined) chownSync(folder, account.uid, account.gid);
  const { uid, mode } = lstatSync(folder);
  const expected = account?.uid ?? process.getuid?.();
  // In /tmp anyone may have put a folder of that name. (Root's own, for an instant: another start is about to hand it over.)
  if ((uid !== expected && !(isRoot() && uid === 0)) || (mode & 0o170_077) !== 0o040_000) {
    throw new DatabaseRefusal(
      'database.other-account',
      `${folder} is not a folder that only the database's user may enter: remove it and start again.`,
    );
  }
  if (uid !== expected && account !== undefined) chownSync(folder, account.uid, account.gid);
  return folder;
}

/** The one sentence for whoever may not use a cluster directly. */
export function otherAccount(data: string, cause?: unknown): DatabaseRefusal {
  return new DatabaseRefusal(
    'database.other-account',
    `The database in ${data} belongs to another user of this machine: use --url to talk to its server instead.`,
    cause,
  );
}
