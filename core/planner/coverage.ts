import crosswalk from '@countersign/catalogs/crosswalk/soc2-2017--iso27001-2022.json' with { type: 'json' };
import { z } from 'zod';
import type { Category, FrameworkId } from '../framework/catalog.ts';
import { FRAMEWORKS } from '../framework/catalog.ts';

const Crosswalk = z.object({
  mappings: z.array(z.object({ tsc: z.string(), iso: z.string(), strength: z.int() })),
});
const pairs = Crosswalk.parse(crosswalk).mappings;

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
  for (const { tsc, iso, strength } of pairs) {
    if (!chosen.has(tsc)) continue;
    const reached = to === 'soc2' ? tsc : iso;
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
