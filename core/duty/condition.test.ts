import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Affected, Condition, Found, Truth } from './condition.ts';
import { all, any, evaluate, isWithin } from './condition.ts';

const NOTHING: Affected = {
  facts: { personalData: 'unknown', risk: 'unknown', health: 'unknown', unreadable: 'unknown' },
  people: [],
  isComplete: false,
  regions: ['BR'],
  reachesAll: false,
  lawName: 'LGPD',
};
const truth = (condition: Condition, given: Partial<Affected>): Truth =>
  evaluate(condition, { ...NOTHING, ...given }).truth;
/** Everybody counted, one entry a region, those in the US in a state. */
const merged = (people: Affected['people']): Affected['people'] => {
  const counts = new Map<string, number>();
  for (const { region, count = 1 } of people) {
    const where = region === 'US' ? 'US-NY' : region;
    counts.set(where, (counts.get(where) ?? 0) + count);
  }
  return [...counts].map(([region, count]) => ({ region, count }));
};
const found = (truth: Truth): Found => ({ truth, because: truth });

describe('what is not known', () => {
  test.each<[Truth[], Truth, Truth]>([
    [['yes', 'yes'], 'yes', 'yes'],
    [['yes', 'unknown'], 'unknown', 'yes'],
    [['yes', 'no'], 'no', 'yes'],
    [['unknown', 'no'], 'no', 'unknown'],
    [['unknown', 'unknown'], 'unknown', 'unknown'],
    [['no', 'no'], 'no', 'no'],
  ])('%s: all is %s, any is %s', (given, both, either) => {
    expect([all(given.map(found)).truth, any(given.map(found)).truth]).toEqual([both, either]);
  });

  test('is never no: settling facts turns unknown into something, and leaves yes and no as they are', () => {
    const value = fc.constantFrom('yes', 'no', 'unknown');
    const people = fc.array(
      fc.record({
        region: fc.constantFrom('BR', 'DE', 'US-CA', 'US-NY', 'US'),
        count: fc.option(fc.integer({ min: 1, max: 900 }), { nil: undefined }),
      }),
      { maxLength: 4 },
    );
    const leaf: fc.Arbitrary<Condition> = fc.oneof(
      fc.record({
        fact: fc.constantFrom('personalData', 'health', 'unreadable' as const),
        is: fc.constantFrom(['yes'], ['no']),
      }),
      fc.constant({ reached: true as const }),
      fc.record({ people: fc.constantFrom('anywhere', 'one-state' as const), atLeast: fc.constant(500) }),
      fc.record({ people: fc.constantFrom('anywhere', 'one-state' as const), below: fc.constant(500) }),
    );
    const condition = fc.oneof(
      leaf,
      fc.array(leaf, { minLength: 1, maxLength: 4 }).map((of) => ({ all: of })),
      fc.array(leaf, { minLength: 1, maxLength: 4 }).map((of) => ({ any: of })),
    );
    fc.assert(
      fc.property(
        condition,
        value,
        value,
        value,
        people,
        people,
        fc.boolean(),
        (asked, personalData, health, unreadable, now, later, reachesAll) => {
          const early = evaluate(asked, {
            ...NOTHING,
            facts: { personalData, health, unreadable, risk: 'unknown' },
            people: now,
            isComplete: false,
            reachesAll,
          }).truth;
          const settle = (v: string): string => (v === 'unknown' ? 'yes' : v);
          const settled = evaluate(asked, {
            ...NOTHING,
            facts: {
              personalData: settle(personalData),
              health: settle(health),
              unreadable: settle(unreadable),
              risk: 'unknown',
            },
            people: merged([...now, ...later]),
            isComplete: true,
            reachesAll,
          }).truth;

          expect(settled).not.toBe('unknown');
          if (early !== 'unknown') expect(settled).toBe(early);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('people', () => {
  const media: Condition = { people: 'one-state', atLeast: 500 };

  test.each<[string, Partial<Affected>, Truth]>([
    ['one state holds enough', { people: [{ region: 'US-CA', count: 500 }] }, 'yes'],
    [
      'two states together do not make one',
      {
        people: [
          { region: 'US-CA', count: 400 },
          { region: 'US-NY', count: 400 },
        ],
        isComplete: true,
      },
      'no',
    ],
    ['not everybody is named', { people: [{ region: 'US-CA', count: 400 }] }, 'unknown'],
    ['people of no named state may be of one', { people: [{ region: 'US', count: 600 }], isComplete: true }, 'unknown'],
    ['nobody is named', {}, 'unknown'],
    ['nobody there, and that is all', { people: [{ region: 'DE', count: 9 }], isComplete: true }, 'no'],
  ])('%s', (_says, given, wanted) => {
    expect(truth(media, given)).toBe(wanted);
  });

  test('a law reaches its people, and whoever else where the organisation is established', () => {
    const there = { people: [{ region: 'BR', count: 3 }] };
    const elsewhere = { people: [{ region: 'DE', count: 3 }] };

    expect(truth({ reached: true }, there)).toBe('yes');
    expect(truth({ reached: true }, elsewhere)).toBe('unknown');
    expect(truth({ reached: true }, { ...elsewhere, isComplete: true })).toBe('no');
    expect(truth({ reached: true }, { ...elsewhere, isComplete: true, reachesAll: true })).toBe('yes');
    expect(truth({ reached: true }, { people: [{ region: 'BR', count: 0 }], isComplete: true })).toBe('no');
    expect([isWithin('US-CA', ['US']), isWithin('US', ['US-CA']), isWithin('USX', ['US'])]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
