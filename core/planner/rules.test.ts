import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { Answers } from './answers.ts';
import { contradictionsOf } from './contradictions.ts';
import type { Thresholds } from './rules.ts';
import { decide, LEVELS } from './rules.ts';

const THRESHOLDS: Thresholds = {
  ...{ marketShare: 0.25, budgetBoth: 50_000, budgetLarge: 140_000, deadlineMonths: 6, engineers: 10 },
  bothMonthsP90: 12.3,
};
type Given = z.input<typeof Answers>;
const given = (more: Partial<Given> = {}) => Answers.parse({ persons: 30, engineers: 12, stage: 'growth', ...more });
const decided = (more: Partial<Given> = {}) => decide(given(more), THRESHOLDS);
const US = { markets: { usCa: 70, europe: 10 } };
const EU = { markets: { usCa: 10, europe: 70 } };
const BOTH = { markets: { usCa: 55, europe: 35 } };

describe('neither yet', () => {
  test.each<[string, Partial<Given>]>([
    ['before the first revenue', { stage: 'pre-revenue' }],
    ['early, without a large prospect', { stage: 'early' }],
    ['fewer than ten engineers', { engineers: 9 }],
  ])('nobody asked, and it is %s', (_, more) => {
    expect(decided({ ...US, ...more })).toMatchObject({
      branch: 'neither',
      first: null,
      reasons: [{ rule: 'neither' }],
    });
  });

  test.each<[string, Partial<Given>]>([
    ['a request', { stage: 'pre-revenue', asked: { soc2: 1 } }],
    ['large prospects, early', { stage: 'early', enterprise: true }],
    ['ten engineers', { engineers: 10 }],
  ])('is not said with %s', (_, more) => {
    expect(decided({ ...US, ...more }).branch).toBe('soc2');
  });

  test('is not said where nobody asked and nothing else is known', () => {
    expect(decided({ engineers: undefined })).toMatchObject({ branch: 'tie', reasons: [] });
  });
});

describe('both', () => {
  test.each<[string, Partial<Given>, string]>([
    ['both asked for', { asked: { soc2: 1, iso27001: 1 } }, 'asked-both'],
    ['a quarter of the pipeline on either side', { markets: { usCa: 25, europe: 15, apac: 10 } }, 'markets-both'],
    ['worldwide', { global: true }, 'global'],
  ])('at once: %s, with money and time', (_, more, rule) => {
    const found = decided({ budget: 50_000, monthsAvailable: 12.3, ...more });

    expect(found).toMatchObject({ branch: 'both', first: null, then: null });
    expect(found.reasons[0]).toMatchObject({ rule, decides: true });
  });

  test('a little less than a quarter does not count', () => {
    expect(decided({ markets: { usCa: 24, europe: 76 } }).branch).toBe('iso27001');
    expect(decided({ markets: { usCa: 76, europe: 24 } }).branch).toBe('soc2');
  });

  test.each<[string, Partial<Given>, string, string]>([
    [
      'too little time',
      { monthsAvailable: 12.2, asked: { soc2: 1, iso27001: 1, first: 'iso27001' } },
      'both-too-late',
      'iso27001',
    ],
    ['too little money', { budget: 49_999, asked: { soc2: 1, iso27001: 1, first: 'soc2' } }, 'both-too-dear', 'soc2'],
    ['the one asked for more often', { budget: 1000, asked: { soc2: 1, iso27001: 3 } }, 'both-too-dear', 'iso27001'],
    [
      'the one that more revenue waits for',
      { budget: 1000, asked: { soc2: 1, iso27001: 1 }, waiting: { usCa: 1, europe: 2 } },
      'both-too-dear',
      'iso27001',
    ],
    [
      'the largest market, where requests do not say',
      { budget: 1000, asked: { soc2: 1, iso27001: 1 }, ...US },
      'both-too-dear',
      'soc2',
    ],
  ])('in sequence: %s', (_, more, rule, first) => {
    const found = decided(more);

    expect(found).toMatchObject({ branch: first, first, then: first === 'soc2' ? 'iso27001' : 'soc2' });
    expect(found.reasons.find((reason) => reason.rule === rule)).toMatchObject({ decides: true });
  });

  test('time counts by nine of ten trials, and not by fifteen months', () => {
    const asked = { soc2: 1, iso27001: 1 };

    expect(decide(given({ asked, monthsAvailable: 14 }), THRESHOLDS).branch).toBe('both');
    expect(decide(given({ asked, monthsAvailable: 16 }), { ...THRESHOLDS, bothMonthsP90: 17 }).branch).not.toBe('both');
  });

  test('more than a hundred persons with less than 140,000 are warned', () => {
    const asked = { soc2: 1, iso27001: 1 };

    expect(decided({ persons: 101, budget: 139_999, asked }).warnings).toHaveLength(1);
    expect(decided({ persons: 100, budget: 139_999, asked }).warnings).toEqual([]);
    expect(decided({ persons: 101, budget: 140_000, asked }).warnings).toEqual([]);
  });
});

