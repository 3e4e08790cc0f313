import { z } from 'zod';
import { MOST_HOPS } from '../crosswalk/chain.ts';
import { crosswalkReads } from '../crosswalk/edges.ts';
import type { SetFacts } from '../crosswalk/shipped.ts';
import { LineCounts, reviewedIn, reviewReads } from '../crosswalk/reviewed.ts';
import type { Framework } from '../framework/catalog.ts';
import { Programme } from '../framework/record.ts';
import { refuseProgramme } from '../framework/refusals.ts';
import type { At, Book, Stored } from '../kernel/index.ts';
import { dateText, defineView, idSchema, printInstant } from '../kernel/index.ts';
import { BASES, controlsInForce, reachedOn } from './bases.ts';
import type { Basis } from './bases.ts';
import type { Comparison } from './comparison.ts';
import { comparisonOf, directionOf, setsBehind, SHIPPED_MAPPING } from './comparison.ts';
import type { Collected } from './evidence.ts';
import { evidenceIn, evidenceReads } from './evidence.ts';
import { figuresOf, linesAt, MIN_STRENGTHS } from './measure.ts';
import type { EvidencePeriod } from './period.ts';
import { evidencePeriod, momentsOf } from './period.ts';

export const overlapReads = [...crosswalkReads, ...reviewReads, ...evidenceReads, Programme] as const;
export type OverlapBook = Book<typeof overlapReads>;

export const OverlapInput = z.strictObject({
  from: z.string().max(40).describe('A framework: soc2, iso27001, iso27001-2013, or one of the organisation’s own.'),
  to: z.string().max(40).describe('The framework it is compared with.'),
  basis: z
    .enum(BASES)
    .default('crosswalk')
    .describe(
      'crosswalk: what the mapping says. controls: own controls that answer items of both. evidence: those of them for which something was collected in the period.',
    ),
  mapping: z
    .string()
    .max(100)
    .default(SHIPPED_MAPPING)
    .describe(
      'Which mapping relates them: shipped, or the id of another one. Frameworks it does not relate keep theirs.',
    ),
  periodFrom: dateText().optional().describe('First day whose evidence counts.'),
  periodTo: dateText().optional().describe('Last day whose evidence counts.'),
  programme: idSchema.optional().describe('A programme whose observation period is taken where no days are given.'),
});
export type OverlapInput = z.infer<typeof OverlapInput>;

export const SetAnswer = z.object({ id: z.string(), title: z.string(), provenance: z.string() });
export const PeriodAnswer = z.object({
  from: z.string(),
  to: z.string(),
  by: z.enum(['asked', 'programme', 'last-365-days']),
});
const Strength = z.union(MIN_STRENGTHS.map((n) => z.literal(n)));
const Counts = { touched: z.int(), whole: z.int(), partial: z.int(), of: z.int() };

export const Overlap = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  from: z.string(),
  to: z.string(),
  basis: z.enum(BASES),
  mapping: z.string(),
  provenance: z.string().describe('Who judged what the figures rest on.'),
  notes: z.array(z.string()).describe('What a reader must know of the figures, in sentences.'),
  sets: z
    .array(SetAnswer)
    .describe('Mapping sets whose lines stand behind the figures; none where they rest on controls.'),
  hops: z.int().describe('1 where a mapping relates both; else the longest way that was looked for.'),
  period: PeriodAnswer.nullable().describe('Days whose evidence counts; on the basis of evidence only.'),
  titles: z.object({ from: z.string(), to: z.string() }),
  definitions: z.array(z.object({ minStrength: Strength, direction: z.string(), ...Counts })),
  weighted: z.array(z.object({ direction: z.string(), mean: z.number() })),
  byGroup: z.array(
    z.object({
      group: z.string(),
      name: z.string(),
      kind: z.enum(['category', 'series', 'clause', 'theme', 'group']),
      direction: z.string(),
      minStrength: Strength,
      ...Counts,
    }),
  ),
  lines: LineCounts.nullable().describe(
    'Lines of mappings behind any of the figures; null where figures rest on controls.',
  ),
  reviews: z
    .array(z.object({ minStrength: Strength, direction: z.string(), ...LineCounts.shape }))
    .describe(
      'For each definition the lines behind its figure, by what reviewers say. What they say changes no figure.',
    ),
});

const SAYS: Readonly<Record<Basis, (from: string, to: string) => readonly string[]>> = {
  crosswalk: () => [
    'A link never means that an item is satisfied: SOC 2 asks how controls operated over a period, ISO 27001 for the management system of clauses 4 to 10 and a justified Statement of Applicability.',
  ],
  controls: (from, to) => [
    `Items of one framework that are answered by a control which answers the other too. Our library maps every control to both SOC 2 and ISO 27001, so with library controls this is near all items of ${to} and ${from} by construction: it says how controls were written, not how much is shared.`,
    'Strength is the share of an item’s controls that carry over, in tenths; whole where all of them do. Planned controls count.',
  ],
  evidence: (from, to) => [
    `Items of ${to} that are answered by a control for which evidence collected for ${from} exists in the period, and the other way round: documents filed, performances with a document, collections of its checks that brought items.`,
    'Strength is the share of an item’s controls that carry over, in tenths; whole where all of them do. What was collected is not judged here: whether it suffices is for an auditor.',
  ],
};

