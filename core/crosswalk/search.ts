import { chainOf, MOST_HOPS } from './chain.ts';
import type { Claim, Edge, End } from './edge.ts';
import { claimOf, invert, isLink } from './edge.ts';
import type { Relation } from './relation.ts';
import { after, containsTheSecond } from './relation.ts';
import { lower } from './share.ts';

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
  readonly to: Node;
}

/** An item, and the edges that lead on from it. */
interface Node {
  readonly end: End;
  /** Its framework, as a number. */
  readonly framework: number;
  readonly steps: Step[];
}

/** Items by the edges between them, in both directions. */
export interface Network {
  readonly nodes: readonly Node[];
}

export function networkOf(edges: readonly Edge[]): Network {
  const frameworks = new Map<string, { readonly number: number; readonly items: Map<string, Node> }>();
  const nodes: Node[] = [];
  const nodeOf = (end: End): Node => {
    const of = frameworks.get(end.framework) ?? { number: frameworks.size, items: new Map<string, Node>() };
    frameworks.set(end.framework, of);
    const known = of.items.get(end.ref);
    if (known !== undefined) return known;
    const node = { end, framework: of.number, steps: [] };
    of.items.set(end.ref, node);
    nodes.push(node);
    return node;
  };
  for (const edge of edges) {
    if (!isLink(edge)) continue;
    const [from, to, back] = [nodeOf(edge.from), nodeOf(edge.to), invert(edge)];
    from.steps.push({ edge, claim: claimOf(edge), to });
    to.steps.push({ edge: back, claim: claimOf(back), to: from });
  }
  return { nodes };
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
export function linksFrom({ nodes }: Network, framework: string, terms: SearchTerms = {}): readonly Link[] {
  const { hops = MOST_HOPS, to } = terms;
  const found: Link[] = [];
  // The way so far, each step with what it claims; both are as long as the way.
  const edges: Edge[] = [];
  const claims: Claim[] = [];
  const passed: number[] = [];
  for (const start of nodes) {
    if (start.end.framework !== framework) continue;
    const ways = new Map<Node, [Path, ...Path[]]>();
    const go = (here: Node, relation: Relation | null, least: number): void => {
      for (const { edge, claim: said, to: next } of here.steps) {
        if (passed.includes(next.framework)) continue;
        const follows = claims.length === 0 ? said.relation : after(relation, said.relation);
        const reached =
          claims.length === 0 ? said.forward.least : lower(least, said.backward.least, said.forward.least);
        // Most longer ways end here: nothing of them is built before it is known that something follows.
        if (follows === null && reached === 0 && leastBack(claims, said) === 0) continue;
        claims.push(said);
        edges.push(edge);
        if (to === undefined || to === next.end.framework) {
          const claim = chainOf(claims);
          const reach = edges.length === 1 ? edge.strength.forward : claim.forward.least;
          const path = { edges: edges.slice(), claim, reach };
          const others = ways.get(next);
          if (others === undefined) ways.set(next, [path]);
          else others.push(path);
        }
        if (edges.length < hops && to !== next.end.framework) {
          passed.push(next.framework);
          go(next, follows, reached);
          passed.pop();
        }
        edges.pop();
        claims.pop();
      }
    };
    passed.push(start.framework);
    go(start, null, 0);
    passed.pop();
    for (const [{ end }, paths] of ways)
      found.push({ from: start.end, to: end, paths: paths.length === 1 ? paths : paths.sort(byCoverage) });
  }
  return found;
}

/** What the last item reaches back of the first at least, by way of those between: as `chainOf` counts it. */
function leastBack(claims: readonly Claim[], last: Claim): number {
  let least = last.backward.least;
  for (let i = claims.length - 1; i >= 0; i -= 1) {
    const link = claims[i];
    if (link !== undefined) least = lower(least, link.forward.least, link.backward.least);
  }
  return least;
}

/** How two frameworks are connected: by edges of their own, else by way of others. */
export function linksBetween(network: Network, from: string, to: string): readonly Link[] {
  const direct = linksFrom(network, from, { to, hops: 1 });
  return direct.length > 0 ? direct : linksFrom(network, from, { to });
}
