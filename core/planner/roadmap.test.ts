import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { addMonths } from '../framework/months.ts';
import { addDays, dayNumber } from '../kernel/index.ts';
import { Answers } from './answers.ts';
import { triangular } from './bands.ts';
import { shippedFigure, SHIPPED } from './catalog.ts';
import { coverageOf, NOTHING_MEASURED } from './coverage.ts';
import { Dice, diceFor, uniforms } from './dice.ts';
import { figuresOf, sizesOf } from './figures.ts';
import { DAYS_A_MONTH } from './graph.ts';
import type { PathId } from './path.ts';
import { PATHS } from './path.ts';
import { COMMON_SEED } from './plan.ts';
import type { Ask } from './roadmap.ts';
import { dated, planFor, spreadOf, TRIALS } from './roadmap.ts';
import { driversOf, quantiles, ranks, shareUpTo } from './spread.ts';
import { tell } from './tell.ts';
import { ofTen } from './words.ts';

type Given = z.input<typeof Answers>;
const START = '2026-11-26';
const ask = (more: Partial<Given> = {}, other: Partial<Ask> = {}): Ask => ({
  answers: Answers.parse({ persons: 30, engineers: 12, stage: 'growth', ...more }),
  ...{ startsOn: START, measured: NOTHING_MEASURED, seed: COMMON_SEED },
  ...other,
});
/** Thirty people who sell in the US and the EU, asked for both, Security only. */
const EXAMPLE: Partial<Given> = { markets: { usCa: 50, europe: 40 }, asked: { soc2: 1, iso27001: 1 } };

describe('the dice', () => {
  test('throw what the reference implementation throws from the state 1, 2, 3, 4', () => {
    const dice = new Dice(1, 2, 3, 4);

    expect(Array.from({ length: 10 }, () => dice.next())).toEqual([
      ...[11520, 0, 5927040, 70819200, 2031721883],
      ...[1637235492, 1287239034, 3734860849, 3729100597, 4258142804],
    ]);
  });

  test('of the state that never changes are not used', () => {
    expect(new Dice(0, 0, 0, 0).next()).not.toBe(new Dice(0, 0, 0, 0).next.call(new Dice(0, 1, 0, 0)));
  });

  test('throw the same for the same seed and name, and something else for another', () => {
    const first = (seed: string, name: string): number => diceFor(seed, name).next();
    const other = COMMON_SEED.replace('6', '7');

    expect(first(COMMON_SEED, 'a')).toBe(first(COMMON_SEED, 'a'));
    expect(new Set([first(COMMON_SEED, 'a'), first(COMMON_SEED, 'b'), first(other, 'a')]).size).toBe(3);
  });

  test('spread evenly between nought and one, two names without a bond', () => {
    const [a, b] = ['tooling.mid', 'soc2.help'].map((name) => uniforms(diceFor(COMMON_SEED, name), TRIALS));
    const mean = (column: Float64Array): number => column.reduce((total, value) => total + value, 0) / column.length;
    const both = mean((a ?? new Float64Array(1)).map((x, i) => (x - 0.5) * ((b?.[i] ?? 0) - 0.5)));

    expect(mean(a ?? new Float64Array(1))).toBeCloseTo(0.5, 2);
    expect(Math.abs(both * 12)).toBeLessThan(0.02);
    expect(a?.every((x) => x > 0 && x < 1)).toBe(true);
  });
});

