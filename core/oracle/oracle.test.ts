import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { CheckBody, Collection, ControlBody, Exception, Item, Performance, Source, World } from './world.ts';
import { checkAt, controlAt, effectiveness, requirementAt } from './oracle.ts';
import type { Rules } from './compare.ts';
import { compare, oracle } from './compare.ts';
import { scheduled } from './occurrences.ts';
import { happenedBy, recordedBy } from './past.ts';
import { randomWorld, worlds } from './generator.ts';
import { momentsOf, questionsFor } from './questions.ts';
import { printed, shrink } from './shrink.ts';
import { addDays, dateAt, endOf, existsIn, MINUTE, periodOf, startOf } from './zone.ts';

const at = (text: string) => Date.parse(text.includes('T') ? `${text}:00Z` : `${text}T12:00:00Z`);
const end = (date: string) => endOf('UTC', date);
const EARLY = at('2025-12-01');
const LATER = at('2027-06-01');

const world = (parts: Partial<World>): World => ({
  zone: 'UTC',
  holidays: [],
  controls: [],
  checks: [],
  sources: [],
  performances: [],
  exceptions: [],
  ...parts,
});

type Control = World['controls'][number];
const control = (body: Partial<ControlBody>, ...later: Control['versions']): Control => ({
  id: 'c',
  versions: [
    {
      recordedAt: EARLY,
      body: { frequency: 'monthly', startsOn: '2026-01-01', answers: { soc2: ['CC6.1'] }, ...body },
    },
    ...later,
  ],
});

const performance = (id: string, when: string, more: Partial<Performance> = {}): Performance => ({
  id,
  control: 'c',
  at: at(when),
  recordedAt: at(when),
  outcome: 'done',
  evidence: 0,
  ...more,
});

const checkOf = (body: Partial<CheckBody>): World['checks'] => [
  { id: 'k', versions: [{ recordedAt: EARLY, body: { dataset: 'd', mode: 'state', supports: ['c'], ...body } }] },
];

const ok: Item = { id: 'p-1', data: { ok: true } };
const bad: Item = { id: 'p-2', data: { ok: false } };
const erring: Item = { id: 'p-3', data: { ok: 'error' } };
const beside: Item = { id: 'p-4', data: { ok: false, applies: false } };
const outside: Item = { id: 'p-5', data: { ok: false, inScope: false } };

const seen = (when: string, items: Item[], more: Partial<Collection> = {}): Collection => ({
  observedAt: at(when),
  recordedAt: at(when),
  status: 'complete',
  items,
  ...more,
});

const source = (id: string, collections: Collection[], more: Partial<Source> = {}): Source => ({
  id,
  dataset: 'd',
  collections,
  ...more,
});

const events = (from: string, to: string, items: Item[], more: Partial<Collection> = {}): Collection => ({
  observedAt: at(to),
  recordedAt: at(to),
  status: 'complete',
  from: at(from),
  to: at(to),
  items,
  ...more,
});

const event = (id: string, when: string, data: Item['data'] = { ok: true }): Item => ({ id, at: at(when), data });

const exception = (more: Partial<Exception>): Exception => ({
  id: 'x',
  control: 'c',
  from: '2026-01-01',
  to: '2026-01-31',
  requestedBy: 'ana@example.com',
  requestedAt: EARLY,
  approvedBy: 'bo@example.com',
  approvedAt: EARLY,
  ...more,
});

const over = (w: World, from: string, to: string, knownAt = LATER) => {
  const [first] = effectiveness(w, from, to, knownAt).controls;
  if (!first) throw new Error('no control adopted');
  return first;
};
const states = (w: World, from: string, to: string, knownAt = LATER) =>
  over(w, from, to, knownAt).occurrences.map(({ key, state }) => `${key} ${state}`);
const standing = (w: World, when: number, knownAt = when) => controlAt(w, 'c', when, knownAt)?.state;

describe('days and periods', () => {
  it.each([
    ['America/Sao_Paulo', '2017-10-15', '2017-10-15T03:00:00.000Z'],
    ['America/Sao_Paulo', '2018-02-18', '2018-02-18T03:00:00.000Z'],
    ['Europe/Madrid', '2026-03-30', '2026-03-29T22:00:00.000Z'],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00.000Z'],
    ['Asia/Kolkata', '2026-01-01', '2025-12-31T18:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-06', '2026-04-05T13:30:00.000Z'],
  ])('in %s the day %s begins at %s', (zone, date, expected) => {
    expect(new Date(startOf(zone, date)).toISOString()).toBe(expected);
    expect(dateAt(zone, startOf(zone, date))).toBe(date);
    expect(dateAt(zone, startOf(zone, date) - 1)).not.toBe(date);
  });

  it('knows that Apia had no 30 December 2011', () => {
    expect(existsIn('Pacific/Apia', '2011-12-30')).toBe(false);
    expect(existsIn('Pacific/Apia', '2011-12-29')).toBe(true);
  });

  it.each([
    ['daily', '2026-03-01', '2026-03-01', '2026-03-01', '2026-03-01'],
    ['weekly', '2026-03-01', '2026-W09', '2026-02-23', '2026-03-01'],
    ['weekly', '2027-01-03', '2026-W53', '2026-12-28', '2027-01-03'],
    ['monthly', '2024-02-29', '2024-02', '2024-02-01', '2024-02-29'],
    ['quarterly', '2026-03-01', '2026-Q1', '2026-01-01', '2026-03-31'],
    ['semiannual', '2026-07-01', '2026-H2', '2026-07-01', '2026-12-31'],
    ['annual', '2026-07-01', '2026', '2026-01-01', '2026-12-31'],
  ] as const)('the %s period of %s is %s', (frequency, date, key, first, last) => {
    expect(periodOf(frequency, date)).toEqual({ key, first, last });
  });
});

