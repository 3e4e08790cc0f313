import { Unreadable } from '../control/index.ts';
import type { Sheet } from '../control/index.ts';
import type { Relation } from '../crosswalk/index.ts';
import { inverse, Mapping } from '../crosswalk/index.ts';
import { circleIn } from '../framework/circle.ts';
import type { LoadedMapping } from './load-mappings.ts';
import type { Columns, LoadProblem, Place } from './rows.ts';
import { cellRef, cellTenths, cellText, inOrder, placeOf, readRows, suggestColumns } from './rows.ts';

/** A mapping set as a table, a row for each pair of items, and what rows must not say together however they came. */

export const MAPPING_FIELDS = [
  'fromFramework',
  'from',
  'toFramework',
  'to',
  'relation',
  'forward',
  'backward',
  'rationale',
  'provenance',
  'reviewer',
] as const;
export type MappingField = (typeof MAPPING_FIELDS)[number];

const HEADINGS: Readonly<Record<MappingField, readonly string[]>> = {
  fromFramework: ['fromframework', 'sourceframework', 'focaldocument', 'framework'],
  from: ['from', 'fromref', 'fromitem', 'source', 'sourceref', 'sourceitem', 'focaldocumentelement'],
  toFramework: ['toframework', 'targetframework', 'referencedocument'],
  to: ['to', 'toref', 'toitem', 'target', 'targetref', 'targetitem', 'referencedocumentelement'],
  relation: ['relation', 'relationship', 'type'],
  forward: ['forward', 'strength', 'strengthforward', 'strengthofrelationship'],
  backward: ['backward', 'strengthbackward'],
  rationale: ['rationale', 'comments', 'comment', 'why', 'because'],
  provenance: ['provenance', 'judgedby', 'method'],
  reviewer: ['reviewer', 'reviewedby'],
};

export const suggestMappingColumns = (columns: readonly string[]): Columns<MappingField> =>
  suggestColumns(columns, HEADINGS);

/** Refs that may be mapped, by framework. */
export type RefsByFramework = ReadonlyMap<string, ReadonlySet<string>>;

/** Relations as people write them; the longer forms are those of NIST's mappings. */
const RELATION_WORDS: Readonly<Record<string, Relation>> = {
  equal: 'equal',
  equalto: 'equal',
  equivalent: 'equal',
  equivalentto: 'equal',
  subset: 'subset',
  subsetof: 'subset',
  superset: 'superset',
  supersetof: 'superset',
  intersects: 'intersects',
  intersectswith: 'intersects',
  none: 'none',
  norelationship: 'none',
  notrelatedto: 'none',
};

/**
 * What is wrong with mappings together: an item that no framework has, one framework mapped to itself, a strength the relation does not allow, a pair
 * that stands twice or twice with different words, a circle of containment.
 *
 * @param place where the field of a mapping, by its index, stands in the file
 */
export function problemsOfMappings(
  mappings: readonly LoadedMapping[],
  refs: RefsByFramework,
  place: (index: number, field: MappingField) => Place,
): readonly LoadProblem[] {
  const problems: LoadProblem[] = [];
  const first = new Map<string, number>();
  const contained = new Map<string, string[]>();
  for (const [i, mapping] of mappings.entries()) {
    const { from, to, relation } = mapping;
    const problem = (field: MappingField, code: string, says: string): void =>
      void problems.push({ ...place(i, field), code, says });
    let isThere = true;
    for (const [end, { framework, ref }] of [
      ['from', from],
      ['to', to],
    ] as const) {
      const of = refs.get(framework);
      if (of === undefined) problem(`${end}Framework`, 'framework', `There is no framework “${framework}”.`);
      else if (!of.has(ref)) problem(end, 'item', `${framework} has no item ${ref} that can be mapped.`);
      isThere &&= of?.has(ref) === true;
    }
    const refused = isThere ? Mapping.holds(Mapping.body.parse({ ...mapping, set: 'any' }) as never) : undefined;
    if (refused !== undefined) {
      const field = refused.code === 'mapping.strength' ? 'forward' : 'toFramework';
      problem(field, refused.code.split('.')[1] ?? 'invalid', refused.message);
    }
    const [one, other] = [`${from.framework} ${from.ref}`, `${to.framework} ${to.ref}`];
    const pair = JSON.stringify([one, other].sort());
    const before = first.get(pair);
    if (before === undefined) first.set(pair, i);
    else {
      const earlier = mappings[before];
      const { row, pointer } = place(before, 'relation');
      const where = row === undefined ? `At ${pointer ?? ''}` : `Row ${row}`;
      const isSame = earlier !== undefined && isSameClaim(earlier, mapping);
      if (isSame) problem('from', 'twice', `${where} relates ${one} and ${other} already.`);
      else problem('relation', 'contradiction', `${where} says otherwise of ${one} and ${other}: ${said(earlier)}.`);
      continue;
    }
    if (relation !== 'subset' && relation !== 'superset') continue;
    const [small, large] = relation === 'subset' ? [one, other] : [other, one];
    const larger = contained.get(small);
    if (larger === undefined) contained.set(small, [large]);
    else larger.push(large);
  }
  const circle = circleIn(contained);
  if (circle !== undefined) {
    const steps = new Set(circle.slice(1).map((to, i) => JSON.stringify([circle[i], to].sort())));
    const says = `Each of these is contained in the next, so they are equal: ${circle.slice(0, 12).join(' → ')}.`;
    for (const [pair, i] of first) if (steps.has(pair)) problems.push({ ...place(i, 'relation'), code: 'cycle', says });
  }
  return problems;
}

