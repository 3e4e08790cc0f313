import { chainOf, claimsSomething } from '@countersign/core/crosswalk/chain.ts';
import type { Edge } from '@countersign/core/crosswalk/edge.ts';
import { claimOf, invert, isLink } from '@countersign/core/crosswalk/edge.ts';
import type { Relation } from '@countersign/core/crosswalk/relation.ts';
import type { Link } from '@countersign/core/crosswalk/search.ts';
import { linksBetween, linksFrom, networkOf } from '@countersign/core/crosswalk/search.ts';
import { shippedEdges } from '@countersign/core/crosswalk/shipped.ts';
import { SHIPPED } from '@countersign/core/framework/catalog.ts';
import { itemId } from '@countersign/core/framework/own.ts';
import { countAt, MIN_STRENGTHS, reachedBy } from '@countersign/core/overlap/measure.ts';
import { directionOf } from '@countersign/core/overlap/comparison.ts';
import { z } from 'zod';
import { foundCompany, OPERATOR } from './company.ts';
import { dice, short, spread, table, timed } from './figures.ts';
import type { Say } from './figures.ts';
import { sizesOf } from './flags.ts';
import { makeFolder } from './folder.ts';

const GOAL_MS = 300;
const SET = 'made';
/** Three frameworks beside the three shipped: as large as a cyber framework, a control catalogue and a card scheme. */
const MADE = { 'made-106': 106, 'made-323': 323, 'made-250': 250 } as const;
/** Of how many relations in a hundred a mapping has each, as published ones have that say more than “related”. */
const RELATIONS: readonly (readonly [Relation, number])[] = [
  ['equal', 6],
  ['subset', 22],
  ['superset', 22],
  ['intersects', 50],
];

interface World {
  readonly items: ReadonlyMap<string, readonly string[]>;
  readonly edges: readonly Edge[];
}

function makeWorld(edges: number, draw: () => number): World {
  const items = new Map<string, readonly string[]>([
    ...[...SHIPPED].map(([id, { requirements }]) => [id, requirements.map(({ ref }) => ref)] as const),
    ...Object.entries(MADE).map(([id, n]) => [id, Array.from({ length: n }, (_, i) => `I-${i + 1}`)] as const),
  ]);
  const names = [...items.keys()];
  const pick = <T>(list: readonly T[]): T => {
    const one = list[Math.floor(draw() * list.length)];
    if (one === undefined) throw new Error('Nothing to pick from');
    return one;
  };
  const made: Edge[] = [];
  const taken = new Set<string>();
  while (made.length < edges) {
    const [from, to] = [pick(Object.keys(MADE)), pick(names)];
    if (from === to) continue;
    const [a, b] = [pick(items.get(from) ?? []), pick(items.get(to) ?? [])];
    const pair = [`${from} ${a}`, `${to} ${b}`].sort().join(' ');
    if (taken.has(pair)) continue;
    taken.add(pair);
    made.push({
      id: `e-${made.length}`,
      set: SET,
      from: { framework: from, ref: a },
      to: { framework: to, ref: b },
      ...drawn(draw),
    });
  }
  return { items, edges: made };
}

function drawn(draw: () => number): Pick<Edge, 'relation' | 'strength' | 'judged' | 'rationale' | 'provenance'> {
  let left = draw() * 100;
  const relation = RELATIONS.find(([, share]) => (left -= share) < 0)?.[0] ?? 'intersects';
  const tenths = (least: number, most: number): number => least + Math.floor(draw() * (most - least + 1));
  const isIn = relation === 'equal' || relation === 'subset';
  const contains = relation === 'equal' || relation === 'superset';
  const strength = { forward: contains ? tenths(8, 10) : tenths(1, 9), backward: isIn ? tenths(8, 10) : tenths(1, 9) };
  return { relation, strength, judged: 'each-way', rationale: 'Drawn by the bench', provenance: 'drawn' };
}

