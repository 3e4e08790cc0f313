import { describe, expect, test } from 'vitest';
import library from './controls/library.json' with { type: 'json' };
import crosswalk from './crosswalk/soc2-2017--iso27001-2022.json' with { type: 'json' };
import iso2013 from './iso27001-2013/framework.json' with { type: 'json' };
import iso2022 from './iso27001-2022/framework.json' with { type: 'json' };
import soc2 from './soc2-2017/framework.json' with { type: 'json' };

const shipped = { soc2, iso2022, iso2013, crosswalk, library };
type Catalogs = typeof shipped;

type FaultCode =
  | 'count'
  | 'id'
  | 'duplicate'
  | 'blank'
  | 'category'
  | 'series'
  | 'theme'
  | 'objective'
  | 'parent'
  | 'attribute'
  | 'successor'
  | 'predecessor'
  | 'crosswalk-soc2'
  | 'crosswalk-iso'
  | 'relationship'
  | 'strength'
  | 'library-soc2'
  | 'library-iso'
  | 'vocabulary'
  | 'coverage';

interface CatalogFault {
  readonly code: FaultCode;
  readonly where: string;
}

/** The words of NIST IR 8477 for how two statements relate, seen from the first. */
const RELATIONSHIPS = ['equal', 'subset', 'superset', 'intersects', 'not-related'];

const CRITERION = /^(?:CC[1-9]|A1|C1|PI1|P[1-8])\.[1-9]$/;
const CLAUSE = /^(?:[4-9]|10)(?:\.[1-9]){0,2}$/;
const ANNEX_2022 = /^A\.[5-8]\.(?:[1-9]|[1-3]\d)$/;
const ANNEX_2013 = /^A\.(?:[5-9]|1[0-8])\.[1-9]\.[1-9]$/;
const CONTROL = /^[A-Z]{3}-\d{2}$/;

/** Everything that is wrong with the catalogues: each list against its count, its words and what it points at. */
function faultsOf(c: Catalogs): readonly CatalogFault[] {
  return [
    ...faultsOfSoc2(c),
    ...faultsOfIso2022(c),
    ...faultsOfIso2013(c),
    ...faultsOfCrosswalk(c),
    ...faultsOfLibrary(c),
  ];
}

const criteriaOf = (c: Catalogs): ReadonlySet<string> => new Set(c.soc2.criteria.map(({ id }) => id));

const assessable = (clauses: readonly { readonly id: string; readonly assessable: boolean }[]): readonly string[] =>
  clauses.filter((clause) => clause.assessable).map(({ id }) => id);

const isoItemsOf = (c: Catalogs): ReadonlySet<string> =>
  new Set([...assessable(c.iso2022.clauses), ...c.iso2022.annex_a.map(({ id }) => id)]);

function faultsOfSoc2({ soc2: { criteria, series, categories, $meta } }: Catalogs): readonly CatalogFault[] {
  const counted: Readonly<Record<string, number>> = $meta.counts_by_series;
  return [
    ...count('soc2', criteria.length, 61, $meta.counts.total),
    ...ids('soc2', criteria, CRITERION),
    ...blanks('soc2', criteria),
    ...criteria.flatMap((criterion) => [
      ...unless(
        series.some(({ id, category }) => id === criterion.series && category === criterion.category),
        'series',
        criterion.id,
      ),
      ...unless(criterion.id.startsWith(`${criterion.series}.`), 'series', criterion.id),
    ]),
    ...series.flatMap(({ id, category }) => [
      ...unless(categories.find((known) => known.id === category)?.series.includes(id) === true, 'category', id),
      ...count(id, criteria.filter((criterion) => criterion.series === id).length, counted[id]),
    ]),
    ...categories.flatMap((category) => [
      ...category.series.flatMap((id) =>
        unless(
          series.some((known) => known.id === id),
          'category',
          category.id,
        ),
      ),
      ...count(category.id, criteria.filter((it) => it.category === category.id).length, category.criteria_count),
    ]),
  ];
}

