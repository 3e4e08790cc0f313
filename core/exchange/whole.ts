import { z } from 'zod';
import { crosswalkReads, Mapping, MappingSet, RELATIONS, SHIPPED_SETS, shippedEdges } from '../crosswalk/index.ts';
import {
  LICENCES,
  OwnFramework,
  OwnRequirement,
  refuseFramework,
  RequirementText,
  SHIPPED,
} from '../framework/index.ts';
import type { Book, Role } from '../kernel/index.ts';
import { defineView, idSchema, refuse } from '../kernel/index.ts';

/** Frameworks and mapping sets as exports write them, and as imports are compared with. */

const frameworkReads = [OwnFramework, OwnRequirement, RequirementText] as const;
type FrameworkBook = Book<typeof frameworkReads>;

const GroupShape = z.object({ id: z.string(), name: z.string(), parent: z.string().optional() });

const ItemShape = z.object({
  ref: z.string(),
  title: z.string(),
  summary: z.string(),
  group: z.string().optional(),
  part: z.string(),
  parent: z.string().optional(),
  assessable: z.boolean(),
  withdrawn: z.boolean(),
  key: z.string().optional(),
  text: z.string().optional(),
});

/** What `framework.whole` answers. */
export const WholeFramework = z.object({
  id: z.string(),
  title: z.string(),
  isShipped: z.boolean(),
  edition: z.string().optional(),
  publisher: z.string().optional(),
  source: z.string().optional(),
  licence: z.enum(LICENCES),
  licenceNote: z.string().optional(),
  groups: z.array(GroupShape),
  document: OwnFramework.body.shape.document,
  items: z.array(ItemShape),
  textsLeftOut: z.int().describe('Texts that are kept here and are not in this answer.'),
});
export type WholeFramework = z.infer<typeof WholeFramework>;

/** Who may see a framework's licensed words, and so take them along. */
const READERS: readonly Role[] = RequirementText.readableBy ?? [];

function wholeOf(book: FrameworkBook, id: string, withTexts: boolean): WholeFramework {
  const shipped = SHIPPED.get(id);
  const own = book.framework.find(id);
  if (shipped === undefined && own === undefined) throw refuseFramework('unknown', { id }, ['framework']);
  const licence = own?.licence ?? 'licensed';
  const texts = new Map(
    book['requirement-text']
      .all()
      .filter((row) => row.framework === id && row.text !== '')
      .map((row) => [row.ref, row.text]),
  );
  const isTold = withTexts || licence !== 'licensed';
  const textOf = (ref: string): { text?: string } => {
    const text = isTold ? texts.get(ref) : undefined;
    return text === undefined ? {} : { text };
  };
  const items =
    own === undefined
      ? (shipped?.requirements ?? []).map((item) => ({
          ...item,
          assessable: true,
          withdrawn: false,
          ...textOf(item.ref),
        }))
      : [...book.requirement.pointingAt('framework', id)]
          .sort((a, b) => a.position - b.position || (a.ref < b.ref ? -1 : 1))
          .map((item) => ({ ...item, ...textOf(item.ref) }));
  return {
    id,
    title: own?.title ?? shipped?.title ?? id,
    isShipped: own === undefined,
    edition: own?.edition,
    publisher: own?.publisher,
    source: own?.source,
    licence,
    licenceNote: own?.licenceNote,
    groups: [...(own?.groups ?? shipped?.groups ?? [])],
    document: own?.document,
    items,
    textsLeftOut: isTold ? 0 : texts.size,
  };
}

export const wholeFramework = defineView('framework.whole', {
  says: 'A framework with all its items, as an export has it. Licensed texts are left out unless they are asked for, by somebody who may read them.',
  input: z.strictObject({
    framework: idSchema,
    withTexts: z.boolean().default(false).describe('Licensed texts too.'),
  }),
  reads: frameworkReads,
  area: 'any',
  output: WholeFramework,
  compute(book, { framework, withTexts }, { actor }) {
    if (withTexts && !actor.roles.some((role) => READERS.includes(role))) {
      throw refuse('forbidden', { act: 'Reading licensed texts', roles: READERS.join(', ') });
    }
    return wholeOf(book, framework, withTexts);
  },
});

