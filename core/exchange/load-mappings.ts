import { z } from 'zod';
import { crosswalkReads, Mapping, MappingSet, RELATIONS, refuseMapping, shortName } from '../crosswalk/index.ts';
import { cataloguesOf, refText } from '../framework/index.ts';
import type { Change } from '../kernel/index.ts';
import { change, create, defineAct, idSchema, retire } from '../kernel/index.ts';
import { differing, present } from './differing.ts';

/** A mapping set that came from a file, and how it becomes records: in one act, all or nothing. */

const set = MappingSet.body.shape;

export const LoadedSet = z.strictObject({
  id: idSchema.max(60),
  title: set.title,
  source: set.source,
  licence: set.licence.unwrap().optional(),
  provenance: set.provenance,
  judged: set.judged.unwrap().optional(),
});
export type LoadedSet = z.infer<typeof LoadedSet>;

const End = z.strictObject({ framework: z.string().min(1).max(40), ref: refText() });
const Tenths = z.int().min(0).max(10);

export const LoadedMapping = z.strictObject({
  from: End,
  to: End,
  relation: z.enum(RELATIONS),
  strength: z.strictObject({ forward: Tenths, backward: Tenths }),
  rationale: z.string().max(4000).default(''),
  provenance: z.string().min(1).max(1000).optional(),
  reviewer: z.string().min(1).max(200).optional(),
});
export type LoadedMapping = z.infer<typeof LoadedMapping>;

export const MOST_MAPPINGS = 20_000;

export const MappingsPlan = z.strictObject({
  set: z.enum(['create', 'change', 'unchanged']),
  create: z.int(),
  change: z.int(),
  retire: z.int(),
  unchanged: z.int(),
  /** What became of each mapping given, in order. */
  did: z.array(z.enum(['create', 'change', 'unchanged'])),
});
export type MappingsPlan = z.infer<typeof MappingsPlan>;

const pairOf = ({ from, to }: Pick<LoadedMapping, 'from' | 'to'>): string =>
  JSON.stringify([from, to].map(({ framework, ref }) => `${framework} ${ref}`).sort());

export const loadMappings = defineAct('mapping-set.load', {
  says: 'Takes in a mapping set with its lines, all or nothing: creates what is new, changes what differs, and leaves the rest.',
  input: z.strictObject({
    set: LoadedSet,
    mappings: z.array(LoadedMapping).min(1).max(MOST_MAPPINGS),
    retireMissing: z.boolean().default(false).describe('Lines of the set that are not given are retired.'),
  }),
  reads: crosswalkReads,
  allowed: ['owner', 'lead', 'operator'],
  answer: MappingsPlan,
  decide(book, { set: head, mappings, retireMissing }) {
    const catalogues = cataloguesOf(book);
    const items = new Map([...catalogues].map(([id, of]) => [id, new Set(of.requirements.map(({ ref }) => ref))]));
    const plan: MappingsPlan = { set: 'unchanged', create: 0, change: 0, retire: 0, unchanged: 0, did: [] };
    const changes: Change[] = [];

    const { id, ...facts } = head;
    const row = book['mapping-set'].find(id);
    if (row === undefined) {
      plan.set = 'create';
      changes.push(create(MappingSet, id, present(facts)));
    } else {
      const patch = { ...present(facts), withdrawn: false };
      if (differing(row, patch).length > 0) {
        plan.set = 'change';
        changes.push(change(MappingSet, row, patch));
      }
    }

    const old = new Map(book.mapping.pointingAt('set', id).map((line) => [pairOf(line), line]));
    const taken = new Set(book.mapping.ids());
    const given = new Set<string>();
    for (const [i, mapping] of mappings.entries()) {
      for (const end of ['from', 'to'] as const) {
        const { framework, ref } = mapping[end];
        if (items.get(framework)?.has(ref) !== true) {
          throw refuseMapping('item', { framework, ref }, ['mappings', i, end, 'ref']);
        }
      }
      const pair = pairOf(mapping);
      if (given.has(pair)) {
        const { from, to } = mapping;
        throw refuseMapping('twice', { set: id, from: from.ref, to: to.ref }, ['mappings', i]);
      }
      given.add(pair);
      const before = old.get(pair);
      const body = { ...present(mapping), set: id };
      if (before === undefined) {
        // Two pairs that share a short name are told apart by a number.
        const wanted = `${id}.${shortName(pair)}`;
        let name = wanted;
        for (let n = 2; taken.has(name); n += 1) name = `${wanted}-${n}`;
        taken.add(name);
        plan.create += 1;
        plan.did.push('create');
        changes.push({ ...create(Mapping, name, body as never), at: ['mappings', i] });
        continue;
      }
      const parsed = Mapping.body.parse(body);
      const patch = { ...parsed, provenance: parsed.provenance, reviewer: parsed.reviewer };
      const isOther = differing(before, patch).length > 0;
      plan[isOther ? 'change' : 'unchanged'] += 1;
      plan.did.push(isOther ? 'change' : 'unchanged');
      if (isOther) changes.push({ ...change(Mapping, before, patch as never), at: ['mappings', i] });
    }
    if (retireMissing) {
      for (const [pair, line] of old) {
        if (given.has(pair)) continue;
        plan.retire += 1;
        changes.push(retire(Mapping, line));
      }
    }
    return { changes, answer: plan };
  },
});
