import { z } from 'zod';
import { SHIPPED } from '../framework/catalog.ts';
import { circleIn } from '../framework/circle.ts';
import { itemId, LICENCES, refText } from '../framework/own.ts';
import { defineRecord, defineRefusals, ref } from '../kernel/index.ts';
import { JUDGED } from './edge.ts';
import { RELATIONS } from './relation.ts';
import { WHOLE } from './share.ts';

export const refuseMapping = defineRefusals('mapping', {
  item: {
    family: 'invalid',
    says: (p: { framework: string; ref: string }) => `${p.framework} has no item ${p.ref} that can be mapped.`,
  },
  itself: {
    family: 'invalid',
    says: (p: { framework: string; from: string; to: string }) =>
      `${p.from} and ${p.to} are both of ${p.framework}: a mapping leads from one framework to another.`,
  },
  strength: {
    family: 'invalid',
    says: (p: { relation: string; forward: number; backward: number }) =>
      p.relation === 'none'
        ? `Items that share nothing reach nothing of each other: none has strengths 0 and 0, not ${p.forward} and ${p.backward}.`
        : p.relation === 'intersects'
          ? `Items of which one reaches the whole of the other do more than intersect: strengths are 1 to 9, not ${p.forward} and ${p.backward}.`
          : `Items that are ${p.relation} reach something of each other: strengths are 1 to 10, not ${p.forward} and ${p.backward}.`,
  },
  twice: {
    family: 'invalid',
    says: (p: { set: string; from: string; to: string }) =>
      `The mapping set “${p.set}” relates ${p.from} and ${p.to} twice. One line says how they relate.`,
  },
  cycle: {
    family: 'invalid',
    says: (p: { set: string; items: string }) =>
      `In the mapping set “${p.set}” each of these is contained in the next: ${p.items}. Then they are equal; say so.`,
  },
  shipped: {
    family: 'invalid',
    says: (p: { id: string }) => `“${p.id}” cannot name a mapping set: ids that begin with shipped- are those of ours.`,
  },
});

/** Where lines of a mapping come from, and how they were judged. */
export const MappingSet = defineRecord('mapping-set', {
  title: 'Mapping set',
  timeless: true,
  area: 'any',
  body: z.strictObject({
    title: z.string().min(1).max(200),
    source: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('Where it was taken from: an address, a file, a consultant.'),
    licence: z.enum(LICENCES).default('own').describe('Whose words its rationales are.'),
    provenance: z
      .string()
      .min(1)
      .max(1000)
      .describe('Who judged, by what method; of lines that do not say it themselves.'),
    judged: z
      .enum(JUDGED)
      .default('each-way')
      .describe('each-way: a strength is the share in its direction. once: one judgement stands for both directions.'),
    withdrawn: z.boolean().default(false).describe('No longer used; what it said stays.'),
  }),
  mayWrite: (_actor, { id, after }) =>
    after !== undefined && id.startsWith('shipped-') ? refuseMapping('shipped', { id }, ['id']) : undefined,
});

const Item = z
  .strictObject({
    framework: z.string().min(1).max(40).describe('A shipped framework, or one of the organisation’s own.'),
    ref: refText(),
    requirement: ref('requirement')
      .optional()
      .describe('The record of an item of an own framework: follows from framework and ref.'),
  })
  // Only items of own frameworks are records: by it the item is asked for, and stays while it is mapped.
  .overwrite(({ framework, ref }) =>
    SHIPPED.has(framework) || framework.includes('_')
      ? { framework, ref }
      : { framework, ref, requirement: itemId(framework, ref) as never },
  );
const Tenths = z.int().min(0).max(WHOLE);

const said = ({ framework, ref }: z.output<typeof Item>): string => `${framework} ${ref}`;

/** One line of a mapping: how an item of one framework relates to an item of another. */
export const Mapping = defineRecord('mapping', {
  title: 'Mapping',
  timeless: true,
  area: 'any',
  concerns: ({ from, to }) => ({ frameworks: [from.framework, to.framework] }),
  body: z.strictObject({
    set: ref('mapping-set'),
    from: Item,
    to: Item,
    relation: z.enum(RELATIONS).describe('Seen from `from`: subset, it is contained in `to`.'),
    strength: z.strictObject({
      forward: Tenths.describe('Tenths of `to` that are reached from `from`.'),
      backward: Tenths.describe('Tenths of `from` that are reached from `to`.'),
    }),
    rationale: z.string().max(4000).default(''),
    provenance: z.string().min(1).max(1000).optional().describe('Without it, that of the set.'),
    reviewer: z.string().min(1).max(200).optional().describe('Who read it over.'),
  }),
  holds({ from, to, relation, strength }) {
    for (const [end, item] of [
      ['from', from],
      ['to', to],
    ] as const) {
      const { framework, ref: named } = item;
      const isThere =
        SHIPPED.get(framework)?.requirements.some((one) => one.ref === named) ?? item.requirement !== undefined;
      if (!isThere) return refuseMapping('item', { framework, ref: named }, [end, 'ref']);
    }
    if (from.framework === to.framework) {
      return refuseMapping('itself', { framework: from.framework, from: from.ref, to: to.ref }, ['to', 'framework']);
    }
    const { forward, backward } = strength;
    const most = relation === 'none' ? 0 : relation === 'intersects' ? WHOLE - 1 : WHOLE;
    const least = relation === 'none' ? 0 : 1;
    const isOff = [forward, backward].some((tenths) => tenths < least || tenths > most);
    return isOff ? refuseMapping('strength', { relation, forward, backward }, ['strength']) : undefined;
  },
  together(_before, after) {
    const pairs = new Set<string>();
    const contained = new Map<string, Map<string, string[]>>();
    for (const { set, from, to, relation } of after) {
      const [one, other] = [said(from), said(to)];
      const pair = JSON.stringify([set, ...[one, other].sort()]);
      if (pairs.has(pair)) return refuseMapping('twice', { set, from: one, to: other });
      pairs.add(pair);
      if (relation !== 'subset' && relation !== 'superset') continue;
      const [small, large] = relation === 'subset' ? [one, other] : [other, one];
      const of = contained.get(set) ?? new Map<string, string[]>();
      contained.set(set, of);
      const larger = of.get(small);
      if (larger === undefined) of.set(small, [large]);
      else larger.push(large);
    }
    for (const [set, of] of contained) {
      const circle = circleIn(of);
      if (circle !== undefined) return refuseMapping('cycle', { set, items: circle.slice(0, 12).join(' → ') });
    }
    return undefined;
  },
});
