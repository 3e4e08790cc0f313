import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Performed } from '../control/assignment.ts';
import { FREQUENCIES } from '../control/schedule.ts';
import type { Calendar, Terms } from '../control/schedule.ts';
import { dayEnd, dayStart, ELAPSED_DAY, HOUR } from '../kernel/time.ts';
import type { Governed } from '../kernel/time.ts';
import { effectivenessOf } from './period.ts';
import type { CheckFigures, Effectiveness, PeriodOf, PopulationFigures } from './period.ts';

const zone = 'Europe/Madrid';
const calendar: Calendar = { zone, holidays: new Set() };
const day = (date: string): number => dayStart(zone, date) + 9 * HOUR;

function control(more: Partial<Terms> = {}): Governed<Terms> {
  const terms: Terms = {
    frequency: 'monthly',
    startsOn: '2026-01-01',
    days: 'all',
    evidence: 'optional',
    ...more,
  };
  return [{ from: -Infinity, to: Infinity, terms }];
}

function performed(id: string, date: string, more: Partial<Performed> = {}): Performed {
  return { id, at: day(date), recordedAt: day(date) + 60_000, outcome: 'done', evidence: 0, ...more };
}

/** The first quarter of 2026, known in 2027, of a monthly control. */
function quarter(more: Partial<PeriodOf> = {}): Effectiveness {
  return effectivenessOf({
    control: 'access-review',
    governed: control(),
    calendar,
    performed: [],
    excuses: [],
    from: dayStart(zone, '2026-01-01'),
    to: dayEnd(zone, '2026-03-31') + 1,
    knownAt: day('2027-01-01'),
    checks: [],
    populations: [],
    ...more,
  });
}

const check: CheckFigures = {
  check: 'mfa',
  passSeconds: 0,
  failSeconds: 0,
  unknownSeconds: 0,
  notApplicableSeconds: 0,
  recordedLateSeconds: 0,
  observations: 0,
  longestGapSeconds: 0,
  episodes: 0,
  worstFixSeconds: 0,
};
const population: PopulationFigures = {
  dataset: 'git/changes',
  check: 'reviewed',
  items: 0,
  deviations: 0,
  unknown: 0,
  excepted: 0,
  complete: true,
  completeBy: 'collector',
};

describe('windows count the occurrences whose due instant lies in them', () => {
  it('with what became of each, and how long after performing it was recorded', () => {
    const answer = quarter({
      performed: [performed('a', '2026-01-20'), performed('b', '2026-03-03', { for: '2026-02' })],
    });

    expect(answer.counts).toEqual({ expected: 3, onTime: 1, late: 1, missed: 1, pending: 0, excused: 0 });
    expect(answer.occurrences).toEqual([
      {
        key: '2026-01',
        due: '2026-01-31T22:59:59.999Z',
        state: 'on-time',
        performedAt: '2026-01-20T08:00:00.000Z',
        recordedAt: '2026-01-20T08:01:00.000Z',
        lagSeconds: 60,
      },
      expect.objectContaining({ key: '2026-02', state: 'late', performedAt: '2026-03-03T08:00:00.000Z' }),
      { key: '2026-03', due: '2026-03-31T21:59:59.999Z', state: 'missed' },
    ]);
  });

  it('one met after the window is marked outside and does not show operation inside', () => {
    const answer = quarter({ performed: [performed('a', '2026-04-05', { for: '2026-03' })] });

    expect(answer.occurrences.at(-1)).toMatchObject({ key: '2026-03', state: 'late', outside: 'after' });
    expect(answer).toMatchObject({ metOutside: 1, performedInWindow: 0, operated: 'no' });
  });

  it('one met before the window too', () => {
    const answer = quarter({
      governed: control({ frequency: 'annual', startsOn: '2025-01-01', endsOn: '2025-12-31' }),
      performed: [performed('a', '2025-06-01')],
      from: dayStart(zone, '2025-12-01'),
    });

    expect(answer.occurrences).toMatchObject([{ key: '2025', state: 'on-time', outside: 'before' }]);
    expect(answer).toMatchObject({ metOutside: 1, operated: 'not-observed' });
  });

  it('a performance in the window that meets an occurrence due later shows operation', () => {
    const answer = quarter({ governed: control({ frequency: 'annual' }), performed: [performed('a', '2026-02-01')] });

    expect(answer).toMatchObject({ operated: 'yes', performedInWindow: 1, unmatched: [] });
    expect(answer.counts.expected).toBe(0);
  });

  it('a part-period counts only if it was met on or after startsOn', () => {
    const governed = control({ startsOn: '2026-01-10' });

    expect(quarter({ governed }).counts.expected).toBe(2);
    expect(quarter({ governed, performed: [performed('a', '2026-01-09')] }).counts.expected).toBe(2);
    expect(quarter({ governed, performed: [performed('a', '2026-01-10')] }).counts).toMatchObject({
      expected: 3,
      onTime: 1,
    });
  });

  it('what was recorded after known-at is not known, and what is due later is pending', () => {
    const answer = quarter({
      performed: [performed('a', '2026-01-20', { recordedAt: day('2026-02-20') })],
      knownAt: day('2026-02-10'),
    });

    expect(answer.counts).toEqual({ expected: 3, onTime: 0, late: 0, missed: 1, pending: 2, excused: 0 });
  });

  it('says what proves a performance, where something does', () => {
    const answer = quarter({
      performed: [performed('a', '2026-01-20')],
      provenBy: (id) => ({ provenBy: `proof of ${id}`, provenWith: { kind: 'time', id: 't', name: 'T' } }),
    });

    expect(answer.occurrences[0]?.provenBy).toBe('proof of a');
  });
});