describe('the triangular distribution', () => {
  test('has the mean, the variance and the quantiles of its formula', () => {
    const [low, likely, high] = [5000, 6500, 8000];
    const drawn = triangular({ low, likely, high }, uniforms(diceFor(COMMON_SEED, 'x'), TRIALS));
    const mean = drawn.reduce((total, value) => total + value, 0) / TRIALS;
    const variance = drawn.reduce((total, value) => total + (value - mean) ** 2, 0) / TRIALS;

    expect(mean / ((low + likely + high) / 3)).toBeCloseTo(1, 2);
    expect(
      variance / ((low ** 2 + likely ** 2 + high ** 2 - low * likely - low * high - likely * high) / 18),
    ).toBeCloseTo(1, 1);
    expect(quantiles(drawn).p50 / 6500).toBeCloseTo(1, 2);
  });

  test('stays in its band, whatever the band', () => {
    const three = fc.tuple(
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 0, max: 1e6 }),
    );
    fc.assert(
      fc.property(three, (numbers) => {
        const [low = 0, likely = 0, high = 0] = [...numbers].sort((a, b) => a - b);
        const drawn = triangular({ low, likely, high }, uniforms(diceFor(COMMON_SEED, 'x'), 50));
        expect(drawn.every((value) => value >= low && value <= high)).toBe(true);
      }),
    );
  });
});

describe('figures of a distribution', () => {
  test('quantiles by nearest rank', () => {
    expect(quantiles(Float64Array.from([10, 1, 9, 2, 8, 3, 7, 4, 6, 5]))).toEqual({ p10: 1, p50: 5, p90: 9 });
    expect(quantiles(Float64Array.of(3))).toEqual({ p10: 3, p50: 3, p90: 3 });
  });

  test('ranks, and drivers by squared rank correlation', () => {
    const a = Float64Array.from({ length: 500 }, (_, i) => (i * 37) % 500);
    const b = Float64Array.from({ length: 500 }, (_, i) => (i * 91) % 500);
    const result = a.map((value, i) => 2 * value + (b[i] ?? 0));

    expect([...ranks(Float64Array.of(30, 10, 20))]).toEqual([2, 0, 1]);
    const drivers = driversOf(
      result,
      new Map([
        ['b', b],
        ['a', a],
        ['c', new Float64Array(500).fill(4)],
      ]),
    );
    expect(drivers.map(({ figure }) => figure)).toEqual(['a', 'b']);
    expect(drivers[0]?.share).toBeCloseTo(0.8, 1);
    expect(drivers.reduce((total, { share }) => total + share, 0)).toBeCloseTo(1, 10);
  });

  test.each([
    [1, 'all trials'],
    [0.999, 'more than nine of ten trials'],
    [0.9, 'nine of ten trials'],
    [0.04, 'fewer than one of ten trials'],
    [0, 'no trial'],
  ])('%d is %s', (share, says) => {
    expect(ofTen(share)).toBe(says);
  });
});

describe('the worked example', () => {
  const plan = planFor(ask(EXAMPLE));
  const both = plan.result('parallel');

  test('costs what it was worked out to, with every figure at its likely value', () => {
    expect(both.likely).toBeGreaterThanOrEqual(98_000);
    expect(both.likely).toBeLessThanOrEqual(108_000);
    expect(both.cost.p10).toBeLessThan(108_000);
    expect(both.cost.p90).toBeGreaterThan(98_000);
    expect(both.cost.p10 > 50_000 && both.cost.p90 < 140_000).toBe(true);
  });

  test('takes ten and a half months to the report, the certificate beside it', () => {
    const { inHand, tasks } = dated(plan, 'parallel');
    const months = (on: string | undefined): number => (dayNumber(on ?? START) - dayNumber(START) + 1) / DAYS_A_MONTH;

    expect(months(inHand.find(({ framework }) => framework === 'soc2')?.on)).toBeCloseTo(10.5, 0);
    expect(months(inHand.find(({ framework }) => framework === 'iso27001')?.on)).toBeLessThanOrEqual(12);
    expect(both.months.p50).toBeGreaterThan(10);
    expect(both.months.p50).toBeLessThan(12);
    expect(tasks.find(({ id }) => id === 'iso.decision')?.slackDays).toBeGreaterThan(0);
  });

  test('has audit days of the table, and a Type 2 band of another size, and says so', () => {
    expect(plan.figures.get('iso.audit.days')).toMatchObject({ low: 8.5, likely: 8.5, high: 8.5, origin: 'computed' });
    expect(plan.figures.get('soc2.type2.audit.mid')?.notes[0]).toBe('No band for a small Type 2: mid-size band used.');
    expect(plan.figures.get('iso.months')).toMatchObject({ high: 12 });
  });

  test('is both at once, and a Type 1 is left out', () => {
    expect(plan.decision.branch).toBe('both');
    expect(plan.recommended).toEqual(['parallel']);
    expect(plan.hasType1).toBe(false);
  });
});

