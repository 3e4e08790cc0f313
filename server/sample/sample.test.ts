import { appendFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Boundary } from '@countersign/core/boundary/view.ts';
import { Requests } from '@countersign/core/customer/list.ts';
import { Effectiveness } from '@countersign/core/effectiveness/view.ts';
import { Status } from '@countersign/core/effectiveness/status.ts';
import { Programmes } from '@countersign/core/programme/list.ts';
import { PlanPage } from '@countersign/core/planner/view.ts';
import { diskFolder, verifyExport } from '@countersign/ledger/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Organisation } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, refusalOf, standUp } from '../testing.ts';
import { daysUntil } from './days.ts';
import { periodEnds } from './story/plan.ts';

const MINUTES = 60_000;
const INPUT = { name: 'Tidewell', slug: 'tidewell' };
const never = new AbortController().signal;

let ground: Ground;
let org: Organisation;
let duringIt: readonly string[] = [];
let brokenOff: unknown;
let refusedMeanwhile: readonly string[] = [];

/** Filled once, broken off on the way: every test looks at what came of it. */
beforeAll(async () => {
  ground = await standUp();
  const { services } = ground.engine;
  ground.clock.set('2026-11-26T12:00:00Z');
  const stop = new AbortController();
  brokenOff = await services
    .sample(OPERATOR, INPUT, ({ done }) => (done > 150 ? stop.abort() : undefined), stop.signal)
    .catch((error: unknown) => error);
  duringIt = (await services.organisations()).map(({ slug }) => slug);
  refusedMeanwhile = [
    await refusalOf(services.init(OPERATOR, INPUT)),
    await refusalOf(services.sample(OPERATOR, { name: 'Alpha', slug: 'alpha' }, () => undefined, never)),
    (await services.doctor()).find(({ says }) => says.startsWith('tidewell'))?.says ?? 'nothing',
  ];
  ground.clock.set('2026-11-26T13:00:00Z');
  await services.sample(OPERATOR, INPUT, () => undefined, never);
  const found = (await services.organisations()).find(({ slug }) => slug === 'tidewell');
  if (found === undefined) throw new Error('The sample is not there');
  org = found;
}, 20 * MINUTES);
afterAll(() => ground.close());

const view = async (name: string, input: object, options: object = {}) =>
  (await ground.engine.runtime.view(org, OPERATOR, name, input, options)).answer;

