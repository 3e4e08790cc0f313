import { describe, expect, test } from 'vitest';
import { create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { LIBRARY } from './library.ts';
import { Control } from './record.ts';

const keep = (body: object) =>
  new Desk([Control]).keep({
    does: 'create',
    kind: 'control',
    id: 'c',
    body: { title: 'T', frequency: 'monthly', ...body },
  });

describe('a control is refused', () => {
  test.each([
    ['working days that are not daily', { days: 'weekdays' }, 'control.weekdays', ['days']],
    ['grace of hours', { grace: 'PT12H' }, 'control.grace', ['grace']],
    ['grace of a month', { grace: 'P1M' }, 'control.grace', ['grace']],
    ['grace that is none', { grace: '7 days' }, 'control.grace', ['grace']],
    ['a look-back of a year', { lookback: 'P1Y' }, 'control.lookback', ['lookback']],
    ['an end before its beginning', { startsOn: '2026-02-01', endsOn: '2026-01-31' }, 'control.ends', ['endsOn']],
    ['a criterion that is none', { answers: { soc2: ['CC6.1', 'CC6.99'] } }, 'control.answers', ['answers', 'soc2', 1]],
    [
      'a clause of the other framework',
      { answers: { iso27001: ['CC6.1'] } },
      'control.answers',
      ['answers', 'iso27001', 0],
    ],
  ])('with %s', (_, body, code, path) => {
    const refused = refusedBy(() => keep(body));

    expect([refused.code, refused.path]).toEqual([code, path]);
  });
});

test.each([
  { days: 'weekdays', frequency: 'daily' },
  { grace: 'P2W' },
  { lookback: 'PT36H' },
  { startsOn: '2026-02-01', endsOn: '2026-02-01' },
  { answers: { soc2: ['CC6.1'], iso27001: ['A.5.15', '9.2.1'] } },
])('one with %j is not', (body) => {
  expect(() => keep(body)).not.toThrow();
});

test('every control of the library may be adopted as it is: planned, with evidence, answering what there is', () => {
  const desk = new Desk([Control]);
  for (const { id, body } of LIBRARY) desk.keep(create(Control, id, body));

  const adopted = desk.shelf(Control).all();
  expect(adopted.length).toBeGreaterThan(20);
  expect(adopted.filter(({ startsOn, evidence }) => startsOn !== undefined || evidence !== 'required')).toEqual([]);
  expect(adopted.filter(({ answers }) => answers.soc2.length + answers.iso27001.length === 0)).toEqual([]);
});
