import { z } from 'zod';
import type { Edge, Link, Path, Reviewed } from '../crosswalk/index.ts';
import { EXTENTS, extentOf, LineCounts, lineFields, linksBetween, RELATIONS, reviewedIn } from '../crosswalk/index.ts';
import type { Framework } from '../framework/catalog.ts';
import { defineView, printInstant } from '../kernel/index.ts';
import { answeringOf, BASES, reachedByControls } from './bases.ts';
import type { Answering } from './bases.ts';
import type { Comparison } from './comparison.ts';
import { directionOf, setsBehind } from './comparison.ts';
import { bestOf, extentAt, reachedBy } from './measure.ts';
import { refuseOverlap } from './refusals.ts';
import { askedOf, OverlapInput, overlapReads, PeriodAnswer, provenanceOf, SetAnswer } from './view.ts';

/** Further ways that are told of one pair, beyond the best; the rest is counted. */
const MOST_OTHERS = 5;

const Bounds = z.object({ least: z.number(), most: z.number() });
const Hop = z.object({ edge: z.string(), set: z.string(), ...lineFields });

export const LinkAnswer = z.object({
  from: z.object({ ref: z.string(), title: z.string() }),
  relation: z
    .enum(RELATIONS)
    .nullable()
    .describe('Seen from the first framework’s item; null where nothing can be claimed.'),
  strength: z.number().describe('Tenths of the item that are reached: as judged, or the lower bound of a longer way.'),
  range: Bounds.nullable().describe('Bounds of that share by this way; null for one edge.'),
  back: z.number().describe('Tenths of the first framework’s item reached from this one.'),
  extent: z.enum(EXTENTS),
  hops: z.array(Hop),
  others: z.array(z.object({ strength: z.number(), range: Bounds, by: z.array(z.string()) })),
  moreOthers: z.int(),
});

const ControlAnswer = z.object({
  id: z.string(),
  title: z.string(),
  counts: z.boolean().describe('Whether it carries over from the first framework.'),
  serves: z.array(z.string()).describe('Items of the first framework that it answers.'),
  evidence: z
    .object({ documents: z.int(), performances: z.int(), checks: z.int() })
    .nullable()
    .describe('What was collected for it in the period; on the basis of evidence only.'),
});

export const OverlapItems = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  direction: z.string(),
  basis: z.enum(BASES),
  mapping: z.string(),
  provenance: z.string(),
  sets: z.array(SetAnswer),
  period: PeriodAnswer.nullable(),
  titles: z.object({ from: z.string(), to: z.string() }),
  lines: LineCounts.nullable().describe(
    'Lines of all links listed, each counted once; null where items rest on controls.',
  ),
  items: z.array(
    z.object({
      ref: z.string(),
      title: z.string(),
      summary: z.string(),
      group: z.string(),
      part: z.string(),
      strength: z.number().describe('Of the best link, in tenths.'),
      extent: z.enum(EXTENTS).describe('At the least strength asked for.'),
      links: z.array(LinkAnswer),
      controls: z.array(ControlAnswer),
    }),
  ),
});