describe('unmatched', () => {
  it('lists those performed in the window, not-done too, each with its reason', () => {
    const answer = quarter({
      performed: [
        performed('a', '2026-01-20'),
        performed('b', '2026-01-21'),
        performed('c', '2026-02-20', { outcome: 'not-done' }),
        performed('d', '2026-04-20'),
        performed('e', '2026-04-21'),
      ],
    });

    expect(answer.unmatched).toEqual([
      { performance: 'b', reason: 'Another performance met 2026-01.' },
      { performance: 'c', reason: 'It was recorded as not done.' },
    ]);
    expect(answer.performedInWindow).toBe(2);
  });
});

describe('longestGapDays', () => {
  it.each<[string, Partial<PeriodOf>, number | null]>([
    ['without a performance the window’s length, an hour of summer time short', {}, 90],
    ['edges included', { performed: [performed('a', '2026-01-20'), performed('b', '2026-02-20')] }, 39.6],
    ['up to known-at', { knownAt: dayStart(zone, '2026-01-11') }, 10],
    ['from startsOn', { governed: control({ startsOn: '2026-03-22' }) }, 10],
    ['a not-done one ends no gap', { performed: [performed('a', '2026-02-01', { outcome: 'not-done' })] }, 90],
    ['null without a schedule', { governed: control({ frequency: 'continuous' }) }, null],
    ['null for a planned control', { governed: control({ startsOn: undefined }) }, null],
  ])('%s', (_, more, gap) => {
    expect(quarter(more).longestGapDays).toBe(gap);
  });
});

describe('per-event controls', () => {
  const governed = control({ frequency: 'per-event' });

  it('have only events filed, on time when performed, by the event’s key', () => {
    const answer = quarter({
      governed,
      performed: [
        performed('a', '2026-01-20', { for: 'INC-1' }),
        performed('b', '2026-01-25', { for: 'INC-1' }),
        performed('c', '2026-01-26'),
        performed('d', '2026-01-27', { for: 'INC-2', outcome: 'not-done' }),
        performed('e', '2026-04-27', { for: 'INC-3' }),
      ],
    });

    expect(answer.occurrences).toMatchObject([{ key: 'INC-1', state: 'on-time', due: '2026-01-20T08:00:00.000Z' }]);
    expect(answer.counts).toMatchObject({ expected: 1, onTime: 1 });
    expect(answer.unmatched.map((one) => one.performance)).toEqual(['b', 'c', 'd']);
    expect(answer).toMatchObject({ operated: 'yes', longestGapDays: null });
  });
});