const NO_MAPPING = 'No line of any mapping leads from one to the other.';
const OWN_MAPPING = 'Which items a control answers is the company’s own mapping, as its records have it.';

/** What both views of the comparison need to know before they count. */
export interface Asked {
  readonly comparison: Comparison;
  readonly period: EvidencePeriod | undefined;
  readonly controls: ReturnType<typeof controlsInForce>;
  readonly collected: ReadonlyMap<string, Collected> | undefined;
}

const told = (asked: Asked): Asked => asked;

export function* askedOf(book: OverlapBook, input: OverlapInput, at: At) {
  const comparison = comparisonOf(book, input);
  const controls = controlsInForce(book, at);
  if (input.basis !== 'evidence') return told({ comparison, controls, period: undefined, collected: undefined });
  const period = evidencePeriod(input, namedProgramme(book, input.programme, [comparison.from, comparison.to]), at);
  const ids = controls.map(({ id }) => id);
  const collected = yield* evidenceIn(book, ids, momentsOf(period, at), at);
  return told({ comparison, controls, period, collected });
}

/** The programme named, which must be one of either framework. */
function namedProgramme(
  book: Pick<OverlapBook, 'programme'>,
  id: string | undefined,
  frameworks: readonly [Framework, Framework],
): Stored<typeof Programme> | undefined {
  const named = id === undefined ? undefined : book.programme.get(id);
  if (named === undefined || frameworks.some((framework) => framework.id === named.framework)) return named;
  throw refuseProgramme('none', { framework: frameworks[0].id }, ['programme']);
}

/** 1 where a mapping relates both frameworks, else as many hops as are looked for. */
export function hopsOf({ from, to, network }: Comparison): number {
  const isRelated = network.nodes.some(
    ({ end, steps }) => end.framework === from.id && steps.some(({ edge }) => edge.to.framework === to.id),
  );
  return isRelated ? 1 : MOST_HOPS;
}

/** Where the lines behind figures come from; `sets` as `setsBehind` tells them. */
export function provenanceOf(basis: Basis, sets: readonly SetFacts[]): string {
  if (basis !== 'crosswalk') return OWN_MAPPING;
  return sets.length === 0 ? NO_MAPPING : sets.map(({ title, provenance }) => `${title}: ${provenance}`).join(' ');
}

export const overlap = defineView('overlap', {
  says: 'Measured coverage between two frameworks, both ways, by every definition: by the crosswalk, by own controls, by own evidence.',
  input: OverlapInput,
  reads: overlapReads,
  output: Overlap,
  area: 'posture',
  *compute(book, input, at) {
    const { comparison, controls, period, collected } = yield* askedOf(book, input, at);
    const { from, to } = comparison;
    const { basis } = input;
    const home: Comparison = { ...comparison, from: to, to: from };
    const ways = [
      { direction: directionOf(from.id, to.id), items: reachedOn(basis, comparison, controls, collected) },
      { direction: directionOf(to.id, from.id), items: reachedOn(basis, home, controls, collected) },
    ] as const;
    const there = figuresOf(to, ways[0].items, ways[0].direction);
    const back = figuresOf(from, ways[1].items, ways[1].direction);
    const sets = setsBehind(
      comparison,
      ways.flatMap(({ items }) => linesAt(items, 0)),
    );
    const reviewed = basis === 'crosswalk' ? reviewedIn(book, comparison.edges) : undefined;
    const hops = basis === 'crosswalk' ? hopsOf(comparison) : 1;
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      from: from.id,
      to: to.id,
      basis,
      mapping: input.mapping,
      provenance: provenanceOf(basis, sets),
      notes: [
        ...SAYS[basis](from.title, to.title),
        ...(hops === 1
          ? []
          : ['No mapping relates the two: ways by other frameworks were followed, and figures take the lower bound.']),
      ],
      sets: sets.map(({ id, title, provenance }) => ({ id, title, provenance })),
      hops,
      period: period ?? null,
      titles: { from: from.title, to: to.title },
      definitions: [...there.definitions, ...back.definitions],
      weighted: [there.weighted, back.weighted],
      byGroup: [...there.byGroup, ...back.byGroup],
      lines: reviewed?.count(ways.flatMap(({ items }) => linesAt(items, 1))) ?? null,
      reviews:
        reviewed === undefined
          ? []
          : ways.flatMap(({ direction, items }) =>
              MIN_STRENGTHS.map((minStrength) => ({
                minStrength,
                direction,
                ...reviewed.count(linesAt(items, minStrength)),
              })),
            ),
    };
  },
});
