import { z } from 'zod';
import { defineRecord, defineRefusals, ID, ref } from '../kernel/index.ts';
import { SHIPPED } from './catalog.ts';

/** Frameworks that an organisation brings itself: a customer's catalogue, a national scheme, a published NIST one. */

export const refuseFramework = defineRefusals('framework', {
  id: {
    family: 'invalid',
    says: (p: { id: string }) =>
      `“${p.id}” cannot name a framework: small letters, digits, dots and dashes, at most 40, beginning with a letter or a digit.`,
  },
  shipped: {
    family: 'invalid',
    says: (p: { id: string }) => `“${p.id}” names a framework that comes with the product.`,
  },
  unknown: { family: 'missing', says: (p: { id: string }) => `There is no framework “${p.id}”.` },
  group: {
    family: 'invalid',
    says: (p: { group: string }) => `The group “${p.group}” is given twice, or lies within one that is not given.`,
  },
  itemId: {
    family: 'invalid',
    says: (p: { id: string; expected: string }) =>
      `The item’s id is “${p.id}”; by framework and ref it is “${p.expected}”.`,
  },
  ref: {
    family: 'invalid',
    says: (p: { ref: string }) => `“${p.ref}” is too long to be a ref, or has other signs than a ref may have.`,
  },
  parent: {
    family: 'invalid',
    says: (p: { ref: string; parent: string }) => `${p.ref} is part of ${p.parent}, which its framework does not have.`,
  },
  cycle: {
    family: 'invalid',
    says: (p: { refs: string }) => `Items are part of each other in a circle: ${p.refs}.`,
  },
  item: {
    family: 'invalid',
    says: (p: { framework: string; ref: string }) => `${p.framework} has no item ${p.ref}.`,
  },
  inherited: {
    family: 'invalid',
    says: (p: { framework: string; source: string }) =>
      `${p.framework} was resolved from ${p.source}, whose words are licensed: it is licensed too.`,
  },
});

/** Whose words a framework's texts are, and so who may pass them on. */
export const LICENCES = ['own', 'licensed', 'public'] as const;
export type Licence = (typeof LICENCES)[number];

/** No underscore: it parts a framework from a ref in the ids of items. */
export const FRAMEWORK_ID = /^[a-z0-9][a-z0-9.-]{0,39}$/;

/** A ref as standards print them: `AC-2(1)`, `§164.308(a)(1)`, `GV.OC-01`. One line, no blank at either end. */
export const refText = () =>
  z
    .string()
    .min(1)
    .max(60)
    .regex(/^[^\s\p{Cc}](?:[^\p{Cc}\n]*[^\s\p{Cc}])?$/u);

/**
 * The id of an item's record, which framework and ref determine: two items of one ref cannot be recorded. A sign that an id may not have stands as
 * `_` and its code in two hex digits, one beyond ASCII as `_u` and four for each unit of UTF-16.
 */
export function itemId(framework: string, ref: string): string {
  const written = ref.replace(/[^A-Za-z0-9.-]/g, (sign) => {
    const code = sign.charCodeAt(0);
    return code < 0x80 ? `_${code.toString(16).padStart(2, '0')}` : `_u${code.toString(16).padStart(4, '0')}`;
  });
  return `${framework}_${written}`;
}

const Group = z.strictObject({
  id: z.string().min(1).max(100),
  name: z.string().min(1).max(500),
  parent: z.string().min(1).max(100).optional(),
});

/** One framework of the tenant's own. Which items it has say the records of kind `requirement`. */
export const OwnFramework = defineRecord('framework', {
  title: 'Own framework',
  timeless: true,
  area: 'any',
  concerns: ({ id }) => ({ frameworks: [id] }),
  body: z.strictObject({
    title: z.string().min(1).max(200),
    edition: z.string().min(1).max(100).optional().describe('As its publisher calls it: 2.0, rev. 5, 2026-03.'),
    publisher: z.string().min(1).max(200).optional(),
    source: z.string().min(1).max(500).optional().describe('Where it was taken from: an address, a file, a contract.'),
    licence: z
      .enum(LICENCES)
      .describe(
        'Whose words its texts are. What is licensed stays with the tenant and is left out of exports unless asked for.',
      ),
    licenceNote: z.string().min(1).max(1000).optional().describe('Who granted the licence, to whom, until when.'),
    groups: z.array(Group).max(2000).default([]).describe('Chapters or families, in order.'),
    withdrawn: z.boolean().default(false).describe('No longer offered; its items, mappings and past answers stay.'),
    document: z
      .strictObject({
        format: z.enum(['oscal-catalog', 'oscal-profile']),
        blob: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .describe('SHA-256 of the catalogue, kept as it came; of a profile as it was resolved.'),
        profile: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional()
          .describe('SHA-256 of the profile.'),
        version: z.string().max(100),
        name: z.string().min(1).max(255).optional().describe('The file’s name where it came from.'),
        uuid: z.string().min(1).max(64).optional().describe('Of the document as it came: profiles import by it.'),
        from: z
          .array(z.string().regex(FRAMEWORK_ID))
          .max(200)
          .optional()
          .describe('Own frameworks that the profile was resolved against. What is licensed there is licensed here.'),
      })
      .optional()
      .describe('The OSCAL document it was read from: what we do not model is exported from there.'),
  }),
  mayWrite(_actor, { id, after }) {
    if (after === undefined) return undefined;
    if (SHIPPED.has(id)) return refuseFramework('shipped', { id }, ['id']);
    return FRAMEWORK_ID.test(id) ? undefined : refuseFramework('id', { id }, ['id']);
  },
  holds({ groups }) {
    const before = new Set<string>();
    for (const [i, { id, parent }] of groups.entries()) {
      if (before.has(id) || (parent !== undefined && !before.has(parent))) {
        return refuseFramework('group', { group: id }, ['groups', i]);
      }
      before.add(id);
    }
    return undefined;
  },
  together(_before, after) {
    const licensed = new Set<string>(after.filter(({ licence }) => licence === 'licensed').map(({ id }) => id));
    for (const { id, licence, document } of after) {
      if (licence === 'licensed') continue;
      const source = document?.from?.find((one) => licensed.has(one));
      if (source !== undefined) return refuseFramework('inherited', { framework: id, source }, ['licence']);
    }
    return undefined;
  },
});