/** What `framework.refs` answers. */
export const FrameworkRefs = z.object({
  frameworks: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      isShipped: z.boolean(),
      /** What is said of an own one. */
      head: z.object({
        title: z.string().optional(),
        edition: z.string().optional(),
        publisher: z.string().optional(),
        source: z.string().optional(),
        licence: z.enum(LICENCES).optional(),
        licenceNote: z.string().optional(),
      }),
      isWithdrawn: z.boolean(),
      document: OwnFramework.body.shape.document,
      groups: z.array(GroupShape),
      refs: z.array(z.string()).describe('Of items that can be assessed, and so be mapped.'),
      parents: z.array(z.object({ ref: z.string(), parent: z.string().optional() })),
    }),
  ),
});

/** What an import is compared with: refs of every framework, and of own ones what a file need not repeat. */
export const frameworkRefs = defineView('framework.refs', {
  says: 'The refs of every framework’s items, as mappings name them.',
  input: z.strictObject({}),
  reads: [OwnFramework, OwnRequirement],
  area: 'any',
  output: FrameworkRefs,
  compute(book) {
    const shipped = [...SHIPPED.values()].map(({ id, title, groups, requirements }) => ({
      id,
      title,
      isShipped: true,
      head: {},
      isWithdrawn: false,
      groups: [...groups],
      refs: requirements.map(({ ref }) => ref),
      parents: [],
    }));
    const own = book.framework.all().map((framework) => {
      const { id, title, groups, withdrawn, edition, publisher, source, licence, licenceNote } = framework;
      const items = book.requirement.pointingAt('framework', id);
      return {
        id: String(id),
        title,
        isShipped: false,
        head: { title, edition, publisher, source, licence, licenceNote },
        isWithdrawn: withdrawn,
        document: framework.document,
        groups: [...groups],
        refs: withdrawn ? [] : items.filter((one) => one.assessable && !one.withdrawn).map(({ ref }) => ref),
        parents: items.map(({ ref, parent }) => ({ ref, ...(parent === undefined ? {} : { parent }) })),
      };
    });
    return { frameworks: [...shipped, ...own] };
  },
});

const End = z.object({ framework: z.string(), ref: z.string() });

/** What `mapping-set.whole` answers. */
export const WholeMappings = z.object({
  id: z.string(),
  title: z.string(),
  isShipped: z.boolean(),
  source: z.string().optional(),
  licence: z.enum(LICENCES),
  provenance: z.string(),
  judged: z.enum(['each-way', 'once']),
  mappings: z.array(
    z.object({
      id: z.string(),
      from: End,
      to: End,
      relation: z.enum(RELATIONS),
      strength: z.object({ forward: z.int(), backward: z.int() }),
      rationale: z.string(),
      provenance: z.string().optional(),
      reviewer: z.string().optional(),
    }),
  ),
});
export type WholeMappings = z.infer<typeof WholeMappings>;

export const wholeMappings = defineView('mapping-set.whole', {
  says: 'A mapping set with all its lines, as an export has it.',
  input: z.strictObject({ set: idSchema }),
  reads: crosswalkReads,
  area: 'any',
  output: WholeMappings,
  compute(book, { set: id }): WholeMappings {
    const shipped = SHIPPED_SETS.find((one) => one.id === id);
    if (shipped !== undefined) {
      const edges = shippedEdges().filter(({ set }) => set === id);
      return {
        ...{ id, title: shipped.title, isShipped: true, licence: 'own', provenance: shipped.provenance },
        judged: edges[0]?.judged ?? 'once',
        mappings: edges.map(({ id: edge, from, to, relation, strength, rationale }) => ({
          ...{ id: edge, from, to, relation, strength, rationale },
        })),
      };
    }
    const set = book['mapping-set'].find(id);
    if (set === undefined) throw refuse('missing', { kind: MappingSet.kind, id }, ['set']);
    return {
      ...{ id: set.id, title: set.title, isShipped: false, source: set.source, licence: set.licence },
      ...{ provenance: set.provenance, judged: set.judged },
      mappings: [...book[Mapping.kind].pointingAt('set', id)],
    };
  },
});
