import { z } from 'zod';
import type { Edge } from '../crosswalk/index.ts';
import { crosswalkReads, edgesOf, RELATIONS, SHIPPED_SETS } from '../crosswalk/index.ts';
import { cataloguesOf, LICENCES, Programme, refuseFramework, RequirementText, SHIPPED } from '../framework/index.ts';
import type { Role } from '../kernel/index.ts';
import { defineView, idSchema } from '../kernel/index.ts';

const Counts = z.object({ equal: z.int(), subset: z.int(), superset: z.int(), intersects: z.int(), none: z.int() });

/** What `frameworks.list` answers. */
export const FrameworksListing = z.object({
  frameworks: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      isShipped: z.boolean(),
      edition: z.string().optional(),
      publisher: z.string().optional(),
      licence: z
        .enum(LICENCES)
        .optional()
        .describe('Of an own one. Of a shipped one only identifiers and our summaries are here.'),
      items: z.int().describe('That can be assessed.'),
      headings: z.int(),
      withdrawn: z.int(),
      texts: z.int().describe('Items whose own words are kept here.'),
      isWithdrawn: z.boolean(),
      format: z.enum(['oscal-catalog', 'oscal-profile']).optional(),
      programmes: z.array(z.object({ id: z.string(), title: z.string() })),
      sets: z.int().describe('Mapping sets that name it.'),
    }),
  ),
  sets: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      isShipped: z.boolean(),
      licence: z.enum(LICENCES).optional(),
      provenance: z.string(),
      between: z.array(z.string()).describe('Frameworks that its lines name.'),
      lines: z.int(),
      counts: Counts,
      reviewed: z.int().describe('Lines that name who read them over.'),
      lost: z.int().describe('Lines that name an item which is no longer there: they say nothing.'),
      isWithdrawn: z.boolean(),
    }),
  ),
});
export type FrameworksListing = z.infer<typeof FrameworksListing>;

const countsOf = (edges: readonly Pick<Edge, 'relation'>[]): z.infer<typeof Counts> => ({
  equal: 0,
  subset: 0,
  superset: 0,
  intersects: 0,
  none: 0,
  ...Object.fromEntries(RELATIONS.map((one) => [one, edges.filter(({ relation }) => relation === one).length])),
});

