import { z } from 'zod';
import { cataloguesOf } from '../framework/catalogues.ts';
import { defineView } from '../kernel/index.ts';
import { ELEMENTS_SET } from './elements.ts';
import { crosswalkReads, setsOf } from './edges.ts';
import { refuseMappingReview } from './review.ts';
import { LineCounts, lineFields, reviewable, reviewedIn, reviewReads, STANDINGS } from './reviewed.ts';

const A_PAGE = 50;

export const MappingLines = z.object({
  set: z.object({ id: z.string(), title: z.string(), provenance: z.string() }),
  counts: LineCounts.describe('Of the whole set.'),
  total: z.int().describe('Lines that the search and the standing leave.'),
  lines: z.array(z.object({ id: z.string(), ...lineFields })),
  next: z.string().optional().describe('Where the next page begins: the cursor of another question.'),
});

export const mappingLines = defineView('mapping.lines', {
  says: 'The lines of one mapping set as they are written, a page at a time, with who reviewed each: agreed, disagreed with, not reviewed.',
  input: z.strictObject({
    set: z.string().min(1).max(100).describe('A set of the organisation, or one that ships: shipped-soc2-iso27001, …'),
    standing: z.enum(STANDINGS).optional().describe('Only lines that stand so.'),
    search: z.string().max(200).optional(),
    cursor: z
      .string()
      .regex(/^\d{1,6}$/)
      .optional(),
  }),
  reads: [...crosswalkReads, ...reviewReads],
  area: 'any',
  output: MappingLines,
  compute(book, { set: asked, standing, search, cursor }, { actor }) {
    const set = [...setsOf(book), ELEMENTS_SET].find(({ id }) => id === asked);
    if (set === undefined) throw refuseMappingReview('set', { set: asked }, ['set']);
    const catalogues = cataloguesOf(book);
    const titles = new Map(
      [...catalogues].map(([id, { requirements }]) => [
        id,
        new Map(requirements.map(({ ref, title }) => [ref, title])),
      ]),
    );
    const titled = ({ framework, ref }: { readonly framework: string; readonly ref: string }) => ({
      framework,
      ref,
      title: titles.get(framework)?.get(ref) ?? '',
    });
    const all = reviewable(book).filter((edge) => edge.set === set.id);
    const reviewed = reviewedIn(book, all);
    const wanted = search?.trim().toLowerCase() ?? '';
    const found = all
      .map((edge) => ({ ...edge, from: titled(edge.from), to: titled(edge.to) }))
      .filter(
        ({ id, from, to, rationale }) =>
          (standing === undefined || reviewed.standingOf(id) === standing) &&
          (wanted === '' ||
            [from.ref, from.title, to.ref, to.title, rationale].some((one) => one.toLowerCase().includes(wanted))),
      );
    const begin = Number(cursor ?? 0);
    const isMore = begin + A_PAGE < found.length;
    return {
      set: { id: set.id, title: set.title, provenance: set.provenance },
      counts: reviewed.count(all.map(({ id }) => id)),
      total: found.length,
      lines: found
        .slice(begin, begin + A_PAGE)
        .map(({ id, from, to, relation, strength, rationale, provenance, reviewer }) => ({
          ...{ id, from, to, relation, strength, rationale, provenance },
          ...(reviewer === undefined ? {} : { reviewer }),
          review: reviewed.tell(id, actor),
        })),
      ...(isMore ? { next: String(begin + A_PAGE) } : {}),
    };
  },
});