export const overlapItems = defineView('overlap.items', {
  says: 'Item by item what `overlap` counts: which items of the second framework are reached from the first, by what, how far, and who says so.',
  input: OverlapInput.extend({
    minStrength: z
      .union([z.literal(1), z.literal(5), z.literal(7)])
      .default(1)
      .describe('From which strength on a link counts for `extent`.'),
    ref: z.string().max(60).optional().describe('Only this item of the second framework.'),
    fromRef: z.string().max(60).optional().describe('Only what is reached from this item of the first framework.'),
  }),
  reads: overlapReads,
  output: OverlapItems,
  area: 'posture',
  *compute(book, input, at) {
    const { comparison, controls, period, collected } = yield* askedOf(book, input, at);
    const { from, to } = comparison;
    const { basis, minStrength, ref, fromRef } = input;
    refuseUnknown(to, ref, 'ref');
    refuseUnknown(from, fromRef, 'fromRef');
    const links = basis === 'crosswalk' ? linksOf(comparison, fromRef) : [];
    const answering =
      basis === 'crosswalk' ? new Map<string, readonly Answering[]>() : answeringOf(to, from, controls, collected);
    const counted = new Map(
      [...answering].map(([item, all]) => [
        item,
        all.map((one) => ({ ...one, counts: one.counts && (fromRef === undefined || one.serves.includes(fromRef)) })),
      ]),
    );
    const reached = basis === 'crosswalk' ? reachedBy(to, links) : reachedByControls(to, counted);
    const linked = Map.groupBy(links, (link) => link.to.ref);
    const reviewed = reviewedIn(book, comparison.edges);
    const review = (line: string) => reviewed.tell(line, at.actor);
    const told = reached
      .filter(({ requirement }) => ref === undefined || requirement.ref === ref)
      .filter(({ requirement, marks }) => fromRef === undefined || marks.length > 0 || requirement.ref === ref);
    const tell = (link: Link) => linkTold(link, comparison, review);
    const lines = linesOfAll(told.flatMap(({ requirement }) => linked.get(requirement.ref) ?? []));
    const sets = setsBehind(comparison, lines);
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      direction: directionOf(from.id, to.id),
      basis,
      mapping: input.mapping,
      provenance: provenanceOf(basis, sets),
      sets: sets.map(({ id, title, provenance }) => ({ id, title, provenance })),
      period: period ?? null,
      titles: { from: from.title, to: to.title },
      lines: basis === 'crosswalk' ? reviewed.count(lines) : null,
      items: told.map((item) => {
        const { ref: here, title, summary, group, part } = item.requirement;
        return {
          ...{ ref: here, title, summary, group, part },
          strength: bestOf(item),
          extent: extentAt(item, minStrength),
          links: (linked.get(here) ?? [])
            .map(tell)
            .sort((a, b) => b.strength - a.strength || (a.from.ref < b.from.ref ? -1 : 1)),
          controls: (counted.get(here) ?? []).map(controlTold),
        };
      }),
    };
  },
});

function refuseUnknown(framework: Framework, ref: string | undefined, field: string): void {
  if (ref === undefined || framework.requirements.some((one) => one.ref === ref)) return;
  throw refuseOverlap('item', { framework: framework.id, ref }, [field]);
}

const linksOf = ({ network, from, to }: Comparison, fromRef: string | undefined): readonly Link[] =>
  linksBetween(network, from.id, to.id).filter((link) => fromRef === undefined || link.from.ref === fromRef);

const linesOfAll = (links: readonly Link[]): readonly string[] =>
  links.flatMap(({ paths: [best] }) => best.edges.map(({ id }) => id));

const controlTold = ({ control, counts, serves, collected }: Answering) => ({
  id: control.id,
  title: control.title,
  counts,
  serves: [...serves],
  evidence:
    collected === undefined
      ? null
      : {
          documents: collected.documents.length,
          performances: collected.performances.length,
          checks: collected.checks.length,
        },
});

const titles = new WeakMap<Framework, ReadonlyMap<string, string>>();
function titleOf(framework: Framework | undefined, ref: string): string {
  if (framework === undefined) return '';
  const known = titles.get(framework) ?? new Map(framework.requirements.map((one) => [one.ref, one.title]));
  titles.set(framework, known);
  return known.get(ref) ?? '';
}

function linkTold(
  { from, paths }: Link,
  { catalogues }: Comparison,
  review: (line: string) => ReturnType<Reviewed['tell']>,
): z.input<typeof LinkAnswer> {
  const [best, ...others] = paths;
  const title = (end: Edge['from']): string => titleOf(catalogues.get(end.framework), end.ref);
  const { relation, forward, backward } = best.claim;
  const [only] = best.edges;
  return {
    from: { ref: from.ref, title: title(from) },
    relation,
    strength: best.reach,
    range: best.edges.length === 1 ? null : forward,
    back: best.edges.length === 1 ? (only?.strength.backward ?? 0) : backward.least,
    extent: extentOf(relation, best.reach),
    hops: best.edges.map((edge) => ({
      edge: edge.id,
      set: edge.set,
      from: { ...edge.from, title: title(edge.from) },
      to: { ...edge.to, title: title(edge.to) },
      relation: edge.relation,
      strength: edge.strength,
      rationale: edge.rationale,
      provenance: edge.provenance,
      ...(edge.reviewer === undefined ? {} : { reviewer: edge.reviewer }),
      review: review(edge.id),
    })),
    others: others.slice(0, MOST_OTHERS).map(otherTold),
    moreOthers: Math.max(0, others.length - MOST_OTHERS),
  };
}

const otherTold = ({ edges, claim, reach }: Path) => ({
  strength: reach,
  range: claim.forward,
  by: edges.slice(0, -1).map(({ to }) => `${to.framework} ${to.ref}`),
});