export const frameworksList = defineView('frameworks.list', {
  says: 'Frameworks that come with the product and own ones, and the mapping sets between them.',
  input: z.strictObject({}),
  reads: [...crosswalkReads, RequirementText, Programme],
  area: 'any',
  output: FrameworksListing,
  compute(book): FrameworksListing {
    const catalogues = cataloguesOf(book);
    const edges = edgesOf(book, catalogues);
    const bySet = new Map<string, Edge[]>();
    for (const edge of edges) {
      const of = bySet.get(edge.set);
      if (of === undefined) bySet.set(edge.set, [edge]);
      else of.push(edge);
    }
    const betweenOf = (lines: readonly Pick<Edge, 'from' | 'to'>[]): readonly string[] => [
      ...new Set(lines.flatMap(({ from, to }) => [from.framework, to.framework])),
    ];
    const shippedSets = SHIPPED_SETS.map(({ id, title, provenance }) => {
      const lines = bySet.get(id) ?? [];
      return {
        ...{ id, title, provenance, isShipped: true, between: [...betweenOf(lines)], lines: lines.length },
        ...{ counts: countsOf(lines), reviewed: 0, lost: 0, isWithdrawn: false },
      };
    });
    const ownSets = book['mapping-set'].all().map(({ id, title, licence, provenance, withdrawn }) => {
      const all = book.mapping.pointingAt('set', id);
      return {
        ...{ id: String(id), title, licence, provenance, isShipped: false, between: [...betweenOf(all)] },
        ...{ lines: all.length, counts: countsOf(all), isWithdrawn: withdrawn },
        reviewed: all.filter(({ reviewer }) => reviewer !== undefined).length,
        lost: withdrawn ? 0 : all.length - (bySet.get(id)?.length ?? 0),
      };
    });
    const sets = [...shippedSets, ...ownSets];
    const setsOf = (framework: string): number => sets.filter(({ between }) => between.includes(framework)).length;

    const texts = new Map<string, number>();
    for (const { framework, text } of book['requirement-text'].all()) {
      if (text !== '') texts.set(framework, (texts.get(framework) ?? 0) + 1);
    }
    const programmes = book.programme.all();
    const programmesOf = (framework: string) =>
      programmes.filter((one) => one.framework === framework).map(({ id, title }) => ({ id: String(id), title }));
    const shipped = [...SHIPPED.values()].map(({ id, title, requirements }) => ({
      ...{ id, title, isShipped: true, items: requirements.length, headings: 0, withdrawn: 0, isWithdrawn: false },
      ...{ texts: texts.get(id) ?? 0, programmes: programmesOf(id), sets: setsOf(id) },
    }));
    const own = book.framework.all().map((one) => {
      const id = String(one.id);
      const items = book.requirement.pointingAt('framework', id).filter(({ withdrawn }) => !withdrawn);
      const all = book.requirement.pointingAt('framework', id).length;
      const assessable = items.filter((item) => item.assessable).length;
      return {
        ...{ id, title: one.title, isShipped: false, edition: one.edition, publisher: one.publisher },
        ...{ licence: one.licence, items: assessable, headings: items.length - assessable },
        ...{ withdrawn: all - items.length, texts: texts.get(id) ?? 0, isWithdrawn: one.withdrawn },
        ...{ format: one.document?.format, programmes: programmesOf(id), sets: setsOf(id) },
      };
    });
    return { frameworks: [...shipped, ...own], sets };
  },
});

/** Who may see a framework's own words. */
const READERS: readonly Role[] = RequirementText.readableBy ?? [];
const A_PAGE = 50;

/** What `framework.items` answers. */
export const FrameworkItems = z.object({
  id: z.string(),
  title: z.string(),
  isShipped: z.boolean(),
  edition: z.string().optional(),
  publisher: z.string().optional(),
  source: z.string().optional(),
  licence: z.enum(LICENCES),
  licenceNote: z.string().optional(),
  isWithdrawn: z.boolean(),
  hasProfile: z.boolean(),
  from: z
    .array(z.object({ id: z.string(), title: z.string() }))
    .describe('Own frameworks that its profile was resolved against.'),
  textsAreTold: z.boolean().describe('Whether who asks may read its own words.'),
  groups: z.array(z.object({ id: z.string(), name: z.string(), depth: z.int(), items: z.int() })),
  total: z.int().describe('Items that the search and the group leave.'),
  all: z.int(),
  items: z.array(
    z.object({
      ref: z.string(),
      title: z.string(),
      summary: z.string(),
      group: z.string(),
      groupName: z.string(),
      part: z.string(),
      parent: z.string().optional(),
      assessable: z.boolean(),
      withdrawn: z.boolean(),
      text: z.string().optional(),
      hasText: z.boolean(),
      mappings: z.int().describe('Lines of all mapping sets that name it.'),
    }),
  ),
  next: z.string().optional().describe('Where the next page begins: the cursor of another question.'),
});
export type FrameworkItems = z.infer<typeof FrameworkItems>;

