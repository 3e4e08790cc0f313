import { binder } from './binder.ts';
import { collect } from './collect.ts';
import { machine } from './figures.ts';
import type { Say } from './figures.ts';
import { crosswalk } from './crosswalk.ts';
import { firstPage } from './first-page.ts';
import { kill } from './kill.ts';
import { ledger } from './ledger.ts';
import { observe } from './observe.ts';
import { pages } from './pages.ts';
import { planner } from './planner.ts';
import { readers } from './readers.ts';
import { workers } from './workers.ts';

/** A bench answers whether every equality it asserts held; goals of time are printed, never asserted. */
type Bench = { readonly says: string; run(argv: readonly string[], say: Say): Promise<boolean> };

const BENCHES: Readonly<Record<string, Bench>> = {
  kill: { says: 'kills the server under write load: nothing acknowledged may be lost', run: kill },
  readers: { says: 'readers beside a collection: time of each view, and the rows it read', run: readers },
  observe: { says: 'a year of hourly checks, beside the row-per-result design', run: observe },
  'first-page': { says: 'a clean clone to its first page: seconds, megabytes, weight of the page', run: firstPage },
  pages: { says: 'API calls of every page, as a browser makes them, beside a collection', run: pages },
  workers: {
    says: 'two servers and three workers on one database, killed in turn: nothing lost, nothing doubled',
    run: workers,
  },
  crosswalk: {
    says: 'all pairs among six frameworks by three hops; a mapping set applied to a real server',
    run: crosswalk,
  },
  ledger: {
    says: 'entries to tiles and root beside openssl; durable batches beside the disk’s own fsync',
    run: ledger,
  },
  planner: { says: 'a whole answer of the planner, beside sorting as many numbers', run: planner },
  binder: { says: 'writes a binder, verifies it by the command line and by the page', run: binder },
  collect: { says: 'collects a git history, beside `git log`', run: collect },
};

const [name = '', ...argv] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined) {
  console.log('npm run bench -- NAME [--size n]…\n');
  for (const [known, { says }] of Object.entries(BENCHES)) console.log(`  ${known.padEnd(10)} ${says}`);
  process.exitCode = name === '' ? 0 : 2;
} else {
  console.log(`${name} ${argv.join(' ')}\n${machine()}`);
  const held = await bench.run(argv, (line) => console.log(line));
  console.log(held ? 'Every equality held.' : 'AN EQUALITY DID NOT HOLD.');
  console.log(`load at the end: ${machine().split('load ')[1] ?? ''}`);
  process.exitCode = held ? 0 : 1;
}
