import { z } from 'zod';
import type { Actor, Book, Stored } from '../kernel/index.ts';
import { isGuest, printInstant } from '../kernel/index.ts';
import type { Refusal } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import type { Edge } from './edge.ts';
import type { CrosswalkBook } from './edges.ts';
import { edgesOf } from './edges.ts';
import { elementEdges } from './elements.ts';
import type { LineAsRead } from './review.ts';
import { MappingReview, refuseMappingReview, SAYS } from './review.ts';
import { shortName } from './short-name.ts';
import { RELATIONS } from './relation.ts';

/** What of reviews must be at hand beside the lines themselves. */
export const reviewReads = [MappingReview, Person] as const;
export type ReviewBook = CrosswalkBook & Book<typeof reviewReads>;

/** How a line stands with those who reviewed it as it is. One who disagrees is enough. */
export const STANDINGS = ['agreed', 'disagreed', 'unreviewed'] as const;
export type ReviewStanding = (typeof STANDINGS)[number];

const Said = z.object({
  id: z.string(),
  person: z.object({ id: z.string(), name: z.string() }),
  says: z.enum(SAYS),
  on: z.string(),
  note: z.string().optional(),
});
export const LineReviews = z.object({
  mark: z
    .string()
    .describe('Names the line as it stands: give it back with a review, which then speaks of what was read.'),
  standing: z.enum(STANDINGS),
  reviews: z.array(Said).describe('Of the line as it stands, the latest first.'),
  earlier: z.array(Said).describe('Of an earlier version: they count no more.'),
  barred: z
    .string()
    .nullable()
    .describe('Why who asks may not review this line, whatever their role; null where nothing bars them.'),
});
const LineEnd = z.object({ framework: z.string(), ref: z.string(), title: z.string() });

/** What is told of a line wherever one is told. */
export const lineFields = {
  from: LineEnd,
  to: LineEnd,
  relation: z.enum(RELATIONS).describe('Seen from `from`.'),
  strength: z.object({ forward: z.int(), backward: z.int() }),
  rationale: z.string(),
  provenance: z.string(),
  reviewer: z.string().optional().describe('Who read it over, as its source says.'),
  review: LineReviews.describe('What people here say of the line.'),
};

export const LineCounts = z.object({
  of: z.int().describe('Lines, each counted once.'),
  agreed: z.int().describe('Reviewed as they stand, and everybody agrees.'),
  disagreed: z.int().describe('Somebody disagrees with the line as it stands.'),
  unreviewed: z.int().describe('Nobody has reviewed the line as it stands.'),
  earlier: z.int().describe('Of the unreviewed, those that were reviewed in an earlier version.'),
});
export type LineCounts = z.infer<typeof LineCounts>;

type Row = Stored<typeof MappingReview>;

/** Every line that can be reviewed: those of `edgesOf`, and the pairs by elements. */
export const reviewable = (book: CrosswalkBook): readonly Edge[] => [...edgesOf(book), ...elementEdges()];

/** A line as whoever reads it now would say it back. It must be given as it is written, not as a way passes it. */
export function asRead(book: CrosswalkBook, { id, from, to, relation, strength, judged, rationale }: Edge): LineAsRead {
  const version = book.mapping.find(id)?.version;
  return { ...(version === undefined ? {} : { version }), from, to, relation, strength, judged, rationale };
}

const spelled = ({ version, from, to, relation, strength, judged, rationale }: LineAsRead): string =>
  JSON.stringify([
    ...[version ?? null, from.framework, from.ref, to.framework, to.ref, relation],
    ...[strength.forward, strength.backward, judged, rationale],
  ]);
/** Whether both say the same. A mapping that was changed and changed back is another version, and is read anew. */
export const isAsRead = (one: LineAsRead, other: LineAsRead): boolean => spelled(one) === spelled(other);
export const markOf = (line: LineAsRead): string => shortName(spelled(line));

