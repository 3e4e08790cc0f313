import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Effectiveness } from '@countersign/core/effectiveness/view.ts';
import { z } from 'zod';
import type { Engine } from '../engine.ts';
import type { Organisation } from '../runtime.ts';
import { worldProduct } from './replay.ts';
import type { Bench } from './testing.ts';
import { openBench, OPERATOR } from './testing.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ product: worldProduct });
});
afterAll(() => bench.close());

const t = (text: string): number => Date.parse(text.length === 10 ? `${text}T00:00:00Z` : `${text}:00Z`);
type Data = Readonly<Record<string, unknown>>;
type Given = Readonly<Record<string, Data>>;
type Status = 'complete' | 'partial' | 'failed';
const [ok, bad]: [Data, Data] = [{ ok: true }, { ok: false }];

let begun = 0;
/** An organisation with one control and one check of it, at a time before anything happens. */
async function begin(check: object): Promise<Organisation> {
  bench.now = t('2025-01-01');
  const org = await bench.begin(`acme-${(begun += 1)}`);
  await write(org, 'create', 'control', 'c-1', { title: 'A control', frequency: 'continuous', startsOn: '2025-01-01' });
  await write(org, 'create', 'check', 'k-1', { ...checkBody, ...check });
  return org;
}
const checkBody = {
  title: 'A check',
  dataset: 'feed/things',
  supports: ['c-1'],
  passes: 'it.ok',
  message: '{id} fails',
};
const write = (org: Organisation, does: string, kind: string, id: string, body: object): Promise<unknown> =>
  bench.engine.runtime.act(org, OPERATOR, 'world.write', { does, kind, id, body });

/** A collection of a state, observed and recorded at moments; recorded at once where none is given. */
async function seen(
  org: Organisation,
  observed: string,
  items: Given,
  {
    status = 'complete',
    recorded = observed,
    source = 's-1',
  }: { status?: Status; recorded?: string; source?: string } = {},
): Promise<void> {
  bench.now = t(recorded);
  await bench.collection(
    org,
    { source, dataset: 'feed/things', mode: 'state' },
    { status, why: [], observedAt: t(observed) },
    Object.entries(items).map(([id, data]) => ({ id, at: undefined, data })),
  );
}

/** A collection of events: items with the moment under `at`. */
async function told(
  org: Organisation,
  from: string,
  to: string,
  items: Readonly<Record<string, readonly [string, Data]>>,
  { status = 'complete', recorded = to }: { status?: Status; recorded?: string } = {},
): Promise<void> {
  bench.now = t(recorded);
  await bench.collection(
    org,
    { source: 's-1', dataset: 'feed/things', mode: 'events' },
    { status, why: [], observedAt: t(to), ...(status === 'failed' ? {} : { from: t(from), to: t(to) }) },
    Object.entries(items).map(([id, [at, data]]) => ({ id, at: t(at), data })),
  );
}

async function says(org: Organisation, at: string, knownAt?: string, engine: Engine = bench.engine): Promise<unknown> {
  const known = knownAt === undefined ? {} : { knownAt: new Date(t(knownAt)).toISOString() };
  const { answer } = await engine.runtime.view(
    org,
    OPERATOR,
    'world.check',
    { check: 'k-1' },
    { asOf: new Date(t(at)).toISOString(), ...known },
  );
  return z.object({ says: z.string().nullable() }).parse(answer).says;
}

async function population(org: Organisation, from: string, to: string, knownAt?: string) {
  const known = knownAt === undefined ? {} : { knownAt: new Date(t(knownAt)).toISOString() };
  const { answer } = await bench.engine.runtime.view(org, OPERATOR, 'effectiveness', { from, to }, known);
  const [found] = Effectiveness.parse(answer).controls.flatMap(({ populations }) => populations);
  if (found === undefined) throw new Error('no population');
  return [found.items, found.deviations, found.unknown];
}

const reasons = (org: Organisation): Promise<readonly object[]> =>
  bench.rows(org, 'select item, why from verdict where until_index is null order by item, check_version');

