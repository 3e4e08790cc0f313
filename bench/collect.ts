import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { mebibytes, millions, quantile, short, table, timed } from './figures.ts';
import type { Say } from './figures.ts';
import { sizesOf } from './flags.ts';
import { makeFolder } from './folder.ts';
import { cliJson } from './process.ts';

/** Every commit of a block of ten: eight on the branch, one beside it, and the merge of that one. */
const BLOCK = 10;
const BEGINS = Date.UTC(2020, 0, 1) / 1000;
const PEOPLE = ['Ada <ada@example.com>', 'Bo <bo@example.com>', 'Cy <cy@example.com>'];

const Collected = z.object({
  collections: z.array(z.object({ dataset: z.string(), status: z.string(), items: z.int(), changed: z.int() })),
});

/** Its output is read to the end, as whoever asks for it would. */
async function git(folder: string, args: readonly string[], input?: Readable): Promise<number> {
  const child = spawn('git', ['-C', folder, ...args], {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'inherit'],
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });
  let bytes = 0;
  child.stdout?.on('data', (chunk: Buffer) => (bytes += chunk.length));
  const ended = once(child, 'close');
  if (input !== undefined && child.stdin !== null) await pipeline(input, child.stdin);
  const [code] = await ended;
  if (code !== 0) throw new Error(`git ${args[0] ?? ''} ended with ${String(code)}`);
  return bytes;
}

/** Commits from `first` on, as `git fast-import` takes them; marks are their numbers, from one. */
function* history(first: number, n: number): Generator<string> {
  let tip = first;
  for (let i = first; i < first + n; i += 1) {
    const mark = i + 1;
    const isMerge = i % BLOCK === BLOCK - 1;
    const isBeside = i % BLOCK === BLOCK - 2;
    const author = PEOPLE[i % PEOPLE.length] ?? '';
    const seconds = BEGINS + i * 600;
    const message = `Change ${mark} of what is kept here\n\nIt was needed because of the change before it.\n\nReviewed-by: ${PEOPLE[(i + 1) % PEOPLE.length] ?? ''}\n`;
    const parent = tip === 0 ? '' : tip === first && first > 0 ? 'from refs/heads/main^0\n' : `from :${tip}\n`;
    yield `commit refs/heads/${isBeside ? 'beside' : 'main'}\nmark :${mark}\nauthor ${author} ${seconds} +0000\ncommitter ${author} ${seconds} +0000\ndata ${Buffer.byteLength(message)}\n${message}${parent}${isMerge ? `merge :${mark - 1}\n` : ''}\n`;
    if (!isBeside) tip = mark;
  }
}

const tell = (folder: string, first: number, n: number): Promise<number> =>
  git(folder, ['fast-import', '--quiet', '--force'], Readable.from(history(first, n)));

interface Measured {
  readonly commits: number;
  /** What the log of the same repository takes, each time. */
  readonly logMs: readonly number[];
  readonly startMs: number;
  readonly firstMs: number;
  readonly peakBytes: number;
  readonly againMs: number;
  readonly items: number;
  readonly againItems: number;
  readonly complete: boolean;
}

/** One repository of so many commits, collected into a data folder of its own; then some more commits, and again. */
async function measure(commits: number, more: number): Promise<Measured> {
  const folder = await makeFolder();
  try {
    const { data } = folder;
    const repository = join(folder.path, 'repository.git');
    await git(folder.path, ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
    await tell(repository, 0, commits);
    await cliJson(data, 'init', '--name', 'Example Ltd', '--slug', 'example');
    await cliJson(data, 'connect', 'git', '--id', 'code', '--setting', `path=${repository}`);

    const log = async (): Promise<number> =>
      (
        await timed(() =>
          git(repository, ['log', '--format=%H%x00%P%x00%an%x00%ae%x00%ct%x00%cn%x00%ce%x00%B', 'main']),
        )
      ).ms;
    const logMs = [await log(), await log()];
    const start = await cliJson(data, 'get', 'source');
    const first = await cliJson(data, 'collect', 'code');
    logMs.push(await log());
    await tell(repository, commits, more);
    const again = await cliJson(data, 'collect', 'code');
    const reports = Collected.parse(first.json).collections;
    const later = Collected.parse(again.json).collections;
    const itemsOf = (of: typeof reports): number => of.find(({ dataset }) => dataset === 'git/commits')?.items ?? -1;
    return {
      commits,
      logMs,
      startMs: start.ms,
      firstMs: first.ms,
      peakBytes: first.peakBytes,
      againMs: again.ms,
      items: itemsOf(reports),
      againItems: itemsOf(later),
      complete: [...reports, ...later].every(({ status }) => status === 'complete'),
    };
  } finally {
    await folder.remove();
  }
}

/** The collect command on a git history and on a tenth of it, beside `git log` over the same repository. */
export async function collect(argv: readonly string[], say: Say): Promise<boolean> {
  const { commits, more, tenth } = sizesOf(argv, { commits: 2000, more: 50, tenth: 1 });
  const found = tenth === 0 ? [] : [await measure(Math.floor(commits / 10), more)];
  found.push(await measure(commits, more));
  say(
    table([
      [
        'commits',
        'git log, ms',
        'collect, ms',
        'ratio',
        'of it start and stop, ms',
        'peak of the process',
        'items',
        `again, ${more} more, ms`,
        'items then',
      ],
      ...found.map((m) => [
        millions(m.commits),
        m.logMs.map(short).join(' '),
        short(m.firstMs),
        short(m.firstMs / quantile(m.logMs, 0.5)),
        short(m.startMs),
        mebibytes(m.peakBytes),
        millions(m.items),
        short(m.againMs),
        String(m.againItems),
      ]),
    ]),
  );
  const [small, large] = [found[0], found.at(-1)];
  say(
    `peak of the large over the small (goal within 10 %, under 500 MB): ${short((large?.peakBytes ?? 0) / (small?.peakBytes ?? 1))}; git's and PostgreSQL's own memory is not in it`,
  );
  say('goal for the ratio, from start to end: at most 5');
  return found.every((m) => m.items === m.commits && m.againItems === more && m.complete);
}