describe('occurrences', () => {
  it('has one for each whole period between start and end, due on its last millisecond', () => {
    const w = world({ controls: [control({ startsOn: '2026-02-01', endsOn: '2026-05-30' })] });

    expect(over(w, '2026-01-01', '2026-12-31').occurrences).toEqual([
      { key: '2026-02', due: end('2026-02-28'), state: 'missed' },
      { key: '2026-03', due: end('2026-03-31'), state: 'missed' },
      { key: '2026-04', due: end('2026-04-30'), state: 'missed' },
    ]);
  });

  it('does not count the part-period of the start unless it was met', () => {
    const w = world({ controls: [control({ startsOn: '2026-01-10' })] });

    expect(states(w, '2026-01-01', '2026-02-28')).toEqual(['2026-02 missed']);
  });

  it('counts the part-period when it was met on or after the start', () => {
    const controls = [control({ startsOn: '2026-01-10' })];

    expect(
      states(world({ controls, performances: [performance('a', '2026-01-10')] }), '2026-01-01', '2026-01-31'),
    ).toEqual(['2026-01 on-time']);
    expect(
      states(world({ controls, performances: [performance('a', '2026-01-09')] }), '2026-01-01', '2026-01-31'),
    ).toEqual([]);
  });

  it('has none on weekends and holidays for weekdays, and its grace skips them', () => {
    // Friday 2 January 2026; Monday the 5th is a holiday.
    const w = world({
      holidays: [{ recordedAt: EARLY, dates: ['2026-01-05'] }],
      controls: [control({ frequency: 'daily', days: 'weekdays', startsOn: '2026-01-01' })],
      performances: [performance('a', '2026-01-06T20:00'), performance('b', '2026-01-06T21:00')],
    });

    expect(states(w, '2026-01-02', '2026-01-06')).toEqual(['2026-01-02 late', '2026-01-06 on-time']);
  });

  it('has none for continuous and per-event controls', () => {
    const w = world({
      controls: [control({ frequency: 'continuous' })],
      performances: [performance('a', '2026-01-05')],
    });

    const answer = over(w, '2026-01-01', '2026-01-31');

    expect(answer.counts.expected).toBe(0);
    expect(answer.longestGapDays).toBeNull();
    expect(answer.unmatched).toEqual(['a']);
  });

  it.each([
    ['daily', '2026-01-31', 1],
    ['weekly', '2026-02-01', 3],
    ['monthly', '2026-01-31', 7],
    ['quarterly', '2026-03-31', 14],
    ['semiannual', '2026-06-30', 30],
    ['annual', '2026-12-31', 30],
  ] as const)('%s: pending to the end of the default grace, missed after it', (frequency, due, days) => {
    const w = world({ controls: [control({ frequency, startsOn: '2026-01-01' })] });
    const deadline = end(due) + days * 24 * 60 * MINUTE;

    expect(over(w, due, due, deadline).counts.pending).toBe(1);
    expect(over(w, due, due, deadline + 1).counts.missed).toBe(1);
  });

  it('a control with no start is planned and has zero counts', () => {
    const planned: Control = {
      id: 'c',
      versions: [{ recordedAt: EARLY, body: { frequency: 'monthly', answers: {} } }],
    };
    const w = world({ controls: [planned] });

    expect(standing(w, at('2026-02-01'))).toBe('planned');
    expect(over(w, '2026-01-01', '2026-03-31')).toMatchObject({
      operated: 'not-observed',
      counts: { expected: 0 },
      longestGapDays: null,
    });
  });

  it('counts those due in the window only, and those due after known-at as pending', () => {
    const w = world({ controls: [control({})] });

    expect(states(w, '2026-01-15', '2026-02-28', at('2026-02-03'))).toEqual(['2026-01 pending', '2026-02 pending']);
    expect(states(w, '2026-02-01', '2026-02-27')).toEqual([]);
  });
});

describe('assignment', () => {
  const months = (...performances: Performance[]) =>
    states(world({ controls: [control({})], performances }), '2026-01-01', '2026-03-31');

  it('a lone performance meets its own period even when the one before is unmet', () => {
    expect(months(performance('a', '2026-02-03'))).toEqual(['2026-01 missed', '2026-02 on-time', '2026-03 missed']);
  });

  it('of two in a period the oldest, within grace, meets the one before', () => {
    expect(months(performance('a', '2026-02-03'), performance('b', '2026-02-20'))).toEqual([
      '2026-01 late',
      '2026-02 on-time',
      '2026-03 missed',
    ]);
  });

  it('of two in a period the oldest, past the grace, meets its own', () => {
    expect(months(performance('a', '2026-02-08'), performance('b', '2026-02-20'))[0]).toBe('2026-01 missed');
  });

  it('a period with nothing left to meet gives its only unkeyed one to the one before', () => {
    expect(months(performance('k', '2026-02-10', { for: '2026-02' }), performance('a', '2026-02-03'))).toEqual([
      '2026-01 late',
      '2026-02 on-time',
      '2026-03 missed',
    ]);
  });

  it('one with a key can meet only that occurrence', () => {
    expect(months(performance('k', '2026-02-03', { for: '2026-01' }))).toEqual([
      '2026-01 late',
      '2026-02 missed',
      '2026-03 missed',
    ]);
    expect(months(performance('k', '2026-02-08', { for: '2026-01' }))).toEqual([
      '2026-01 missed',
      '2026-02 missed',
      '2026-03 missed',
    ]);
    expect(months(performance('k', '2026-01-31', { for: '2026-02' }))).toEqual([
      '2026-01 missed',
      '2026-02 missed',
      '2026-03 missed',
    ]);
  });

  it('the oldest of two with one key decides', () => {
    const w = world({
      controls: [control({})],
      performances: [
        performance('b', '2026-01-20', { for: '2026-01' }),
        performance('a', '2026-01-10', { for: '2026-01' }),
      ],
    });

    expect(over(w, '2026-01-01', '2026-01-31')).toMatchObject({
      occurrences: [{ performedAt: at('2026-01-10') }],
      unmatched: ['b'],
    });
  });

  it('an unkeyed one on time goes before a late one with the key', () => {
    const w = world({
      controls: [control({})],
      performances: [performance('a', '2026-01-20'), performance('k', '2026-02-02', { for: '2026-01' })],
    });

    expect(over(w, '2026-01-01', '2026-02-28')).toMatchObject({
      occurrences: [
        { key: '2026-01', state: 'on-time' },
        { key: '2026-02', state: 'missed' },
      ],
      unmatched: ['k'],
    });
  });

  it('equal moments go by id', () => {
    const w = world({
      controls: [control({})],
      performances: [performance('b', '2026-01-20'), performance('a', '2026-01-20')],
    });

    expect(over(w, '2026-01-01', '2026-01-31').unmatched).toEqual(['b']);
  });

  it('not-done meets nothing, is listed, and is no performance in the window', () => {
    const w = world({
      controls: [control({})],
      performances: [performance('a', '2026-01-20', { outcome: 'not-done' })],
    });

    expect(over(w, '2026-01-01', '2026-01-31')).toMatchObject({
      performedInWindow: 0,
      unmatched: ['a'],
      counts: { missed: 1 },
    });
  });

  it('a withdrawn one is gone once the withdrawal is recorded', () => {
    const w = world({
      controls: [control({})],
      performances: [performance('a', '2026-01-20', { withdrawnAt: at('2026-02-20') })],
    });

    expect(states(w, '2026-01-01', '2026-01-31', at('2026-02-19'))).toEqual(['2026-01 on-time']);
    expect(states(w, '2026-01-01', '2026-01-31', at('2026-02-20'))).toEqual(['2026-01 missed']);
  });

  it('one recorded after known-at does not count, one recorded at it does', () => {
    const w = world({
      controls: [control({})],
      performances: [performance('a', '2026-01-20', { recordedAt: at('2026-02-20') })],
    });

    expect(states(w, '2026-01-01', '2026-01-31', at('2026-02-20') - 1)).toEqual(['2026-01 missed']);
    expect(states(w, '2026-01-01', '2026-01-31', at('2026-02-20'))).toEqual(['2026-01 on-time']);
  });
});

