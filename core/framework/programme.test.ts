import { describe, expect, test } from 'vitest';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { circleIn } from './circle.ts';
import { addMonths, monthsIn } from './months.ts';
import { Programme } from './record.ts';

const keep = (body: object) =>
  new Desk([Programme]).keep({ does: 'create', kind: 'programme', id: 'p', body: { title: 'T', ...body } });
const soc2 = { framework: 'soc2' };
const iso = { framework: 'iso27001' };
const type2 = { ...soc2, report: 'type-2', periodFrom: '2026-01-01', periodTo: '2026-06-30' };
const passes = (...given: (readonly [string, string])[]) => ({
  milestones: given.map(([milestone, on]) => ({ milestone, on })),
});

test.each([
  ['a certificate with a report', { ...iso, report: 'type-1' }, 'programme.soc2Only', ['report']],
  ['a certificate with a period', { ...iso, periodFrom: '2026-01-01' }, 'programme.soc2Only', ['periodFrom']],
  ['a certificate with a carve-out', { ...iso, subservice: [] }, 'programme.soc2Only', ['subservice']],
  ['a date of no report', { ...soc2, asOfDate: '2026-01-01' }, 'programme.report', ['report']],
  [
    'a Type 1 over a period',
    { ...soc2, report: 'type-1', periodFrom: '2026-01-01', periodTo: '2026-06-30' },
    'programme.otherReport',
    ['periodFrom'],
  ],
  ['a Type 2 as of a date', { ...type2, asOfDate: '2026-06-30' }, 'programme.otherReport', ['asOfDate']],
  ['half a period', { ...soc2, report: 'type-2', periodFrom: '2026-01-01' }, 'programme.halfPeriod', ['periodTo']],
  ['a period that ends before it begins', { ...type2, periodTo: '2025-12-31' }, 'programme.period', ['periodTo']],
  [
    'stage 1 in SOC 2',
    { ...soc2, ...passes(['stage-1', '2026-01-01']) },
    'programme.milestone',
    ['milestones', 0, 'milestone'],
  ],
  [
    'a report in ISO',
    { ...iso, ...passes(['report', '2026-01-01']) },
    'programme.milestone',
    ['milestones', 0, 'milestone'],
  ],
  [
    'the same twice',
    { ...iso, ...passes(['stage-1', '2026-01-01'], ['stage-1', '2026-01-01']) },
    'programme.milestoneTwice',
    ['milestones', 1, 'milestone'],
  ],
  [
    'stage 2 before stage 1',
    { ...iso, ...passes(['stage-2', '2026-01-01'], ['stage-1', '2026-01-02']) },
    'programme.milestoneOrder',
    ['milestones', 0, 'on'],
  ],
  [
    'a decision before stage 2',
    { ...iso, ...passes(['stage-2', '2026-03-01'], ['decision', '2026-02-01']) },
    'programme.milestoneOrder',
    ['milestones', 1, 'on'],
  ],
  [
    'a report within its period',
    { ...type2, ...passes(['report', '2026-06-29']) },
    'programme.reportEarly',
    ['milestones', 0, 'on'],
  ],
  [
    'something else without saying what',
    { ...soc2, ...passes(['other', '2026-01-01']) },
    'programme.otherNote',
    ['milestones', 0, 'note'],
  ],
  [
    'a thing twice',
    {
      ...soc2,
      boundary: {
        system: [
          { id: 'a', in: true },
          { id: 'a', in: true },
        ],
      },
    },
    'programme.boundaryTwice',
    ['boundary', 'system', 1, 'id'],
  ],
  [
    'a thing left out without a word',
    { ...iso, boundary: { site: [{ id: 'a', in: false }] } },
    'programme.boundaryOut',
    ['boundary', 'site', 0, 'justification'],
  ],
])('%s is refused', (_, body, code, path) => {
  const refused = refusedBy(() => keep(body));

  expect([refused.code, refused.path]).toEqual([code, path]);
});

