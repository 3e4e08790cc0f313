import { describe, expect, test } from 'vitest';
import crosswalk from './crosswalk/soc2-2017--iso27001-2022.json' with { type: 'json' };
import mapping from './elements/soc2-2017--iso27001-2022.json' with { type: 'json' };
import elements from './elements/soc2-2017.json' with { type: 'json' };
import iso2022 from './iso27001-2022/framework.json' with { type: 'json' };
import soc2 from './soc2-2017/framework.json' with { type: 'json' };

const shipped = { elements, mapping };
type Shipped = typeof shipped;

/** Pairs that the older crosswalk holds at 7 or more and that the elements leave out, each with why. */
const LEFT_OUT: Readonly<Record<string, string>> = {};
const STRONG = 7;

const SAYS = /^[A-Z][^.]*\.$/;
/** Words that one of two near sentences would not miss. */
const wordsOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z ]/g, '')
    .split(' ')
    .filter((word) => word.length > 3)
    .sort()
    .join(' ');

/** Everything that is wrong with elements and their mapping, as code and place. */
function faultsOf({ elements: cut, mapping: lines }: Shipped): readonly string[] {
  const items = new Set([
    ...iso2022.clauses.filter(({ assessable }) => assessable).map(({ id }) => id),
    ...iso2022.annex_a.map(({ id }) => id),
  ]);
  const all = cut.criteria.flatMap((criterion) => criterion.elements);
  const known = new Set(all.map(({ id }) => id));
  const criterionOf = (element: string) => element.slice(0, element.lastIndexOf('.'));
  const pairs = new Set(lines.mappings.map(({ element, item }) => `${criterionOf(element)} ${item}`));
  const reached = new Map<string, number>();
  for (const { element, item, reaches } of lines.mappings) {
    const pair = `${criterionOf(element)} ${item}`;
    reached.set(pair, (reached.get(pair) ?? 0) + reaches);
  }
  const isShare = (n: number) => Number.isInteger(n) && n >= 1 && n <= 10;
  return [
    ...off(
      JSON.stringify(cut.criteria.map(({ ref }) => ref)) === JSON.stringify(soc2.criteria.map(({ id }) => id)),
      'criteria',
    ),
    ...off(cut.$meta.count === all.length, 'count elements'),
    ...off(lines.$meta.count === lines.mappings.length, 'count lines'),
    ...cut.criteria.flatMap(({ ref, elements: of }) => [
      ...off(of.length >= 3 && of.length <= 8, `three-to-eight ${ref}`),
      ...off(of.reduce((sum, { weight }) => sum + weight, 0) === 10, `weights ${ref}`),
      ...of.flatMap(({ id, weight, says }, i) => [
        ...off(id === `${ref}.${'abcdefgh'[i] ?? ''}`, `id ${id}`),
        ...off(isShare(weight), `weight ${id}`),
        ...off(SAYS.test(says) && says.length <= 130, `sentence ${id}`),
      ]),
    ]),
    ...twice(all.map(({ says }) => wordsOf(says))).map((words) => `wording ${words}`),
    ...twice(lines.mappings.map(({ because }) => wordsOf(because))).map((words) => `wording ${words}`),
    ...twice(lines.mappings.map(({ element, item }) => `${element} ${item}`)).map((line) => `duplicate ${line}`),
    ...lines.mappings.flatMap(({ element, item, serves, reaches, because }) => [
      ...off(known.has(element), `element ${element}`),
      ...off(items.has(item), `item ${item}`),
      ...off(isShare(serves) && isShare(reaches), `share ${element} ${item}`),
      ...off(Math.max(serves, reaches) >= lines.$meta.floor, `floor ${element} ${item}`),
      ...off(/^[A-Z].*\.$/.test(because) && because.length <= 160, `reason ${element} ${item}`),
    ]),
    ...[...reached].flatMap(([pair, sum]) => off(sum <= 10, `reaches ${pair}`)),
    ...crosswalk.mappings
      .filter(({ strength }) => strength >= STRONG)
      .map(({ tsc, iso }) => `${tsc} ${iso}`)
      .flatMap((pair) => off(pairs.has(pair) !== pair in LEFT_OUT, `left out ${pair}`)),
  ];
}

const off = (holds: boolean, fault: string): readonly string[] => (holds ? [] : [fault]);
const twice = (list: readonly string[]): readonly string[] => list.filter((one, i) => list.indexOf(one) !== i);

test('the elements shipped have no fault', () => {
  expect(faultsOf(shipped)).toEqual([]);
});

describe('each fault is found in a copy that has it', () => {
  const cases: readonly [string, string, (copy: Shipped) => void][] = [
    ['a criterion is missing', 'criteria', (c) => c.elements.criteria.pop()],
    ['an element is missing', 'weights CC1.1', (c) => first(c.elements.criteria).elements.pop()],
    ['a criterion has two elements', 'three-to-eight CC1.1', (c) => first(c.elements.criteria).elements.splice(2)],
    ['weights add up to 11', 'weights CC1.1', (c) => (firstElement(c).weight += 1)],
    ['a weight is 0', 'weight CC1.1.a', (c) => (firstElement(c).weight = 0)],
    ['an id is of another criterion', 'id CC1.2.a', (c) => (firstElement(c).id = 'CC1.2.a')],
    ['an element is two sentences', 'sentence CC1.1.a', (c) => (firstElement(c).says += ' And more.')],
    [
      'two elements say the same',
      'wording',
      (c) => ((first(c.elements.criteria).elements[1] ?? firstElement(c)).says = firstElement(c).says),
    ],
    ['a line is there twice', 'duplicate', (c) => c.mapping.mappings.push(first(c.mapping.mappings))],
    ['a line begins at no element', 'element CC1.1.z', (c) => (first(c.mapping.mappings).element = 'CC1.1.z')],
    ['a line ends at a heading', 'item 7.5', (c) => (first(c.mapping.mappings).item = '7.5')],
    ['a share is 11', 'share CC1.1.a', (c) => (first(c.mapping.mappings).serves = 11)],
    ['a share is a half', 'share CC1.1.a', (c) => (first(c.mapping.mappings).reaches = 0.5)],
    [
      'a line is below the floor',
      'floor CC1.1.a',
      (c) => Object.assign(first(c.mapping.mappings), { serves: 3, reaches: 3 }),
    ],
    ['a line has no reason', 'reason CC1.1.a', (c) => (first(c.mapping.mappings).because = '')],
    [
      'the elements of a criterion reach eleven tenths of an item',
      'reaches CC1.1 A.6.4',
      (c) =>
        c.mapping.mappings.push({ element: 'CC1.1.f', item: 'A.6.4', serves: 5, reaches: 1, because: 'Some more.' }),
    ],
    [
      'a strong pair of the older crosswalk is gone',
      'left out CC9.2 A.5.22',
      (c) => (c.mapping.mappings = c.mapping.mappings.filter(({ item }) => item !== 'A.5.22')),
    ],
  ];

  test.each(cases)('%s: %s', (_name, fault, spoil) => {
    const copy = structuredClone(shipped);
    spoil(copy);

    expect(faultsOf(copy).some((found) => found.startsWith(fault))).toBe(true);
  });
});

function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new Error('an empty list has no first');
  return one;
}
const firstElement = (c: Shipped) => first(first(c.elements.criteria).elements);
