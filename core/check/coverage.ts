import type { Instant } from '../kernel/time.ts';

/** Statuses of a collection, as codes; 1 is partial. */
export const COMPLETE = 0;
export const FAILED = 2;

/**
 * Everything recorded that one source delivered of one dataset, in log order (`index` ascending); `observedAt` need not ascend, for a
 * collection may be recorded late. Immutable: a refreshed track is a new object, for what is known of it is kept per object.
 */
export interface Track {
  readonly source: string;
  readonly n: number;
  readonly index: ArrayLike<number>;
  readonly observedAt: ArrayLike<number>;
  readonly recordedAt: ArrayLike<number>;
  /** 0 complete, 1 partial, 2 failed. */
  readonly status: ArrayLike<number>;
  readonly items: ArrayLike<number>;
  /** The interval a collection of events covers, half-open; NaN for state. */
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** Log position of the source's removal. */
  readonly removedIndex?: number | undefined;
  /** When that was recorded. */
  readonly removedAt?: Instant | undefined;
}

/** The collections of a track that are known at a position, by (observedAt, index). */
export interface Known {
  readonly n: number;
  readonly index: ArrayLike<number>;
  readonly observedAt: ArrayLike<number>;
  readonly recordedAt: ArrayLike<number>;
  readonly status: ArrayLike<number>;
  readonly items: ArrayLike<number>;
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** Complete ones among the first i, for i from 0 to n. */
  readonly completeBefore: Uint32Array;
}

/** What a collection can say before any item is judged. */
export type Kind = 'full' | 'empty' | 'partial' | 'failed';

/** A maximal row of collections of one kind, each observed before the former's freshness ends, all of them recorded late or none. */
export interface Run {
  readonly first: number;
  readonly last: number;
  readonly kind: Kind;
  readonly late: boolean;
}

/** The value at a place that the loop's bounds guarantee. */
export function at(values: ArrayLike<number>, i: number): number {
  const value = values[i];
  if (value === undefined) throw new RangeError(`no value at ${i}`);
  return value;
}

/** How many of the first `n` ascending values are below `limit`. */
export function countBelow(values: ArrayLike<number>, n: number, limit: number): number {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(values, middle) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

const inOrder = new WeakMap<Track, boolean>();

function isInOrder(track: Track): boolean {
  let answer = inOrder.get(track);
  if (answer === undefined) {
    answer = true;
    for (let i = 1; i < track.n && answer; i += 1) answer = at(track.observedAt, i - 1) <= at(track.observedAt, i);
    inOrder.set(track, answer);
  }
  return answer;
}

/** Positions differ from question to question; a track keeps the answers for the last few. */
const KEPT = 16;
const known = new WeakMap<Track, Map<number, Known>>();

/** The collections with index below `position`, in the order in which they speak. */
export function knownAt(track: Track, position: number): Known {
  let kept = known.get(track);
  if (!kept) known.set(track, (kept = new Map<number, Known>()));
  const count = countBelow(track.index, track.n, position);
  let answer = kept.get(count);
  if (!answer) {
    answer = isInOrder(track) ? prefix(track, count) : sorted(track, count);
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value ?? count);
    kept.set(count, answer);
  }
  return answer;
}

function prefix(track: Track, n: number): Known {
  const { index, observedAt, recordedAt, status, items, from, to } = track;
  return { n, index, observedAt, recordedAt, status, items, from, to, completeBefore: countComplete(status, n) };
}

function sorted(track: Track, n: number): Known {
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => at(track.observedAt, a) - at(track.observedAt, b) || a - b,
  );
  const pick = (values: ArrayLike<number>): Float64Array => Float64Array.from(order, (i) => at(values, i));
  const status = pick(track.status);
  return {
    n,
    index: pick(track.index),
    observedAt: pick(track.observedAt),
    recordedAt: pick(track.recordedAt),
    status,
    items: pick(track.items),
    from: pick(track.from),
    to: pick(track.to),
    completeBefore: countComplete(status, n),
  };
}

function countComplete(status: ArrayLike<number>, n: number): Uint32Array {
  const counts = new Uint32Array(n + 1);
  for (let i = 0; i < n; i += 1) counts[i + 1] = (counts[i] ?? 0) + (at(status, i) === COMPLETE ? 1 : 0);
  return counts;
}

/** Complete with items, complete without, partial or failed. */
export function kindOf(collections: Known, i: number): Kind {
  const status = at(collections.status, i);
  if (status === FAILED) return 'failed';
  if (status !== COMPLETE) return 'partial';
  return at(collections.items, i) === 0 ? 'empty' : 'full';
}

const folded = new WeakMap<Known, Map<number, readonly Run[]>>();

/** The runs of what is known under one freshness (elapsed milliseconds). Every check of the dataset with that freshness shares them. */
export function runsOf(collections: Known, freshnessMs: number): readonly Run[] {
  let kept = folded.get(collections);
  if (!kept) folded.set(collections, (kept = new Map<number, readonly Run[]>()));
  let runs = kept.get(freshnessMs);
  if (!runs) kept.set(freshnessMs, (runs = fold(collections, freshnessMs)));
  return runs;
}

function fold(collections: Known, freshnessMs: number): readonly Run[] {
  const { n, observedAt, recordedAt } = collections;
  const runs: Run[] = [];
  const isLate = (i: number): boolean => at(recordedAt, i) > at(observedAt, i) + freshnessMs;
  for (let first = 0; first < n;) {
    const late = isLate(first);
    const kind = kindOf(collections, first);
    const follows = (i: number): boolean =>
      at(observedAt, i) <= at(observedAt, i - 1) + freshnessMs && isLate(i) === late && kindOf(collections, i) === kind;
    let last = first;
    while (last + 1 < n && follows(last + 1)) last += 1;
    runs.push({ first, last, kind, late });
    first = last + 1;
  }
  return runs;
}

/** When the source's removal is known to have been recorded: Infinity if it is not. */
export function removalOf(track: Track, position: number): Instant {
  if (track.removedAt === undefined) return Infinity;
  if (track.removedIndex !== undefined && track.removedIndex >= position) return Infinity;
  return track.removedAt;
}