test.each([
  ['a Type 1', { ...soc2, report: 'type-1', asOfDate: '2026-03-31', ...passes(['report', '2026-03-31']) }],
  ['a Type 2 not dated yet', { ...soc2, report: 'type-2' }],
  ['a period of two weeks: there is no minimum', { ...type2, periodTo: '2026-01-14' }],
  ['a report on the last day', { ...type2, ...passes(['report', '2026-06-30']) }],
  [
    'a cycle',
    {
      ...iso,
      scope: 'The service.',
      ...passes(['stage-1', '2026-01-01'], ['stage-2', '2026-01-01'], ['decision', '2026-02-01']),
    },
  ],
  ['two internal audits', { ...iso, ...passes(['internal-audit', '2026-01-01'], ['internal-audit', '2026-05-01']) }],
  ['something else, said', { ...soc2, milestones: [{ milestone: 'other', on: '2026-01-01', note: 'Pentest' }] }],
])('%s is taken', (_, body) => {
  expect(() => keep(body)).not.toThrow();
});

test('a milestone that was counts with when it was', () => {
  const milestones = [
    { milestone: 'stage-1', on: '2026-01-01', doneOn: '2026-03-01' },
    { milestone: 'stage-2', on: '2026-02-01' },
  ];

  expect(refusedBy(() => keep({ ...iso, milestones })).code).toBe('programme.milestoneOrder');
});

describe('what follows another', () => {
  const row = (id: string, body: object) => ({ ...Programme.body.parse({ title: 'T', ...type2, ...body }), id });
  const together = (...rows: readonly ReturnType<typeof row>[]) => Programme.together([], rows as never)?.code;
  const next = { periodFrom: '2026-07-01', periodTo: '2027-06-30', previous: 'a' };

  test.each([
    ['the day after', [row('a', {}), row('b', next)], undefined],
    ['after a gap', [row('a', {}), row('b', { ...next, periodFrom: '2026-09-01' })], undefined],
    ['on its last day', [row('a', {}), row('b', { ...next, periodFrom: '2026-06-30' })], 'programme.overlaps'],
    ['itself', [row('a', { previous: 'a' })], 'programme.circle'],
    ['in a circle', [row('a', { previous: 'b' }), row('b', next)], 'programme.circle'],
    [
      'another framework',
      [row('a', {}), { ...Programme.body.parse({ title: 'I', ...iso, previous: 'a' }), id: 'b' }],
      'programme.otherFramework',
    ],
    [
      'a Type 1 on its date',
      [
        { ...Programme.body.parse({ title: 'I', ...soc2, report: 'type-1', asOfDate: '2026-07-01' }), id: 'a' },
        row('b', next),
      ],
      undefined,
    ],
  ])('%s', (_, rows, code) => {
    expect(together(...rows)).toBe(code);
  });
});

test.each([
  ['2026-01-31', 1, '2026-02-28'],
  ['2028-01-31', 1, '2028-02-29'],
  ['2026-11-30', 3, '2027-02-28'],
  ['2026-03-31', -1, '2026-02-28'],
  ['2026-01-15', -13, '2024-12-15'],
])('%s and %i months is %s', (date, n, expected) => {
  expect(addMonths(date, n)).toBe(expected);
});

test.each([
  ['2026-01-01', '2026-06-30', 6],
  ['2026-01-02', '2026-06-30', 5],
  ['2026-01-01', '2026-12-31', 12],
  ['2026-01-15', '2026-02-14', 1],
  ['2026-01-01', '2026-01-01', 0],
  ['2026-11-15', '2027-02-14', 3],
])('%s to %s has %i whole months', (from, to, months) => {
  expect(monthsIn(from, to)).toBe(months);
});

test('a circle is told from a chain and from a diamond, however long', () => {
  const chain = new Map(Array.from({ length: 50_000 }, (_, i) => [`${i}`, [`${i + 1}`]]));

  expect(circleIn(chain)).toBeUndefined();
  expect(
    circleIn(
      new Map([
        ['a', ['b', 'c']],
        ['b', ['d']],
        ['c', ['d']],
      ]),
    ),
  ).toBeUndefined();
  expect(
    circleIn(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
  ).toEqual(['b', 'c', 'b']);
});
