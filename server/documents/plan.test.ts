import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Answers, RoadmapAnswer } from '@countersign/core/planner/index.ts';
import { NOTHING_MEASURED } from '@countersign/core/planner/coverage.ts';
import { COMMON_SEED, planned } from '@countersign/core/planner/plan.ts';
import { tell } from '@countersign/core/planner/tell.ts';
import { expect, test } from 'vitest';
import { boardPageOf } from './plan.ts';
import { typeset } from './typst.ts';

const HOSTILE = '#import "x": * $ \\ [*] <script> {{ }} “”';
const head = (organisation: string) => ({
  ...{ organisation, title: 'Which framework first', sample: true, asOf: '26 Nov 2026, 09:00 (Europe/Madrid)' },
  ...{ knownAt: '26 Nov 2026, 09:00 (Europe/Madrid)', printedAt: '26 Nov 2026, 09:00 (Europe/Madrid)' },
  ...{ printedBy: organisation, log: { size: 18_211, root: 'UC99YWdmxBrfbQoRqpfGX0wht2vHXgbnVK7vaPBU0dg=' } },
});

function pageOf(given: object, organisation: string) {
  const answers = Answers.parse({ persons: 30, ...given });
  const roadmap = planned(answers, NOTHING_MEASURED, '2026-11-26', COMMON_SEED);
  const told = RoadmapAnswer.parse({
    ...{ ...tell(roadmap, answers), asOf: '2026-11-26T08:00:00.000Z', organisation, sample: true, adoption: [] },
  });
  const plan = {
    ...{ id: 'p', title: organisation, state: 'adopted' as const, madeOn: '2026-11-26', adoptedOn: '2026-11-26' },
    ...{ madeBy: { id: 'a', name: organisation }, adoptedBy: { id: 'a', name: organisation }, startsOn: '2026-11-26' },
    ...{ headline: '', option: null, cost: null, programmes: [], sent: [], retiredFor: null, supersededBy: null },
  };
  const kept = { says: 'So far every date has held.', dates: [] };
  const answer = { plan, answers, roadmap: told, isAsKept: true, kept, others: [] };
  return boardPageOf(answer, told, head(organisation), (date) => date);
}

/** Pages and text, by poppler where it is there. */
function readPdf(bytes: Uint8Array): { readonly pages: number; readonly text: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'plan-'));
  try {
    const path = join(folder, 'p.pdf');
    writeFileSync(path, bytes);
    const run = (command: string, ...args: readonly string[]) =>
      execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return {
      pages: Number(/Pages:\s+(\d+)/.exec(run('pdfinfo', path))?.[1]),
      text: run('pdftotext', '-layout', path, '-'),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What Typst writes of its page tree. */
const pagesIn = (bytes: Uint8Array): number =>
  [
    ...Buffer.from(bytes)
      .toString('latin1')
      .matchAll(/\/Type\s*\/Page(?![s\w])/g),
  ].length;

const EVERYTHING = {
  ...{
    engineers: 12,
    stage: 'growth',
    global: true,
    regulatedOutsideUs: true,
    wantsTightScope: true,
    wantsManagementSystem: true,
  },
  ...{ markets: { usCa: 40, europe: 30, apac: 10, latam: 5 }, asked: { soc2: 120, iso27001: 340, by: '2027-03-31' } },
  ...{
    waiting: { usCa: 123_456_789, europe: 234_567_890, apac: 12_345_678 },
    budget: 40_000,
    budgetIsHard: true,
    monthsAvailable: 5,
  },
  ...{
    categories: ['security', 'availability', 'confidentiality', 'privacy'],
    windowMonths: 3,
    skipsRenewal: true,
    persons: 420,
  },
  plansMoreIso: ['iso27701', 'iso22301'],
  quotes: [{ figure: 'soc2.type2.audit.large', firm: HOSTILE.repeat(2), amount: 44_000, on: '2026-11-01' }],
};

test.each<[string, object, string]>([
  ['a small company', { asked: { soc2: 1, iso27001: 1 } }, 'Halyard'],
  [
    'everything at once, with the longest names',
    EVERYTHING,
    `${HOSTILE} ${'Nordöstliche Verwaltungsgesellschaft '.repeat(5)}`.slice(0, 200),
  ],
  ['what says neither yet', { stage: 'pre-revenue' }, 'X'],
  ['what does not say which', { stage: 'growth' }, 'X'],
])('%s is one page', async (_, given, organisation) => {
  const page = pageOf(given, organisation);
  const bytes = await typeset('plan', page);

  expect(pagesIn(bytes)).toBe(1);
  const read = readPdf(bytes);
  if (read === undefined) return;
  expect(read.pages).toBe(1);
  expect(read.text).toContain('Nothing here is advice from an auditor');
  expect(read.text.replace(/\s+/g, ' ')).toContain(page.sentence.slice(0, 25));
  expect(read.text).toContain('636f756e');
});

test('text stays text, whatever stands in it', async () => {
  const bytes = await typeset('plan', pageOf({ asked: { soc2: 1 } }, HOSTILE));

  expect(readPdf(bytes)?.text ?? HOSTILE).toContain('#import "x"');
});

test('has the reasons that decide first, and what the budget is enough for', () => {
  const page = pageOf(
    { asked: { soc2: 4, iso27001: 1, first: 'soc2' }, monthsAvailable: 9, budget: 120_000 },
    'Halyard',
  );

  expect(page.reasons[0]?.says).toBe('Four customers asked for SOC 2, one for ISO 27001.');
  expect(page.ways[0]).toMatchObject({ title: 'SOC 2, then ISO 27001', isRecommended: true });
  expect(page.ways.every(({ from, middle, to }) => 0 <= from && from <= middle && middle <= to && to <= 1)).toBe(true);
  expect(page.budget?.says).toMatch(/^Budget \$120 k: enough in \d+ of 100 trials/);
  expect(page.rests.join(' ')).toContain('No band for a small Type 2: mid-size band used.');
  expect(page.dates.some(({ title }) => title === 'Certificate')).toBe(true);
});
