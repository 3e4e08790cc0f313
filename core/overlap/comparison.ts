import type { Edge, Network, SetFacts } from '../crosswalk/index.ts';
import { ALTERNATIVES, edgesOf, networkOf, setsOf, SHIPPED_SETS } from '../crosswalk/index.ts';
import type { CrosswalkBook } from '../crosswalk/edges.ts';
import type { Framework, Requirement } from '../framework/catalog.ts';
import { cataloguesOf } from '../framework/catalogues.ts';
import { refuseFramework } from '../framework/own.ts';
import { refuseOverlap } from './refusals.ts';

/** What a mapping is called where none is named. */
export const SHIPPED_MAPPING = 'shipped';

/** Two frameworks, and the edges that may be passed between them. */
export interface Comparison {
  readonly from: Framework;
  readonly to: Framework;
  /** The edges that count, as they are written. */
  readonly edges: readonly Edge[];
  readonly network: Network;
  /** Sets that the edges are of. */
  readonly sets: readonly SetFacts[];
  /** Every framework that ways may lead by. */
  readonly catalogues: ReadonlyMap<string, Framework>;
}

/** `soc2→iso27001`: the share of the second’s items that is reached from the first. */
export const directionOf = (from: string, to: string): string => `${from}→${to}`;

const pairOf = ({ from, to }: Edge): string => [from.framework, to.framework].sort().join('\n');

/**
 * The edges that count: for two frameworks which the named mapping relates, only its; for others the shipped ones where we ship any, else all
 * sets of the organisation. So an answer is of one mapping, and nothing recorded changes what is asked by default.
 *
 * @throws Refusal overlap.mapping
 */
export function chosenEdges(book: CrosswalkBook, mapping: string = SHIPPED_MAPPING): readonly Edge[] {
  const all = edgesOf(book);
  const named =
    ALTERNATIVES.find((other) => other.mapping === mapping)?.edges() ?? all.filter(({ set }) => set === mapping);
  if (named.length === 0 && mapping !== SHIPPED_MAPPING) {
    const known = [SHIPPED_MAPPING, ...ALTERNATIVES.map((other) => other.mapping), ...setsOf(book).map(({ id }) => id)];
    throw refuseOverlap('mapping', { mapping, known: known.join(', ') }, ['mapping']);
  }
  const isOurs = new Set(SHIPPED_SETS.map(({ id }) => id));
  const byName = new Set(named.map(pairOf));
  const shipped = new Set(all.filter(({ set }) => isOurs.has(set)).map(pairOf));
  const others = all.filter(
    (edge) => !byName.has(pairOf(edge)) && (isOurs.has(edge.set) || !shipped.has(pairOf(edge))),
  );
  return [...named, ...others];
}

/** @throws Refusal overlap.same, framework.unknown, overlap.mapping */
export function comparisonOf(
  book: CrosswalkBook,
  { from, to, mapping }: { readonly from: string; readonly to: string; readonly mapping?: string | undefined },
): Comparison {
  if (from === to) throw refuseOverlap('same', { framework: from }, ['to']);
  const catalogues = cataloguesOf(book);
  const named = (id: string, field: string): Framework => {
    const found = catalogues.get(id);
    if (found === undefined) throw refuseFramework('unknown', { id }, [field]);
    return found;
  };
  const [one, other] = [named(from, 'from'), named(to, 'to')];
  const edges = chosenEdges(book, mapping);
  const used = new Set(edges.map(({ set }) => set));
  const facts = new Map([...ALTERNATIVES.map(({ set }) => set), ...setsOf(book)].map((set) => [set.id, set]));
  return {
    from: one,
    to: other,
    edges,
    network: networkOf(edges),
    sets: [...used].flatMap((id) => facts.get(id) ?? []),
    catalogues,
  };
}

/** The sets that these lines are of: what a figure rests on, and none of those that merely lie beside. */
export function setsBehind({ edges, sets }: Comparison, lines: Iterable<string>): readonly SetFacts[] {
  const passed = new Set(lines);
  const behind = new Set(edges.filter(({ id }) => passed.has(id)).map(({ set }) => set));
  return sets.filter(({ id }) => behind.has(id));
}

/** What items of a framework are gathered by in figures. */
export interface Grouping {
  readonly id: string;
  readonly name: string;
  readonly kind: 'category' | 'series' | 'clause' | 'theme' | 'group';
  has(requirement: Requirement): boolean;
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`.replaceAll('_', ' ');

/** SOC 2: categories, then series; ISO 27001: clauses and themes; an own framework: its groups. An item may be in several. */
export function groupingsOf(framework: Framework): readonly Grouping[] {
  const isSoc2 = framework.id === 'soc2';
  const isIso = framework.id.startsWith('iso27001');
  const categories = isSoc2 ? [...new Set(framework.requirements.map(({ part }) => part))] : [];
  const kindOf = (id: string): Grouping['kind'] =>
    isSoc2 ? 'series' : isIso ? (id.startsWith('A.') ? 'theme' : 'clause') : 'group';
  const names = new Map(framework.groups.map(({ id, name }) => [id, name]));
  // In the framework's order; of a group that it names nowhere the id is all there is to say.
  const groups = [...new Set(framework.requirements.map(({ group }) => group))].filter((id) => id !== '');
  return [
    ...categories.map((id): Grouping => ({ id, name: capital(id), kind: 'category', has: ({ part }) => part === id })),
    ...groups.map((id): Grouping => ({
      id,
      name: names.get(id) ?? id,
      kind: kindOf(id),
      has: ({ group }) => group === id,
    })),
  ];
}