/** One item of an own framework: what it asks, in words that may be passed on. The framework's own words are a `requirement-text`. */
export const OwnRequirement = defineRecord('requirement', {
  title: 'Item of an own framework',
  timeless: true,
  area: 'any',
  concerns: ({ framework }) => ({ frameworks: [framework] }),
  fixed: ['framework', 'ref'],
  body: z.strictObject({
    framework: ref('framework'),
    ref: refText(),
    title: z.string().min(1).max(1000),
    summary: z.string().max(4000).default('').describe('In our own words.'),
    group: z.string().max(100).optional().describe('Id of one of the framework’s groups.'),
    part: z.string().min(1).max(100).default('item').describe('What kind of item it is: clause, control, enhancement.'),
    parent: refText().optional().describe('Ref of the item of the same framework that it is part of.'),
    position: z.int().min(0).max(1_000_000).default(0).describe('Its place in the framework’s order.'),
    assessable: z.boolean().default(true).describe('False for a heading that only gathers others.'),
    withdrawn: z.boolean().default(false).describe('The edition in force has it no more.'),
    key: z.string().min(1).max(200).optional().describe('Its id in the OSCAL document it was read from.'),
  }),
  mayWrite(_actor, { id, after }) {
    if (after === undefined) return undefined;
    const expected = itemId(after.framework, after.ref);
    if (!ID.test(expected)) return refuseFramework('ref', { ref: after.ref }, ['ref']);
    return id === expected ? undefined : refuseFramework('itemId', { id, expected }, ['id']);
  },
  together(_before, after) {
    const parents = new Map<string, Map<string, string | undefined>>();
    for (const { framework, ref: item, parent } of after) {
      const of = parents.get(framework) ?? new Map<string, string | undefined>();
      parents.set(framework, of.set(item, parent));
    }
    for (const of of parents.values()) {
      const refused = refuseCircle(of);
      if (refused !== undefined) return refused;
    }
    return undefined;
  },
});

/** Why these parents cannot be: one that is not there, or a circle. Each item is passed once. */
export function refuseCircle(parents: ReadonlyMap<string, string | undefined>) {
  const sound = new Set<string>();
  for (const start of parents.keys()) {
    const trail = new Set<string>();
    let at: string | undefined = start;
    while (at !== undefined && !sound.has(at)) {
      if (trail.has(at)) {
        const all: readonly string[] = [...trail];
        return refuseFramework('cycle', { refs: [...all.slice(all.indexOf(at)), at].slice(0, 12).join(' → ') });
      }
      trail.add(at);
      const parent: string | undefined = parents.get(at);
      if (parent !== undefined && !parents.has(parent)) return refuseFramework('parent', { ref: at, parent });
      at = parent;
    }
    for (const one of trail) sound.add(one);
  }
  return undefined;
}

/**
 * What a framework says of an item in its own words: of one of ours that the tenant has a licence for, or of the tenant's own. Nobody from
 * outside sees it, whatever their grant opens: a licence is the organisation's.
 */
export const RequirementText = defineRecord('requirement-text', {
  title: 'Text of a requirement',
  timeless: true,
  ownActsOnly: true,
  readableBy: ['owner', 'lead', 'control-owner', 'operator'],
  fixed: ['framework', 'ref'],
  body: z.strictObject({
    framework: z.string().max(40).describe('A shipped framework, or one of the tenant’s own.'),
    ref: refText(),
    text: z.string().max(40_000).describe('Empty where it was taken back.'),
    licence: z.enum(LICENCES),
  }),
  mayWrite(_actor, { id, after }) {
    if (after === undefined) return undefined;
    const expected = itemId(after.framework, after.ref);
    return id === expected ? undefined : refuseFramework('itemId', { id, expected }, ['id']);
  },
  holds({ framework, ref: item }) {
    const shipped = SHIPPED.get(framework);
    return shipped === undefined || shipped.requirements.some((one) => one.ref === item)
      ? undefined
      : refuseFramework('item', { framework, ref: item }, ['ref']);
  },
});