const untouched = async (org: Organisation): Promise<void> => {
  const { differences } = await bench.engine.services.rebuild(org, () => undefined);
  expect(differences).toEqual([]);
};

describe('a check of state', () => {
  const LATER = '2026-02-01';
  type Step = readonly [observed: string, items: Given, more?: { status?: Status; recorded?: string; source?: string }];
  it.each<[string, readonly Step[], Readonly<Record<string, string>>]>([
    [
      'passes with the first collection',
      [['2026-01-01T08:00', { a: ok }]],
      { '2026-01-01T07:59': 'unknown', '2026-01-01T08:00': 'pass' },
    ],
    [
      'is silent when the collection is no longer fresh',
      [['2026-01-01T08:00', { a: ok }]],
      { '2026-01-02T08:59': 'pass', '2026-01-02T09:00': 'unknown' },
    ],
    [
      'follows what changes',
      [
        ['2026-01-01T08:00', { a: ok, b: ok }],
        ['2026-01-01T09:00', { a: ok, b: bad }],
        ['2026-01-01T10:00', { a: ok, b: ok }],
      ],
      { '2026-01-01T08:30': 'pass', '2026-01-01T09:30': 'fail', '2026-01-01T10:30': 'pass' },
    ],
    [
      'forgets an item that is gone',
      [
        ['2026-01-01T08:00', { a: ok, b: bad }],
        ['2026-01-01T09:00', { a: ok }],
      ],
      { '2026-01-01T08:30': 'fail', '2026-01-01T09:00': 'pass' },
    ],
    [
      'takes an item up again that was gone',
      [
        ['2026-01-01T08:00', { a: bad }],
        ['2026-01-01T09:00', { b: ok }],
        ['2026-01-01T10:00', { a: bad, b: ok }],
      ],
      { '2026-01-01T08:30': 'fail', '2026-01-01T09:30': 'pass', '2026-01-01T10:30': 'fail' },
    ],
    [
      'believes that all is gone when it is said twice',
      [
        ['2026-01-01T08:00', { a: ok }],
        ['2026-01-01T09:00', {}],
        ['2026-01-01T10:00', {}],
        ['2026-01-01T11:00', { a: ok }],
        ['2026-01-01T12:00', {}],
      ],
      {
        '2026-01-01T09:30': 'unknown',
        '2026-01-01T10:30': 'not-applicable',
        '2026-01-01T11:30': 'pass',
        '2026-01-01T12:30': 'unknown',
      },
    ],
    [
      'learns of failures alone from a partial collection',
      [
        ['2026-01-01T08:00', { a: ok, b: bad }],
        ['2026-01-01T09:00', { a: ok }, { status: 'partial' }],
        ['2026-01-01T10:00', { b: bad }, { status: 'partial' }],
      ],
      { '2026-01-01T09:30': 'unknown', '2026-01-01T10:30': 'fail' },
    ],
    [
      'knows nothing from a failed one, and goes on after it',
      [
        ['2026-01-01T08:00', { a: ok }],
        ['2026-01-01T09:00', { a: bad }, { status: 'failed' }],
        ['2026-01-01T10:00', { a: ok }],
      ],
      { '2026-01-01T09:30': 'unknown', '2026-01-01T10:30': 'pass' },
    ],
    [
      'hears one recorded late where it stands in time',
      [
        ['2026-01-01T08:00', { a: ok }],
        ['2026-01-01T10:00', { a: ok }],
        ['2026-01-01T09:00', { a: bad }, { recorded: '2026-01-05T00:00' }],
      ],
      { '2026-01-01T08:30': 'pass', '2026-01-01T09:30': 'fail', '2026-01-01T10:30': 'pass' },
    ],
    [
      'hears the later recorded of two at one moment',
      [
        ['2026-01-01T08:00', { a: bad }],
        ['2026-01-01T08:00', { a: ok }, { recorded: '2026-01-01T09:00' }],
      ],
      { '2026-01-01T08:30': 'pass' },
    ],
    [
      'fails if one of its sources says so, and is unknown while one is silent',
      [
        ['2026-01-01T08:00', { a: ok }],
        ['2026-01-01T09:00', { a: bad }, { source: 's-2' }],
        ['2026-01-02T06:00', { a: ok }],
      ],
      { '2026-01-01T08:30': 'pass', '2026-01-01T09:30': 'fail', '2026-01-02T11:00': 'unknown' },
    ],
  ])('%s', async (_, steps, expected) => {
    const org = await begin({ mode: 'state' });
    for (const [observed, items, more] of steps) await seen(org, observed, items, more);
    bench.now = t(LATER);
    const answers: Record<string, unknown> = {};
    for (const at of Object.keys(expected)) answers[at] = await says(org, at);

    expect(answers).toEqual(expected);
    await untouched(org);
  });

  it('does not count a source after its removal', async () => {
    const org = await begin({ mode: 'state' });
    await bench.engine.runtime.act(org, OPERATOR, 'source.add', { id: 's-2', connector: 'push', as: 'feed' });
    await seen(org, '2026-01-01T08:00', { a: ok });
    await seen(org, '2026-01-01T08:00', { a: bad }, { source: 's-2' });
    bench.now = t('2026-01-01T09:00');
    await bench.engine.runtime.act(org, OPERATOR, 'source.remove', { source: 's-2' });
    bench.now = t('2026-01-02');

    expect(await says(org, '2026-01-01T08:30')).toBe('fail');
    expect(await says(org, '2026-01-01T09:00')).toBe('pass');
  });

  it('with the clock in its expression changes its mind about data that stays', async () => {
    const org = await begin({ mode: 'state', passes: 'timestamp(it.until) > now' });
    const until = { a: { until: '2026-01-02T00:00:00Z' } };
    await seen(org, '2026-01-01T08:00', until);
    await seen(org, '2026-01-02T00:00', until);
    bench.now = t('2026-01-03');

    expect([await says(org, '2026-01-01T23:00'), await says(org, '2026-01-02T01:00')]).toEqual(['pass', 'fail']);
    await untouched(org);
  });

  it.each<[string, string, Data, RegExp]>([
    ['errs', 'it.ok.deeper', { ok: true }, /^passes: /],
    ['answers no boolean', 'it.ok', { ok: 'yes' }, /^passes: .*boolean/],
  ])('that %s is unknown, with the reason', async (_, passes, data, why) => {
    const org = await begin({ mode: 'state', passes });
    await seen(org, '2026-01-01T08:00', { a: data });

    expect(await says(org, '2026-01-01T08:00')).toBe('unknown');
    expect(await reasons(org)).toEqual([{ item: 'a', why: expect.stringMatching(why) }]);
  });
});