function faultsOfIso2022({ iso2022, iso2013 }: Catalogs): readonly CatalogFault[] {
  const { clauses, annex_a: annex, themes, attribute_vocabulary: vocabulary, $meta } = iso2022;
  return [
    ...count('clauses', assessable(clauses).length, 30, $meta.counts.assessable_clauses),
    ...count('annex A', annex.length, 93, $meta.counts.annex_a_controls),
    ...count('new in 2022', annex.filter((it) => it.is_new_in_2022).length, $meta.counts.new_in_2022),
    ...clauseFaults('iso27001-2022', clauses),
    ...ids('iso27001-2022', annex, ANNEX_2022),
    ...blanks('iso27001-2022', [...annex, ...clauses.filter((clause) => clause.assessable)]),
    ...themes.flatMap(({ id, count: stated }) => count(id, annex.filter((it) => it.theme === id).length, stated)),
    ...annex.flatMap((control) => [
      ...unless(
        themes.some(({ id, prefix }) => id === control.theme && control.id.startsWith(`${prefix}.`)),
        'theme',
        control.id,
      ),
      ...unless(control.is_new_in_2022 === (control.predecessors_2013.length === 0), 'predecessor', control.id),
      ...control.predecessors_2013.flatMap((from) =>
        unless(
          iso2013.annex_a.find(({ id }) => id === from)?.successors_2022.includes(control.id) === true,
          'predecessor',
          `${control.id} ← ${from}`,
        ),
      ),
      ...attributeFaults(control.id, control.attributes, vocabulary),
    ]),
  ];
}

function attributeFaults(
  id: string,
  attributes: Readonly<Record<string, readonly string[]>>,
  vocabulary: Readonly<Record<string, readonly string[]>>,
): readonly CatalogFault[] {
  return Object.entries(attributes).flatMap(([attribute, values]) =>
    values.flatMap((value) => unless(vocabulary[attribute]?.includes(value) === true, 'attribute', `${id} ${value}`)),
  );
}

function faultsOfIso2013({ iso2013, iso2022 }: Catalogs): readonly CatalogFault[] {
  const { clauses, annex_a: annex, objectives, domains, transition_2013_to_2022: transition, $meta } = iso2013;
  const clauses2022 = new Set(assessable(iso2022.clauses));
  const moved = new Map(transition.controls.map(({ from, to }) => [from, to]));
  return [
    ...count('2013 controls', annex.length, 114, $meta.counts.controls),
    ...count('2013 clauses', assessable(clauses).length, $meta.counts.assessable_clauses),
    ...count('2013 objectives', objectives.length, 35, $meta.counts.control_objectives),
    ...count('2013 transition', transition.controls.length, annex.length),
    ...count('2013 clause transition', transition.clauses.length, assessable(clauses).length),
    ...clauseFaults('iso27001-2013', clauses),
    ...ids('iso27001-2013', annex, ANNEX_2013),
    ...duplicates(
      'iso27001-2013 transition',
      transition.controls.map(({ from }) => from),
    ),
    ...domains.flatMap(({ id, control_count: stated }) =>
      count(id, annex.filter((it) => it.domain === id).length, stated),
    ),
    ...annex.flatMap((control) => [
      ...unless(
        objectives.some(({ id, domain }) => id === control.objective && domain === control.domain),
        'objective',
        control.id,
      ),
      ...unless(control.successors_2022.length > 0, 'successor', control.id),
      ...unless(`${control.successors_2022}` === `${moved.get(control.id)}`, 'successor', control.id),
      ...control.successors_2022.flatMap((to) =>
        unless(
          iso2022.annex_a.find(({ id }) => id === to)?.predecessors_2013.includes(control.id) === true,
          'successor',
          `${control.id} → ${to}`,
        ),
      ),
    ]),
    ...transition.clauses.flatMap(({ from, to }) => [
      ...unless(assessable(clauses).includes(from), 'successor', from),
      ...to.flatMap((clause) => unless(clauses2022.has(clause), 'successor', `${from} → ${clause}`)),
    ]),
  ];
}

function faultsOfCrosswalk(c: Catalogs): readonly CatalogFault[] {
  const [criteria, items, mappings] = [criteriaOf(c), isoItemsOf(c), c.crosswalk.mappings];
  return [
    ...count('crosswalk', mappings.length, 439, c.crosswalk.$meta.pair_count),
    ...duplicates(
      'crosswalk',
      mappings.map(({ tsc, iso }) => `${tsc} ${iso}`),
    ),
    ...mappings.flatMap(({ tsc, iso, relationship, strength, rationale }) => {
      const pair = `${tsc} ${iso}`;
      return [
        ...unless(criteria.has(tsc), 'crosswalk-soc2', pair),
        ...unless(items.has(iso), 'crosswalk-iso', pair),
        ...unless(RELATIONSHIPS.includes(relationship), 'relationship', `${pair} ${relationship}`),
        ...unless(Number.isInteger(strength) && strength >= 1 && strength <= 10, 'strength', `${pair} ${strength}`),
        ...unless(rationale.trim().length >= 3, 'blank', pair),
      ];
    }),
  ];
}

const FREQUENCIES = ['continuous', 'daily', 'weekly', 'monthly', 'quarterly', 'semiannual', 'annual', 'per-event'];

