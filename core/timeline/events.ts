import type { Track } from '../check/coverage.ts';
import type { Outcome } from '../check/timeline.ts';
import type { Excuse } from '../control/settle.ts';
import type { CheckHistory } from '../effectiveness/reading.ts';
import { countQuestion, datasetOf } from '../effectiveness/reading.ts';
import type { At, Instant } from '../kernel/index.ts';
import type { CountQuestion } from '../population/feed.ts';
import type { ItemCounts } from '../population/reach.ts';
import { isComplete, reachAt, STALE_AFTER } from '../population/reach.ts';
import type { Bucket } from './buckets.ts';

/** Events of one check in one bucket, as far as they are there to be counted. */
export interface EventBucket {
  readonly key: string;
  readonly bucket: number;
  readonly from: Instant;
  readonly to: Instant;
}

export interface CountedBucket extends EventBucket, ItemCounts {
  readonly outcome: Outcome;
  readonly why?: string;
}

/**
 * The stretches of a window in which a check's events are counted, a bucket each, up to as-of. The last stretch, which the next collection may
 * still cover, is left out while it is short: nobody could know of it yet.
 */
export function eventBuckets(
  prefix: string,
  tracks: readonly Track[],
  buckets: readonly Bucket[],
  { asOf, position }: Pick<At, 'asOf' | 'position'>,
): readonly EventBucket[] {
  const reach = reachAt(tracks, asOf, position);
  const end = reach !== undefined && asOf - reach <= STALE_AFTER ? reach : asOf + 1;
  return buckets.flatMap(({ from, to }, bucket) =>
    from < end ? [{ key: `${prefix}\n${bucket}`, bucket, from, to: Math.min(to, end) }] : [],
  );
}

export const questionsOf = (
  buckets: readonly EventBucket[],
  check: CheckHistory,
  excuses: readonly Excuse[],
  at: At,
): readonly CountQuestion[] => buckets.map(({ key, from, to }) => countQuestion(key, check, excuses, from, to, at));

const NONE: ItemCounts = { items: 0, deviations: 0, unknown: 0, excepted: 0 };

/** What became of each bucket. A bucket that complete collections do not cover is unknown, unless an item in it deviates. */
export function countedBuckets(
  buckets: readonly EventBucket[],
  check: CheckHistory,
  tracks: readonly Track[],
  counts: Pick<ReadonlyMap<string, ItemCounts>, 'get'>,
  position: number,
): readonly CountedBucket[] {
  return buckets.map((bucket) => {
    const counted = counts.get(bucket.key) ?? NONE;
    return {
      ...bucket,
      ...counted,
      ...outcomeOf(counted, isComplete(tracks, bucket.from, bucket.to, position), check),
    };
  });
}

function outcomeOf(
  { items, deviations, unknown, excepted }: ItemCounts,
  covered: boolean,
  check: CheckHistory,
): { readonly outcome: Outcome; readonly why?: string } {
  if (deviations > 0) return { outcome: 'fail', why: `${deviations} of ${items} deviate.` };
  if (!covered) return { outcome: 'unknown', why: `Complete collections of ${datasetOf(check)} do not cover it.` };
  if (unknown > 0) return { outcome: 'unknown', why: `${unknown} of ${items} could not be judged.` };
  if (excepted > 0) return { outcome: 'unknown', why: `${excepted} of ${items} are under an exception.` };
  return items > 0 ? { outcome: 'pass' } : { outcome: 'not-applicable' };
}
