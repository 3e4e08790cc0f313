import { z } from 'zod';
import { change, create, defineAct, ref, retire } from '../kernel/index.ts';
import { crosswalkReads } from './edges.ts';
import { MappingReview, refuseMappingReview, SAYS } from './review.ts';
import { asRead, barOf, isAsRead, markOf, reviewable, reviewReads } from './reviewed.ts';

const reads = [...crosswalkReads, ...reviewReads] as const;
// Whoever may judge a mapping. The operator records and never judges in a person's place.
const REVIEWERS = ['owner', 'lead', 'adviser'] as const;

export const reviewMapping = defineAct('mapping.review', {
  says: 'Says of one line of a mapping, own or shipped, that one agrees or disagrees with it as it stands. No figure changes by it; figures say how many of their lines are reviewed.',
  input: z.strictObject({
    line: z.string().min(1).max(250).describe('The id of the line, as overlap.items and mapping.lines name it.'),
    read: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .describe('The mark of the line as it was read.'),
    says: z.enum(SAYS),
    note: z.string().max(2000).optional().describe('Who disagrees says with what.'),
  }),
  reads,
  allowed: REVIEWERS,
  answer: z.strictObject({ review: z.string() }),
  decide(book, { line, read, says, note: given }, { actor, seed }) {
    const person = book.person.find(actor.id);
    if (person === undefined) throw refuseMappingReview('person', {});
    const edge = reviewable(book).find(({ id }) => id === line);
    if (edge === undefined) throw refuseMappingReview('line', { line }, ['line']);
    const bar = barOf(book, edge, actor);
    if (bar !== undefined) throw bar;
    const of = asRead(book, edge);
    if (markOf(of) !== read) throw refuseMappingReview('read', { line, read, mark: markOf(of) }, ['read']);
    const note = given?.trim() === '' ? undefined : given?.trim();
    if (says === 'disagree' && note === undefined) throw refuseMappingReview('note', {}, ['note']);

    const before = book['mapping-review'].pointingAt('line', line).find((row) => row.person === person.id);
    if (before === undefined) {
      const review = `mr-${seed.slice(0, 16)}`;
      const body = { line, person: person.id, says, of, ...(note === undefined ? {} : { note }) };
      return { changes: [create(MappingReview, review, body)], answer: { review } };
    }
    const isSaid = before.says === says && before.note === note && isAsRead(before.of, of);
    return {
      changes: isSaid ? [] : [change(MappingReview, before, { says, note, of })],
      answer: { review: before.id },
    };
  },
});

export const withdrawReview = defineAct('mapping-review.withdraw', {
  says: 'Takes back what one said of a line of a mapping. That it was said stays in its history.',
  input: z.strictObject({ review: ref('mapping-review') }),
  reads: [MappingReview],
  on: { kind: MappingReview, field: 'review' },
  allowed: REVIEWERS,
  unless: ({ person }, { actor }) => (person === actor.id ? undefined : refuseMappingReview('other', { person })),
  decide: (book, { review }) => [retire(MappingReview, book['mapping-review'].get(review))],
});
