import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { Place } from './place.ts';
import { codeOf, DatabaseRefusal } from './refusal.ts';

/** Who may do what in an embedded cluster. Only the second ever touches a customer's rows. */
export const ROLES = { administrator: 'postgres', owner: 'countersign_owner', app: 'countersign_app' } as const;

export const DATABASE = 'countersign';

const MAJOR = '18';

/** Everything a cluster is born with, so that one that exists is complete. Run in PostgreSQL's single-user mode: a line each. */
const BIRTH = [
  `create role ${ROLES.owner} login nosuperuser nocreatedb nocreaterole nobypassrls;`,
  `create role ${ROLES.app} login nosuperuser nocreatedb nocreaterole nobypassrls;`,
  `create database ${DATABASE} owner ${ROLES.owner};`,
  `revoke all on database ${DATABASE} from public;`,
  `grant connect on database ${DATABASE} to ${ROLES.app};`,
];

/**
 * Makes the cluster if it is not there: aside, then renamed, because `initdb` killed halfway leaves a ruin that starts. Of
 * several at once one wins and the others throw theirs away. The built-in locale sorts the same way on every machine.
 *
 * @throws DatabaseRefusal `database.other-version`
 */
export async function makeCluster({ cluster, account }: Place, binaries: Binaries): Promise<void> {
  if (existsSync(cluster)) return checkVersion(cluster, account);
  removeRuins(cluster);
  const aside = mkdtempSync(`${cluster}.new-${process.pid}-`);
  try {
    if (account !== undefined) chownSync(aside, account.uid, account.gid);
    const settings = ['listen_addresses=', 'timezone=UTC', 'log_timezone=UTC'].flatMap((it) => ['-c', it]);
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const rights = ['--auth=trust', `--username=${ROLES.administrator}`];
    await run(binaries.initdb, ['-D', aside, ...rights, ...locale, ...settings, '--no-instructions'], account);
    await run(
      binaries.postgres,
      ['--single', '-c', 'exit_on_error=on', '-D', aside, 'postgres'],
      account,
      `${BIRTH.join('\n')}\n`,
    );
    renameSync(aside, cluster);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    const lost = codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST';
    if (!lost) throw error;
  }
}

function checkVersion(cluster: string, account: Account | undefined): void {
  const found = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (found === MAJOR) return;
  throw new DatabaseRefusal(
    'database.other-version',
    `The database in ${cluster} is PostgreSQL ${found}, this program brings ${MAJOR}: make a backup with the earlier program and restore it here${account === undefined ? '' : ' as the same user'}.`,
  );
}

/** Removes what a killed first start left, an hour after anyone last worked on it. */
function removeRuins(cluster: string): void {
  const folder = dirname(cluster);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(cluster)}.new-`)) continue;
    const ruin = join(folder, name);
    const touched = statSync(ruin, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (performance.timeOrigin + performance.now() - touched > 3_600_000)
      rmSync(ruin, { recursive: true, force: true });
  }
}

/**
 * Runs one of PostgreSQL's programs to its end, in an environment that no PGDATA or PGHOST of the operator's can bend.
 *
 * @throws Error with what the program said, if it fails
 */
export async function run(
  program: string,
  args: string[],
  account: Account | undefined,
  input?: string,
): Promise<void> {
  const child = spawn(program, args, { cwd: '/', env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'], ...account });
  let said = '';
  const listen = (chunk: Buffer): void => void (said = (said + chunk.toString('utf8')).slice(-4000));
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${basename(program)} failed (${String(code)}): ${said.trim()}`);
}

export const ENVIRONMENT: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