describe('a check of events', () => {
  it('waits until an event has settled, then judges its data of that moment for good', async () => {
    const org = await begin({ mode: 'events', settles: 'P1D' });
    await told(org, '2026-01-01', '2026-01-02', { a: ['2026-01-01T12:00', bad] });
    bench.now = t('2026-01-02T00:00');
    expect(await population(org, '2026-01-01', '2026-01-01')).toEqual([1, 0, 1]);

    await told(org, '2026-01-01', '2026-01-03', { a: ['2026-01-01T12:00', ok] });
    await told(org, '2026-01-01', '2026-01-04', { a: ['2026-01-01T12:00', bad] });

    expect(await population(org, '2026-01-01', '2026-01-01')).toEqual([1, 0, 0]);
    expect(await population(org, '2026-01-01', '2026-01-01', '2026-01-02')).toEqual([1, 0, 1]);
    await untouched(org);
  });

  it('leaves out what its latest data puts out of scope, and takes it back', async () => {
    const org = await begin({ mode: 'events', scope: 'it.inScope' });
    await told(org, '2026-01-01', '2026-01-02', { a: ['2026-01-01T12:00', { ok: false, inScope: true }] });
    expect(await population(org, '2026-01-01', '2026-01-01')).toEqual([1, 1, 0]);
    await told(org, '2026-01-01', '2026-01-03', { a: ['2026-01-01T12:00', { ok: false, inScope: false }] });
    expect(await population(org, '2026-01-01', '2026-01-01')).toEqual([0, 0, 0]);
    await told(org, '2026-01-01', '2026-01-04', { a: ['2026-01-01T12:00', { ok: true, inScope: true }] });

    // Judged on the data of the first collection after it happened.
    expect(await population(org, '2026-01-01', '2026-01-01')).toEqual([1, 1, 0]);
    await untouched(org);
  });

  it('withdraws what a later complete collection over its time omits, and nothing else', async () => {
    const org = await begin({ mode: 'events' });
    await told(org, '2026-01-01', '2026-01-03', { a: ['2026-01-01T12:00', bad], b: ['2026-01-02T12:00', bad] });
    await told(org, '2026-01-02', '2026-01-04', {}, { status: 'partial' });
    expect(await population(org, '2026-01-01', '2026-01-03')).toEqual([2, 2, 0]);

    await told(org, '2026-01-02', '2026-01-05', {});
    expect(await population(org, '2026-01-01', '2026-01-03')).toEqual([1, 1, 0]);
    expect(await population(org, '2026-01-01', '2026-01-03', '2026-01-04')).toEqual([2, 2, 0]);

    await told(org, '2026-01-02', '2026-01-06', { b: ['2026-01-02T12:00', ok] }, { status: 'partial' });
    expect(await population(org, '2026-01-01', '2026-01-03')).toEqual([2, 2, 0]);
    await untouched(org);
  });

  it('does not take up from a late recording what was withdrawn by one observed later', async () => {
    const org = await begin({ mode: 'events' });
    await told(org, '2026-01-01', '2026-01-05', {});
    await told(org, '2026-01-01', '2026-01-02', { a: ['2026-01-01T12:00', bad] }, { recorded: '2026-01-06' });

    expect(await population(org, '2026-01-01', '2026-01-04')).toEqual([0, 0, 0]);
    await untouched(org);
  });

  it('judges by the collection first observed, also when it is recorded late', async () => {
    const org = await begin({ mode: 'events' });
    await told(org, '2026-01-01', '2026-01-05', { a: ['2026-01-01T12:00', ok] });
    expect(await population(org, '2026-01-01', '2026-01-04')).toEqual([1, 0, 0]);
    await told(org, '2026-01-01', '2026-01-02', { a: ['2026-01-01T12:00', bad] }, { recorded: '2026-01-06' });

    expect(await population(org, '2026-01-01', '2026-01-04')).toEqual([1, 1, 0]);
    expect(await population(org, '2026-01-01', '2026-01-04', '2026-01-05')).toEqual([1, 0, 0]);
    await untouched(org);
  });

  it('counts an event that moved where it is now', async () => {
    const org = await begin({ mode: 'events' });
    await told(org, '2026-01-01', '2026-01-03', { a: ['2026-01-01T12:00', bad] });
    await told(org, '2026-01-01', '2026-01-04', { a: ['2026-01-02T12:00', bad] });

    expect(await population(org, '2026-01-01', '2026-01-01')).toEqual([0, 0, 0]);
    expect(await population(org, '2026-01-02', '2026-01-02')).toEqual([1, 1, 0]);
    await untouched(org);
  });

  it('judges more events than one batch holds, new ones and known ones', async () => {
    const org = await begin({ mode: 'events' });
    const many = (n: number, data: (i: number) => Data) =>
      Object.fromEntries(Array.from({ length: n }, (_, i) => [`e-${i}`, ['2026-01-01T12:00', data(i)] as const]));
    await told(
      org,
      '2026-01-01',
      '2026-01-02',
      many(2100, (i) => ({ ok: i % 3 !== 0 })),
    );
    expect(await population(org, '2026-01-01', '2026-01-01')).toEqual([2100, 700, 0]);
    await told(
      org,
      '2026-01-01',
      '2026-01-03',
      many(2500, (i) => (i < 2100 ? { ok: i % 3 !== 0 } : bad)),
    );

    // Of the 400 that are new every one deviates.
    expect(await population(org, '2026-01-01', '2026-01-01')).toEqual([2500, 1100, 0]);
    await untouched(org);
  });
});

