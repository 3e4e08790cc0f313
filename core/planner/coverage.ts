import { shippedEdges, SOC2_ISO27001 } from '../crosswalk/shipped.ts';
import type { Category, FrameworkId } from '../framework/catalog.ts';
import { FRAMEWORKS } from '../framework/catalog.ts';

const edges = shippedEdges().filter(({ set }) => set === SOC2_ISO27001);

/** How much of a framework’s items the shipped crosswalk reaches from the other one, by three definitions. */
export interface Coverage {
  readonly of: number;
  /** Items with a link of strength 5 or more; of 7 or more. */
  readonly from5: number;
  readonly from7: number;
  /** Mean over the items of the best strength / 10. */
  readonly weighted: number;
}

/** Of `to`, what the other framework reaches; of SOC 2 only the categories chosen count, on either side. */
export function coverageOf(to: FrameworkId, categories: readonly Category[]): Coverage {
  const chosen = new Set<string>(
    FRAMEWORKS.soc2.requirements.filter(({ part }) => categories.some((c) => c === part)).map(({ ref }) => ref),
  );
  const items = to === 'soc2' ? [...chosen] : FRAMEWORKS.iso27001.requirements.map(({ ref }) => ref);
  const best = new Map<string, number>();
  // The set goes from SOC 2 to ISO 27001: forwards it says what of an ISO item is reached, backwards what of a criterion.
  for (const edge of edges) {
    if (!chosen.has(edge.from.ref)) continue;
    const [reached, strength] =
      to === 'soc2' ? [edge.from.ref, edge.strength.backward] : [edge.to.ref, edge.strength.forward];
    best.set(reached, Math.max(best.get(reached) ?? 0, strength));
  }
  const strengths = items.map((item) => best.get(item) ?? 0);
  return {
    of: items.length,
    from5: strengths.filter((strength) => strength >= 5).length,
    from7: strengths.filter((strength) => strength >= 7).length,
    weighted: strengths.reduce((total, strength) => total + strength, 0) / (10 * Math.max(1, items.length)),
  };
}

/** How many of a framework’s items in scope already have all of their controls operating, and how many some of them. */
export interface Operating {
  readonly of: number;
  readonly all: number;
  readonly some: number;
}
export type Measured = Readonly<Record<FrameworkId, Operating>>;

export const NOTHING_MEASURED: Measured = {
  soc2: { of: 0, all: 0, some: 0 },
  iso27001: { of: 0, all: 0, some: 0 },
};

/** Measured reuse exists as soon as one control operates. */
export const isMeasured = (measured: Measured): boolean =>
  measured.soc2.all + measured.soc2.some + measured.iso27001.all + measured.iso27001.some > 0;
