import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign } from '../control/assignment.ts';
import type { Performed } from '../control/assignment.ts';
import { occurrencesOf } from '../control/schedule.ts';
import type { Calendar, Terms } from '../control/schedule.ts';
import { settle } from '../control/settle.ts';
import type { Excuse } from '../control/settle.ts';
import { addDays, dayEnd, dayOf, dayStart, ELAPSED_DAY, HOUR } from '../kernel/time.ts';
import type { Governed } from '../kernel/time.ts';
import type { LegWindow } from '../population/reach.ts';
import { checkLegAt, eventsLeg, filedEventsLegAt, scheduleLegAt } from './leg.ts';
import type { Leg } from './leg.ts';

const zone = 'Europe/Madrid';
const calendar: Calendar = { zone, holidays: new Set() };
const day = (date: string): number => dayStart(zone, date) + 9 * HOUR;

function control(terms: Partial<Terms> = {}): Governed<Terms> {
  const all: Terms = { frequency: 'quarterly', startsOn: '2025-10-01', days: 'all', evidence: 'optional', ...terms };
  return [{ from: -Infinity, to: Infinity, terms: all }];
}

function performed(date: string, more: Partial<Performed> = {}): Performed {
  return { id: date, at: day(date), recordedAt: day(date), outcome: 'done', evidence: 0, ...more };
}

const excused: Excuse = {
  from: '2026-03-31',
  to: '2026-03-31',
  requestedBy: 'ana',
  approvedBy: 'ben',
  approvedRecordedAt: day('2026-03-01'),
};

function scheduleAt(
  T: number,
  list: readonly Performed[],
  more: { governed?: Governed<Terms>; excuses?: readonly Excuse[]; knownAt?: number } = {},
): Leg | undefined {
  const { governed = control(), excuses = [], knownAt = day('2027-06-01') } = more;
  return scheduleLegAt(governed, calendar, list, excuses, T, knownAt);
}