describe('a check that changes', () => {
  it('judges what is there anew, and keeps what its first version said', async () => {
    const org = await begin({ mode: 'state' });
    await seen(org, '2026-01-01T08:00', { a: ok });
    expect(await says(org, '2026-01-01T08:00')).toBe('pass');
    bench.now = t('2026-01-01T09:00');
    await write(org, 'change', 'check', 'k-1', { ...checkBody, mode: 'state', passes: '!it.ok' });
    await seen(org, '2026-01-01T10:00', { a: ok });

    expect(await says(org, '2026-01-01T09:30')).toBe('pass');
    expect(await says(org, '2026-01-01T10:00')).toBe('fail');
    expect(await bench.rows(org, 'select distinct check_version from step order by 1')).toEqual([
      { check_version: 1 },
      { check_version: 2 },
    ]);
    await untouched(org);
  });

  it('corrected, says otherwise of the past; before the correction was known it answers as then', async () => {
    const org = await begin({ mode: 'state' });
    await seen(org, '2026-01-01T08:00', { a: bad });
    bench.now = t('2026-01-01T09:00');
    await write(org, 'correct', 'check', 'k-1', { ...checkBody, mode: 'state', passes: '!it.ok' });
    bench.now = t('2026-01-02');

    expect(await says(org, '2026-01-01T08:30')).toBe('pass');
    expect(await says(org, '2026-01-01T08:30', '2026-01-01T08:30')).toBe('fail');
    await untouched(org);
  });

  it('is refused with the field of an expression that is none', async () => {
    const org = await begin({ mode: 'state' });
    const apply = (more: object): Promise<unknown> =>
      bench.engine.runtime.act(org, OPERATOR, 'records.apply', {
        records: [{ kind: 'check', id: 'k-2', ...checkBody, mode: 'state', ...more }],
      });

    for (const field of ['scope', 'applies', 'passes'])
      await expect(apply({ [field]: 'it.' })).rejects.toMatchObject({
        code: 'check.expression',
        path: ['records', 0, field],
      });
    await expect(apply({})).resolves.toBeDefined();
  });
});

