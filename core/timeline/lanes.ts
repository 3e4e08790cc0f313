import type { Track } from '../check/coverage.ts';
import { at, COMPLETE, countBelow, FAILED, knownAt, removalOf } from '../check/coverage.ts';
import type { StepsOf } from '../check/feed.ts';
import { DEFAULT_FRESHNESS, freshnessMs } from '../check/record.ts';
import type { Outcome } from '../check/timeline.ts';
import { checkAt, checkSegments } from '../check/timeline.ts';
import { checkLegAt } from '../effectiveness/leg.ts';
import type { CheckHistory } from '../effectiveness/reading.ts';
import { datasetOf, stateTerms } from '../effectiveness/reading.ts';
import type { At, Instant } from '../kernel/index.ts';
import { inForce } from '../kernel/index.ts';
import { coverage, STALE_AFTER } from '../population/reach.ts';

/** What a source delivered of one dataset over a stretch of time. */
export const DELIVERED = ['complete', 'partial', 'failed', 'silent'] as const;
export type Delivered = (typeof DELIVERED)[number];

export interface Delivery {
  readonly from: Instant;
  readonly to: Instant;
  readonly delivered: Delivered;
  /** Place of the collection it rests on, or of the last one before it; undefined where there is none. */
  readonly index: number | undefined;
}

/** Does the track hold events rather than states? */
export const isOfEvents = (track: Track): boolean => {
  for (let i = 0; i < track.n; i += 1) if (!Number.isNaN(at(track.from, i))) return true;
  return false;
};

/**
 * The shortest time that a collection of the dataset speaks to some check in force: after it that check knows nothing any more. That of a check
 * which says nothing of its own, where none is in force.
 */
export function freshnessOf(checks: readonly CheckHistory[], dataset: string, T: Instant): number {
  const terms = checks
    .filter((check) => datasetOf(check) === dataset)
    .flatMap((check) => inForce(check.governed, T) ?? [])
    .filter(({ mode }) => mode === 'state');
  return terms.length === 0
    ? freshnessMs({ freshness: DEFAULT_FRESHNESS })
    : Math.min(...terms.map((check) => freshnessMs(check)));
}

/**
 * What one source delivered of a dataset over [from, to), from its first collection until its removal; the stretches follow each other without a
 * gap. Of a state a collection speaks until its freshness ends or the next one is there. Of events a complete collection speaks of the interval
 * it covers; the last stretch of time, which the next collection may still cover, is left out while it is short.
 */
export function deliveries(
  track: Track,
  freshness: number,
  from: Instant,
  to: Instant,
  position: number,
): readonly Delivery[] {
  const end = Math.min(to, removalOf(track, position));
  return merged(
    isOfEvents(track) ? ofEvents(track, from, end, position) : ofStates(track, freshness, from, end, position),
  );
}

function merged(all: readonly Delivery[]): readonly Delivery[] {
  const found: Delivery[] = [];
  for (const next of all) {
    if (next.to <= next.from) continue;
    const last = found.at(-1);
    if (last?.delivered === next.delivered && last.to === next.from) found[found.length - 1] = { ...last, to: next.to };
    else found.push(next);
  }
  return found;
}

const wordOf = (status: number): Delivered =>
  status === COMPLETE ? 'complete' : status === FAILED ? 'failed' : 'partial';

function ofStates(track: Track, freshness: number, from: Instant, end: Instant, position: number): Delivery[] {
  const { n, observedAt, status, index } = knownAt(track, position);
  const found: Delivery[] = [];
  for (let i = Math.max(0, countBelow(observedAt, n, from + 1) - 1); i < n; i += 1) {
    const since = at(observedAt, i);
    if (since >= end) break;
    const next = Math.min(end, i + 1 < n ? at(observedAt, i + 1) : end);
    const stale = Math.min(next, since + freshness);
    const place = at(index, i);
    found.push({
      from: Math.max(from, since),
      to: Math.max(from, stale),
      delivered: wordOf(at(status, i)),
      index: place,
    });
    found.push({ from: Math.max(from, stale), to: next, delivered: 'silent', index: place });
  }
  return found;
}

function ofEvents(track: Track, from: Instant, end: Instant, position: number): Delivery[] {
  const [covered] = coverage([track], position);
  if (covered === undefined) return [];
  const known = knownAt(track, position);
  const found: Delivery[] = [];
  let reached = Math.max(from, covered.begins);
  const leftOpen = (until: Instant): void => {
    if (until <= reached) return;
    const { delivered, index } = whyOpen(known, reached, until);
    found.push({ from: reached, to: until, delivered, index });
  };
  for (const interval of covered.intervals) {
    if (interval.to <= reached) continue;
    if (interval.from >= end) break;
    leftOpen(Math.min(end, interval.from));
    const since = Math.max(reached, interval.from);
    found.push({ from: since, to: Math.min(end, interval.to), delivered: 'complete', index: undefined });
    reached = Math.max(reached, interval.to);
  }
  const isStale = end - Math.max(reached, covered.intervals.at(-1)?.to ?? covered.begins) > STALE_AFTER;
  if (isStale) leftOpen(end);
  return found;
}

/** What is known of a stretch that no complete collection covers: a partial one, a failed one, or nothing. */
function whyOpen(
  known: ReturnType<typeof knownAt>,
  from: Instant,
  to: Instant,
): { readonly delivered: Delivered; readonly index: number | undefined } {
  let last: { delivered: Delivered; index: number } | undefined;
  for (let i = 0; i < known.n; i += 1) {
    const status = at(known.status, i);
    if (status === COMPLETE) continue;
    const [begins, ends, observed] = [at(known.from, i), at(known.to, i), at(known.observedAt, i)];
    const isOver = Number.isNaN(begins) ? from <= observed && observed <= to + STALE_AFTER : begins < to && from < ends;
    if (!isOver) continue;
    if (last?.delivered === 'partial' && status === FAILED) continue;
    last = { delivered: wordOf(status), index: at(known.index, i) };
  }
  return last ?? { delivered: 'silent', index: undefined };
}

/** One stretch of a check's lane; the reason where it is unknown. */
export interface LaneSegment {
  readonly from: Instant;
  readonly to: Instant;
  readonly outcome: Outcome;
  readonly why?: string;
}

/** What a check of state said over [from, to), with the reason wherever it knew nothing. */
export function laneOf(
  check: CheckHistory,
  tracks: readonly Track[],
  steps: StepsOf,
  from: Instant,
  to: Instant,
  { position, knownAt: known }: Pick<At, 'position' | 'knownAt'>,
): readonly LaneSegment[] {
  const terms = stateTerms(check, steps);
  return checkSegments(tracks, terms, from, to, position, known).map((segment) =>
    segment.outcome === 'unknown'
      ? {
          ...segment,
          why: checkLegAt(check.check, checkAt(tracks, terms, segment.from, position, known)).because,
        }
      : segment,
  );
}