describe('exceptions on occurrences', () => {
  const january = (more: Partial<Exception>, performances: Performance[] = []) =>
    states(
      world({ controls: [control({})], exceptions: [exception(more)], performances }),
      '2026-01-01',
      '2026-01-31',
    )[0];

  it.each<[string, Partial<Exception>, string]>([
    ['covering the due date and granted in time', {}, '2026-01 excused'],
    ['not covering the due date', { to: '2026-01-30' }, '2026-01 missed'],
    ['approved by who asked', { approvedBy: 'ana@example.com' }, '2026-01 missed'],
    ['approved after the due instant', { approvedAt: startOf('UTC', '2026-02-01') }, '2026-01 missed'],
    ['approved in the last minute', { approvedAt: startOf('UTC', '2026-02-01') - MINUTE }, '2026-01 excused'],
    ['for an item', { item: 'p-1' }, '2026-01 missed'],
  ])('one %s: %s', (_, more, expected) => {
    expect(january(more)).toBe(expected);
  });

  it('the performance wins over an excuse', () => {
    expect(january({}, [performance('a', '2026-01-05')])).toBe('2026-01 on-time');
  });
});

describe('windows', () => {
  it('marks what was met outside, and it does not show operation inside', () => {
    const w = world({ controls: [control({})], performances: [performance('a', '2026-02-02', { for: '2026-01' })] });

    expect(over(w, '2026-01-01', '2026-01-31')).toMatchObject({
      occurrences: [{ state: 'late', outside: 'after' }],
      metOutside: 1,
      performedInWindow: 0,
      operated: 'not-observed',
    });
    expect(over(w, '2026-01-15', '2026-01-31').occurrences[0]?.outside).toBe('after');
  });

  it('marks what was met before the window', () => {
    const w = world({ controls: [control({})], performances: [performance('a', '2026-01-05')] });

    expect(over(w, '2026-01-15', '2026-01-31').occurrences[0]?.outside).toBe('before');
  });

  it('operated is yes for an occurrence due later that was met in the window', () => {
    const w = world({ controls: [control({ frequency: 'annual' })], performances: [performance('a', '2026-03-05')] });

    expect(over(w, '2026-01-01', '2026-06-30')).toMatchObject({
      operated: 'yes',
      counts: { expected: 0 },
      unmatched: [],
    });
  });

  it('operated is no when one was missed and none met', () => {
    expect(over(world({ controls: [control({})] }), '2026-01-01', '2026-01-31').operated).toBe('no');
  });

  it('the longest gap runs from the start to known-at, edges included', () => {
    const w = world({
      controls: [control({ startsOn: '2026-01-06' })],
      performances: [performance('a', '2026-01-10T00:00'), performance('b', '2026-01-12T00:00')],
    });

    expect(over(w, '2026-01-01', '2026-01-31', at('2026-01-15T06:00')).longestGapDays).toBe(4);
    expect(over(w, '2026-01-01', '2026-01-31').longestGapDays).toBe(20);
    expect(over(w, '2026-01-11', '2026-01-12', at('2026-01-12T18:00')).longestGapDays).toBe(1);
    expect(over(w, '2026-01-14', '2026-01-14', at('2026-01-14T06:00')).longestGapDays).toBe(0.3);
  });
});

