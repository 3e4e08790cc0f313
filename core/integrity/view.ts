import { z } from 'zod';
import { ask, defineFeed, defineView, HOUR, printInstant } from '../kernel/index.ts';
import type { Instant } from '../kernel/index.ts';
import { FINDINGS } from './codes.ts';
import { IntegrityFinding, Where } from './record.ts';

const count = z.int().min(0);

/** One run of the self-check, as its table tells it. */
export const CheckRun = z.object({
  id: z.string(),
  kind: z.enum(['sample', 'whole']).describe('whole: the log from its first entry, and every file.'),
  state: z.enum(['running', 'done', 'stopped']),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  size: count.describe('Entries of the log that it was about.'),
  root: z.string().nullable().describe('In base64: the root of so many entries, as it was published.'),
  entries: count.describe('Entries hashed and held against what was signed.'),
  records: count.describe('Versions of records held against their digests.'),
  facts: count.describe('Facts of sources held against their digests.'),
  collections: count.describe('Collections whose items were held against their root.'),
  evidence: count.describe('Files of evidence read and hashed.'),
  evidenceBytes: count,
  answers: count.describe('Checks whose answers were computed again and compared.'),
  found: count.describe('Differences.'),
});
export type CheckRun = z.output<typeof CheckRun>;

/** The newest runs, the last one ended of each kind among them however old it is. */
export const SelfChecks = defineFeed<object, readonly (CheckRun & { readonly started: Instant })[]>('self-checks');

const Finding = z.object({
  id: z.string(),
  version: z.int(),
  code: z.string(),
  means: z.string().describe('What such a difference means, whatever it is about.'),
  where: Where,
  expected: z.string().optional(),
  found: z.string().optional(),
  says: z.string(),
  state: z.enum(['open', 'explained']),
  foundAt: z.string().describe('When it was recorded first.'),
  goneAt: z.string().optional(),
  explanation: z.string().optional(),
  explainedBy: z.string().optional(),
});

const MOST_RUNS = 50;
const MOST_FINDINGS = 200;
/** A self-check is due each hour; after so long without one something is wrong with the worker. */
const LATE = 3 * HOUR;

/** What `integrity.page` answers. */
export const IntegrityPage = z.object({
  last: CheckRun.nullable().describe('The last run that ended.'),
  lastWhole: CheckRun.nullable().describe('The last one that looked at everything.'),
  runs: z.array(CheckRun).describe(`The newest ${MOST_RUNS}, newest first.`),
  next: z.string().nullable().describe('When the next is due; null if none ever ran.'),
  isLate: z.boolean().describe('None ended for three hours, though there were some before.'),
  findings: z.array(Finding).describe(`Those still found first, then the newest; at most ${MOST_FINDINGS}.`),
  findingsTotal: count,
  present: count.describe('Differences that the last self-check still found.'),
  open: count.describe('Differences of which nobody has said what they were.'),
  banner: z
    .object({ level: z.enum(['alert', 'warning']), says: z.string() })
    .nullable()
    .describe('What every page shows, in one sentence; null where nothing is wrong.'),
});

export const integrityPage = defineView('integrity.page', {
  says: 'What the self-check looked at, when, and what it found to be another than was logged.',
  input: z.strictObject({}),
  reads: [IntegrityFinding],
  asOf: false,
  readableBy: ['owner', 'lead', 'adviser', 'auditor', 'operator'],
  area: 'log',
  output: IntegrityPage,
  *compute(book, _, { knownAt }) {
    const runs = (yield* ask(SelfChecks, {})).filter(({ started }) => started <= knownAt);
    const ended = runs.filter(({ state }) => state === 'done');
    const last = ended[0];
    const all = book['integrity-finding']
      .all()
      .map((row) => ({ row, first: book['integrity-finding'].history(row.id)[0]?.recordedAt ?? row.recordedAt }))
      .sort(
        (a, b) =>
          Number(a.row.goneAt !== undefined) - Number(b.row.goneAt !== undefined) ||
          b.first - a.first ||
          (a.row.id < b.row.id ? -1 : 1),
      );
    const present = all.filter(({ row }) => row.goneAt === undefined).length;
    const open = all.filter(({ row }) => row.state === 'open').length;
    const isLate = last !== undefined && knownAt - last.started > LATE;
    return {
      last: last ?? null,
      lastWhole: ended.find(({ kind }) => kind === 'whole') ?? null,
      runs: runs.slice(0, MOST_RUNS),
      next: last === undefined ? null : printInstant(Math.floor(last.started / HOUR) * HOUR + HOUR),
      isLate,
      findings: all.slice(0, MOST_FINDINGS).map(({ row, first }) => ({
        ...{ id: row.id, version: row.head, code: row.code, means: FINDINGS[row.code], where: row.where },
        ...{ expected: row.expected, found: row.found, says: row.says, state: row.state },
        foundAt: printInstant(first),
        ...{ goneAt: row.goneAt, explanation: row.explanation, explainedBy: row.explainedBy },
      })),
      findingsTotal: all.length,
      present,
      open,
      banner: bannerOf(present, open, isLate),
    };
  },
});

/** In one sentence. What is explained and still found stays a warning: the data is not what was logged. */
function bannerOf(
  present: number,
  open: number,
  isLate: boolean,
): { readonly level: 'alert' | 'warning'; readonly says: string } | null {
  const differences = (n: number): string => `${n} ${n === 1 ? 'difference' : 'differences'}`;
  if (open > 0 && present > 0)
    return {
      level: 'alert',
      says: `The self-check finds ${differences(present)} between what is stored and what was logged.`,
    };
  if (present > 0)
    return {
      level: 'warning',
      says: `The self-check still finds ${differences(present)}, of which somebody has said what they are.`,
    };
  if (open > 0)
    return {
      level: 'warning',
      says: `The self-check found ${differences(open)} that are gone by now. Nobody has said what they were.`,
    };
  if (isLate) return { level: 'warning', says: 'No self-check has ended for three hours: look at Jobs.' };
  return null;
}