function faultsOfLibrary(c: Catalogs): readonly CatalogFault[] {
  const [criteria, items, { controls, $meta }] = [criteriaOf(c), isoItemsOf(c), c.library];
  const answered = new Set(controls.flatMap(({ maps_to: maps }) => [...maps.tsc, ...maps.iso27001_2022]));
  const { by_frequency: byFrequency, by_nature: byNature, by_domain: byDomain } = $meta.coverage;
  return [
    ...count('library', controls.length, 130, $meta.coverage.controls),
    ...ids('library', controls, CONTROL),
    ...blanks(
      'library',
      controls.map(({ id, title, description }) => ({ id, title, summary: description })),
    ),
    ...controls.flatMap(({ id, maps_to: maps, default_frequency: frequency, nature }) => [
      ...maps.tsc.flatMap((to) => unless(criteria.has(to), 'library-soc2', `${id} ${to}`)),
      ...maps.iso27001_2022.flatMap((to) => unless(items.has(to), 'library-iso', `${id} ${to}`)),
      ...duplicates(id, [...maps.tsc, ...maps.iso27001_2022]),
      ...unless(FREQUENCIES.includes(frequency), 'vocabulary', `${id} ${frequency}`),
      ...unless(['manual', 'hybrid', 'automated'].includes(nature), 'vocabulary', `${id} ${nature}`),
    ]),
    ...tally(
      'by_frequency',
      byFrequency,
      controls.map((it) => it.default_frequency),
    ),
    ...tally(
      'by_nature',
      byNature,
      controls.map((it) => it.nature),
    ),
    ...tally(
      'by_domain',
      byDomain,
      controls.map((it) => it.domain),
    ),
    ...[...criteria, ...items].flatMap((ref) => unless(answered.has(ref), 'coverage', ref)),
  ];
}

function clauseFaults(
  where: string,
  clauses: readonly { readonly id: string; readonly parent: string | null }[],
): readonly CatalogFault[] {
  return [
    ...ids(where, clauses, CLAUSE),
    ...clauses.flatMap(({ id, parent }) => {
      const above = id.includes('.') ? id.slice(0, id.lastIndexOf('.')) : null;
      return unless(parent === above && (above === null || clauses.some((it) => it.id === above)), 'parent', id);
    }),
  ];
}

function ids(where: string, list: readonly { readonly id: string }[], form: RegExp): readonly CatalogFault[] {
  const names = list.map(({ id }) => id);
  return [...names.flatMap((id) => unless(form.test(id), 'id', `${where} ${id}`)), ...duplicates(where, names)];
}

function duplicates(where: string, names: readonly string[]): readonly CatalogFault[] {
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  return twice.map((name) => ({ code: 'duplicate', where: `${where} ${name}` }));
}

function blanks(
  where: string,
  list: readonly { readonly id: string; readonly title: string; readonly summary: string | null }[],
): readonly CatalogFault[] {
  return list.flatMap(({ id, title, summary }) =>
    unless(title.trim() !== '' && (summary ?? '').trim() !== '', 'blank', `${where} ${id}`),
  );
}

function count(where: string, found: number, ...stated: readonly (number | undefined)[]): readonly CatalogFault[] {
  return stated.flatMap((n) => unless(n === found, 'count', `${where}: ${found}, stated ${n}`));
}

function tally(
  where: string,
  stated: Readonly<Record<string, number>>,
  words: readonly string[],
): readonly CatalogFault[] {
  return [...new Set([...words, ...Object.keys(stated)])].flatMap((word) =>
    count(`${where} ${word}`, words.filter((it) => it === word).length, stated[word]),
  );
}

function unless(holds: boolean, code: FaultCode, where: string): readonly CatalogFault[] {
  return holds ? [] : [{ code, where }];
}

test('the catalogues shipped have no fault', () => {
  expect(faultsOf(shipped)).toEqual([]);
});

