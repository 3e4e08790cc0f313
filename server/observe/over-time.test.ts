import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Effectiveness } from '@countersign/core/effectiveness/view.ts';
import { Status } from '@countersign/core/effectiveness/status.ts';
import { addDays, dayEnd, dayOf } from '@countersign/core/kernel/index.ts';
import { randomWorld } from '@countersign/core/oracle/generator.ts';
import { momentsOf } from '@countersign/core/oracle/questions.ts';
import type { World } from '@countersign/core/oracle/world.ts';
import { History, Overview, Tree } from '@countersign/core/posture/index.ts';
import { CheckPage, ControlPage, ControlsList, Coverage, Strip } from '@countersign/core/timeline/index.ts';
import type { Organisation } from '../runtime.ts';
import { admissible, replay, worldProduct } from './replay.ts';
import type { Bench } from './testing.ts';
import { openBench, OPERATOR } from './testing.ts';

/** More worlds: `COUNTERSIGN_WORLDS=200 npm test -- server/observe/over-time.test.ts`. */
const WORLDS = Number(process.env['COUNTERSIGN_WORLDS'] ?? 8);
const FRAMEWORKS = ['soc2', 'iso27001'] as const;

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ product: worldProduct });
});
afterAll(() => bench.close());

interface Asked {
  readonly world: World;
  readonly org: Organisation;
  readonly zone: string;
  /** Days of the world: its first, one in the middle, its last that is over. */
  readonly from: string;
  readonly middle: string;
  readonly to: string;
  ask(view: string, input: object, asOf?: string, knownAt?: string): Promise<unknown>;
}

async function asked(seed: number): Promise<Asked> {
  const world = admissible(randomWorld(seed));
  const org = await replay(bench, world, `over-time-${seed}`);
  const moments = momentsOf(world);
  const [first, last] = [moments[0] ?? 0, moments.at(-1) ?? 0];
  bench.now = dayEnd(world.zone, addDays(dayOf(world.zone, last), 3)) + 1;
  const [from, to] = [dayOf(world.zone, first), addDays(dayOf(world.zone, last), 2)];
  return {
    world,
    org,
    zone: world.zone,
    from,
    to,
    middle: dayOf(world.zone, (first + last) / 2),
    ask: async (view, input, asOf, knownAt) =>
      (
        await bench.engine.runtime.view(org, OPERATOR, view, input, {
          ...(asOf === undefined ? {} : { asOf }),
          ...(knownAt === undefined ? {} : { knownAt }),
        })
      ).answer,
  };
}