describe('one first', () => {
  test.each<[string, Partial<Given>, string]>([
    ['only SOC 2 asked for', { asked: { soc2: 1 } }, 'soc2'],
    ['only ISO 27001 asked for', { asked: { iso27001: 1 } }, 'iso27001'],
    ['a duty outside the US', { regulatedOutsideUs: true }, 'iso27001'],
    ['most of the pipeline in the US and Canada', US, 'soc2'],
    ['most of it in Europe', EU, 'iso27001'],
    ['most of it in Asia-Pacific', { markets: { usCa: 20, apac: 60 } }, 'iso27001'],
    ['most of it in the Middle East', { markets: { usCa: 20, middleEast: 60 } }, 'iso27001'],
    ['most of it in Latin America', { markets: { usCa: 20, latam: 60 } }, 'iso27001'],
    ['fewer than six months', { monthsAvailable: 5.9 }, 'soc2'],
    ['a hard budget', { budget: 30_000, budgetIsHard: true }, 'soc2'],
    ['a tight scope', { wantsTightScope: true }, 'soc2'],
    ['ISO 27701 to come', { plansMoreIso: ['iso27701'] }, 'iso27001'],
    ['a management system wanted', { wantsManagementSystem: true }, 'iso27001'],
  ])('%s', (_, more, branch) => {
    expect(decided(more).branch).toBe(branch);
  });

  test('six months are no short deadline', () => {
    expect(decided({ monthsAvailable: 6 }).branch).toBe('tie');
  });

  test.each<[string, Partial<Given>, string]>([
    ['a request over a duty', { asked: { soc2: 1 }, regulatedOutsideUs: true }, 'soc2'],
    ['a request over both markets', { asked: { iso27001: 1 }, ...BOTH }, 'iso27001'],
    ['a duty over the market', { regulatedOutsideUs: true, ...US }, 'iso27001'],
    ['the market over a deadline', { ...EU, monthsAvailable: 3 }, 'iso27001'],
    ['a deadline over a wish', { monthsAvailable: 3, plansMoreIso: ['iso22301'] }, 'soc2'],
    ['the budget over a wish', { budget: 20_000, budgetIsHard: true, wantsManagementSystem: true }, 'soc2'],
  ])('precedence: %s', (_, more, branch) => {
    const found = decided(more);

    expect(found.branch).toBe(branch);
    expect(found.reasons.length).toBeGreaterThan(1);
  });

  test('what was outweighed is told, and does not decide', () => {
    const found = decided({ asked: { soc2: 2 }, regulatedOutsideUs: true, ...BOTH });

    expect(found).toMatchObject({ branch: 'soc2', then: 'iso27001' });
    expect(found.reasons.filter(({ decides }) => decides).map(({ rule }) => rule)).toEqual(['asked-soc2']);
    expect(found.reasons.map(({ rule }) => rule)).toContain('duty');
  });

  test('in Latin America either is accepted, and it says so', () => {
    expect(decided({ markets: { latam: 80 } }).reasons[0]?.because).toMatch(
      /either is accepted; ISO 27001 is the default/,
    );
  });

  test('wishes against each other tie, and both are shown', () => {
    expect(decided({ wantsTightScope: true, wantsManagementSystem: true })).toMatchObject({
      branch: 'tie',
      first: null,
    });
  });

  test('equal markets are told apart by what waits there', () => {
    const even = { markets: { usCa: 20, europe: 20 }, asked: { soc2: 0 } };

    expect(decided(even).branch).toBe('tie');
    expect(decide(given({ ...even, waiting: { europe: 1000 } }), THRESHOLDS).branch).toBe('iso27001');
  });
});

