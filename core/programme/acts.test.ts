import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { ThirdParty, THINGS } from '../boundary/record.ts';
import type { Boundary } from '../boundary/view.ts';
import { boundary } from '../boundary/view.ts';
import { Programme } from '../framework/record.ts';
import { create, type Stored } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Person } from '../people/record.ts';
import { beginProgramme } from './begin.ts';
import { NOT_CHOSEN } from './categories.ts';
import { changeProgramme, planProgramme } from './change.ts';
import { scopeProgramme } from './scope.ts';

/** On 1 March 2026, with a SOC 2 programme as `init` makes it. */
function desk(): Desk {
  const found = new Desk([Programme, Person, ...THINGS]).at('2026-03-01T12:00:00Z');
  found.act(beginProgramme, { id: 'soc2', framework: 'soc2' });
  return found;
}
const justifications = ({ outOfScope }: Stored<typeof Programme>, ref: string): string | undefined =>
  outOfScope.find((one) => one.ref === ref)?.justification;

describe('a programme that begins', () => {
  test('has Security alone, the criteria of other categories out, each with its reason', () => {
    const row = desk().get(Programme, 'soc2');

    expect(row.categories).toEqual(['security']);
    expect(row.outOfScope.length).toBe(61 - 33);
    expect(new Set(row.outOfScope.map(({ justification }) => justification))).toEqual(new Set([NOT_CHOSEN]));
    expect(row.title).toBe('SOC 2');
  });

  test('takes the scope of the one it follows, which ends the day before', () => {
    const d = desk();
    d.keep(create(THINGS[1], 'api', { name: 'API', type: 'service' }));
    d.act(changeProgramme, {
      programme: 'soc2',
      categories: ['availability'],
      report: 'type-2',
      periodFrom: '2026-01-01',
      periodTo: '2026-06-30',
    });
    d.act(scopeProgramme, {
      programme: 'soc2',
      requirements: [{ ref: 'A1.3', in: false, justification: 'Recovery is not promised.' }],
      things: [{ kind: 'system', id: 'api', in: true }],
    });

    const { answer } = d.act(beginProgramme, {
      id: 'soc2-2',
      framework: 'soc2',
      report: 'type-2',
      periodFrom: '2026-07-01',
      periodTo: '2027-06-30',
      previous: 'soc2',
    });

    const [before, after] = [d.get(Programme, 'soc2'), d.get(Programme, 'soc2-2')];
    expect(answer).toEqual({ programme: 'soc2-2', sideBySide: [] });
    expect([before.to, after.from, after.previous]).toEqual(['2026-06-30', '2026-07-01', 'soc2']);
    expect(after.categories).toEqual(['security', 'availability']);
    expect(justifications(after, 'A1.3')).toBe('Recovery is not promised.');
    expect(after.boundary).toEqual(before.boundary);
    expect(after.title).toBe('SOC 2 Type 2, 2026-07-01 to 2027-06-30');
  });

  test('says which others are in force on the same days', () => {
    const { answer } = desk().act(beginProgramme, { id: 'second', framework: 'soc2', title: 'The other product' });

    expect(answer).toEqual({ programme: 'second', sideBySide: ['soc2'] });
  });

  test.each([
    ['after one of another framework', { framework: 'iso27001', previous: 'soc2' }, 'programme.otherFramework'],
    ['after one there is not', { framework: 'soc2', previous: 'nothing' }, 'record.missing'],
    ['under an id that is taken', { id: 'soc2', framework: 'soc2' }, 'record.exists'],
    ['with categories that ISO has not', { framework: 'iso27001', categories: ['privacy'] }, 'programme.categories'],
    [
      'with dates that contradict each other',
      { framework: 'soc2', report: 'type-2', periodFrom: '2026-06-30', periodTo: '2026-01-01' },
      'programme.period',
    ],
    [
      'as a Type 1 over a period',
      { framework: 'soc2', report: 'type-1', periodFrom: '2026-01-01', periodTo: '2026-06-30' },
      'programme.otherReport',
    ],
  ])('%s is refused', (_, input, code) => {
    expect(refusedBy(() => desk().act(beginProgramme, input)).code).toBe(code);
  });

  test('before the one it follows is in force is refused', () => {
    const d = desk();
    d.act(changeProgramme, { programme: 'soc2', from: '2026-06-01' });

    const refused = refusedBy(() => d.act(beginProgramme, { framework: 'soc2', previous: 'soc2', from: '2026-05-01' }));

    expect([refused.code, refused.path]).toEqual(['programme.notBefore', ['from']]);
  });
});

