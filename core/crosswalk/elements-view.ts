import { z } from 'zod';
import { FRAMEWORK_IDS, FRAMEWORKS } from '../framework/catalog.ts';
import { refText, refuseFramework } from '../framework/own.ts';
import { defineView } from '../kernel/index.ts';
import type { Pair } from './elements.ts';
import {
  barePairs,
  countRelations,
  CRITERIA,
  ELEMENTS_BETWEEN,
  ELEMENTS_RULE,
  ELEMENTS_SET,
  LINES,
  lineRelation,
  pairsOf,
  reachedOf,
  rest,
  servedOf,
  servedOfCriterion,
} from './elements.ts';
import { RELATIONS } from './relation.ts';
import { NOTHING } from './share.ts';

const Range = z.object({
  least: z.number().describe('Tenths, as many as are certain.'),
  most: z.number().describe('Tenths, if no two serve the same part.'),
});
const Counts = z.object({ equal: z.int(), superset: z.int(), subset: z.int(), intersects: z.int() });
const Shares = z.object({
  relation: z.enum(RELATIONS).describe('Seen from the criterion.'),
  itemShare: z.number().describe('Tenths of the item that lie within the criterion.'),
  criterionShare: z.number().describe('Tenths of the criterion that meeting the item serves.'),
});
const LineShares = z.object({
  relation: z.enum(RELATIONS).describe('Seen from the element.'),
  serves: z.int().describe('Tenths of the element that meeting the item serves.'),
  reaches: z.int().describe('Tenths of the item that lie within the element.'),
  because: z.string(),
});

export const Elements = z.object({
  from: z.string(),
  to: z.string(),
  provenance: z.string(),
  rule: z.string(),
  counts: z.object({
    elements: z.int(),
    lines: z.int(),
    byLine: Counts,
    pairs: z.int(),
    byPair: Counts,
    bare: z.int().describe('Pairs of which nothing more is known than that they share something.'),
  }),
  rows: z.array(
    z.object({
      ref: z.string(),
      title: z.string(),
      group: z.string(),
      others: z.int().describe('Items of the other framework that it is joined to.'),
      covered: Range.describe('Of a criterion what all items serve; of an item what all criteria reach.'),
      elements: z.int().nullable().describe('Of a criterion, how many elements it has.'),
      whole: z.int().nullable().describe('Of these, how many some item serves whole.'),
      open: z.int().nullable().describe('Of these, how many no item serves.'),
    }),
  ),
  criterion: z
    .object({
      ref: z.string(),
      title: z.string(),
      summary: z.string(),
      served: Range,
      left: Range,
      elements: z.array(
        z.object({
          id: z.string(),
          says: z.string(),
          weight: z.int().describe('Tenths of the criterion.'),
          served: Range,
          left: Range,
          lines: z.array(LineShares.extend({ item: z.string(), title: z.string() })),
        }),
      ),
      items: z.array(Shares.extend({ ref: z.string(), title: z.string() })),
    })
    .nullable(),
  item: z
    .object({
      ref: z.string(),
      title: z.string(),
      summary: z.string(),
      reached: Range,
      left: Range,
      criteria: z.array(
        Shares.extend({
          ref: z.string(),
          title: z.string(),
          lines: z.array(LineShares.extend({ element: z.string(), says: z.string() })),
        }),
      ),
    })
    .nullable(),
});

const criterionFacts = new Map(FRAMEWORKS.soc2.requirements.map((one) => [one.ref, one]));
const itemFacts = new Map(FRAMEWORKS.iso27001.requirements.map((one) => [one.ref, one]));
const elementFacts = new Map(CRITERIA.flatMap(({ elements }) => elements.map((one) => [one.id, one] as const)));
const titleOf = (of: ReadonlyMap<string, { readonly title: string }>, ref: string): string => of.get(ref)?.title ?? ref;

