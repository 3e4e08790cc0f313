import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './place.ts';
import { PORT } from './place.ts';

/**
 * Removes the lock files of a database that is certainly dead. Call it only when the socket does not answer.
 *
 * PostgreSQL recognises a dead predecessor by its pid. Two things deceive it for ever: a postmaster that stays a zombie because a
 * container's first process reaps nobody, and a pid that by now is another program's. Either counts as dead, but only if no
 * process is attached to its shared memory: orphaned backends may still be writing, and then the answer is to wait.
 */
export function clearStale({ cluster, run }: Place): void {
  const pidFile = join(cluster, 'postmaster.pid');
  const held = readLines(pidFile);
  if (held !== undefined) {
    if (!isDead(held[0]) || isAttached(held[6])) return;
    if (!takeAway(pidFile, held)) return;
  }
  const socket = join(run, `.s.PGSQL.${PORT}`);
  const lock = readLines(`${socket}.lock`);
  if (lock === undefined || !isDead(lock[0])) return;
  if (takeAway(`${socket}.lock`, lock)) rmSync(socket, { force: true });
}

function readLines(file: string): readonly string[] | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

/** A pid that does not exist is left to PostgreSQL, which sees that for itself. */
function isDead(pid: string | undefined): boolean {
  if (pid === undefined || !/^\d+$/.test(pid)) return false;
  const [stat] = readLines(`/proc/${pid}/stat`) ?? [];
  const [, program, state] = /^\d+ \((.*)\) (\S)/.exec(stat ?? '') ?? [];
  if (program === undefined) return false;
  return state === 'Z' || program !== 'postgres';
}

/** `key` is the pid file's seventh line: the System V key and the segment's id. */
function isAttached(key: string | undefined): boolean {
  const segment = key?.trim().split(/\s+/)[1];
  if (segment === undefined) return false;
  const rows = (readLines('/proc/sysvipc/shm') ?? []).map((line) => line.trim().split(/\s+/));
  const idAt = rows[0]?.indexOf('shmid') ?? -1;
  const attachedAt = rows[0]?.indexOf('nattch') ?? -1;
  return rows.some((row) => row[idAt] === segment && row[attachedAt] !== '0');
}

/** Renames before removing: if somebody restarted the database in between, the file is no longer the one we judged. */
function takeAway(file: string, judged: readonly string[]): boolean {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return false;
  }
  const same = readLines(aside)?.join('\n') === judged.join('\n');
  if (!same) linkSync(aside, file);
  rmSync(aside, { force: true });
  return same;
}