/** A containment that leads back to where it began is refused: of drawn lines those that would are called overlaps. */
function withoutCircles(edges: readonly Edge[]): readonly Edge[] {
  const larger = new Map<string, Set<string>>();
  const leads = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(larger.get(from) ?? [])].some((next) => leads(next, to, seen));
  };
  return edges.map((edge): Edge => {
    if (edge.relation !== 'subset' && edge.relation !== 'superset') return edge;
    const ends = [edge.from, edge.to].map(({ framework, ref }) => `${framework} ${ref}`);
    const [small = '', large = ''] = edge.relation === 'subset' ? ends : [...ends].reverse();
    const { forward, backward } = edge.strength;
    if (leads(large, small))
      return {
        ...edge,
        relation: 'intersects',
        strength: { forward: Math.min(9, forward), backward: Math.min(9, backward) },
      };
    larger.set(small, (larger.get(small) ?? new Set()).add(large));
    return edge;
  });
}

/** Every sequence of one to three edges, nothing cut short: what each pair's ways claim, as text. */
function naively(edges: readonly Edge[]): ReadonlySet<string> {
  const all = edges.filter(isLink).flatMap((edge) => [edge, invert(edge)]);
  const from = Map.groupBy(all, ({ from: { framework, ref } }) => `${framework} ${ref}`);
  const onward = (edge: Edge): readonly Edge[] => from.get(`${edge.to.framework} ${edge.to.ref}`) ?? [];
  const found = new Set<string>();
  const keep = (...way: readonly Edge[]): void => {
    if (new Set([way[0]?.from.framework, ...way.map(({ to }) => to.framework)]).size !== way.length + 1) return;
    const claim = chainOf(way.map(claimOf));
    if (claimsSomething(claim)) found.add(wayTold(way, claim));
  };
  for (const one of all) {
    keep(one);
    for (const two of onward(one)) {
      keep(one, two);
      for (const three of onward(two)) keep(one, two, three);
    }
  }
  return found;
}

const wayTold = (way: readonly Edge[], { relation, forward, backward }: ReturnType<typeof chainOf>): string =>
  JSON.stringify([way.map(({ id, from }) => [id, from.framework]), relation, forward, backward]);

const told = (links: readonly Link[]): ReadonlySet<string> =>
  new Set(links.flatMap(({ paths }) => paths.map(({ edges, claim }) => wayTold(edges, claim))));

/** All pairs among six frameworks by ways of up to three hops, and a mapping set applied to a real server. */
export async function crosswalk(argv: readonly string[], say: Say): Promise<boolean> {
  const size = sizesOf(argv, { edges: 3000, runs: 9, seed: 1 });
  const draw = dice(size.seed);
  const own = Math.max(1, size.edges - shippedEdges().length);
  const world = makeWorld(own, draw);
  const ours = withoutCircles(world.edges);
  const edges = [...shippedEdges(), ...ours];
  const items = [...world.items.values()].reduce((sum, list) => sum + list.length, 0);
  say(`six frameworks, ${items} items, ${edges.length} edges: ${shippedEdges().length} shipped, ${ours.length} drawn`);

  const searched = search(edges, [...world.items.keys()], size.runs, say);
  return (await apply(size.edges, draw, say)) && searched;
}

function search(edges: readonly Edge[], frameworks: readonly string[], runs: number, say: Say): boolean {
  const all = (): readonly Link[] => {
    const network = networkOf(edges);
    return frameworks.flatMap((framework) => linksFrom(network, framework));
  };
  const ms: number[] = [];
  const cpu: number[] = [];
  let links: readonly Link[] = [];
  for (let i = 0; i < runs; i += 1) {
    const [began, used] = [performance.now(), process.cpuUsage()];
    links = all();
    ms.push(performance.now() - began);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1000);
  }
  const ways = links.reduce((sum, { paths }) => sum + paths.length, 0);
  const hops = [1, 2, 3].map((n) =>
    links.reduce((sum, { paths }) => sum + paths.filter(({ edges: of }) => of.length === n).length, 0),
  );
  say(
    `all pairs, up to three hops, with every edge passed: ${links.length} pairs of items, ${ways} ways (${hops.join(', ')} of 1, 2, 3 hops)`,
  );
  say(`  first ${short(ms[0] ?? Number.NaN)} ms; ${spread(ms)}; goal under ${GOAL_MS} ms`);
  say(`  of processor time, all threads: first ${short(cpu[0] ?? Number.NaN)} ms; ${spread(cpu)}`);
  const began = performance.now();
  const slow = naively(edges);
  const naive = performance.now() - began;
  const fast = told(links);
  const same = fast.size === slow.size && [...slow].every((way) => fast.has(way));
  say(
    `  naive search: ${slow.size} ways that claim something, ${short(naive)} ms; the same ways, claims and bounds: ${same ? 'yes' : 'NO'}`,
  );
  return same;
}

