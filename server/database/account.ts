import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { DatabaseRefusal } from './refusal.ts';

/** The user a PostgreSQL process runs as; undefined where that is simply who we are. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const LAST_RESORTS = ['postgres', 'nobody'];

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Owner of the folder, or undefined if there is no such folder or we may not look. */
export function ownerOf(folder: string): Account | undefined {
  try {
    const { uid, gid } = statSync(folder);
    return { uid, gid };
  } catch {
    return undefined;
  }
}

/**
 * Who shall own a new cluster. PostgreSQL refuses to run as root, so root lends its place to the data folder's owner, else to
 * `postgres`, else to `nobody`: no user needs to be created. `initdb` wants a name for the uid, hence the password file.
 *
 * @throws DatabaseRefusal `database.no-account`
 */
export function accountForNewCluster(dataFolder: string): Account | undefined {
  if (!isRoot()) {
    try {
      userInfo();
      return undefined;
    } catch (cause) {
      throw noAccount(`The user id ${process.getuid?.()} has no name on this machine`, cause);
    }
  }
  const known = readPasswordFile();
  const owner = ownerOf(dataFolder);
  const candidates = [
    known.find(({ uid }) => uid === owner?.uid),
    ...LAST_RESORTS.map((it) => known.find((k) => k.name === it)),
  ];
  const chosen = candidates.find((it) => it !== undefined && it.uid !== 0);
  if (chosen === undefined) throw noAccount('Root may not run PostgreSQL, and there is no other user to run it as');
  return { uid: chosen.uid, gid: chosen.gid };
}

/** Whether the account can walk down to the folder. Tried out rather than computed: modes are not all that may stand in the way. */
export function canReach(account: Account | undefined, folder: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { cwd: '/', stdio: 'ignore', ...account }).status === 0;
}

function readPasswordFile(): readonly { name: string; uid: number; gid: number }[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name, , uid, gid]) => ({ name: name ?? '', uid: Number(uid), gid: Number(gid) }));
}

function noAccount(because: string, cause?: unknown): DatabaseRefusal {
  return new DatabaseRefusal(
    'database.no-account',
    `${because}: set DATABASE_URL to a PostgreSQL server of your own.`,
    cause,
  );
}