describe('what is derived', () => {
  it('is made up for after a crash between collection and judging', async () => {
    const org = await begin({ mode: 'state' });
    await seen(org, '2026-01-01T08:00', { a: bad });
    expect(await bench.rows(org, 'select * from judged')).toEqual([]);
    const other = await bench.restarted();

    expect(await says(org, '2026-01-01T08:00', undefined, other)).toBe('fail');
    await untouched(org);
  });

  it('is the same from two processes that judge at once', async () => {
    const org = await begin({ mode: 'events' });
    await told(org, '2026-01-01', '2026-01-02', { a: ['2026-01-01T12:00', bad], b: ['2026-01-01T13:00', ok] });
    const other = await bench.restarted();
    const answers = await Promise.all([
      population(org, '2026-01-01', '2026-01-01'),
      other.runtime.view(org, OPERATOR, 'status', { framework: 'soc2' }),
      other.runtime.view(org, OPERATOR, 'status', { framework: 'iso27001' }),
    ]);

    expect(answers[0]).toEqual([2, 1, 0]);
    await untouched(org);
  });

  it('does not follow from a fact that somebody changed in the database', async () => {
    const org = await begin({ mode: 'state' });
    await seen(org, '2026-01-01T08:00', { a: bad });
    await bench.engine.services.rebuild(org, () => undefined);
    await bench.tamper(`update fact set data = '{"ok": true}' where org = ${org.id}`);

    const { differences } = await bench.engine.services.rebuild(org, () => undefined);
    expect(differences.map(({ table }) => table)).toContain('fact');
  });
});