describe('whatever is answered', () => {
  const share = fc.integer({ min: 0, max: 20 });
  const region = fc.record({ usCa: share, europe: share, apac: share, middleEast: share, latam: share });
  const optional = (numbers: fc.Arbitrary<number>) => fc.option(numbers, { nil: undefined });
  const answers = fc.record({
    markets: region,
    asked: fc.record({ soc2: fc.integer({ min: 0, max: 3 }), iso27001: fc.integer({ min: 0, max: 3 }) }),
    stage: fc.constantFrom('pre-revenue', 'early', 'growth'),
    ...{ enterprise: fc.boolean(), global: fc.boolean(), regulatedOutsideUs: fc.boolean() },
    ...{ wantsTightScope: fc.boolean(), wantsManagementSystem: fc.boolean(), budgetIsHard: fc.boolean() },
    budget: optional(fc.integer({ min: 0, max: 300_000 })),
    monthsAvailable: optional(fc.integer({ min: 1, max: 40 })),
    engineers: optional(fc.integer({ min: 1, max: 30 })),
  });
  const make = (one: object) => Answers.parse({ persons: 60, ...one });

  test('there is one answer, with reasons strongest first, unless it is a tie', () => {
    fc.assert(
      fc.property(answers, (one) => {
        const found = decide(make(one), THRESHOLDS);
        const deciding = found.reasons.filter(({ decides }) => decides).map(({ level }) => LEVELS.indexOf(level));
        expect(deciding).toEqual([...deciding].sort((a, b) => a - b));
        if (found.branch !== 'tie') expect(deciding.length).toBeGreaterThan(0);
        expect(found.first === null).toBe(['neither', 'both', 'tie'].includes(found.branch));
        expect(found.then === null || found.then !== found.first).toBe(true);
      }),
    );
  });

  test('a request for one only is followed, whatever else is said', () => {
    fc.assert(
      fc.property(answers, fc.constantFrom('soc2', 'iso27001'), (one, framework) => {
        const asked = { soc2: 0, iso27001: 0, [framework]: 1 };
        expect(decide(make({ ...one, asked }), THRESHOLDS).branch).toBe(framework);
      }),
    );
  });

  test('more money or more time never turns both at once into a sequence', () => {
    fc.assert(
      fc.property(
        answers,
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 0, max: 24 }),
        (one, money, time) => {
          const before = decide(make(one), THRESHOLDS);
          if (before.branch !== 'both') return;
          const more = {
            ...one,
            budget: one.budget === undefined ? undefined : one.budget + money,
            monthsAvailable: one.monthsAvailable === undefined ? undefined : one.monthsAvailable + time,
          };
          expect(decide(make(more), THRESHOLDS).branch).toBe('both');
        },
      ),
    );
  });
});

describe('contradictions', () => {
  const today = '2026-11-26';
  const edit = { figure: 'iso.gap', low: 1, likely: 2, high: 3 };
  test.each<[string, Partial<Given>, string[]]>([
    ['shares above a hundred', { markets: { usCa: 70, europe: 40 } }, ['markets']],
    ['shares as fractions', { markets: { usCa: 0.55, europe: 0.35 } }, ['markets']],
    ['nobody asked, yet revenue waits', { waiting: { usCa: 5 } }, ['asked']],
    ['nobody asked, yet by a date', { asked: { by: '2027-05-01' } }, ['asked.by']],
    ['asked first, by nobody', { asked: { soc2: 1, first: 'iso27001' } }, ['asked.first']],
    ['needed before it begins', { asked: { soc2: 1, by: today } }, ['asked.by']],
    ['revenue waits where there is no market', { asked: { soc2: 1 }, ...US, waiting: { apac: 5 } }, ['waiting.apac']],
    ['growth without an engineer', { engineers: 0 }, ['engineers']],
    ['more engineers than persons', { engineers: 31 }, ['engineers']],
    ['a hard budget of nothing said', { budgetIsHard: true }, ['budget']],
    ['no Security', { categories: ['privacy'] }, ['categories']],
    ['a category twice', { categories: ['security', 'security'] }, ['categories']],
    ['an edit out of order', { edits: [{ ...edit, low: 5 }] }, ['edits.0']],
    ['an edit of nothing', { edits: [{ ...edit, figure: 'x' }] }, ['edits.0.figure']],
    ['an edit twice', { edits: [edit, edit] }, ['edits.1.figure']],
    [
      'a share above one',
      { edits: [{ ...edit, figure: 'reuse.soc2', low: 0.2, likely: 0.5, high: 29 }] },
      ['edits.0.high', 'edits.0'],
    ],
    ['a quote of a duration', { quotes: [{ figure: 'iso.months', firm: 'F', amount: 1 }] }, ['quotes.0.figure']],
    [
      'quoted and edited',
      { edits: [edit], quotes: [{ figure: 'iso.gap', firm: 'F', amount: 1 }] },
      ['quotes.0.figure'],
    ],
  ])('%s', (_, more, fields) => {
    const found = contradictionsOf(given(more), today).map(({ field }) => field);

    expect(fields).toEqual(expect.arrayContaining(found));
    expect(found.length).toBeGreaterThan(0);
  });

  test.each<[string, object]>([
    ['a budget below zero', { budget: -1 }],
    ['a period of two months', { windowMonths: 2 }],
    ['no person', { persons: 0 }],
    ['a share below zero', { markets: { usCa: -5 } }],
    ['what is no number', { budget: Number.POSITIVE_INFINITY }],
    ['a field that is not asked', { colour: 'red' }],
  ])('%s is no answer', (_, more) => {
    expect(Answers.safeParse({ persons: 30, ...more }).success).toBe(false);
  });

  test('several are named together', () => {
    const both = contradictionsOf(given({ markets: { usCa: 70, europe: 40 }, engineers: 0 }), today);

    expect(both.map(({ field }) => field)).toEqual(['markets', 'engineers']);
  });
});