describe('checks of state', () => {
  const said = (collections: Collection[], when: string, body: Partial<CheckBody> = {}) =>
    checkAt(world({ checks: checkOf(body), sources: [source('s', collections)] }), 'k', at(when), LATER);

  it.each<[string, Collection['status'], Item[], string]>([
    ['fail if any item fails', 'complete', [ok, bad, erring], 'fail'],
    ['unknown if any is unknown', 'complete', [ok, erring], 'unknown'],
    ['pass', 'complete', [ok, beside, outside], 'pass'],
    ['not-applicable if none applies', 'complete', [beside, outside], 'not-applicable'],
    ['unknown for a first empty one', 'complete', [], 'unknown'],
    ['fail if an incomplete one saw a failure', 'partial', [ok, bad], 'fail'],
    ['unknown if an incomplete one saw none', 'partial', [ok], 'unknown'],
    ['unknown if it failed', 'failed', [], 'unknown'],
  ])('%s', (_, status, items, expected) => {
    expect(said([seen('2026-01-05', items, { status })], '2026-01-05')).toBe(expected);
  });

  it('speaks from its moment, inclusive, to the end of its freshness, exclusive', () => {
    const collections = [seen('2026-01-05', [ok])];

    expect(said(collections, '2026-01-05T11:59')).toBe('unknown');
    expect(said(collections, '2026-01-05T12:00')).toBe('pass');
    expect(said(collections, '2026-01-06T12:59')).toBe('pass');
    expect(said(collections, '2026-01-06T13:00')).toBe('unknown');
    expect(said(collections, '2026-01-05T14:00', { freshness: 'PT2H' })).toBe('unknown');
  });

  it('is replaced by the next collection, though that one failed', () => {
    expect(
      said([seen('2026-01-05', [ok]), seen('2026-01-05T13:00', [], { status: 'failed' })], '2026-01-05T13:00'),
    ).toBe('unknown');
  });

  it('of two at one moment the later recorded speaks', () => {
    const late = seen('2026-01-05', [bad], { recordedAt: at('2026-01-07') });

    expect(said([late, seen('2026-01-05', [ok])], '2026-01-05T13:00')).toBe('fail');
  });

  it('an empty one is not-applicable only after an empty one, a failed one between them passed over', () => {
    const failed = seen('2026-01-05T12:30', [], { status: 'failed' });

    expect(said([seen('2026-01-05', []), seen('2026-01-05T13:00', [])], '2026-01-05T13:00')).toBe('not-applicable');
    expect(said([seen('2026-01-05', [ok]), seen('2026-01-05T13:00', [])], '2026-01-05T13:00')).toBe('unknown');
    expect(said([seen('2026-01-05', []), failed, seen('2026-01-05T13:00', [])], '2026-01-05T13:00')).toBe(
      'not-applicable',
    );
    expect(
      said([seen('2026-01-05', [], { status: 'partial' }), seen('2026-01-05T13:00', [])], '2026-01-05T13:00'),
    ).toBe('unknown');
  });

  it.each<[string, Item[][], string]>([
    ['one fails, one is unknown', [[bad], [erring]], 'fail'],
    ['one passes, one is unknown', [[ok], [erring]], 'unknown'],
    ['one passes, one has none that applies', [[ok], [beside]], 'pass'],
    ['none has one that applies', [[beside], [beside]], 'not-applicable'],
    ['there is none', [], 'unknown'],
  ])('over all sources, %s', (_, each, expected) => {
    const sources = each.map((items, index) => source(`s-${index}`, [seen('2026-01-05', items)]));

    expect(checkAt(world({ checks: checkOf({}), sources }), 'k', at('2026-01-05'), LATER)).toBe(expected);
  });

  it('a silent source makes the pass of another unknown, until its removal is recorded; before its first it does not count', () => {
    const whole = source('a', [seen('2026-01-05', [ok]), seen('2026-01-06', [ok]), seen('2026-01-07', [ok])]);
    const gone = source('b', [seen('2026-01-05T18:00', [ok])], { removedAt: at('2026-01-07') });
    const w = world({ checks: checkOf({}), sources: [whole, gone] });

    expect(checkAt(w, 'k', at('2026-01-05T13:00'), LATER)).toBe('pass');
    expect(checkAt(w, 'k', at('2026-01-07T11:59'), LATER)).toBe('unknown');
    expect(checkAt(w, 'k', at('2026-01-07'), LATER)).toBe('pass');
    expect(checkAt(w, 'k', at('2026-01-07'), at('2026-01-07') - 1)).toBe('unknown');
  });

  it('collections recorded after known-at do not count, and what lies after known-at is unknown', () => {
    const w = world({
      checks: checkOf({}),
      sources: [source('s', [seen('2026-01-05', [ok], { recordedAt: at('2026-01-05T15:00') })])],
    });

    expect(checkAt(w, 'k', at('2026-01-05'), at('2026-01-05T14:59'))).toBe('unknown');
    expect(checkAt(w, 'k', at('2026-01-05'), at('2026-01-05T15:00'))).toBe('pass');
    expect(checkAt(w, 'k', at('2026-01-05T15:01'), at('2026-01-05T15:00'))).toBe('unknown');
  });

  it('the four kinds of seconds partition the window; episodes, gaps and observations are counted', () => {
    // Pass 12:00–14:00, fail 14:00–16:00, silent to 18:00, fail 18:00–19:00, not-applicable 19:00–21:00.
    const collections = [
      seen('2026-01-05T12:00', [ok]),
      seen('2026-01-05T14:00', [bad]),
      seen('2026-01-05T18:00', [bad]),
      seen('2026-01-05T19:00', [beside]),
    ];
    const w = world({
      controls: [control({})],
      checks: checkOf({ freshness: 'PT2H' }),
      sources: [source('s', collections)],
    });

    expect(over(w, '2026-01-05', '2026-01-05').checks).toEqual([
      {
        check: 'k',
        passSeconds: 7200,
        failSeconds: 10800,
        unknownSeconds: 86400 - 7200 - 10800 - 7200,
        notApplicableSeconds: 7200,
        recordedLateSeconds: 0,
        observations: 4,
        longestGapSeconds: 12 * 3600,
        episodes: 2,
        worstFixSeconds: 7200,
      },
    ]);
  });

  it('known-at cuts the seconds', () => {
    const w = world({
      controls: [control({})],
      checks: checkOf({}),
      sources: [source('s', [seen('2026-01-05', [ok])])],
    });

    expect(over(w, '2026-01-05', '2026-01-05', at('2026-01-05T13:00')).checks[0]).toMatchObject({
      passSeconds: 3600,
      unknownSeconds: 82800,
    });
  });

  it('an hour on the clock that is skipped or repeated changes the seconds of the day', () => {
    const w = world({ zone: 'Europe/Madrid', controls: [control({})], checks: checkOf({}) });

    expect(over(w, '2026-03-29', '2026-03-29').checks[0]?.unknownSeconds).toBe(23 * 3600);
    expect(over(w, '2026-10-25', '2026-10-25').checks[0]?.unknownSeconds).toBe(25 * 3600);
  });

  it('counts once more what was recorded only after its freshness had ended', () => {
    const body = { freshness: 'PT2H' };
    const recorded = (when: string) =>
      world({
        controls: [control({})],
        checks: checkOf(body),
        sources: [source('s', [seen('2026-01-05', [ok], { recordedAt: at(when) })])],
      });

    expect(over(recorded('2026-01-05T14:00'), '2026-01-05', '2026-01-05').checks[0]?.recordedLateSeconds).toBe(0);
    expect(over(recorded('2026-01-05T14:01'), '2026-01-05', '2026-01-05').checks[0]?.recordedLateSeconds).toBe(7200);
  });

  it('a version governs what is observed from then on, the first for all earlier time', () => {
    const body = (freshness: string): CheckBody => ({ dataset: 'd', mode: 'state', supports: ['c'], freshness });
    const versions = [
      { recordedAt: at('2026-01-07'), body: body('PT1H') },
      { recordedAt: at('2026-01-08'), effectiveFrom: '2026-01-10', body: body('PT3H') },
    ];
    const sources = [source('s', [seen('2026-01-05', [ok]), seen('2026-01-09', [ok]), seen('2026-01-10', [ok])])];
    const w = world({ checks: [{ id: 'k', versions }], sources });

    expect(checkAt(w, 'k', at('2026-01-05T12:30'), LATER)).toBe('pass');
    expect(checkAt(w, 'k', at('2026-01-09T14:00'), LATER)).toBe('unknown');
    expect(checkAt(w, 'k', at('2026-01-10T14:00'), LATER)).toBe('pass');
  });
});