const Answer = z.looseObject({
  definitions: z.array(
    z.looseObject({ minStrength: z.int(), direction: z.string(), touched: z.int(), whole: z.int() }),
  ),
});

async function apply(lines: number, draw: () => number, say: Say): Promise<boolean> {
  const folder = await makeFolder();
  try {
    const company = await foundCompany(folder.data, Date.now());
    try {
      company.setClock('real');
      const world = makeWorld(lines, draw);
      const edges = withoutCircles(world.edges);
      await company.act('records.apply', {
        records: [
          { kind: 'mapping-set', id: SET, title: 'Made', provenance: 'drawn' },
          ...Object.keys(MADE).map((id) => ({ kind: 'framework', id, title: id, licence: 'own' })),
          ...Object.keys(MADE).flatMap((framework) =>
            (world.items.get(framework) ?? []).map((ref) => ({
              kind: 'requirement',
              id: itemId(framework, ref),
              framework,
              ref,
              title: ref,
            })),
          ),
        ],
      });
      const records = edges.map(({ id, set, from, to, relation, strength, rationale }) => ({
        ...{ kind: 'mapping', id, set, from, to, relation, strength, rationale },
      }));
      const first = await timed(() => company.act('records.apply', { records }));
      const again = await timed(() => company.act('records.apply', { records }));
      const bare = await timed(() =>
        company.database.tenant(company.org.id, 'write', async (client) => {
          await client.query('create temporary table bare (id text primary key, body jsonb) on commit drop');
          await client.query('insert into bare select r->>$2, r from jsonb_array_elements($1::jsonb) r', [
            JSON.stringify(records),
            'id',
          ]);
        }),
      );
      const rate = (ms: number): string => `${short((1000 * records.length) / ms)} edges a second`;
      say(`a mapping set of ${records.length} edges, by records.apply, in one transaction with one signed entry`);
      say(
        table([
          ['', 'ms', ''],
          ['applied', short(first.ms), rate(first.ms)],
          ['applied again, nothing to change', short(again.ms), rate(again.ms)],
          ['bare insert of the same rows', short(bare.ms), rate(bare.ms)],
        ]),
      );
      const held =
        JSON.stringify(again.answer) ===
        JSON.stringify({ create: [], change: [], retire: [], unchanged: records.length });
      say(`  a second run changes nothing: ${held ? 'yes' : 'NO'}`);
      return (await answersAlike(company, edges, say)) && held;
    } finally {
      await company.close();
    }
  } finally {
    await folder.remove();
  }
}

/** What the server answers of two frameworks is what the edges say. */
async function answersAlike(
  company: Awaited<ReturnType<typeof foundCompany>>,
  edges: readonly Edge[],
  say: Say,
): Promise<boolean> {
  const [from, to] = ['made-106', 'soc2'];
  const { ms, answer } = await timed(async () =>
    Answer.parse((await company.engine.runtime.view(company.org, OPERATOR, 'overlap', { from, to })).answer),
  );
  const soc2 = SHIPPED.get(to);
  if (soc2 === undefined) throw new Error('There is no SOC 2');
  const reached = reachedBy(soc2, linksBetween(networkOf([...shippedEdges(), ...edges]), from, to));
  const alike = MIN_STRENGTHS.every((minStrength) => {
    const { touched, whole } = countAt(reached, minStrength);
    return answer.definitions.some(
      (one) =>
        one.direction === directionOf(from, to) &&
        one.minStrength === minStrength &&
        one.touched === touched &&
        one.whole === whole,
    );
  });
  say(`  overlap ${from} ${to} asked of the server: ${short(ms)} ms; as the edges say: ${alike ? 'yes' : 'NO'}`);
  return alike;
}
