import { at, COMPLETE, knownAt as knownOf, removalOf } from '../check/coverage.ts';
import type { Track } from '../check/coverage.ts';
import { ELAPSED_DAY, HOUR } from '../kernel/time.ts';
import type { Instant } from '../kernel/time.ts';

export interface Interval {
  readonly from: Instant;
  readonly to: Instant;
}

/** What the complete collections of one source cover, as known at a position. */
export interface SourceCoverage {
  readonly source: string;
  /** From here on it counts as a source: the earliest moment that it covers or at which it was collected. */
  readonly begins: Instant;
  /** Infinity while its removal is not on record. */
  readonly removedAt: Instant;
  /** Half-open, in order, apart from each other. */
  readonly intervals: readonly Interval[];
}

/** How old the latest covered moment may be before the leg falls silent. */
export const STALE_AFTER = ELAPSED_DAY + HOUR;
export const LOOKBACK_DEFAULT = 'P90D';

/** The window of items that the leg of an events check looks at. */
export interface LegWindow {
  readonly start: Instant;
  /** Items in [start, judgedTo) count whatever they say; items in [judgedTo, to) only if they deviate. */
  readonly judgedTo: Instant;
  readonly to: Instant;
  /** The latest moment that every source's complete collections reach. */
  readonly reach: Instant;
  /** The first moment between start and reach that some source's complete collections leave out. */
  readonly hole: Instant | undefined;
}

/** Silent before any item is counted. */
export interface LegSilence {
  readonly silent: 'no-source' | 'no-collection' | 'stale';
  readonly reach?: Instant;
}

/** Items of a window by what became of them; one under an approved exception is in `excepted` and in no other but `items`. */
export interface ItemCounts {
  readonly items: number;
  readonly deviations: number;
  readonly unknown: number;
  readonly excepted: number;
}

const kept = new WeakMap<object, SourceCoverage>();

/** What each source that has delivered anything covers, from collections with index below `position`. */
export function coverage(tracks: readonly Track[], position: number): readonly SourceCoverage[] {
  return tracks.flatMap((track) => coverageOf(track, position) ?? []);
}

function coverageOf(track: Track, position: number): SourceCoverage | undefined {
  const collections = knownOf(track, position);
  if (collections.n === 0) return undefined;
  const removedAt = removalOf(track, position);
  const known = kept.get(collections);
  if (known?.removedAt === removedAt) return known;
  let begins = at(collections.observedAt, 0);
  const covered: Interval[] = [];
  for (let i = 0; i < collections.n; i += 1) {
    const [from, to] = [at(collections.from, i), at(collections.to, i)];
    if (from < begins) begins = from;
    if (at(collections.status, i) === COMPLETE && from < to) covered.push({ from, to });
  }
  const answer = { source: track.source, begins, removedAt, intervals: merge(covered) };
  kept.set(collections, answer);
  return answer;
}

function merge(covered: readonly Interval[]): readonly Interval[] {
  const merged: Interval[] = [];
  for (const next of [...covered].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && next.from <= last.to) merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
    else merged.push(next);
  }
  return merged;
}

/** The first moment of [from, to) that the intervals leave out, or undefined if they cover it. */
function firstHole(intervals: readonly Interval[], from: Instant, to: Instant): Instant | undefined {
  let reached = from;
  for (const interval of intervals) {
    if (interval.from > reached || reached >= to) break;
    reached = Math.max(reached, interval.to);
  }
  return reached < to ? reached : undefined;
}

/** The latest moment up to T that complete collections of this source reach. */
function reachOf(source: SourceCoverage, T: Instant): Instant | undefined {
  const last = source.intervals.findLast((interval) => interval.from < T);
  return last && Math.min(last.to, T);
}

/** Sources that had begun by T; the removal of one may be on record. */
const begunBy = (tracks: readonly Track[], T: Instant, position: number): readonly SourceCoverage[] =>
  coverage(tracks, position).filter((source) => source.begins <= T);

/** Those that count at T: their removal is not recorded yet. */
const countingAt = (begun: readonly SourceCoverage[], T: Instant): readonly SourceCoverage[] =>
  begun.filter((source) => T < source.removedAt);

/** The latest moment up to T that complete collections of every source reach; undefined without a source, or if one has no complete collection. */
export function reachAt(tracks: readonly Track[], T: Instant, position: number): Instant | undefined {
  return leastReach(countingAt(begunBy(tracks, T, position), T), T);
}

function leastReach(sources: readonly SourceCoverage[], T: Instant): Instant | undefined {
  const reaches = sources.map((source) => reachOf(source, T));
  if (reaches.length === 0) return undefined;
  return reaches.reduce((least, reach) =>
    least === undefined || reach === undefined ? undefined : Math.min(least, reach),
  );
}

/**
 * The window of an events check's leg at T: contract, "The leg of an events check at T". `lookbackMs` and `settlesMs` are elapsed
 * milliseconds. It starts no earlier than the earliest moment that any source's complete collections cover. A source removed by T is not asked
 * how far it reaches, but must cover what of the window lies before its removal.
 */
export function legWindow(
  tracks: readonly Track[],
  terms: { readonly lookbackMs: number; readonly settlesMs: number },
  T: Instant,
  position: number,
): LegWindow | LegSilence {
  const sources = begunBy(tracks, T, position);
  const counting = countingAt(sources, T);
  if (counting.length === 0) return { silent: 'no-source' };
  const reach = leastReach(counting, T);
  if (reach === undefined) return { silent: 'no-collection' };
  if (T - reach > STALE_AFTER) return { silent: 'stale', reach };
  const firstCovered = Math.min(...sources.map((source) => source.intervals[0]?.from ?? Infinity));
  const start = Math.max(reach - terms.lookbackMs, firstCovered);
  const holes = sources.flatMap(
    (source) => firstHole(source.intervals, start, Math.min(reach, source.removedAt)) ?? [],
  );
  return {
    start,
    judgedTo: Math.max(start, Math.min(T, T - terms.settlesMs + 1)),
    to: T,
    reach,
    hole: holes.length > 0 ? Math.min(...holes) : undefined,
  };
}

/**
 * Do complete collections of every source cover [from, to)? A source removed before the window is not asked; one removed within it must cover
 * what lies before its removal, and then another must cover the whole; one that began within the window must cover the whole.
 */
export function isComplete(tracks: readonly Track[], from: Instant, to: Instant, position: number): boolean {
  const sources = coverage(tracks, position).filter((source) => source.begins < to);
  const lasting = sources.filter((source) => source.removedAt >= to);
  return (
    lasting.length > 0 &&
    sources.every((source) => firstHole(source.intervals, from, Math.min(to, source.removedAt)) === undefined)
  );
}