describe('operated', () => {
  const silent = control({ frequency: 'continuous' });
  it.each<[string, Partial<PeriodOf>, string]>([
    ['an occurrence was met in the window', { performed: [performed('a', '2026-01-20')] }, 'yes'],
    [
      'a check passed for a second',
      { governed: silent, checks: [{ ...check, passSeconds: 1, failSeconds: 9 }] },
      'yes',
    ],
    ['a check passed for less', { governed: silent, checks: [{ ...check, passSeconds: 0.999 }] }, 'not-observed'],
    ['an item passed', { governed: silent, populations: [{ ...population, items: 2, deviations: 1 }] }, 'yes'],
    ['one was missed', {}, 'no'],
    ['a check failed', { governed: silent, checks: [{ ...check, failSeconds: 1 }] }, 'no'],
    ['an item deviated', { governed: silent, populations: [{ ...population, items: 1, deviations: 1 }] }, 'no'],
    ['every population is complete', { governed: silent, populations: [population] }, 'no-occasion'],
    ['one is not', { governed: silent, populations: [population, { ...population, complete: false }] }, 'not-observed'],
    ['there is no population', { governed: silent }, 'not-observed'],
    ['planned', { governed: control({ startsOn: undefined }) }, 'not-observed'],
    [
      'not done',
      { knownAt: day('2026-01-20'), performed: [performed('a', '2026-01-10', { outcome: 'not-done' })] },
      'not-observed',
    ],
  ])('%s', (_, more, operated) => {
    expect(quarter(more).operated).toBe(operated);
  });
});

describe('laws', () => {
  const anyPerformed = fc.record({
    days: fc.integer({ min: -200, max: 400 }),
    lag: fc.integer({ min: 0, max: 60 }),
    outcome: fc.constantFrom<Performed['outcome']>('done', 'findings', 'not-done'),
    for: fc.option(fc.constantFrom('2026-01', '2026-W05', '2026-Q1', 'INC-1'), { nil: undefined }),
  });
  const listOf = (
    some: readonly { days: number; lag: number; outcome: Performed['outcome']; for: string | undefined }[],
  ) =>
    some.map((one, i): Performed => {
      const at = day('2026-01-01') + one.days * ELAPSED_DAY;
      return {
        id: `p${i}`,
        at,
        recordedAt: at + one.lag * ELAPSED_DAY,
        outcome: one.outcome,
        for: one.for,
        evidence: 0,
      };
    });

  it('expected is the sum of the five, and every performance in the window met something or is listed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FREQUENCIES),
        fc.array(anyPerformed, { maxLength: 10 }),
        fc.integer({ min: 0, max: 400 }),
        (frequency, some, known) => {
          const { counts, unmatched, occurrences, metOutside } = quarter({
            governed: control({ frequency, startsOn: '2025-11-20' }),
            performed: listOf(some),
            knownAt: day('2026-01-01') + known * ELAPSED_DAY,
          });

          expect(counts.expected).toBe(counts.onTime + counts.late + counts.missed + counts.pending + counts.excused);
          expect(counts.expected).toBe(occurrences.length);
          expect(metOutside).toBe(occurrences.filter((one) => one.outside !== undefined).length);
          expect(new Set(unmatched.map((one) => one.performance)).size).toBe(unmatched.length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('adding a later version never changes what fell due before it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FREQUENCIES),
        fc.constantFrom(...FREQUENCIES),
        fc.integer({ min: 0, max: 200 }),
        (first, second, days) => {
          const change = day('2026-01-01') + days * ELAPSED_DAY;
          const before = control({ frequency: first })[0];
          const after = control({ frequency: second })[0];
          if (!before || !after) throw new Error('a control has a version');
          const governed = [
            { ...before, to: change },
            { ...after, from: change },
          ];
          const to = Math.max(dayStart(zone, '2026-01-01'), change);

          expect(quarter({ governed, to }).occurrences).toEqual(quarter({ governed: [before], to }).occurrences);
        },
      ),
      { numRuns: 60 },
    );
  });
});