/** Whether two lines on one pair say the same, whichever way round. */
function isSameClaim(a: LoadedMapping, b: LoadedMapping): boolean {
  const isSameWay = a.from.framework === b.from.framework && a.from.ref === b.from.ref;
  const seen = isSameWay ? b : turned(b);
  return (
    a.relation === seen.relation &&
    a.strength.forward === seen.strength.forward &&
    a.strength.backward === seen.strength.backward
  );
}

const turned = ({ relation, strength, ...rest }: LoadedMapping): LoadedMapping => ({
  ...rest,
  relation: inverse(relation),
  strength: { forward: strength.backward, backward: strength.forward },
});

const said = (mapping: LoadedMapping | undefined): string =>
  mapping === undefined
    ? ''
    : `${mapping.from.ref} ${mapping.relation} ${mapping.to.ref}, ${mapping.strength.forward} and ${mapping.strength.backward}`;

export interface ReadMappings {
  readonly mappings: readonly LoadedMapping[];
  readonly rows: readonly number[];
  readonly problems: readonly LoadProblem[];
}

/**
 * Every row as a mapping or as problems.
 *
 * @param between frameworks of rows that name none
 */
export function readMappings(
  sheet: Sheet,
  columns: Columns<MappingField>,
  refs: RefsByFramework,
  between: { readonly from?: string | undefined; readonly to?: string | undefined } = {},
): ReadMappings {
  const { rows, problems } = readRows(sheet, columns, (cellOf, at): LoadedMapping => {
    const needed = (field: MappingField, value: string | undefined, what: string): string => {
      at(field);
      if (value === undefined) throw new Unreadable('missing', `The row needs ${what}.`);
      return value;
    };
    const end = (field: 'from' | 'to'): { framework: string; ref: string } => {
      const framework = cellText(cellOf(`${field}Framework`)) ?? between[field];
      const ref = needed(field, cellRef(cellOf(field)), `the item it leads ${field}`);
      return { framework: needed(`${field}Framework`, framework, `the framework it leads ${field}`), ref };
    };
    const [from, to] = [end('from'), end('to')];
    const word = needed('relation', cellText(cellOf('relation')), 'a relation');
    const key = word.toLowerCase().replace(/[^a-z]/g, '');
    const relation = Object.hasOwn(RELATION_WORDS, key) ? RELATION_WORDS[key] : undefined;
    if (relation === undefined) {
      throw new Unreadable('relation', `“${word}” is no relation: equal, subset, superset, intersects or none.`);
    }
    const usual = relation === 'equal' ? 10 : relation === 'none' ? 0 : undefined;
    const forward = cellTenths(cellOf('forward')) ?? usual;
    if (forward === undefined) {
      at('forward');
      throw new Unreadable('missing', 'The row needs a strength: how many tenths of the second the first reaches.');
    }
    const backward = cellTenths(cellOf('backward')) ?? usual ?? forward;
    const rationale = cellText(cellOf('rationale')) ?? '';
    const provenance = cellText(cellOf('provenance'));
    const reviewer = cellText(cellOf('reviewer'));
    const long = [
      ['rationale', rationale, 4000],
      ['provenance', provenance ?? '', 1000],
      ['reviewer', reviewer ?? '', 200],
      ['from', from.ref, 60],
      ['to', to.ref, 60],
    ] as const;
    for (const [field, text, most] of long) {
      at(field);
      if (text.length > most) throw new Unreadable('long', `It has more than ${most} signs.`);
    }
    return {
      from,
      to,
      relation,
      strength: { forward, backward },
      rationale,
      ...(provenance === undefined ? {} : { provenance }),
      ...(reviewer === undefined ? {} : { reviewer }),
    };
  });
  const mappings = rows.map(({ value }) => value);
  const place = (i: number, field: MappingField): Place => placeOf(columns, field, rows[i]?.row ?? 1);
  return {
    mappings,
    rows: rows.map(({ row }) => row),
    problems: inOrder([...problems, ...problemsOfMappings(mappings, refs, place)]),
  };
}