describe('checks of events', () => {
  const population = (
    collections: Collection[],
    more: Partial<World> = {},
    body: Partial<CheckBody> = {},
    knownAt = LATER,
  ) =>
    over(
      world({
        controls: [control({ frequency: 'per-event' })],
        checks: checkOf({ mode: 'events', ...body }),
        sources: [source('s', collections)],
        ...more,
      }),
      '2026-01-05',
      '2026-01-06',
      knownAt,
    ).populations[0];
  const whole = (items: Item[], more: Partial<Collection> = {}) =>
    events('2026-01-05T00:00', '2026-01-07T00:00', items, more);

  it('counts the items whose moment lies in the window, and is complete where every moment is covered', () => {
    const wide = events('2026-01-04T00:00', '2026-01-08T00:00', [
      event('a', '2026-01-04T23:59'),
      event('b', '2026-01-05T00:00'),
      event('c', '2026-01-06T23:59', { ok: false }),
      event('d', '2026-01-07T00:00'),
    ]);

    expect(population([wide])).toEqual({
      dataset: 'd',
      check: 'k',
      items: 2,
      deviations: 1,
      unknown: 0,
      excepted: 0,
      complete: true,
    });
  });

  it('is not complete with a hole, with an incomplete collection over it, or without a source', () => {
    const [first, second] = [
      events('2026-01-05T00:00', '2026-01-06T00:00', []),
      events('2026-01-06T00:01', '2026-01-07T00:00', []),
    ];

    expect(population([first, second])?.complete).toBe(false);
    expect(population([first, second, events('2026-01-05T23:00', '2026-01-06T01:00', [])])?.complete).toBe(true);
    expect(population([whole([], { status: 'partial' })])?.complete).toBe(false);
    expect(population([], { sources: [] })?.complete).toBe(false);
  });

  it('needs a removed source to cover the window up to its removal', () => {
    const sources = (removedAt: string) => ({
      sources: [
        source('a', [whole([])]),
        source('b', [events('2026-01-05T00:00', '2026-01-06T00:00', [])], { removedAt: at(removedAt) }),
      ],
    });

    expect(population([], sources('2026-01-06T00:00'))?.complete).toBe(true);
    expect(population([], sources('2026-01-06T00:01'))?.complete).toBe(false);
    expect(population([], sources('2026-01-06T00:00'), {}, at('2026-01-07T00:00'))?.complete).toBe(true);
  });

  it('leaves out an item only where scope or applies is false on its latest data', () => {
    const again = (data: Item['data']) =>
      events('2026-01-05T00:00', '2026-01-08T00:00', [event('a', '2026-01-05', data)]);
    const first = whole([event('a', '2026-01-05', { ok: false, inScope: false })]);

    expect(population([first])?.items).toBe(0);
    expect(population([first, again({ ok: true })])).toMatchObject({ items: 1, deviations: 1 });
    expect(population([whole([event('a', '2026-01-05')]), again({ ok: true, applies: false })])?.items).toBe(0);
  });

  it('judges on the data in the first collection at or after the moment and its settling', () => {
    const early = events('2026-01-05T00:00', '2026-01-06T00:00', [event('a', '2026-01-05', { ok: false })]);
    const due = events('2026-01-05T00:00', '2026-01-06T12:00', [event('a', '2026-01-05', { ok: true })]);
    const after = events('2026-01-05T00:00', '2026-01-07T00:00', [event('a', '2026-01-05', { ok: false })]);

    expect(population([early, due, after])).toMatchObject({ deviations: 1 });
    expect(population([early, due, after], {}, { settles: 'P1D' })).toMatchObject({
      items: 1,
      deviations: 0,
      unknown: 0,
    });
    expect(population([early], {}, { settles: 'P1D' })).toMatchObject({ items: 1, unknown: 1 });
  });

  it('a later complete collection over the same time that omits an item withdraws it, and the last word counts', () => {
    const item = event('a', '2026-01-05', { ok: false });
    const omits = events('2026-01-05T00:00', '2026-01-08T00:00', []);

    expect(population([whole([item]), omits])?.items).toBe(0);
    expect(population([whole([item]), { ...omits, status: 'partial' }])?.items).toBe(1);
    expect(population([whole([item]), omits, events('2026-01-05T00:00', '2026-01-09T00:00', [item])])?.items).toBe(1);
    expect(population([whole([item]), events('2026-01-06T00:00', '2026-01-08T00:00', [])])?.items).toBe(1);
  });

  it('an exception on an item is counted apart', () => {
    const collections = [whole([event('a', '2026-01-05', { ok: false }), event('b', '2026-01-05', { ok: false })])];

    expect(population(collections, { exceptions: [exception({ item: 'a' })] })).toMatchObject({
      items: 2,
      deviations: 1,
      excepted: 1,
    });
    expect(
      population(collections, { exceptions: [exception({ item: 'a', approvedBy: 'ana@example.com' })] })?.excepted,
    ).toBe(0);
    expect(population(collections, { exceptions: [exception({ item: 'a', from: '2026-01-06' })] })?.excepted).toBe(0);
  });

  it('an empty complete population is no occasion', () => {
    const w = (collections: Collection[]) =>
      world({
        controls: [control({ frequency: 'per-event' })],
        checks: checkOf({ mode: 'events' }),
        sources: [source('s', collections)],
      });

    expect(over(w([whole([])]), '2026-01-05', '2026-01-06').operated).toBe('no-occasion');
    expect(over(w([whole([])]), '2026-01-05', '2026-01-07').operated).toBe('not-observed');
    expect(over(w([whole([event('a', '2026-01-05')])]), '2026-01-05', '2026-01-07').operated).toBe('yes');
    expect(over(w([whole([event('a', '2026-01-05', { ok: false })])]), '2026-01-05', '2026-01-06').operated).toBe('no');
  });
});

describe('the leg of an events check', () => {
  const leg = (collections: Collection[], when: string, more: Partial<World> = {}, body: Partial<CheckBody> = {}) =>
    controlAt(
      world({
        controls: [control({ frequency: 'per-event', lookback: 'P2D' })],
        checks: checkOf({ mode: 'events', ...body }),
        sources: [source('s', collections)],
        ...more,
      }),
      'c',
      at(when),
      LATER,
    )?.legs[0]?.says;
  const day = (date: string, items: Item[], more: Partial<Collection> = {}) =>
    events(
      `${date}T00:00`,
      `${date.slice(0, 8)}${String(Number(date.slice(8)) + 1).padStart(2, '0')}T00:00`,
      items,
      more,
    );

  it('speaks if there are items and all pass, fails if one deviates, has no occasion without any', () => {
    expect(leg([day('2026-01-05', [event('a', '2026-01-05')])], '2026-01-06T00:00')).toBe('speaks');
    expect(leg([day('2026-01-05', [event('a', '2026-01-05', { ok: false })])], '2026-01-06T00:00')).toBe('fails');
    expect(leg([day('2026-01-05', [])], '2026-01-06T00:00')).toBe('no-occasion');
    expect(leg([day('2026-01-05', [event('a', '2026-01-05', { ok: 'error' })])], '2026-01-06T00:00')).toBe('silent');
  });

  it('is silent when what it reaches is more than a day and an hour old', () => {
    const collections = [day('2026-01-05', [event('a', '2026-01-05')])];

    expect(leg(collections, '2026-01-07T01:00')).toBe('speaks');
    expect(leg(collections, '2026-01-07T01:01')).toBe('silent');
  });

  it('reaches no further than the source that reaches least', () => {
    const beyond = (data: Item['data']) => ({
      sources: [
        source('a', [day('2026-01-04', []), day('2026-01-05', [event('a', '2026-01-05', data)])]),
        source('b', [day('2026-01-04', [])]),
      ],
    });

    expect(leg([], '2026-01-06T01:00', beyond({ ok: true }))).toBe('speaks');
    expect(leg([], '2026-01-06T01:00', beyond({ ok: false }))).toBe('fails');
    expect(leg([], '2026-01-06T01:01', beyond({ ok: false }))).toBe('silent');
  });

  it('starts no earlier than the first complete collection, and forgets what lies before the look-back', () => {
    const deviating = event('a', '2026-01-05T10:00', { ok: false });
    const days = [day('2026-01-05', [deviating]), day('2026-01-06', [event('b', '2026-01-06')]), day('2026-01-07', [])];

    expect(leg(days, '2026-01-07T00:00')).toBe('fails');
    expect(leg(days, '2026-01-08T00:00')).toBe('speaks');
  });

  it('a hole makes it silent, unless an item deviates', () => {
    const first = day('2026-01-05', []);
    const third = (data: Item['data']) => day('2026-01-07', [event('a', '2026-01-07', data)]);

    expect(leg([first, third({ ok: true })], '2026-01-08T00:00')).toBe('silent');
    expect(leg([first, third({ ok: false })], '2026-01-08T00:00')).toBe('fails');
  });

  it('counts an item after what is reached, settled as it is', () => {
    const partial = (data: Item['data']) =>
      events('2026-01-06T00:00', '2026-01-06T06:00', [event('b', '2026-01-06T03:00', data)], { status: 'partial' });
    const reached = day('2026-01-05', []);

    expect(leg([reached, partial({ ok: true })], '2026-01-06T06:00')).toBe('speaks');
    expect(leg([reached, partial({ ok: 'error' })], '2026-01-06T06:00')).toBe('silent');
    expect(leg([reached, partial({ ok: false })], '2026-01-06T06:00')).toBe('fails');
  });

  it('an item not settled yet counts only if it deviates', () => {
    const bad = [event('a', '2026-01-05T20:00', { ok: false })];
    const settling = { settles: 'PT4H1M' };

    expect(leg([day('2026-01-05', bad)], '2026-01-06T00:00', {}, { settles: 'PT4H' })).toBe('fails');
    expect(leg([day('2026-01-05', bad)], '2026-01-06T00:00', {}, settling)).toBe('no-occasion');
    // Known today from a collection that was observed later.
    const later = events('2026-01-05T00:00', '2026-01-06T12:00', bad);
    expect(leg([day('2026-01-05', []), later], '2026-01-06T00:00', {}, settling)).toBe('fails');
  });

  it('looks at the time before, whenever the collection that tells of it was taken', () => {
    const whole = events('2026-01-05T00:00', '2026-01-09T00:00', [event('a', '2026-01-05T10:00')]);

    expect(leg([whole], '2026-01-06T00:00')).toBe('speaks');
  });

  it('an exception approved after the moment does not reach back to it', () => {
    const days = [day('2026-01-05', [event('a', '2026-01-05', { ok: false })])];
    const late = { exceptions: [exception({ item: 'a', approvedAt: at('2026-01-06T00:01') })] };

    expect(leg(days, '2026-01-06T00:00', late)).toBe('fails');
    expect(leg(days, '2026-01-06T00:01', late)).toBe('silent');
  });

  it('an item told to have happened later is judged from then on', () => {
    const told = [
      day('2026-01-05', [event('a', '2026-01-05T10:00')]),
      day('2026-01-06', [event('a', '2026-01-06T10:00', { ok: false })]),
    ];

    expect(leg(told, '2026-01-07T00:00')).toBe('fails');
  });

  it('a removed source must cover what lies before its removal', () => {
    const removedAt = (when: string) => ({
      sources: [
        source('a', [day('2026-01-04', []), day('2026-01-05', [])], { removedAt: at(when) }),
        source('b', [day('2026-01-04', []), day('2026-01-05', [event('e', '2026-01-05')]), day('2026-01-06', [])]),
      ],
    });

    expect(leg([], '2026-01-07T00:00', removedAt('2026-01-06T00:00'))).toBe('speaks');
    expect(leg([], '2026-01-07T00:00', removedAt('2026-01-06T00:01'))).toBe('silent');
  });

  it('an excepted deviation is neither a pass nor a deviation', () => {
    const days = [day('2026-01-05', [event('a', '2026-01-05', { ok: false }), event('b', '2026-01-05')])];

    expect(leg(days, '2026-01-06T00:00', { exceptions: [exception({ item: 'a' })] })).toBe('silent');
  });
});