describe('formulas', () => {
  const fixed = (figure: string, value: number) => ({ figure, low: value, likely: value, high: value });
  /** Everything at a fixed value: then all trials are alike and the sums can be done by hand. */
  const FIXED: Partial<Given> = {
    edits: [
      ...[fixed('tooling.mid', 20_000), fixed('tooling.extra', 4000), fixed('soc2.help', 35_000)],
      ...[fixed('soc2.type2.audit.mid', 17_500), fixed('soc2.type1.audit.small', 8500), fixed('iso.gap', 6500)],
      ...[fixed('iso.help', 30_000), fixed('iso.audit', 21_000)],
      ...[fixed('soc2.readiness.months', 3), fixed('soc2.reporting.months', 1.5), fixed('iso.months', 10)],
      ...[
        fixed('iso.internalAudit.months', 1),
        fixed('iso.managementReview.months', 0.5),
        fixed('iso.stage1.months', 0.5),
      ],
      ...[fixed('iso.stageGap.months', 1), fixed('iso.stage2.months', 0.5), fixed('iso.decision.months', 1)],
      ...[fixed('reuse.iso27001', 0.5), fixed('reuse.soc2', 0.6)],
    ],
  };
  const at = (id: PathId, more: Partial<Given> = {}) =>
    planFor(ask({ ...FIXED, asked: { soc2: 1, iso27001: 1 }, ...more })).result(id);

  test.each<[PathId, number]>([
    ['soc2', 20_000 + 35_000 + 17_500],
    ['iso27001', 20_000 + 6500 + 30_000 + 21_000],
    ['parallel', 24_000 + 35_000 * 0.4 + 17_500 + 6500 + 30_000 + 21_000],
    ['sequence', 24_000 + 35_000 + 17_500 + 6500 + 30_000 * 0.5 + 21_000],
    ['separate', 2 * 20_000 + 35_000 + 17_500 + 6500 + 30_000 + 21_000],
  ])('the first round of %s costs %d', (id, cost) => {
    expect(at(id).cost.p50).toBeCloseTo(cost, 6);
    expect(at(id).likely).toBeCloseTo(cost, 6);
  });

  test.each<[PathId, number]>([
    ['soc2', 3 + 6 + 1.5],
    ['iso27001', 10],
    ['parallel', 10.5],
    // No more than 40 % of the months is taken off, whatever is shared.
    ['sequence', 10.5 + 10 * 0.6],
    ['separate', 10.5 + 10],
  ])('%s takes %d months', (id, months) => {
    expect(at(id).months.p50).toBeCloseTo(months, 6);
  });

  test('a Type 1 adds its audit, and a month within two to six', () => {
    const plan = planFor(ask({ ...FIXED, type1: 'yes' }));

    expect(plan.result('soc2').cost.p50).toBeCloseTo(20_000 + 35_000 + 8500 + 17_500, 6);
    expect(dated(plan, 'soc2').tasks.find(({ id }) => id === 'soc2.type1')?.toDay).toBe(
      Math.round(3 * DAYS_A_MONTH) + Math.round(DAYS_A_MONTH),
    );
  });

  test('three years of SOC 2: three reports, three years of tooling; of ISO 27001: two surveillance audits', () => {
    const [soc2, iso] = [at('soc2').threeYears(), at('iso27001').threeYears()];

    expect(soc2.total.p50).toBeCloseTo(35_000 + 3 * (17_500 + 20_000), 6);
    expect(iso.total.p50).toBeCloseTo(6500 + 30_000 + 21_000 + 2 * 7000 + 3 * 20_000, 6);
    expect(soc2.years.map(({ cost }) => cost.p50)).toEqual([72_500, 37_500, 37_500]);
    expect(iso.years[1]?.cost.p50).toBeCloseTo(27_000, 6);
  });

  test('a surveillance audit costs a third of the certification audit, at least 3,000', () => {
    const cheap = planFor(ask({ edits: [fixed('iso.audit', 6000)] })).result('iso27001');

    expect(cheap.items.find(({ id }) => id === 'iso.surveillance.1')?.likely).toBe(3000);
  });

  test('a report that is skipped later costs nothing later', () => {
    expect(at('soc2', { skipsRenewal: true }).threeYears().years[1]?.cost.p50).toBe(20_000);
  });

  test('sequence may begin while the period runs', () => {
    const [later, sooner] = [at('sequence'), at('sequence', { secondStarts: 'operating' })];

    expect(sooner.months.p50).toBeLessThan(later.months.p50);
  });

  test('quotes take the place of a band: their least, middle and most', () => {
    const quote = (firm: string, amount: number) => ({ figure: 'soc2.type2.audit.mid', firm, amount });
    const figure = planFor(ask({ quotes: [quote('B', 21_000), quote('A', 14_000), quote('C', 16_000)] })).figures.get(
      'soc2.type2.audit.mid',
    );

    expect(figure).toMatchObject({
      low: 14_000,
      likely: 16_000,
      high: 21_000,
      origin: 'quoted',
      before: { low: 15_000 },
    });
    expect(figure?.source.name).toBe('3 quotes of A, B, C'.replace('A, B, C', 'B, A, C'));
  });

  test('a quoted certification audit is not computed from days', () => {
    const plan = planFor(ask({ quotes: [{ figure: 'iso.audit', firm: 'A', amount: 9000 }] }));

    expect(plan.result('iso27001').items.find(({ id }) => id === 'iso.audit')?.likely).toBe(9000);
  });

  test.each([
    [19, ['security'], 'tooling.micro', 'soc2.type1.audit.small', 'soc2.type2.audit.mid'],
    [20, ['security'], 'tooling.mid', 'soc2.type1.audit.small', 'soc2.type2.audit.mid'],
    [20, ['security', 'availability'], 'tooling.mid', 'soc2.type1.audit.mid', 'soc2.type2.audit.mid'],
    [251, ['security'], 'tooling.mid', 'soc2.type1.audit.mid', 'soc2.type2.audit.large'],
  ] as const)('%i persons with %j: %s, %s, %s', (persons, categories, tooling, type1, type2) => {
    expect(sizesOf({ persons, categories: [...categories] })).toMatchObject({ tooling, type1, type2 });
  });
});

