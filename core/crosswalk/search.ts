import { chainOf, claimsSomething, MOST_HOPS } from './chain.ts';
import type { Claim, Edge, End } from './edge.ts';
import { claimOf, invert, isLink } from './edge.ts';
import { containsTheSecond } from './relation.ts';

/** A way from one item to another: edges as they are passed, and what follows of them. */
export interface Path {
  readonly edges: readonly Edge[];
  readonly claim: Claim;
  /**
   * Tenths of the last item that are reached from the first, as figures count them: of one edge the strength that was judged, of several the
   * lower bound.
   */
  readonly reach: number;
}

/** Two items that some path connects: the best path first. */
export interface Link {
  readonly from: End;
  readonly to: End;
  readonly paths: readonly [Path, ...Path[]];
}

interface Step {
  readonly edge: Edge;
  readonly claim: Claim;
  readonly to: string;
}

/** Edges by the item they lead on from, in both directions. */
export interface Network {
  readonly steps: ReadonlyMap<string, readonly Step[]>;
}

const keyOf = ({ framework, ref }: End): string => `${framework}\n${ref}`;

export function networkOf(edges: readonly Edge[]): Network {
  const steps = new Map<string, Step[]>();
  for (const said of edges) {
    if (!isLink(said)) continue;
    for (const edge of [said, invert(said)]) {
      const key = keyOf(edge.from);
      const step = { edge, claim: claimOf(edge), to: keyOf(edge.to) };
      const others = steps.get(key);
      if (others === undefined) steps.set(key, [step]);
      else others.push(step);
    }
  }
  return { steps };
}

/**
 * Better first: what reaches more, then what reaches the item whole, then the shorter way, then what is reached back. Names decide what is
 * left, so that the order is always the same.
 */
export const byCoverage = (one: Path, other: Path): number =>
  other.reach - one.reach ||
  Number(containsTheSecond(other.claim.relation)) - Number(containsTheSecond(one.claim.relation)) ||
  one.edges.length - other.edges.length ||
  other.claim.backward.least - one.claim.backward.least ||
  (nameOf(one) < nameOf(other) ? -1 : 1);

const nameOf = ({ edges }: Path): string => edges.map(({ id }) => id).join('\n');

export interface SearchTerms {
  /** Hops at most; three without it. */
  readonly hops?: number;
  /** The framework to arrive at; all without it. */
  readonly to?: string;
}

/**
 * Every item of other frameworks that items of one framework reach, by ways that pass no framework twice. A way of which nothing follows is
 * not told, and not gone on: nothing follows of a longer one either.
 */
export function linksFrom(network: Network, framework: string, terms: SearchTerms = {}): readonly Link[] {
  const { hops = MOST_HOPS, to } = terms;
  const found: Link[] = [];
  for (const steps of network.steps.values()) {
    const from = steps[0]?.edge.from;
    if (from?.framework !== framework) continue;
    const ways = new Map<string, [Path, ...Path[]]>();
    go([], []);
    for (const paths of ways.values()) {
      const [{ edges }] = paths;
      const end = edges.at(-1)?.to;
      if (end !== undefined) found.push({ from, to: end, paths: paths.sort(byCoverage) });
    }

    function go(passed: readonly Edge[], claims: readonly Claim[]): void {
      const here = passed.at(-1)?.to;
      const onward = here === undefined ? steps : (network.steps.get(keyOf(here)) ?? []);
      for (const step of onward) {
        const next = step.edge.to.framework;
        if (next === framework || passed.some((edge) => edge.to.framework === next)) continue;
        const [edges, all] = [
          [...passed, step.edge],
          [...claims, step.claim],
        ];
        const claim = chainOf(all);
        if (!claimsSomething(claim)) continue;
        if (to === undefined || to === next) {
          const path = { edges, claim, reach: edges.length === 1 ? step.edge.strength.forward : claim.forward.least };
          const others = ways.get(step.to);
          if (others === undefined) ways.set(step.to, [path]);
          else others.push(path);
        }
        if (edges.length < hops && to !== next) go(edges, all);
      }
    }
  }
  return found;
}

/** How two frameworks are connected: by edges of their own, else by way of others. */
export function linksBetween(network: Network, from: string, to: string): readonly Link[] {
  const direct = linksFrom(network, from, { to, hops: 1 });
  return direct.length > 0 ? direct : linksFrom(network, from, { to });
}