describe('events filed by hand', () => {
  const filed = (...performances: Performance[]) =>
    world({ controls: [control({ frequency: 'per-event', lookback: 'P2D' })], performances });

  it('are on time when performed, one occurrence a key', () => {
    const w = filed(
      performance('a', '2026-01-05', { for: 'e-1' }),
      performance('b', '2026-01-06', { for: 'e-1' }),
      performance('n', '2026-01-07'),
    );

    expect(over(w, '2026-01-01', '2026-01-31')).toMatchObject({
      counts: { expected: 1, onTime: 1 },
      occurrences: [{ key: 'e-1', due: at('2026-01-05'), state: 'on-time' }],
      unmatched: ['b', 'n'],
    });
  });

  it('do not count before the start or after the end', () => {
    const w = world({
      controls: [control({ frequency: 'per-event', startsOn: '2026-01-05', endsOn: '2026-01-06' })],
      performances: ['2026-01-04', '2026-01-05', '2026-01-06', '2026-01-07'].map((date) =>
        performance(date, date, { for: `e-${date}` }),
      ),
    });

    expect(states(w, '2026-01-01', '2026-01-31')).toEqual(['e-2026-01-05 on-time', 'e-2026-01-06 on-time']);
  });

  it('speak for the look-back and are no occasion after it', () => {
    const w = filed(performance('a', '2026-01-05', { for: 'e-1' }));

    expect(standing(w, at('2026-01-04'))).toBe('no-occasion');
    expect(standing(w, at('2026-01-07'))).toBe('operating');
    expect(standing(w, at('2026-01-07T12:01'))).toBe('no-occasion');
  });

  it('are no leg beside an events check', () => {
    const w = { ...filed(performance('a', '2026-01-05', { for: 'e-1' })), checks: checkOf({ mode: 'events' }) };

    expect(controlAt(w, 'c', at('2026-01-05'), LATER)?.legs).toEqual([{ leg: 'check', check: 'k', says: 'silent' }]);
  });
});

describe('a control at a moment', () => {
  it('is planned before its start and answers nothing after its end', () => {
    const w = world({ controls: [control({ startsOn: '2026-01-10', endsOn: '2026-03-31' })] });

    expect(standing(w, end('2026-01-09'))).toBe('planned');
    expect(standing(w, startOf('UTC', '2026-01-10'))).toBe('not-observed');
    expect(standing(w, end('2026-03-31') - 1)).toBe('failing');
    expect(standing(w, end('2026-03-31') + 1)).toBeUndefined();
  });

  it('fails once the latest occurrence due is missed, even if the current period is met', () => {
    const w = world({ controls: [control({})], performances: [performance('a', '2026-02-10')] });

    expect(standing(w, end('2026-02-07'))).toBe('not-observed');
    expect(standing(w, startOf('UTC', '2026-02-08'))).toBe('failing');
    expect(standing(w, at('2026-02-10'))).toBe('failing');
    expect(standing(w, at('2026-03-01'))).toBe('operating');
  });

  it('is not observed while the latest occurrence due is pending, though the one before was missed', () => {
    const w = world({ controls: [control({})] });

    expect(standing(w, end('2026-03-31') - 1)).toBe('failing');
    expect(standing(w, end('2026-03-31'))).toBe('not-observed');
    expect(standing(w, end('2026-04-07') + 1)).toBe('failing');
  });

  it('passes excused occurrences over', () => {
    const w = world({
      controls: [control({})],
      performances: [performance('a', '2026-01-10')],
      exceptions: [exception({ from: '2026-02-01', to: '2026-02-28' })],
    });

    expect(standing(w, at('2026-03-20'))).toBe('operating');
  });

  it('judges by what had happened, though more is known today', () => {
    const w = world({ controls: [control({})], performances: [performance('a', '2026-02-03', { for: '2026-01' })] });

    expect(standing(w, at('2026-02-02'), LATER)).toBe('not-observed');
    expect(standing(w, at('2026-02-03'), LATER)).toBe('operating');
  });

  it('needs evidence where that is required', () => {
    const performances = (evidence: 0 | 1) => [performance('a', '2026-01-10', { evidence })];
    const controls = [control({ evidence: 'required' })];

    expect(standing(world({ controls, performances: performances(0) }), at('2026-01-20'))).toBe('not-observed');
    expect(standing(world({ controls, performances: performances(1) }), at('2026-01-20'))).toBe('operating');
  });

  it('does not operate while one of its legs is silent, and fails with any that fails', () => {
    const parts = { controls: [control({})], checks: checkOf({}), performances: [performance('a', '2026-01-05')] };

    expect(standing(world(parts), at('2026-01-05'))).toBe('not-observed');
    expect(standing(world({ ...parts, sources: [source('s', [seen('2026-01-05', [ok])])] }), at('2026-01-05'))).toBe(
      'operating',
    );
    expect(standing(world({ ...parts, sources: [source('s', [seen('2026-01-05', [bad])])] }), at('2026-01-05'))).toBe(
      'failing',
    );
    expect(
      standing(world({ ...parts, sources: [source('s', [seen('2026-01-05', [beside])])] }), at('2026-01-05')),
    ).toBe('operating');
  });

  it('has no occasion when all its legs are left aside, and is not observed without any', () => {
    const controls = [control({ frequency: 'continuous' })];

    expect(
      standing(
        world({ controls, checks: checkOf({}), sources: [source('s', [seen('2026-01-05', [beside])])] }),
        at('2026-01-05'),
      ),
    ).toBe('no-occasion');
    expect(standing(world({ controls }), at('2026-01-05'))).toBe('not-observed');
  });
});