describe('reuse', () => {
  test('is the crosswalk’s measured range until something operates, and never 80 % as a fact', () => {
    const figure = figuresOf(ask().answers, NOTHING_MEASURED).get('reuse.iso27001');
    const { of, from5, from7, weighted } = coverageOf('iso27001', ['security']);

    expect(figure?.low).toBeCloseTo(from7 / of, 10);
    expect(figure?.likely).toBeCloseTo(weighted, 10);
    expect(figure?.high).toBeCloseTo(from5 / of, 10);
    expect(figure?.notes[0]).toContain(`${from7} of ${of} at strength 7`);
    expect(SHIPPED.some(({ low, likely, high }) => [low, likely, high].includes(0.8))).toBe(false);
  });

  test('is measured on the own controls as soon as one operates', () => {
    const measured = { soc2: { of: 33, all: 3, some: 6 }, iso27001: { of: 123, all: 12, some: 30 } };
    const figures = figuresOf(ask().answers, measured);

    expect(figures.get('reuse.iso27001')).toMatchObject({ low: 12 / 123, likely: 27 / 123, high: 42 / 123 });
    expect(figures.get('done.soc2')).toMatchObject({ low: 3 / 33, high: 3 / 33 });
  });

  test('what operates already is no work any more', () => {
    const all = { soc2: { of: 33, all: 33, some: 0 }, iso27001: { of: 123, all: 123, some: 0 } };
    const plan = planFor(ask(EXAMPLE, { measured: all }));

    expect(dated(plan, 'soc2').tasks[0]).toMatchObject({ id: 'soc2.readiness', days: 0 });
    expect(plan.result('soc2').items.find(({ id }) => id === 'soc2.help')?.likely).toBe(0);
  });

  test('of more categories more items count', () => {
    expect(coverageOf('soc2', ['security']).of).toBe(33);
    expect(coverageOf('soc2', ['security', 'privacy']).of).toBe(51);
  });
});