describe('a sample organisation', () => {
  test('that was broken off is shown to nobody, is told of by the doctor, and goes on with the same call', async () => {
    expect(brokenOff).toMatchObject({ name: 'AbortError' });
    expect(duringIt).toEqual(['alpha', 'beta']);
    expect(refusedMeanwhile).toEqual(['init.unfinished', 'init.sample', expect.stringMatching(/^tidewell: a sample/)]);
    expect(org.sample).toBe(true);
  });

  test('is there once: neither a sample nor a real one is begun in its place', async () => {
    const { services } = ground.engine;

    expect(await refusalOf(services.sample(OPERATOR, INPUT, () => undefined, never))).toBe('init.taken');
    expect(await refusalOf(services.init(OPERATOR, INPUT))).toBe('init.taken');
  });

  test('stays one, and no real one becomes one', async () => {
    const { runtime } = ground.engine;
    const record = (name: string, timeZone: string, sample: boolean) => ({
      records: [{ kind: 'organisation', id: 'organisation', name, timeZone, sample }],
    });

    const real = record('Tidewell', 'Europe/Madrid', false);
    expect(await refusalOf(runtime.act(org, OPERATOR, 'records.apply', real))).toBe('record.fixed');
    const sample = record('alpha', 'UTC', true);
    expect(await refusalOf(runtime.act(ground.alpha, OPERATOR, 'records.apply', sample))).toBe('record.fixed');
  });

  test('has its boundary drawn, its programmes dated, and customers who ask', async () => {
    const { programmes } = Programmes.parse(await view('programmes', {}));
    const { counts } = Boundary.parse(await view('boundary', {}));
    const { totals } = Requests.parse(await view('requests.list', {}));

    expect(programmes.map(({ id, phase }) => [id, phase]).sort()).toEqual([
      ['iso27001', 'planned'],
      ['soc2', 'in-period'],
      ['soc2-next', 'planned'],
    ]);
    expect(programmes.find(({ id }) => id === 'soc2-next')?.previous?.id).toBe('soc2');
    // Nobody decided on the payroll bureau; the new reports are in the SOC 2 system only, and nobody answers for them.
    expect([counts.undecided, counts.ownerless, counts.soc2]).toEqual([1, 1, 1]);
    expect([totals.all.requests, totals.all.waiting]).toEqual([8, 6]);
  });

  test('is called what was asked for only when all of it is there, and says what it is', async () => {
    const { runtime, services } = ground.engine;
    const versions = await runtime.history(org, OPERATOR, 'organisation', 'organisation');
    const findings = await services.doctor();

    expect(versions).toMatchObject([{ name: 'Unfinished sample: Tidewell' }, { name: 'Tidewell', sample: true }]);
    expect(findings.map(({ says }) => says)).toContainEqual(expect.stringMatching(/^tidewell: a sample organisation/));
    expect(Status.parse(await view('status', { framework: 'soc2' })).sample).toBe(true);
  });

  test(
    'has an export that verifies, under an origin of its own kind',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'countersign-sample-'));
      for await (const { path, bytes } of ground.engine.services.exportLog(org)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await appendFile(join(folder, path), bytes);
      }
      const found = await verifyExport(diskFolder(folder));
      const checkpoint = await readFile(join(folder, 'checkpoint'), 'utf8');
      await rm(folder, { recursive: true });

      expect(found).toMatchObject({ ok: true, failures: [] });
      expect(found.checked.entries).toBeGreaterThan(2500);
      expect(checkpoint).toMatch(/^countersign\.dev\/sample\/[0-9a-f]{16}\n/);
    },
    5 * MINUTES,
  );

  test(
    'is rebuilt from log and payloads without a difference',
    async () => {
      const { differences } = await ground.engine.services.rebuild(org, () => undefined);

      expect(differences).toEqual([]);
    },
    10 * MINUTES,
  );

  test('was recorded as of then: what is known at a day in its past is what had been recorded by then', async () => {
    const early = Status.parse(
      await view('status', { framework: 'soc2' }, { asOf: '2025-12-31', knownAt: '2025-12-31' }),
    );
    const now = Status.parse(await view('status', { framework: 'soc2' }));

    expect(early.log.size).toBeGreaterThan(100);
    expect(early.log.size).toBeLessThan(now.log.size / 2);
    expect(early.counts.met).toBeLessThan(now.counts.met);
  });
});

describe('its picture on the day', () => {
  const controls = async () => {
    const { requirements } = Status.parse(await view('status', { framework: 'iso27001' }));
    return new Map(requirements.flatMap((requirement) => requirement.controls.map((one) => [one.id, one] as const)));
  };

  test.each([
    ['IAM-05', 'failing', 'two people without a second factor'],
    ['NET-03', 'failing', 'a bucket that is open, under an exception: leave is no pass'],
    ['VUL-02', 'failing', 'a vulnerability that is open for too long'],
    ['OPS-05', 'failing', 'a listener that is not probed'],
    ['END-01', 'not-observed', 'a source that has been silent for ten days'],
    ['AST-01', 'not-observed', 'work without the document it needs'],
    ['CHG-02', 'operating', 'every change of the last ninety days was reviewed'],
    ['BCM-03', 'operating', 'backups, by the corrected check'],
    ['AUD-01', 'planned', 'what nobody has started'],
  ])('%s is %s: %s', async (id, state) => {
    expect((await controls()).get(id)?.state).toBe(state);
  });

  test('has most controls operating and something of every state', async () => {
    const states = [...(await controls()).values()].map(({ state }) => state);
    const count = (state: string) => states.filter((one) => one === state).length;

    expect(count('operating')).toBeGreaterThan(60);
    expect(count('failing')).toBeGreaterThanOrEqual(4);
    expect(count('not-observed')).toBeGreaterThanOrEqual(4);
    expect(count('planned')).toBeGreaterThan(30);
  });
});