export const frameworkItems = defineView('framework.items', {
  says: 'One framework with its items, a page at a time, searched and by group; its own words for those who may read them.',
  input: z.strictObject({
    framework: idSchema,
    search: z.string().max(200).optional(),
    group: z.string().max(100).optional(),
    cursor: z
      .string()
      .regex(/^\d{1,6}$/)
      .optional(),
  }),
  reads: [...crosswalkReads, RequirementText],
  area: 'any',
  output: FrameworkItems,
  compute(book, { framework: id, search, group, cursor }, { actor }): FrameworkItems {
    const own = book.framework.find(id);
    const shipped = SHIPPED.get(id);
    if (own === undefined && shipped === undefined) throw refuseFramework('unknown', { id }, ['framework']);
    const isReader = actor.roles.some((role) => READERS.includes(role));
    const texts = new Map(
      book['requirement-text']
        .all()
        .filter((row) => row.framework === id && row.text !== '')
        .map((row) => [row.ref, row.text]),
    );
    const mapped = new Map<string, number>();
    for (const { from, to } of edgesOf(book)) {
      for (const end of [from, to]) {
        if (end.framework === id) mapped.set(end.ref, (mapped.get(end.ref) ?? 0) + 1);
      }
    }
    const groups = own?.groups ?? shipped?.groups ?? [];
    const names = new Map(groups.map((one) => [one.id, one.name]));
    const licence = own?.licence ?? 'licensed';
    const isTold = isReader || licence !== 'licensed';
    const rows =
      own === undefined
        ? (shipped?.requirements ?? []).map((item) => ({ ...item, assessable: true, withdrawn: false }))
        : [...book.requirement.pointingAt('framework', id)].sort(
            (a, b) => a.position - b.position || (a.ref < b.ref ? -1 : 1),
          );
    const wanted = search?.trim().toLowerCase() ?? '';
    const inGroups = group === undefined ? undefined : within(groups, group);
    const found = rows.filter(({ ref, title, summary, group: of }) => {
      if (inGroups !== undefined && !inGroups.has(of ?? '')) return false;
      if (wanted === '') return true;
      const text = isTold ? (texts.get(ref) ?? '') : '';
      return [ref, title, summary, text].some((one) => one.toLowerCase().includes(wanted));
    });
    const from = Number(cursor ?? 0);
    const isMore = from + A_PAGE < found.length;
    return {
      ...{ id, title: own?.title ?? shipped?.title ?? id, isShipped: own === undefined, edition: own?.edition },
      ...{ publisher: own?.publisher, source: own?.source, licence, licenceNote: own?.licenceNote },
      ...{
        isWithdrawn: own?.withdrawn === true,
        hasProfile: own?.document?.profile !== undefined,
        from: (own?.document?.from ?? []).map((source) => ({
          id: source,
          title: book.framework.find(source)?.title ?? source,
        })),
        textsAreTold: isTold,
      },
      groups: groups.map((one) => ({
        ...{ id: one.id, name: one.name, depth: depthOf(groups, one.id) },
        items: rows.filter((row) => within(groups, one.id).has(row.group ?? '')).length,
      })),
      total: found.length,
      all: rows.length,
      items: found.slice(from, from + A_PAGE).map((item) => {
        const text = isTold ? texts.get(item.ref) : undefined;
        return {
          ...{ ref: item.ref, title: item.title, summary: item.summary, group: item.group ?? '', part: item.part },
          ...{ groupName: names.get(item.group ?? '') ?? '', assessable: item.assessable, withdrawn: item.withdrawn },
          ...(item.parent === undefined ? {} : { parent: item.parent }),
          ...(text === undefined ? {} : { text }),
          ...{ hasText: texts.has(item.ref), mappings: mapped.get(item.ref) ?? 0 },
        };
      }),
      ...(isMore ? { next: String(from + A_PAGE) } : {}),
    };
  },
});

type GroupOf = { readonly id: string; readonly parent?: string | undefined };

/** A group and all that lie within it. A parent stands before what it holds. */
function within(groups: readonly GroupOf[], id: string): ReadonlySet<string> {
  const found = new Set([id]);
  for (const one of groups) if (one.parent !== undefined && found.has(one.parent)) found.add(one.id);
  return found;
}

function depthOf(groups: readonly GroupOf[], id: string): number {
  const parents = new Map(groups.map((one) => [one.id, one.parent]));
  let depth = 0;
  for (let at = parents.get(id); at !== undefined; at = parents.get(at)) depth += 1;
  return depth;
}