describe('whatever is answered', () => {
  const answers = fc.record({
    persons: fc.integer({ min: 1, max: 5000 }),
    windowMonths: fc.integer({ min: 3, max: 12 }),
    type1: fc.constantFrom('auto', 'yes', 'no'),
    secondStarts: fc.constantFrom('in-hand', 'operating'),
    asked: fc.record({ soc2: fc.integer({ min: 0, max: 2 }), iso27001: fc.integer({ min: 0, max: 2 }) }),
    hasDoneBefore: fc.boolean(),
    startsOn: fc.integer({ min: 0, max: 800 }).map((n) => addDays('2026-01-01', n)),
  });
  const make = (one: object, other: Partial<Ask> = {}) => {
    const asked = ask(one, { trials: 300, ...other });
    return planFor({ ...asked, startsOn: asked.answers.startsOn ?? START });
  };

  test('quantiles are in order, both cost more than one and no more than apart', () => {
    fc.assert(
      fc.property(answers, (one) => {
        const plan = make(one);
        for (const id of PATHS) {
          const { cost, months, threeYears } = plan.result(id);
          const { total } = threeYears();
          for (const { p10, p50, p90 } of [cost, months, total]) expect(0 < p10 && p10 <= p50 && p50 <= p90).toBe(true);
        }
        const at = (id: PathId): number => plan.result(id).cost.p50;
        expect(at('separate')).toBeGreaterThanOrEqual(Math.max(at('parallel'), at('sequence')));
        expect(Math.min(at('parallel'), at('sequence'))).toBeGreaterThan(Math.max(at('soc2'), at('iso27001')) * 0.99);
      }),
      { numRuns: 40 },
    );
  });

  test('tasks follow each other, slack is never negative, and something holds the end back', () => {
    fc.assert(
      fc.property(answers, fc.constantFrom(...PATHS), (one, id) => {
        const { tasks, inHand } = dated(make(one), id);
        const byId = new Map(tasks.map((task) => [task.id, task]));
        for (const task of tasks) {
          for (const before of task.after) expect(byId.get(before)?.toDay ?? 0).toBeLessThanOrEqual(task.fromDay);
          expect(task.slackDays).toBeGreaterThanOrEqual(0);
          expect(task.from <= task.to).toBe(true);
        }
        expect(tasks.some(({ isCritical }) => isCritical)).toBe(true);
        for (const { on, earliest, latest, chain } of inHand) {
          expect(earliest <= on && on <= latest).toBe(true);
          expect(chain.every((task, i) => i === 0 || task.fromDay === chain[i - 1]?.toDay)).toBe(true);
          expect(chain[0]?.fromDay).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a longer period never brings the report sooner, nor a higher price a lower cost', () => {
    fc.assert(
      fc.property(answers, (one) => {
        const longer = { ...one, windowMonths: Math.min(12, one.windowMonths + 1) };
        expect(make(longer).result('soc2').months.p50).toBeGreaterThanOrEqual(make(one).result('soc2').months.p50);
        const dear = { ...one, edits: [{ figure: 'soc2.help', low: 60_000, likely: 70_000, high: 80_000 }] };
        expect(make(dear).result('soc2').cost.p50).toBeGreaterThan(make(one).result('soc2').cost.p50);
      }),
      { numRuns: 25 },
    );
  });

  test('the same seed gives the same figures, another seed others close to them', () => {
    const [one, again, other] = [
      planFor(ask(EXAMPLE)),
      planFor(ask(EXAMPLE)),
      planFor(ask(EXAMPLE, { seed: 'f'.repeat(32) })),
    ];
    const cost = (plan: typeof one) => plan.result('parallel').cost;

    expect(cost(again)).toEqual(cost(one));
    expect(cost(other).p50).not.toBe(cost(one).p50);
    expect(Math.abs(cost(other).p50 / cost(one).p50 - 1)).toBeLessThan(0.01);
  });

  test('figures stand where they stood: of all machines, and of all versions that do not mean to move them', () => {
    const { p10, p50, p90 } = planFor(ask(EXAMPLE)).result('parallel').cost;

    expect([p10, p50, p90].map(Math.round)).toMatchInlineSnapshot(`
      [
        97257,
        109629,
        122295,
      ]
    `);
  });
});

describe('what is told', () => {
  const { answers } = ask({ ...EXAMPLE, monthsAvailable: 10, budget: 100_000 });
  const plan = planFor({ ...ask(), answers });
  const told = tell(plan, answers);

  test('what would change it was found by planning again', () => {
    const months = told.wouldChange.find(({ field }) => field === 'monthsAvailable');

    expect(told.recommendation.branch).not.toBe('both');
    expect(months?.says).toBe(`${Math.ceil(plan.thresholds.bothMonthsP90)} months instead of 10`);
    expect(months?.becomes).toMatch(/^SOC 2 and ISO 27001 at once, \$\d+ k$/);
  });

  test('every figure has a source; what is a claim says of when', () => {
    expect(told.figures.every(({ source }) => source.name !== '')).toBe(true);
    expect(told.figures.filter(({ isUsed }) => isUsed).length).toBeGreaterThan(20);
    expect(shippedFigure('soc2.help')?.source).toEqual({
      name: 'buyer’s guide of 2026-02-11',
      date: '2026-02-11',
      isClaim: true,
    });
  });

  test('what the spread comes from adds up to one', () => {
    const { cost, months } = spreadOf(plan, plan.recommended[0] ?? 'soc2');
    for (const drivers of [cost, months])
      expect(drivers.reduce((total, { share }) => total + share, 0)).toBeCloseTo(1, 9);
  });

  test('in how many trials the budget is enough is counted', () => {
    const { first } = plan.result('sequence');

    expect(told.options.find(({ id }) => id === 'sequence')?.withinBudget).toBe(shareUpTo(first, 100_000));
    expect(told.warnings.join(' ')).toMatch(/\$100,000 covers the plan in/);
  });

  test('milestones come in order, with surveillance and recertification', () => {
    const days = told.plan?.milestones.map(({ on }) => on) ?? [];
    const decision = told.plan?.milestones.find(({ milestone }) => milestone === 'decision')?.on ?? '';

    expect(days).toEqual([...days].sort());
    expect(told.plan?.milestones.find(({ milestone }) => milestone === 'surveillance-1')?.on).toBe(
      addMonths(decision, 12),
    );
  });

  test('neither yet: a list of what costs little, and when to ask again', () => {
    const early = Answers.parse({ persons: 5, engineers: 3, stage: 'pre-revenue' });
    const nothing = tell(planFor({ ...ask(), answers: early }), early);

    expect(nothing).toMatchObject({
      plan: null,
      spread: null,
      recommendation: { branch: 'neither', recheckOn: '2027-05-26' },
    });
    expect(nothing.recommendation.readiness.length).toBeGreaterThan(5);
  });
});