describe('categories', () => {
  test('chosen bring their criteria in, and given up put them out; what was out for a reason of its own stays', () => {
    const d = desk();
    d.act(changeProgramme, { programme: 'soc2', categories: ['availability', 'privacy'] });
    d.act(scopeProgramme, {
      programme: 'soc2',
      requirements: [{ ref: 'A1.3', in: false, justification: 'Not promised.' }],
    });
    d.act(changeProgramme, { programme: 'soc2', categories: ['availability'] });

    const row = d.get(Programme, 'soc2');

    expect(row.categories).toEqual(['security', 'availability']);
    expect(justifications(row, 'A1.1')).toBeUndefined();
    expect(justifications(row, 'A1.3')).toBe('Not promised.');
    expect(justifications(row, 'P1.1')).toBe(NOT_CHOSEN);
  });
});

describe('scope', () => {
  const out = (ref: string, justification?: string) => ({
    programme: 'soc2',
    requirements: [{ ref, in: false, ...(justification === undefined ? {} : { justification }) }],
  });

  test.each([
    ['Security', out('CC6.1', 'It is not ours.'), 'programme.mandatory', ['requirements', 0, 'ref']],
    ['a criterion there is not', out('CC99.9', 'It is not ours.'), 'programme.unknownRef', ['requirements', 0, 'ref']],
    ['a criterion without a word', out('A1.1'), 'programme.why', ['requirements', 0, 'justification']],
    [
      'a criterion of a category not chosen, in',
      { programme: 'soc2', requirements: [{ ref: 'P1.1', in: true }] },
      'programme.category',
      ['requirements', 0, 'ref'],
    ],
    [
      'one criterion twice',
      {
        programme: 'soc2',
        requirements: [
          { ref: 'CC1.1', in: true },
          { ref: 'CC1.1', in: true },
        ],
      },
      'programme.twice',
      ['requirements', 1, 'ref'],
    ],
    ['nothing at all', { programme: 'soc2' }, 'programme.nothing', undefined],
    [
      'a thing that is not there',
      { programme: 'soc2', things: [{ kind: 'site', id: 'moon', in: true }] },
      'record.missing',
      undefined,
    ],
    [
      'a thing left out without a word',
      { programme: 'soc2', things: [{ kind: 'site', id: 'porto', in: false }] },
      'programme.why',
      ['things', 0, 'justification'],
    ],
  ])('%s is refused', (_, input, code, path) => {
    const d = desk();
    d.keep(create(THINGS[4], 'porto', { name: 'Porto' }));

    const refused = refusedBy(() => d.act(scopeProgramme, input));

    expect([refused.code, refused.path]).toEqual([code, path]);
    expect(d.get(Programme, 'soc2').version).toBe(1);
  });

  test('keeps ISO clauses in, and lets Annex A controls out and back in with their reasons', () => {
    const d = desk();
    d.act(beginProgramme, { id: 'iso', framework: 'iso27001' });
    const scope = (ref: string, more: object) =>
      d.act(scopeProgramme, { programme: 'iso', requirements: [{ ref, ...more }] });

    expect(refusedBy(() => scope('9.2.1', { in: false, justification: 'We do not.' })).code).toBe(
      'programme.mandatory',
    );
    scope('A.7.4', { in: false, justification: 'There is no building.' });
    expect(justifications(d.get(Programme, 'iso'), 'A.7.4')).toBe('There is no building.');
    scope('A.7.4', { in: true, reasons: ['contract', 'contract'], justification: 'A customer asks for it.' });

    const row = d.get(Programme, 'iso');
    expect(row.outOfScope).toEqual([]);
    expect(row.included).toEqual([{ ref: 'A.7.4', reasons: ['contract'], justification: 'A customer asks for it.' }]);
    scope('A.7.4', { in: false, justification: 'They went.' });
    expect(d.get(Programme, 'iso').included).toBeUndefined();
  });

  test('of a thing can be taken back', () => {
    const d = desk();
    d.keep(create(THINGS[4], 'porto', { name: 'Porto' }));
    const put = (isIn: boolean | null) =>
      d.act(scopeProgramme, {
        programme: 'soc2',
        things: [{ kind: 'site', id: 'porto', in: isIn, justification: 'A reason.' }],
      });

    put(false);
    expect(d.get(Programme, 'soc2').boundary?.site).toEqual([{ id: 'porto', in: false, justification: 'A reason.' }]);
    put(null);
    expect(d.get(Programme, 'soc2').boundary?.site).toEqual([]);
  });
});