describe('the year to the day, as it operated', () => {
  const year = { from: '2025-11-27', to: '2026-11-25' };
  const of = async (control: string) => {
    const { controls } = Effectiveness.parse(await view('effectiveness', { ...year, controls: [control] }));
    const [found] = controls;
    if (found === undefined) throw new Error(`${control} is not there`);
    return found;
  };

  test('a restore test was missed, the next one late', async () => {
    const { counts, occurrences } = await of('BCM-04');

    expect(counts).toMatchObject({ missed: 1, late: 1 });
    expect(occurrences.map(({ state }) => state)).toContain('missed');
  });

  test('a capacity review was excused by somebody else than who asked', async () => {
    expect((await of('OPS-04')).counts).toMatchObject({ excused: 1, missed: 2 });
  });

  test('badge reviews were recorded weeks after the work', async () => {
    const lags = (await of('PHY-02')).occurrences.map(({ lagSeconds }) => lagSeconds ?? 0);

    expect(Math.max(...lags)).toBeGreaterThan(10 * 86_400);
  });

  test('access reviews were due every month, then every quarter', async () => {
    const keys = (await of('IAM-04')).occurrences.map(({ key }) => key);

    expect(keys.filter((key) => /^\d{4}-\d{2}$/.test(key)).length).toBeGreaterThan(3);
    expect(keys.filter((key) => /Q/.test(key)).length).toBeGreaterThanOrEqual(2);
  });

  test('the directory was not seen for four days, and failed for some', async () => {
    const [check] = (await of('IAM-05')).checks;

    expect(check?.longestGapSeconds).toBeGreaterThan(3.5 * 86_400);
    expect(check?.failSeconds).toBeGreaterThan(0);
    expect(check?.episodes).toBeGreaterThan(3);
  });

  test('a scan was recorded days after it was made', async () => {
    const checks = (await of('VUL-02')).checks;

    expect(checks[0]?.recordedLateSeconds).toBeGreaterThan(0);
  });

  test('a database had one backup: the first check found nothing in it, the corrected one did', async () => {
    const [check] = (await of('BCM-03')).checks;

    expect(check?.failSeconds).toBeGreaterThan(86_400);
    expect(check?.failSeconds).toBeLessThan(5 * 86_400);
  });

  test('a few changes went in without review, out of well over a thousand', async () => {
    const population = (await of('CHG-02')).populations.find(({ check }) => check === 'changes-reviewed');

    expect(population).toMatchObject({ deviations: 3, complete: true, completeBy: 'claimed' });
    expect(population?.items).toBeGreaterThan(1000);
  });
});

test('a plan was answered by a lead and adopted by an owner, and gave the programme its period', async () => {
  const { plan, kept } = PlanPage.parse(await view('plan', {}));
  const period = daysUntil('2026-11-26', 'Europe/Madrid', new Set());

  expect(plan).toMatchObject({ id: 'plan-board', state: 'adopted', programmes: ['soc2', 'iso27001'] });
  expect(plan?.headline).toMatch(/^SOC 2 first\. ISO 27001 .* behind, on the same controls\.$/);
  expect(kept.dates.find(({ title }) => title === 'Observation period ends')).toMatchObject({
    on: periodEnds(period),
    kept: 'ahead',
  });
});

test('has duties beside both frameworks: a late clock, one that is unknown, an extended request, an entry that lacks something', async () => {
  expect(await view('personal-data-incidents', {})).toMatchObject({
    items: [
      { id: 'pi-laptop', counts: { unknown: 10 } },
      { id: 'pi-support-export', counts: { late: 1, met: 2, unknown: 0 } },
    ],
  });
  const requests = z.object({ items: z.array(z.object({ id: z.string(), clock: z.string() })) });
  expect(
    requests
      .parse(await view('privacy-requests', {}))
      .items.map(({ id, clock }) => `${id} ${clock}`)
      .sort(),
  ).toEqual(['pr-1 met', 'pr-2 running', 'pr-3 met', 'pr-4 running']);
  expect(await view('processing.register', {})).toMatchObject({ counts: { all: 4, incomplete: 1, unassessed: 1 } });
});
