import type { Link } from '../crosswalk/index.ts';
import { extentOf, linksBetween, WHOLE } from '../crosswalk/index.ts';
import type { ControlState } from '../effectiveness/control-state.ts';
import type { Framework, Requirement } from '../framework/catalog.ts';
import type { Comparison } from './comparison.ts';
import type { Extent } from '../crosswalk/chain.ts';

/** How the organisation's own controls stand to an item: those that answer it, those of them that operate, those that could be brought to. */
export interface OwnControls {
  /** Controls that answer it, those without occasion left aside. */
  readonly of: number;
  readonly operating: readonly string[];
  readonly others: readonly string[];
}

/** What one item needs. */
export interface Need {
  readonly requirement: Requirement;
  readonly extent: Extent;
  /** Tenths reached from what one has. */
  readonly reach: number;
  readonly best: Link | undefined;
  readonly controls: OwnControls;
  /** The part that is still open, as a share of 1. */
  readonly open: number;
  /** Controls that could close it: own ones that do not operate, else those of the library. */
  readonly candidates: readonly string[];
  readonly because: string;
}

/** By item the controls that answer it. */
export function ownControls(
  answering: ReadonlyMap<string, readonly string[]>,
  states: ReadonlyMap<string, ControlState>,
): (ref: string) => OwnControls {
  return (ref) => {
    const counted = (answering.get(ref) ?? []).filter((id) => states.has(id) && states.get(id) !== 'no-occasion');
    const operating = counted.filter((id) => states.get(id) === 'operating');
    return { of: counted.length, operating, others: counted.filter((id) => states.get(id) !== 'operating') };
  };
}

const operatingShare = ({ of, operating }: OwnControls): number => (of === 0 ? 0 : operating.length / of);

const controlsSay = ({ of, operating }: OwnControls): string =>
  of === 0 ? 'No control answers it.' : `${operating.length} of ${of} ${of === 1 ? 'control' : 'controls'} operating.`;

/** What a framework's items need where one has what operates today. */
export const needsOfOperating = (
  items: readonly Requirement[],
  controlsOf: (ref: string) => OwnControls,
  libraryFor: (ref: string) => readonly string[],
): readonly Need[] =>
  items.map((requirement) => {
    const controls = controlsOf(requirement.ref);
    const share = operatingShare(controls);
    return {
      requirement,
      extent: share === 0 ? 'none' : share === 1 ? 'whole' : 'partial',
      reach: WHOLE * share,
      best: undefined,
      controls,
      open: 1 - share,
      candidates: controls.of === 0 ? libraryFor(requirement.ref) : controls.others,
      because: controlsSay(controls),
    };
  });

/**
 * What a framework's items need where one has another framework: what the crosswalk does not reach. A control of one's own that answers the
 * item and operates closes its part as well, so that of both the one counts which leaves less open.
 */
export function needsOfFramework(
  comparison: Comparison,
  items: readonly Requirement[],
  minStrength: number,
  controlsOf: (ref: string) => OwnControls,
  libraryFor: (ref: string) => readonly string[],
): readonly Need[] {
  const links = Map.groupBy(linksBetween(comparison.network, comparison.from.id, comparison.to.id), ({ to }) => to.ref);
  return items.map((requirement) => {
    const { best, extent } = reachOf(links.get(requirement.ref) ?? [], minStrength);
    const reach = best?.paths[0].reach ?? 0;
    const controls = controlsOf(requirement.ref);
    const open = extent === 'whole' ? 0 : Math.min(1 - reach / WHOLE, 1 - operatingShare(controls));
    return {
      requirement,
      extent,
      reach,
      best,
      controls,
      open,
      candidates: controls.of === 0 ? libraryFor(requirement.ref) : controls.others,
      because: linkSays(comparison.from, best, extent, minStrength),
    };
  });
}

/** The link that counts: one that reaches the item whole at the strength asked for, else the strongest. */
function reachOf(
  links: readonly Link[],
  minStrength: number,
): { readonly best: Link | undefined; readonly extent: Extent } {
  const sorted = [...links].sort((a, b) => b.paths[0].reach - a.paths[0].reach || (a.from.ref < b.from.ref ? -1 : 1));
  const extent = ({ paths: [path] }: Link): Extent => extentOf(path.claim.relation, path.reach, minStrength);
  const best = sorted.find((link) => extent(link) === 'whole') ?? sorted[0];
  return { best, extent: best === undefined ? 'none' : extent(best) };
}

/** Tenths as people read them: whole, or to one decimal. */
const tenths = (n: number): string => String(Math.round(n * 10) / 10);

function linkSays(from: Framework, best: Link | undefined, extent: Extent, minStrength: number): string {
  if (best === undefined) return `Nothing in ${from.title} reaches it.`;
  const [{ claim, reach }] = best.paths;
  const says = `${best.from.ref} reaches ${tenths(reach)} of ${WHOLE}`;
  if (extent === 'whole') {
    return claim.relation === 'equal'
      ? `${best.from.ref} asks for the same, at strength ${tenths(reach)}: its evidence serves.`
      : `${best.from.ref} contains it, at strength ${tenths(reach)}: its evidence serves.`;
  }
  return extent === 'partial'
    ? `${says}; the rest needs evidence of its own.`
    : `${says}, which is less than ${minStrength}: it needs evidence of its own.`;
}