describe('each fault is found in a copy that has it', () => {
  const cases: readonly [string, FaultCode, (c: Catalogs) => void][] = [
    ['a criterion is missing', 'count', (c) => c.soc2.criteria.pop()],
    ['a clause is missing', 'count', (c) => c.iso2022.clauses.pop()],
    ['an Annex A control is missing', 'count', (c) => c.iso2022.annex_a.pop()],
    ['a 2013 control is missing', 'count', (c) => c.iso2013.annex_a.pop()],
    ['a pair is missing', 'count', (c) => c.crosswalk.mappings.pop()],
    ['a library control is missing', 'count', (c) => c.library.controls.pop()],
    ['a 2013 control has no line of transition', 'count', (c) => c.iso2013.transition_2013_to_2022.controls.pop()],
    ['a criterion has the id of no series', 'id', (c) => (first(c.soc2.criteria).id = 'CC10.1')],
    ['a clause has no number', 'id', (c) => (first(c.iso2022.clauses).id = '4a')],
    ['an Annex A control has a 2013 number', 'id', (c) => (first(c.iso2022.annex_a).id = 'A.9.1.1')],
    ['a library control has a small letter', 'id', (c) => (first(c.library.controls).id = 'Ism-01')],
    ['two criteria have one id', 'duplicate', (c) => (first(c.soc2.criteria).id = 'CC1.2')],
    ['two library controls have one id', 'duplicate', (c) => (first(c.library.controls).id = 'ISM-02')],
    ['a pair is there twice', 'duplicate', (c) => c.crosswalk.mappings.push(first(c.crosswalk.mappings))],
    [
      'a control answers a criterion twice',
      'duplicate',
      (c) => first(c.library.controls).maps_to.tsc.push(first(first(c.library.controls).maps_to.tsc)),
    ],
    ['a title is empty', 'blank', (c) => (first(c.soc2.criteria).title = ' ')],
    ['a pair has no rationale', 'blank', (c) => (first(c.crosswalk.mappings).rationale = '')],
    ['a category names no series', 'category', (c) => first(c.soc2.categories).series.push('CC10')],
    ['a series is of another category', 'category', (c) => (first(c.soc2.series).category = 'privacy')],
    ['a criterion is of no series', 'series', (c) => (first(c.soc2.criteria).series = 'CC2')],
    ['an Annex A control is of another theme', 'theme', (c) => (first(c.iso2022.annex_a).theme = 'people')],
    ['a 2013 control is of no objective', 'objective', (c) => (first(c.iso2013.annex_a).objective = 'A.5.9')],
    ['a clause is below no clause', 'parent', (c) => c.iso2022.clauses.shift()],
    [
      'an attribute is no word of the vocabulary',
      'attribute',
      (c) => first(c.iso2022.annex_a).attributes.control_types.push('Curative'),
    ],
    ['a successor does not exist', 'successor', (c) => (first(c.iso2013.annex_a).successors_2022 = ['A.5.38'])],
    [
      'the transition says otherwise than the control',
      'successor',
      (c) => (first(c.iso2013.transition_2013_to_2022.controls).to = ['A.5.2']),
    ],
    [
      'a clause moves to no clause',
      'successor',
      (c) => (first(c.iso2013.transition_2013_to_2022.clauses).to = ['4.5']),
    ],
    [
      'a predecessor does not know its successor',
      'predecessor',
      (c) => (first(c.iso2022.annex_a).predecessors_2013 = ['A.18.2.3']),
    ],
    ['a new control has a predecessor', 'predecessor', (c) => (first(c.iso2022.annex_a).is_new_in_2022 = true)],
    ['a pair begins at no criterion', 'crosswalk-soc2', (c) => (first(c.crosswalk.mappings).tsc = 'CC1.9')],
    ['a pair ends at a heading', 'crosswalk-iso', (c) => (first(c.crosswalk.mappings).iso = '7.5')],
    [
      'a relationship is none of the five',
      'relationship',
      (c) => (first(c.crosswalk.mappings).relationship = 'related'),
    ],
    ['a strength is 0', 'strength', (c) => (first(c.crosswalk.mappings).strength = 0)],
    ['a strength is 11', 'strength', (c) => (first(c.crosswalk.mappings).strength = 11)],
    ['a strength is a half', 'strength', (c) => (first(c.crosswalk.mappings).strength = 4.5)],
    ['a control answers no criterion', 'library-soc2', (c) => first(c.library.controls).maps_to.tsc.push('CC0.1')],
    ['a control answers a heading', 'library-iso', (c) => first(c.library.controls).maps_to.iso27001_2022.push('9.2')],
    ['a frequency is no word', 'vocabulary', (c) => (first(c.library.controls).default_frequency = 'yearly')],
    [
      'no control answers a criterion',
      'coverage',
      (c) => {
        for (const control of c.library.controls) {
          control.maps_to.tsc = control.maps_to.tsc.filter((ref) => ref !== 'CC8.1');
        }
      },
    ],
  ];

  test.each(cases)('%s: %s', (_name, code, spoil) => {
    const copy = structuredClone(shipped);
    spoil(copy);

    expect(faultsOf(copy).map((fault) => fault.code)).toContain(code);
  });
});

function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new Error('an empty list has no first');
  return one;
}