describe('milestones', () => {
  test('are kept by day', () => {
    const d = desk();
    d.act(planProgramme, {
      programme: 'soc2',
      milestones: [
        { milestone: 'report', on: '2026-09-01' },
        { milestone: 'readiness', on: '2026-04-01', doneOn: '2026-02-20' },
      ],
    });

    expect(d.get(Programme, 'soc2').milestones?.map(({ milestone }) => milestone)).toEqual(['readiness', 'report']);
  });

  test('that are said to have been on a day to come are refused', () => {
    const refused = refusedBy(() =>
      desk().act(planProgramme, {
        programme: 'soc2',
        milestones: [{ milestone: 'readiness', on: '2026-02-01', doneOn: '2026-03-02' }],
      }),
    );

    expect([refused.code, refused.path]).toEqual(['programme.doneLater', ['milestones', 0, 'doneOn']]);
  });
});

test('another report loses the dates of the one before', () => {
  const d = desk();
  d.act(changeProgramme, { programme: 'soc2', report: 'type-1', asOfDate: '2026-05-31' });

  d.act(changeProgramme, { programme: 'soc2', report: 'type-2', periodFrom: '2026-06-01', periodTo: '2026-11-30' });

  const row = d.get(Programme, 'soc2');
  expect([row.report, row.asOfDate, row.periodFrom]).toEqual(['type-2', undefined, '2026-06-01']);
});

test('subservice organisations are named, treated otherwise and taken off, and none is named twice', () => {
  const d = desk();
  d.keep(create(ThirdParty, 'hosting', { name: 'Hosting' }));
  d.keep(create(ThirdParty, 'mail', { name: 'Mail' }));
  const set = (...subservice: readonly { readonly party: string; readonly method: string }[]) =>
    d.act(changeProgramme, { programme: 'soc2', subservice });
  const methods = (): unknown =>
    (d.view(boundary, {}) as z.infer<typeof Boundary>).things.flatMap(({ id, stands }) =>
      stands.map(({ method }) => [id, method]),
    );

  set({ party: 'hosting', method: 'carve-out' }, { party: 'mail', method: 'carve-out' });
  const first = methods();
  set({ party: 'hosting', method: 'inclusive' });
  const refused = refusedBy(() => set({ party: 'mail', method: 'carve-out' }, { party: 'mail', method: 'inclusive' }));

  expect(first).toEqual([
    ['hosting', 'carve-out'],
    ['mail', 'carve-out'],
  ]);
  expect(methods()).toEqual([
    ['hosting', 'inclusive'],
    ['mail', null],
  ]);
  expect([refused.code, refused.path]).toEqual(['programme.boundaryTwice', ['subservice', 1, 'party']]);
});
