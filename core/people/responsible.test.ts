import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Responsible } from './responsible.ts';
import { gapSaid, responsibleAt } from './responsible.ts';

type Named = Exclude<ReturnType<Parameters<typeof responsibleAt>[1]>, undefined>;
const person = (given: { startsOn?: string; leavesOn?: string; substitute?: string } = {}): Named => given as Named;
const at = (day: string, people: Readonly<Record<string, Named>>, owner: string | undefined = 'ada'): Responsible =>
  responsibleAt(owner, (id) => people[id], day);
const told = (responsible: Responsible): string => responsible.person ?? `nobody: ${responsible.gap.why}`;

const left = person({ leavesOn: '2026-03-31' });
const replaced = person({ leavesOn: '2026-03-31', substitute: 'bob' });

test.each([
  ['who stays', { ada: person() }, '2026-04-01', 'ada'],
  ['who will leave, the day before', { ada: replaced, bob: person() }, '2026-03-30', 'ada'],
  ['who leaves, that same day', { ada: replaced, bob: person() }, '2026-03-31', 'bob'],
  ['who has left', { ada: replaced, bob: person() }, '2027-01-01', 'bob'],
  ['who leaves without a substitute, to the end of that day', { ada: left }, '2026-03-31', 'ada'],
  ['and from the next one on', { ada: left }, '2026-04-01', 'nobody: left'],
  [
    'a substitute who has left as well',
    { ada: replaced, bob: person({ leavesOn: '2026-04-30', substitute: 'eve' }), eve: person() },
    '2026-05-01',
    'eve',
  ],
  [
    'a substitute who has left, with nobody after',
    { ada: replaced, bob: person({ leavesOn: '2026-04-30' }) },
    '2026-05-01',
    'nobody: left',
  ],
  [
    'two who take each other’s place',
    { ada: replaced, bob: person({ leavesOn: '2026-03-31', substitute: 'ada' }) },
    '2026-04-01',
    'nobody: circle',
  ],
  [
    'a substitute who is yet to come',
    { ada: replaced, bob: person({ startsOn: '2026-05-01' }) },
    '2026-04-01',
    'nobody: coming',
  ],
  ['a substitute of whom nothing is recorded', { ada: replaced }, '2026-04-01', 'nobody: unknown'],
  ['who is not recorded', {}, '2026-04-01', 'nobody: unknown'],
] as const)('%s: %s', (_, people, day, expected) => {
  expect(told(at(day, people))).toBe(expected);
});

test('nobody, where there is no owner', () => {
  expect(told(responsibleAt(undefined, () => undefined, '2026-04-01'))).toBe('nobody: unowned');
});

test('whose place was taken is told, the owner first', () => {
  const bob = person({ leavesOn: '2026-04-30', substitute: 'eve' });

  expect(at('2026-05-01', { ada: replaced, bob, eve: person() })).toEqual({ person: 'eve', insteadOf: ['ada', 'bob'] });
});

test('a gap is told with who left and when', () => {
  const gap = at('2026-04-01', { ada: left });

  expect(gap.person === undefined ? gapSaid(gap.gap, () => 'Ada') : '').toBe(
    'Ada’s last day was 2026-03-31, and nobody takes their place.',
  );
});

test('whatever people name whom: it ends, and whoever is responsible is there that day', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-03-${String(n).padStart(2, '0')}`);
  const anybody = fc.record(
    { leavesOn: day, startsOn: day, substitute: fc.constantFrom(...ids) },
    { requiredKeys: [] },
  );

  fc.assert(
    fc.property(fc.array(anybody, { minLength: 5, maxLength: 5 }), day, (rows, on) => {
      const people = Object.fromEntries(ids.map((id, i) => [id, person(rows[i])]));
      const { person: who } = at(on, people, 'a');
      if (who === undefined) return;
      const { startsOn = '', leavesOn = '9' } = people[who] ?? {};
      expect(startsOn <= on && on <= leavesOn).toBe(true);
    }),
  );
});