describe('a requirement at a moment', () => {
  const named = (id: string, items: Item[] | 'planned') => ({ id, items });
  const answer = (...each: { id: string; items: Item[] | 'planned' }[]) =>
    requirementAt(
      world({
        controls: each.map(({ id, items }) => ({
          id,
          versions: [
            {
              recordedAt: EARLY,
              body: {
                frequency: 'continuous',
                answers: { soc2: ['CC6.1'] },
                ...(items === 'planned' ? {} : { startsOn: '2026-01-01' }),
              },
            },
          ],
        })),
        checks: each.map(({ id }) => ({
          id: `k-${id}`,
          versions: [{ recordedAt: EARLY, body: { dataset: id, mode: 'state', supports: [id] } }],
        })),
        sources: each.flatMap(({ id, items }) =>
          items === 'planned' ? [] : [source(id, [seen('2026-01-05', items)], { dataset: id })],
        ),
      }),
      'CC6.1',
      'soc2',
      at('2026-01-05'),
      LATER,
    ).state;
  const [operating, failing, silent] = [named('o', [ok]), named('f', [bad]), named('u', [erring])];
  const [idle, planned] = [named('n', [beside]), named('p', 'planned')];

  it.each([
    ['no control', [], 'unmet'],
    ['none operates and one fails', [failing, silent], 'unmet'],
    ['all operate', [operating], 'met'],
    ['all operate but one without occasion', [operating, idle], 'met'],
    ['some operate, one fails', [operating, failing], 'partly'],
    ['some operate, one is planned', [operating, planned], 'partly'],
    ['none operates, none fails', [silent, planned], 'not-observed'],
    ['none has an occasion', [idle], 'not-observed'],
  ] as const)('%s', (_, controls, expected) => {
    expect(answer(...controls)).toBe(expected);
  });
});

describe('nothing changes backwards', () => {
  const body = (more: Partial<ControlBody>): ControlBody => ({
    frequency: 'monthly',
    startsOn: '2026-01-01',
    answers: {},
    ...more,
  });

  it('what was already due keeps the version then in force', () => {
    const w = world({
      controls: [control({}, { recordedAt: at('2026-02-10'), body: body({ endsOn: '2026-01-15' }) })],
    });

    expect(states(w, '2026-01-01', '2026-03-31')).toEqual(['2026-01 missed']);
    expect(states(w, '2026-01-01', '2026-02-28', at('2026-02-09'))).toEqual(['2026-01 missed', '2026-02 pending']);
  });

  it('a later version governs from its effectiveFrom', () => {
    const w = world({
      controls: [
        control({}, { recordedAt: at('2026-01-10'), effectiveFrom: '2026-03-01', body: body({ frequency: 'weekly' }) }),
      ],
    });

    expect(states(w, '2026-02-01', '2026-03-10')).toEqual(['2026-02 missed', '2026-W09 missed', '2026-W10 missed']);
  });

  it('a version dated back takes nothing away that was already due', () => {
    const later = { recordedAt: at('2026-02-10'), effectiveFrom: '2026-01-01', body: body({ frequency: 'quarterly' }) };
    const w = world({ controls: [control({}, later)] });

    expect(states(w, '2026-01-01', '2026-03-31')).toEqual(['2026-01 missed', '2026-Q1 missed']);
    expect(states(w, '2026-01-01', '2026-01-31', at('2026-02-09'))).toEqual(['2026-01 missed']);
  });

  it('a planned control, of which nothing was due, may be started from a date past', () => {
    const { startsOn: _, ...plan } = body({});
    const later = { recordedAt: at('2026-03-10'), effectiveFrom: '2026-01-01', body: body({}) };
    const w = world({ controls: [{ id: 'c', versions: [{ recordedAt: at('2025-12-01'), body: plan }, later] }] });

    expect(states(w, '2026-01-01', '2026-02-28')).toEqual(['2026-01 missed', '2026-02 missed']);
    expect(states(w, '2026-01-01', '2026-02-28', at('2026-03-09'))).toEqual([]);
  });

  it('of periods that overlap where the frequency changed, a performance lies in the first to end', () => {
    const weekly = { frequency: 'weekly', startsOn: '2026-01-05' } as const;
    const w = world({
      controls: [control(weekly, { recordedAt: at('2026-01-12'), body: body({ startsOn: '2026-01-05' }) })],
      performances: [performance('a', '2026-01-06'), performance('b', '2026-01-07'), performance('c', '2026-01-20')],
    });

    const [row] = effectiveness(w, '2026-01-01', '2026-01-31', LATER).controls;
    expect(row?.occurrences.map(({ key, performedAt }) => [key, performedAt])).toEqual([
      ['2026-W02', at('2026-01-06')],
      ['2026-01', at('2026-01-20')],
    ]);
    expect(row?.unmatched).toEqual(['b']);
  });

  it('the key of an occurrence names no event once the control is per-event', () => {
    const perEvent = { recordedAt: at('2026-02-01'), body: body({ frequency: 'per-event' }) };
    const w = world({
      controls: [control({}, perEvent)],
      performances: [
        performance('a', '2026-02-03', { for: '2026-01' }),
        performance('b', '2026-02-20', { for: '2026-01' }),
        performance('c', '2026-02-20', { for: 'INC-1' }),
      ],
    });

    expect(states(w, '2026-01-01', '2026-02-28')).toEqual(['2026-01 late', 'INC-1 on-time']);
  });

  it('a retired check says nothing any more, though its last collection is fresh', () => {
    const body: CheckBody = { dataset: 'd', mode: 'state', supports: ['c'] };
    const retirement = { recordedAt: at('2026-01-05T18:00'), retired: true as const, body };
    const w = world({
      controls: [control({ frequency: 'continuous' })],
      checks: [{ id: 'k', versions: [{ recordedAt: EARLY, body }, retirement] }],
      sources: [source('s', [seen('2026-01-05T12:00', [ok])])],
    });

    expect(effectiveness(w, '2026-01-05', '2026-01-06', LATER).controls[0]?.checks[0]).toMatchObject({
      passSeconds: 6 * 3600,
      unknownSeconds: 42 * 3600,
    });
  });

  it('a correction holds where the version it corrects held, once it is recorded', () => {
    const w = world({
      controls: [
        control(
          { frequency: 'quarterly' },
          { recordedAt: at('2026-06-01'), correct: 1, body: body({ startsOn: '2026-03-01' }) },
        ),
      ],
    });

    expect(states(w, '2026-01-01', '2026-03-31', at('2026-05-31'))).toEqual(['2026-Q1 missed']);
    expect(states(w, '2026-01-01', '2026-03-31')).toEqual(['2026-03 missed']);
  });

  it('a retired control answers nothing from then on and keeps what was due', () => {
    const w = world({ controls: [control({}, { recordedAt: at('2026-02-10'), retired: true, body: body({}) })] });

    expect(standing(w, at('2026-02-09'), LATER)).toBe('failing');
    expect(standing(w, at('2026-02-10'), LATER)).toBeUndefined();
    expect(states(w, '2026-01-01', '2026-03-31')).toEqual(['2026-01 missed']);
  });

  it('a control not recorded by known-at does not exist; the first version holds for all earlier time', () => {
    const w = world({ controls: [control({})] });

    expect(controlAt(w, 'c', at('2026-01-05'), EARLY - 1)).toBeUndefined();
    expect(effectiveness(w, '2026-01-01', '2026-01-31', EARLY - 1).controls).toEqual([]);
    expect(controlAt(w, 'c', at('2025-01-05'), EARLY)?.state).toBe('planned');
  });

  it('there is no daily occurrence on a day that a zone skipped', () => {
    const first = {
      recordedAt: startOf('Pacific/Apia', '2011-12-01'),
      body: body({ frequency: 'daily', startsOn: '2011-12-29' }),
    };
    const w = world({ zone: 'Pacific/Apia', controls: [{ id: 'c', versions: [first] }] });

    expect(states(w, '2011-12-29', '2011-12-31')).toEqual(['2011-12-29 missed', '2011-12-31 missed']);
  });
});

