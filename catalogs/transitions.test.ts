import { describe, expect, test } from 'vitest';
import iso2013 from './iso27001-2013/framework.json' with { type: 'json' };
import iso2022 from './iso27001-2022/framework.json' with { type: 'json' };
import table from './transitions/iso27001-2013--iso27001-2022.json' with { type: 'json' };

type Table = typeof table;

const itemsOf = (framework: {
  clauses: { id: string; title: string; assessable: boolean }[];
  annex_a: { id: string; title: string }[];
}) => [...framework.clauses.filter(({ assessable }) => assessable), ...framework.annex_a];
const plain = (title: string) =>
  title
    .toLowerCase()
    .replace('isation', 'ization')
    .replace(/[^a-z]/g, '');

/** Everything that is wrong with a table, as code and place. */
function faultsOf({ older, newer, $meta }: Table): readonly string[] {
  const [before, after] = [itemsOf(iso2013), itemsOf(iso2022)];
  const title = new Map<string, string>();
  for (const one of before) title.set(`- ${one.id}`, one.title);
  for (const one of after) title.set(`+ ${one.id}`, one.title);
  const onward = new Map(older.map(({ ref, to }) => [ref, to]));
  const from = (ref: string) => older.filter(({ to }) => to.includes(ref)).map((item) => item.ref);
  const isSame = (a: string, b: string) => plain(title.get(`- ${a}`) ?? '') === plain(title.get(`+ ${b}`) ?? '');
  const became = (ref: string) => {
    const to = onward.get(ref) ?? [];
    const [only] = to;
    if (only === undefined) return 'removed';
    if (to.length > 1) return 'split';
    return from(only).length > 1 ? 'merged' : isSame(ref, only) ? 'kept' : 'renamed';
  };
  const came = (ref: string) => {
    const [only, ...others] = from(ref);
    if (only === undefined) return 'added';
    if (others.length > 0) return 'merged';
    return (onward.get(only) ?? []).length > 1 ? 'split' : isSame(only, ref) ? 'kept' : 'renamed';
  };
  const count = (words: readonly string[]) =>
    Object.fromEntries([...new Set(words)].sort().map((word) => [word, words.filter((one) => one === word).length]));
  const sorted = (of: object) => JSON.stringify(Object.entries(of).sort());
  const successors = new Map([
    ...iso2013.annex_a.map((one) => [one.id, one.successors_2022] as const),
    ...iso2013.transition_2013_to_2022.clauses.map((one) => [one.from, one.to] as const),
  ]);
  return [
    ...off(older.map(({ ref }) => ref).join() === before.map(({ id }) => id).join(), 'older items'),
    ...off(newer.map(({ ref }) => ref).join() === after.map(({ id }) => id).join(), 'newer items'),
    ...older.flatMap((item) => [
      ...off(item.became === became(item.ref), `became ${item.ref}`),
      ...off(item.to.join() === successors.get(item.ref)?.join(), `successors ${item.ref}`),
      ...off(/^[A-Z].*\.$/.test(item.carries), `words ${item.ref}`),
    ]),
    ...newer.flatMap((item) => [
      ...off(item.came === came(item.ref), `came ${item.ref}`),
      ...off((item.asks === 'new') === (item.came === 'added'), `asks ${item.ref}`),
      ...off(['same', 'more', 'new'].includes(item.asks), `asks ${item.ref}`),
      ...off(/^[A-Z].*\.$/.test(item.changes), `words ${item.ref}`),
    ]),
    ...iso2022.annex_a.flatMap(({ id, is_new_in_2022: isNew }) =>
      off(isNew === (newer.find(({ ref }) => ref === id)?.came === 'added'), `new ${id}`),
    ),
    ...off($meta.counts.from === older.length && $meta.counts.to === newer.length, 'counts'),
    ...off(sorted($meta.counts.became) === sorted(count(older.map((item) => item.became))), 'counts became'),
    ...off(sorted($meta.counts.came) === sorted(count(newer.map((item) => item.came))), 'counts came'),
    ...off(sorted($meta.counts.asks) === sorted(count(newer.map((item) => item.asks))), 'counts asks'),
  ];
}

const off = (holds: boolean, fault: string): readonly string[] => (holds ? [] : [fault]);

test('the table of the two editions has no fault', () => {
  expect(faultsOf(table)).toEqual([]);
});

test('eleven controls and one clause are new, and nothing was removed', () => {
  expect(table.newer.filter(({ came }) => came === 'added').map(({ ref }) => ref)).toEqual([
    '6.3',
    ...['A.5.7', 'A.5.23', 'A.5.30', 'A.7.4', 'A.8.9', 'A.8.10', 'A.8.11', 'A.8.12', 'A.8.16', 'A.8.23', 'A.8.28'],
  ]);
  expect(table.older.filter(({ became }) => became === 'removed')).toEqual([]);
});

describe('each fault is found in a copy that has it', () => {
  const cases: readonly [string, (copy: Table) => void][] = [
    ['older items', (c) => c.older.pop()],
    ['newer items', (c) => c.newer.pop()],
    ['successors 4.1', (c) => (first(c.older).to = ['4.2'])],
    ['became 4.1', (c) => (first(c.older).became = 'renamed')],
    ['came 4.1', (c) => (first(c.newer).came = 'merged')],
    ['asks 4.1', (c) => (first(c.newer).asks = 'new')],
    ['words 4.1', (c) => (first(c.newer).changes = '')],
    ['words 4.1', (c) => (first(c.older).carries = 'no sentence')],
    ['counts asks', (c) => (c.$meta.counts.asks.same = 1)],
  ];

  test.each(cases)('%s', (fault, spoil) => {
    const copy = structuredClone(table);
    spoil(copy);

    expect(faultsOf(copy)).toContain(fault);
  });
});

function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new Error('an empty list has no first');
  return one;
}
