import { z } from 'zod';
import type { Ask, Outcome, Piece } from '../kit/connector.ts';
import { instant, parseCommit } from './commit.ts';
import type { Commit } from './commit.ts';
import { gitAnswer, gitStream } from './command.ts';
import type { Repository } from './repository.ts';

const beginning = '1970-01-01T00:00:00Z';
const recordLimitBytes = 1024 * 1024;
/** Raised when items of an older run have another shape, so that they are all listed again. */
const shape = 1;

/** Where the last complete run stood. */
const Cursor = z.object({ shape: z.literal(shape), branch: z.string(), tip: z.string(), to: z.string() });

/** What is listed now: the commits of `range` from the second `since` on, for the interval [from, to). */
export interface Stretch {
  readonly from: string;
  readonly to: string;
  readonly range: readonly string[];
  readonly since: number;
  readonly gap?: string;
}

/**
 * Which commits to list, and of which interval they are all there are. After a complete run only the new ones, unless
 * some are older than that run (merged or pushed late) or some are gone (a rewritten branch): the interval then goes
 * back to the earliest of them and is listed whole, so that what stayed is not taken as withdrawn.
 * @param kind options of rev-list that choose the kind of commit, the same in every run of a dataset
 */
export async function stretchOf(repository: Repository, ask: Ask, kind: readonly string[]): Promise<Stretch> {
  const { tip, branch = 'HEAD' } = repository;
  const last = Cursor.safeParse(ask.cursor);
  const known = last.success && last.data.branch === branch ? last.data : undefined;
  const whole = { from: beginning, to: ask.until, since: 0, range: tip === undefined ? [] : [tip] };
  if (tip === undefined)
    return known === undefined ? whole : { ...whole, gap: 'a history was here at the last run and is gone' };
  if (known === undefined || !(await isCommit(repository, known.tip))) return whole;

  const added = [tip, `^${known.tip}`];
  const removed = [known.tip, `^${tip}`];
  const earliest = Math.min(await earliestOf(repository, kind, added), await earliestOf(repository, kind, removed));
  const reached = Date.parse(known.to) / 1000;
  if (earliest >= reached) return { from: earlier(known.to, ask.until), to: ask.until, range: added, since: 0 };
  return { from: instant(earliest), to: ask.until, range: [tip], since: earliest };
}

function earlier(a: string, b: string): string {
  return Date.parse(a) <= Date.parse(b) ? a : b;
}

/** A hash from a cursor is checked before it reaches a command line. */
async function isCommit({ gitFolder, signal }: Repository, hash: string): Promise<boolean> {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hash)) return false;
  return (await gitAnswer({ gitFolder, signal, args: ['cat-file', '-t', hash] })) === 'commit';
}

/** The earliest committer time in a range, in seconds; infinity for an empty one. */
async function earliestOf(
  { gitFolder, signal }: Repository,
  kind: readonly string[],
  range: readonly string[],
): Promise<number> {
  let earliest = Infinity;
  let rest = '';
  for await (const chunk of gitStream({
    gitFolder,
    signal,
    env: { GIT_FLUSH: '0' },
    args: ['rev-list', '--timestamp', ...kind, ...range, '--'],
  })) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) earliest = Math.min(earliest, Number.parseInt(line, 10) || 0);
  }
  return earliest;
}

/** Commits as they come from git, some hundreds at a time; memory does not grow with the history. */
export async function* commitsIn(
  { gitFolder, signal }: Repository,
  args: readonly string[],
  input = '',
): AsyncGenerator<readonly Commit[], void> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let isCut = false;
  const hold = (bytes: Buffer) => {
    isCut ||= heldBytes + bytes.length > recordLimitBytes;
    if (isCut || bytes.length === 0) return;
    held.push(bytes);
    heldBytes += bytes.length;
  };
  const command = { gitFolder, signal, input, env: { GIT_FLUSH: '0' }, args: ['rev-list', '--header', ...args] };
  for await (const chunk of gitStream(command)) {
    const last = chunk.lastIndexOf(0);
    if (last < 0) {
      hold(chunk);
      continue;
    }
    const first = chunk.indexOf(0);
    hold(chunk.subarray(0, first));
    const commits = [parseCommit(Buffer.concat(held).toString('utf8'), isCut)];
    if (last > first) {
      for (const record of chunk.toString('utf8', first + 1, last).split('\0'))
        commits.push(parseCommit(record, false));
    }
    held = [];
    heldBytes = 0;
    isCut = false;
    hold(chunk.subarray(last + 1));
    yield commits;
  }
}

export type Batch = readonly { readonly commit: Commit; readonly at: string }[];

/**
 * Lists a stretch: the commits whose moment lies in its interval go to `itemsOf`; one whose time is in the future or
 * unreadable becomes a gap, since it can stand in no interval and must not vanish.
 */
export async function* listHistory(
  repository: Repository,
  ask: Ask,
  kind: readonly string[],
  itemsOf: (batch: Batch) => Promise<readonly Piece[]>,
): AsyncGenerator<Piece, Outcome> {
  const stretch = await stretchOf(repository, ask, kind);
  if (stretch.gap !== undefined) yield { is: 'gap', reason: stretch.gap };
  if (repository.isShallow) {
    yield { is: 'gap', reason: 'the repository is shallow: its history was cut, so earlier commits are not here' };
  }
  const until = Date.parse(stretch.to) / 1000;
  let done = 0;
  const batches = stretch.range.length === 0 ? [] : commitsIn(repository, [...kind, ...stretch.range, '--']);
  for await (const commits of batches) {
    const batch: { commit: Commit; at: string }[] = [];
    for (const commit of commits) {
      const { seconds } = commit.committer;
      if (seconds === undefined) yield { is: 'gap', item: commit.hash, reason: 'its committer time cannot be read' };
      else if (seconds >= until)
        yield { is: 'gap', item: commit.hash, reason: `its committer time, ${instant(seconds)}, is in the future` };
      else if (seconds >= stretch.since) batch.push({ commit, at: instant(seconds) });
      if (commit.isCut)
        yield {
          is: 'gap',
          item: commit.hash,
          reason: 'its message is longer than 1 MiB, so its trailers were not read',
        };
    }
    yield* await itemsOf(batch);
    done += batch.length;
    yield { is: 'progress', done };
  }
  const { from, to } = stretch;
  const { tip, branch = 'HEAD' } = repository;
  return { from, to, ...(tip === undefined ? {} : { cursor: { shape, branch, tip, to } }) };
}