/** The oracle, answering every question about that world instead. */
const onThe = (other: World): Rules => ({
  controlAt: (_, ...asked) => controlAt(other, ...asked),
  checkAt: (_, ...asked) => checkAt(other, ...asked),
  requirementAt: (_, ...asked) => requirementAt(other, ...asked),
  effectiveness: (_, ...asked) => effectiveness(other, ...asked),
});

describe('the harness', () => {
  it('answers the same twice, its states add up and its seconds partition the window', async () => {
    const started = Date.now();
    let asked = 0;

    await fc.assert(
      fc.asyncProperty(worlds({ contested: true }), async (w) => {
        const questions = questionsFor(w, 7, 4);
        asked += questions.length;
        expect(await compare(w, oracle, questions)).toEqual([]);

        for (const question of questions) {
          if (question.ask !== 'effectiveness') continue;
          const whole = (startOf(w.zone, addDays(question.to, 1)) - startOf(w.zone, question.from)) / 1000;
          for (const each of effectiveness(w, question.from, question.to, question.knownAt).controls) {
            const { expected, onTime, late, missed, pending, excused } = each.counts;
            expect(onTime + late + missed + pending + excused).toBe(expected);
            for (const seconds of each.checks) {
              const { passSeconds, failSeconds, unknownSeconds, notApplicableSeconds } = seconds;
              expect(passSeconds + failSeconds + unknownSeconds + notApplicableSeconds).toBe(whole);
            }
          }
        }
      }),
      { seed: 20260301, numRuns: 100 },
    );

    console.info(
      `oracle: ${(100_000 / (Date.now() - started)).toFixed(0)} worlds a second, ${asked} questions, each answered twice`,
    );
  });

  it('finds and shrinks a planted fault', async () => {
    // Rules that end freshness a minute late, as one does who takes its end for inclusive.
    const faulty = {
      ...oracle,
      checkAt: (w: World, check: string, when: number, knownAt: number) => checkAt(w, check, when - MINUTE, knownAt),
    };
    const differs = async (w: World) => (await compare(w, faulty, questionsFor(w, 3, 20))).length > 0;
    let found: World | undefined;
    for (let seed = 0; seed < 60 && !found; seed += 1) {
      const w = randomWorld(seed);
      if (await differs(w)) found = w;
    }
    if (!found) throw new Error('the fault was not found');

    const smallest = await shrink(found, differs, 300);

    expect(await differs(smallest)).toBe(true);
    expect(printed(smallest).length).toBeLessThan(printed(found).length);
    expect(printed(smallest)).toContain('check k-state v1');
  });

  it('what was not recorded by known-at changes no answer', async () => {
    for (let seed = 1000; seed < 1060; seed += 1) {
      const w = randomWorld(seed, { contested: true });
      for (const question of questionsFor(w, seed, 4)) {
        const cut = recordedBy(w, question.knownAt);
        expect(await compare(w, onThe(cut), [question])).toEqual([]);
      }
    }
  });

  it('what had not happened by then changes no answer about a moment', async () => {
    for (let seed = 2000; seed < 2080; seed += 1) {
      const w = randomWorld(seed);
      for (const question of questionsFor(w, seed, 8)) {
        if (question.ask === 'effectiveness') continue;
        expect(await compare(w, onThe(happenedBy(w, question.at)), [question])).toEqual([]);
      }
    }
  });

  it('makes worlds that the doors would let in', () => {
    for (let seed = 0; seed < 150; seed += 1) {
      const w = randomWorld(seed);
      for (const moment of momentsOf(w)) expect(moment % MINUTE).toBe(0);
      for (const each of w.performances) {
        expect(each.recordedAt).toBeGreaterThanOrEqual(each.at);
        const of = w.controls.find(({ id }) => id === each.control);
        const adopted = of?.versions[0];
        expect(each.recordedAt).toBeGreaterThanOrEqual(adopted?.recordedAt ?? Infinity);
        if (each.for === undefined || adopted?.body.frequency === 'per-event') continue;
        const keys = scheduled(w, each.control, dateAt(w.zone, each.at), each.recordedAt).map(({ key }) => key);
        expect(keys).toContain(each.for);
      }
      for (const { removedAt, collections } of w.sources) {
        for (const { observedAt, recordedAt, status, from, to, items } of collections) {
          expect(recordedAt).toBeGreaterThanOrEqual(observedAt);
          expect(recordedAt).toBeLessThanOrEqual(removedAt ?? Infinity);
          expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
          if (status === 'failed') expect(items).toEqual([]);
          if (from === undefined || to === undefined) continue;
          for (const item of items) expect(item.at !== undefined && from <= item.at && item.at < to).toBe(true);
        }
      }
      for (const { versions } of [...w.controls, ...w.checks]) {
        const recordings = versions.map(({ recordedAt }) => recordedAt);
        expect(recordings).toEqual([...recordings].sort((a, b) => a - b));
      }
    }
  });

  it('gives the same world for the same seed', () => {
    expect(randomWorld(11)).toEqual(randomWorld(11));
    expect(randomWorld(11)).not.toEqual(randomWorld(12));
  });
});