const nameOf = (book: ReviewBook, person: string): string => book.person.find(person)?.name ?? person;

/** Who had a hand in any version of a line: of a shipped one nobody here. */
const writersOf = (book: CrosswalkBook, line: string): ReadonlySet<string> =>
  new Set(book.mapping.history(line).map(({ actor }) => actor));

/** Why somebody may not review a line, beyond their role: they wrote it, or they are a guest and it is not what they were let in for. */
export function barOf(book: ReviewBook, { id, from, to }: Edge, actor: Actor): Refusal | undefined {
  if (isGuest(actor)) {
    const isTheirs = actor.sight?.openings.some(({ framework }) => [from.framework, to.framework].includes(framework));
    if (isTheirs !== true) return refuseMappingReview('framework', { from: from.framework, to: to.framework });
  }
  if (!writersOf(book, id).has(actor.id)) return undefined;
  return refuseMappingReview('own', { person: nameOf(book, actor.id) });
}

/** What was said of each line, and how it stands with that. */
export interface Reviewed {
  standingOf(line: string): ReviewStanding;
  tell(line: string, actor: Actor): z.input<typeof LineReviews>;
  count(lines: Iterable<string>): LineCounts;
}

interface Standing {
  readonly edge: Edge;
  readonly mark: string;
  readonly now: readonly Row[];
  readonly before: readonly Row[];
}

/**
 * The reviews of these lines. A line's id stands for it, so that a way may pass it backwards.
 *
 * @param lines as they are written
 */
export function reviewedIn(book: ReviewBook, lines: readonly Edge[]): Reviewed {
  const edges = new Map(lines.map((edge) => [edge.id, edge]));
  const said = Map.groupBy(book['mapping-review'].all(), ({ line }) => line);
  const known = new Map<string, Standing>();
  const standing = (id: string): Standing => {
    const edge = edges.get(id);
    if (edge === undefined) throw new TypeError(`${id} is none of the lines given`);
    const found = known.get(id) ?? standingAmong(book, edge, said.get(id) ?? []);
    known.set(id, found);
    return found;
  };
  const tellSaid = ({ id, person, says, note, recordedAt }: Row): z.input<typeof Said> => ({
    id,
    person: { id: person, name: nameOf(book, person) },
    says,
    on: printInstant(recordedAt),
    ...(note === undefined ? {} : { note }),
  });
  return {
    standingOf: (line) => standingFrom(standing(line)),
    tell(line, actor) {
      const of = standing(line);
      return {
        mark: of.mark,
        standing: standingFrom(of),
        reviews: of.now.map(tellSaid),
        earlier: of.before.map(tellSaid),
        barred: barOf(book, of.edge, actor)?.message ?? null,
      };
    },
    count(all) {
      const counts = { of: 0, agreed: 0, disagreed: 0, unreviewed: 0, earlier: 0 };
      for (const line of new Set(all)) {
        const of = standing(line);
        counts.of += 1;
        counts[standingFrom(of)] += 1;
        if (of.now.length === 0 && of.before.length > 0) counts.earlier += 1;
      }
      return counts;
    },
  };
}

function standingAmong(book: ReviewBook, edge: Edge, all: readonly Row[]): Standing {
  const line = asRead(book, edge);
  const latest = [...all].sort((a, b) => b.recordedAt - a.recordedAt || (a.id < b.id ? -1 : 1));
  // Of each person the last word; two recorded at once by one are one too many.
  const words = latest.filter((row, i) => latest.findIndex(({ person }) => person === row.person) === i);
  const isNow = (row: Row): boolean => isAsRead(row.of, line);
  return { edge, mark: markOf(line), now: words.filter(isNow), before: words.filter((row) => !isNow(row)) };
}

function standingFrom({ now }: Standing): ReviewStanding {
  if (now.length === 0) return 'unreviewed';
  return now.some(({ says }) => says === 'disagree') ? 'disagreed' : 'agreed';
}