describe('the schedule’s leg', () => {
  const fourth = performed('2025-12-10');
  it.each<[string, string, readonly Performed[], Leg['says']]>([
    ['nothing due yet and nothing performed', '2025-11-01', [], 'silent'],
    ['nothing due yet, the current period’s was met', '2025-11-01', [performed('2025-10-20')], 'speaks'],
    ['the latest occurrence due was met', '2026-02-01', [fourth], 'speaks'],
    ['the latest is in its grace', '2026-04-10', [fourth], 'silent'],
    ['in its grace, the current period’s was met', '2026-04-10', [fourth, performed('2026-04-02')], 'speaks'],
    ['the latest is missed', '2026-04-15', [fourth], 'fails'],
    ['the latest is missed, the current period’s was met', '2026-05-01', [fourth, performed('2026-04-20')], 'fails'],
    ['met late', '2026-05-01', [performed('2026-04-10', { for: '2026-Q1' })], 'speaks'],
    [
      'what is performed after T has not happened',
      '2026-04-10',
      [performed('2026-04-12', { for: '2026-Q1' })],
      'silent',
    ],
    ['not done', '2026-04-15', [performed('2026-03-01', { outcome: 'not-done' })], 'fails'],
  ])('%s', (_, date, list, says) => {
    expect(scheduleAt(day(date), list)?.says).toBe(says);
  });

  it('says what was due and until when it could be performed', () => {
    expect(scheduleAt(day('2026-04-20'), [fourth])?.because).toBe('Due 2026-03-31, not performed by 2026-04-14.');
  });

  it('is missed from the end of its grace on, as of T and as known', () => {
    const end = dayEnd(zone, '2026-04-14');

    expect(scheduleAt(end, [fourth])?.says).toBe('silent');
    expect(scheduleAt(end + 1, [fourth])?.says).toBe('fails');
    expect(scheduleAt(end + 1, [fourth], { knownAt: end })?.says).toBe('silent');
  });

  it('only what was recorded by known-at counts', () => {
    const late = performed('2026-03-10', { recordedAt: day('2026-05-10') });

    expect(scheduleAt(day('2026-05-01'), [late], { knownAt: day('2026-05-09') })?.says).toBe('fails');
    expect(scheduleAt(day('2026-05-01'), [late], { knownAt: day('2026-05-11') })?.says).toBe('speaks');
  });

  it('passes excused ones over', () => {
    expect(scheduleAt(day('2026-05-01'), [fourth], { excuses: [excused] })?.says).toBe('speaks');
    expect(scheduleAt(day('2026-05-01'), [], { excuses: [excused] })?.says).toBe('fails');
  });

  it('passes over a part-period in which it started and was not met', () => {
    const governed = control({ startsOn: '2026-02-10' });

    expect(scheduleAt(day('2026-05-01'), [], { governed })?.says).toBe('silent');
    expect(scheduleAt(day('2026-05-01'), [performed('2026-02-10')], { governed })?.says).toBe('speaks');
  });

  it('speaks with evidence where that was required when it fell due', () => {
    const governed = control({ evidence: 'required' });
    const changed: Governed<Terms> = [
      { from: -Infinity, to: day('2026-01-15'), terms: control()[0]?.terms ?? neverHere() },
      { from: day('2026-01-15'), to: Infinity, terms: governed[0]?.terms ?? neverHere() },
    ];

    expect(scheduleAt(day('2026-02-01'), [fourth], { governed })?.says).toBe('silent');
    expect(scheduleAt(day('2026-02-01'), [{ ...fourth, evidence: 1 }], { governed })?.says).toBe('speaks');
    expect(scheduleAt(day('2026-02-01'), [fourth], { governed: changed })?.says).toBe('speaks');
  });

  it('answers from the last weeks what the whole schedule answers', () => {
    const start = dayStart(zone, '2026-01-01');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.boolean()), { maxLength: 60 }),
        fc.integer({ min: 30, max: 85 }),
        fc.integer({ min: 0, max: 89 }),
        (some, days, excusedDays) => {
          const daily = control({ frequency: 'daily', startsOn: '2026-01-01', grace: 'P2D' });
          const list = some.map(([n, keyed], i): Performed => {
            const at = start + n * ELAPSED_DAY + 5 * HOUR + i;
            const key = keyed ? { for: dayOf(zone, at - ELAPSED_DAY) } : {};
            return { id: `p${i}`, at, recordedAt: at, outcome: 'done', evidence: 0, ...key };
          });
          const T = start + days * ELAPSED_DAY + 7 * HOUR;
          const to = dayOf(zone, T);
          const excuses = [{ ...excused, from: addDays(to, -excusedDays), to, approvedRecordedAt: 0 }];

          const occurrences = occurrencesOf(daily, calendar, -Infinity, T + ELAPSED_DAY);
          const happened = list.filter((one) => one.at <= T);
          const { met } = assign(occurrences, happened);
          const latest = occurrences.findLast(
            (one) => one.due <= T && settle(one, met.get(one.key), excuses, calendar, T) !== 'excused',
          );
          const current = occurrences.find((one) => one.start <= T && T < one.due);
          const isMissed = latest && settle(latest, met.get(latest.key), excuses, calendar, T) === 'missed';
          const isMet = [latest, current].some((one) => one && met.has(one.key));

          expect(scheduleAt(T, list, { governed: daily, excuses })?.says).toBe(
            isMissed ? 'fails' : isMet ? 'speaks' : 'silent',
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(['continuous', 'per-event'] as const)('is none for a %s control', (frequency) => {
    expect(scheduleAt(day('2026-05-01'), [], { governed: control({ frequency }) })).toBeUndefined();
  });
});

function neverHere(): never {
  throw new Error('a control has a version');
}

describe('the leg of an events check', () => {
  const window: LegWindow = { start: 0, judgedTo: 50, to: 60, reach: 60, hole: undefined };
  const none = { items: 0, deviations: 0, unknown: 0, excepted: 0 };
  it.each<[string, Parameters<typeof eventsLeg>[1], Partial<typeof none>, number, Leg['says']]>([
    ['there are items and all pass', window, { items: 3 }, 0, 'speaks'],
    ['an item deviates', window, { items: 3, deviations: 1 }, 0, 'fails'],
    ['an item not due yet deviates', window, { items: 3 }, 1, 'fails'],
    ['there are none', window, {}, 0, 'aside'],
    ['one is unknown', window, { items: 3, unknown: 1 }, 0, 'silent'],
    ['one is under an exception', window, { items: 3, excepted: 1 }, 0, 'silent'],
    ['a hole', { ...window, hole: 7 }, { items: 3 }, 0, 'silent'],
    ['a hole and no items', { ...window, hole: 7 }, {}, 0, 'silent'],
    ['a hole, but an item deviates', { ...window, hole: 7 }, { items: 3, deviations: 1 }, 0, 'fails'],
    ['silent at once, whatever deviates', { silent: 'stale', reach: 0 }, { items: 3, deviations: 1 }, 0, 'silent'],
  ])('%s', (_, of, counts, late, says) => {
    expect(eventsLeg('changes', of, { ...none, ...counts }, late).says).toBe(says);
  });
});

it('where the frequency will change, the current period is the first to end, to its last instant', () => {
  const change = dayStart(zone, '2026-04-20');
  const governed: Governed<Terms> = [
    {
      from: -Infinity,
      to: change,
      terms: { frequency: 'daily', startsOn: '2026-04-01', days: 'all', evidence: 'optional' },
    },
    {
      from: change,
      to: Infinity,
      terms: { frequency: 'monthly', startsOn: '2026-04-01', days: 'all', evidence: 'optional' },
    },
  ];
  const monthly = [performed('2026-04-02', { for: '2026-04' })];
  const at = (T: number) => scheduleLegAt(governed, calendar, monthly, [], T, T)?.says;

  expect(at(dayStart(zone, '2026-04-03') - 1)).toBe('silent');
  expect(at(dayStart(zone, '2026-04-21'))).toBe('fails');
});

describe('filed events are a leg of a per-event control', () => {
  const governed = control({ frequency: 'per-event' });
  const T = day('2026-04-01');
  it.each<[string, readonly Performed[], Leg['says']]>([
    ['one lies in the look-back', [performed('2026-01-10', { for: 'INC-1' })], 'speaks'],
    ['none', [], 'aside'],
    ['one before the look-back', [performed('2025-12-20', { for: 'INC-1' })], 'aside'],
    [
      'one of an event that was on file before the look-back',
      [performed('2025-12-20', { for: 'INC-1' }), performed('2026-03-01', { for: 'INC-1' })],
      'aside',
    ],
    ['one without an event', [performed('2026-03-01')], 'aside'],
    ['one not done', [performed('2026-03-01', { for: 'INC-1', outcome: 'not-done' })], 'aside'],
    ['one after T', [performed('2026-04-02', { for: 'INC-1' })], 'aside'],
  ])('%s', (_, list, says) => {
    expect(filedEventsLegAt(governed, calendar, list, T, T + ELAPSED_DAY)?.says).toBe(says);
  });

  it('the look-back is elapsed time of the control’s own length', () => {
    const week = control({ frequency: 'per-event', lookback: 'P7D' });
    const list = [performed('2026-03-20', { for: 'INC-1' })];

    expect(filedEventsLegAt(week, calendar, list, T, T)?.says).toBe('aside');
  });

  it('no other control has it', () => {
    expect(filedEventsLegAt(control(), calendar, [], T, T)).toBeUndefined();
  });
});

describe('the leg of a check of state', () => {
  it.each([
    ['pass', 'speaks'],
    ['fail', 'fails'],
    ['unknown', 'silent'],
    ['not-applicable', 'aside'],
  ] as const)('%s: %s', (says, leg) => {
    const because = [{ source: 'aws', says, why: 'judged', observedAt: day('2026-03-01') }] as const;

    expect(checkLegAt('mfa', { says, because })).toMatchObject({ kind: 'check', name: 'mfa', says: leg });
  });

  it.each([
    [
      true,
      '“Second factor” has failed since 2026-02-21T08:00:00.000Z; last collected: aws (2026-03-01T08:00:00.000Z).',
    ],
    [
      false,
      '“Second factor” has failed since 2026-02-21T08:00:00.000Z or earlier; last collected: aws (2026-03-01T08:00:00.000Z).',
    ],
  ])('that fails tells since when, and whether that was seen: %s', (isSeen, sentence) => {
    const because = [{ source: 'aws', says: 'fail', why: 'judged', observedAt: day('2026-03-01') }] as const;
    const since = { from: day('2026-02-21'), isSeen };

    const leg = checkLegAt('mfa', { says: 'fail', because }, 'Second factor', since);

    expect(leg).toMatchObject({ says: 'fails', because: sentence, since });
  });

  it('without a source is silent', () => {
    expect(checkLegAt('mfa', { says: 'unknown', because: [] }).says).toBe('silent');
  });
});