const pairs = pairsOf(CRITERIA, LINES);
const reached = reachedOf(pairs);
const shares = ({ relation, itemShare, criterionShare }: Pair) => ({ relation, itemShare, criterionShare });
const counts = {
  elements: elementFacts.size,
  lines: LINES.length,
  byLine: countRelations(LINES.map(lineRelation)),
  pairs: pairs.length,
  byPair: countRelations(pairs.map(({ relation }) => relation)),
  bare: barePairs(pairs).length,
};

const criteria = CRITERIA.map((criterion) => {
  const served = servedOf(criterion.elements, LINES);
  const lines = Map.groupBy(LINES, ({ element }) => element);
  const facts = criterionFacts.get(criterion.ref);
  const joined = pairs.filter((pair) => pair.criterion === criterion.ref);
  const covered = servedOfCriterion(criterion, served);
  const elements = criterion.elements.map(({ id, says, weight }) => {
    const range = served.get(id) ?? NOTHING;
    return {
      ...{ id, says, weight, served: range, left: rest(range) },
      lines: (lines.get(id) ?? []).map((line) => ({
        ...{ item: line.item, title: titleOf(itemFacts, line.item), relation: lineRelation(line) },
        ...{ serves: line.serves, reaches: line.reaches, because: line.because },
      })),
    };
  });
  return {
    row: {
      ...{ ref: criterion.ref, title: facts?.title ?? criterion.ref, group: facts?.group ?? '' },
      ...{ others: joined.length, covered, elements: elements.length },
      whole: elements.filter((element) => element.lines.some(({ serves }) => serves === 10)).length,
      open: elements.filter((element) => element.lines.length === 0).length,
    },
    detail: {
      ...{ ref: criterion.ref, title: facts?.title ?? criterion.ref, summary: facts?.summary ?? '' },
      ...{ served: covered, left: rest(covered), elements },
      items: joined
        .map((pair) => ({ ref: pair.item, title: titleOf(itemFacts, pair.item), ...shares(pair) }))
        .sort((a, b) => b.criterionShare - a.criterionShare || b.itemShare - a.itemShare),
    },
  };
});

const items = FRAMEWORKS.iso27001.requirements.map(({ ref, title, summary, group }) => {
  const joined = pairs.filter((pair) => pair.item === ref);
  const range = reached.get(ref) ?? NOTHING;
  return {
    row: { ref, title, group, others: joined.length, covered: range, elements: null, whole: null, open: null },
    detail: {
      ...{ ref, title, summary, reached: range, left: rest(range) },
      criteria: joined
        .map((pair) => ({
          ...{ ref: pair.criterion, title: titleOf(criterionFacts, pair.criterion), ...shares(pair) },
          lines: pair.lines.map((line) => ({
            ...{
              element: line.element,
              says: elementFacts.get(line.element)?.says ?? '',
              relation: lineRelation(line),
            },
            ...{ serves: line.serves, reaches: line.reaches, because: line.because },
          })),
        }))
        .sort((a, b) => b.itemShare - a.itemShare || b.criterionShare - a.criterionShare),
    },
  };
});

export const crosswalkElements = defineView('crosswalk.elements', {
  says: 'What SOC 2 criteria consist of, which ISO 27001 items serve each part and how far, and what of either side that leaves open. The project’s own judgement.',
  input: z.strictObject({
    framework: z.enum(FRAMEWORK_IDS).default('soc2').describe('Whose items are listed.'),
    ref: refText().optional().describe('One of its items, told in full.'),
  }),
  area: 'any',
  reads: [],
  output: Elements,
  compute(_book, { framework, ref }) {
    const answer = { ...ELEMENTS_BETWEEN, provenance: ELEMENTS_SET.provenance, rule: ELEMENTS_RULE, counts };
    const one = framework === 'soc2' ? criteria.find(({ row }) => row.ref === ref) : undefined;
    const other = framework === 'iso27001' ? items.find(({ row }) => row.ref === ref) : undefined;
    if (ref !== undefined && one === undefined && other === undefined) {
      throw refuseFramework('item', { framework, ref }, ['ref']);
    }
    return {
      ...answer,
      rows: (framework === 'soc2' ? criteria : items).map(({ row }) => row),
      criterion: one?.detail ?? null,
      item: other?.detail ?? null,
    };
  },
});