describe.each(Array.from({ length: WORLDS }, (_, i) => i + 1))('views over time of random world %i', (seed) => {
  let at: Asked;
  beforeAll(async () => {
    at = await asked(seed);
  });

  it.each(FRAMEWORKS)(
    'a course of %s tells at each of its days what status tells as of that day',
    async (framework) => {
      const { ask, from, to, middle } = at;

      for (const knownAt of [undefined, middle]) {
        const course = History.parse(
          await ask('posture.history', { framework, from, to, points: 7 }, undefined, knownAt),
        );

        expect(course.points.length).toBeGreaterThan(1);
        for (const [i, point] of course.points.entries()) {
          const told = Status.parse(await ask('status', { framework }, point.at, knownAt));
          expect({ at: point.at, counts: point.counts }).toEqual({ at: point.at, counts: told.counts });
          const states = course.requirements.map(({ ref, runs }) => [
            ref,
            runs.findLast((run) => run.from <= point.at)?.state,
          ]);
          expect(states).toEqual(told.requirements.map(({ ref, state }) => [ref, state]));
          if (i === 0) expect(point.date >= from).toBe(true);
        }
      }
    },
  );

  it('no moment after as-of is told', async () => {
    const { ask, from, to, middle } = at;

    const course = History.parse(await ask('posture.history', { framework: 'soc2', from, to }, middle));

    expect(course.points.at(-1)?.date).toBe(middle);
    expect(course.unseen.filter((one) => one.to > course.asOf)).toEqual([]);
    const strip = Strip.parse(await ask('effectiveness.strip', { from, to, bucket: 'day' }, middle));
    const after = strip.buckets.flatMap((bucket, i) => (bucket.from > course.asOf ? [i] : []));
    const told = strip.controls.flatMap(({ cells }) => cells.filter((cell) => after.includes(cell.at)));
    // An occurrence is drawn where it falls due, and may be met before that.
    expect(told.filter((cell) => !['ahead', 'pending', 'on-time', 'excused'].includes(cell.state))).toEqual([]);
    expect(told.filter((cell) => (cell.items ?? cell.failSeconds ?? cell.unknownSeconds) !== undefined)).toEqual([]);
  });

  it('a control’s page tells the occurrences, seconds and items that effectiveness tells', async () => {
    const { ask, from, to, middle } = at;

    for (const [until, asOf] of [
      [to, undefined],
      [middle, middle],
    ] as const) {
      // As of a day that is over, known on the same day: what was told then.
      const known = asOf;
      const told = Effectiveness.parse(await ask('effectiveness', { from, to: until }, undefined, known));
      for (const expected of told.controls) {
        const page = ControlPage.parse(
          await ask('control.page', { control: expected.control, from, to: until }, asOf, known),
        );
        const { onTime, late, missed, excused, pending, ahead } = page.counts;
        expect({ onTime, late, missed, excused, pending: pending + ahead }).toEqual({
          onTime: expected.counts.onTime,
          late: expected.counts.late,
          missed: expected.counts.missed,
          excused: expected.counts.excused,
          pending: expected.counts.pending,
        });
        const seconds = page.lanes.flatMap(({ check, seconds: of }) => (of === null ? [] : [{ check, ...of }]));
        expect(seconds).toEqual(expected.checks);
        const populations = page.lanes.flatMap(({ check, dataset, population }) =>
          population === null ? [] : [{ dataset, check, ...population }],
        );
        expect(populations).toEqual(expected.populations);
        for (const lane of page.lanes) {
          if (lane.seconds === null) continue;
          const sum = (outcome: string): number =>
            lane.segments
              .filter((one) => one.outcome === outcome)
              .reduce((total, one) => total + Date.parse(one.to) - Date.parse(one.from), 0) / 1000;
          expect([sum('pass'), sum('fail'), sum('unknown'), sum('not-applicable')]).toEqual([
            lane.seconds.passSeconds,
            lane.seconds.failSeconds,
            lane.seconds.unknownSeconds,
            lane.seconds.notApplicableSeconds,
          ]);
          expect(lane.segments.filter((one) => one.outcome === 'unknown' && one.why === null)).toEqual([]);
        }
        expect(page.performances.filter(({ met }) => met !== null).length).toBeLessThanOrEqual(
          page.performances.length,
        );
      }
    }
  });

  it('the strip’s totals and cells are those of effectiveness, and every control is in one group', async () => {
    const { ask, from, to } = at;
    const told = Effectiveness.parse(await ask('effectiveness', { from, to }));

    for (const bucket of ['day', 'week'] as const) {
      const strip = Strip.parse(await ask('effectiveness.strip', { from, to, bucket }));

      expect(strip.controls.map(({ control }) => control).sort()).toEqual(
        told.controls.map(({ control }) => control).sort(),
      );
      expect(strip.groups.reduce((sum, one) => sum + one.controls, 0)).toBe(strip.controls.length);
      for (const row of strip.controls) {
        const expected = told.controls.find(({ control }) => control === row.control);
        expect(row.cells.flatMap(({ keys = [] }) => keys).sort()).toEqual(
          expected?.occurrences.map(({ key }) => key).sort(),
        );
        const sum = (of: (cell: (typeof row.cells)[number]) => number): number =>
          Math.round(row.cells.reduce((total, cell) => total + of(cell), 0));
        const total = (of: (check: NonNullable<typeof expected>['checks'][number]) => number): number =>
          Math.round((expected?.checks ?? []).reduce((all, check) => all + of(check), 0));
        expect(sum((cell) => cell.failSeconds ?? 0)).toBe(total((check) => check.failSeconds));
        expect(sum((cell) => cell.unknownSeconds ?? 0)).toBe(total((check) => check.unknownSeconds));
        expect(row.failingEpisodes).toBe(total((check) => check.episodes));
      }
    }
  });

  it.each(FRAMEWORKS)('the tree of %s and the list of controls stand as status says', async (framework) => {
    const { ask, middle } = at;

    for (const asOf of [undefined, middle]) {
      const told = Status.parse(await ask('status', { framework }, asOf));
      const tree = Tree.parse(await ask('framework.tree', { framework }, asOf));
      const rows = tree.groups.flatMap(({ requirements }) => requirements);
      expect(tree.counts).toEqual(told.counts);
      expect(
        rows
          .map(({ ref, state, because, controls }) => ({
            ref,
            state,
            because,
            controls: controls.map((one) => ({ id: one.id, state: one.state, because: one.because })),
          }))
          .sort((a, b) => (a.ref < b.ref ? -1 : 1)),
      ).toEqual(
        told.requirements
          .map(({ ref, state, because, controls }) => ({
            ref,
            state,
            because,
            controls: controls.map((one) => ({ id: one.id, state: one.state, because: one.because })),
          }))
          .sort((a, b) => (a.ref < b.ref ? -1 : 1)),
      );
      const list = ControlsList.parse(await ask('controls.list', { limit: 500 }, asOf));
      const states = new Map(list.controls.map((one) => [one.id, one.state]));
      for (const one of told.requirements.flatMap(({ controls }) => controls))
        expect(states.get(one.id)).toBe(one.state);
      expect(list.filters.state.reduce((sum, one) => sum + one.controls, 0)).toBe(list.total);
    }
  });

  it('the overview counts what status counts, now and as the period began', async () => {
    const { ask, middle } = at;

    for (const asOf of [undefined, middle]) {
      const overview = Overview.parse(await ask('overview', { limit: 200 }, asOf));

      expect(overview.programmes.map(({ framework }) => framework).sort()).toEqual(['iso27001', 'soc2']);
      for (const programme of overview.programmes) {
        const now = Status.parse(await ask('status', { framework: programme.framework }, asOf));
        const then = Status.parse(await ask('status', { framework: programme.framework }, programme.since));
        expect(programme.counts).toEqual(now.counts);
        expect(programme.counts.met - programme.change.met).toBe(then.counts.met);
        expect(programme.counts.notObserved - programme.change.notObserved).toBe(then.counts.notObserved);
        expect(overview.log).toEqual(now.log);
      }
      expect(overview.attention.items.length).toBe(overview.attention.total);
      const failing = overview.attention.items.filter(({ needs }) => needs === 'failing');
      expect(failing.length).toBe(overview.controls.failing);
      expect(overview.attention.items.filter(({ because }) => !/^[^ ].*[.]$/s.test(because))).toEqual([]);
    }
  });

  it('what fails has failed since the lane of its check says so', async () => {
    const { ask, from, middle } = at;

    const overview = Overview.parse(await ask('overview', { limit: 200 }, middle));

    for (const one of overview.attention.items.filter(({ needs }) => needs === 'failing')) {
      const page = ControlPage.parse(await ask('control.page', { control: one.control, from, to: middle }, middle));
      const failing = page.legs.filter(({ says }) => says === 'fails');
      const [first] = failing.flatMap(({ since }) => since ?? []).sort();
      expect(one.since).toBe(first ?? null);
      expect(/ Failing for [^.]+ or longer[.]/.test(one.because)).toBe(one.beganUnseen);
      for (const { name, since, beganUnseen } of failing.filter(({ kind }) => kind === 'check')) {
        const segments = page.lanes.find(({ check }) => check === name)?.segments ?? [];
        const last = segments.findLastIndex(({ outcome }) => outcome === 'fail');
        const [before, now] = [segments[last - 1], segments[last]];
        if (before === undefined) expect(since !== null && since <= (now?.from ?? '')).toBe(true);
        else expect([since, beganUnseen]).toEqual([now?.from, before.outcome === 'unknown']);
      }
    }
  });

  it('lanes of sources follow each other and hold no time before the first collection', async () => {
    const { ask, from, to, world } = at;

    const { sources } = Coverage.parse(await ask('sources.coverage', { from, to }));

    expect(sources.map(({ id }) => id).sort()).toEqual(world.sources.map(({ id }) => id).sort());
    for (const { datasets } of sources) {
      for (const { segments } of datasets) {
        segments.slice(1).forEach((one, i) => {
          expect(one.from >= (segments[i]?.to ?? '')).toBe(true);
          expect(one.from < one.to).toBe(true);
        });
      }
    }
  });

  it('a check’s page has the lane that the control’s page has, and pages through its items', async () => {
    const { ask, from, to, world } = at;

    for (const { id, versions } of world.checks) {
      const page = CheckPage.parse(await ask('check.page', { check: id, from, to, limit: 1000 }));
      expect(page.versions.map(({ version }) => version).sort()).toEqual(versions.map((_, i) => i + 1));
      const listed = page.items.listed.map(({ item, source }) => `${source}/${item}`);
      expect(page.items.total).toBe(listed.length);
      const paged: string[] = [];
      for (let offset = 0; offset < listed.length; offset += 2) {
        const part = CheckPage.parse(await ask('check.page', { check: id, from, to, limit: 2, offset }));
        paged.push(...part.items.listed.map(({ item, source }) => `${source}/${item}`));
      }
      expect(paged).toEqual(listed);
    }
  });
});
