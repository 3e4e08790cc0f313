import type { DateText, Instant } from '../kernel/index.ts';
import { dateOf, dayNumber, dayStartOf, weekdayOf } from '../kernel/index.ts';

export const BUCKETS = ['day', 'week'] as const;

/** A day, or an ISO week cut at the window's edges; half-open. */
export interface Bucket {
  readonly date: DateText;
  readonly from: Instant;
  readonly to: Instant;
}

export function bucketsOf(
  window: { readonly from: DateText; readonly to: DateText },
  kind: (typeof BUCKETS)[number],
  zone: string,
): readonly Bucket[] {
  const last = dayNumber(window.to);
  const found: Bucket[] = [];
  for (let day = dayNumber(window.from); day <= last;) {
    const next = Math.min(last + 1, kind === 'day' ? day + 1 : day + 8 - weekdayOf(day));
    found.push({ date: dateOf(day), from: dayStartOf(zone, day), to: dayStartOf(zone, next) });
    day = next;
  }
  return found;
}

/** Index of the bucket that holds an instant, or −1. */
export function bucketAt(buckets: readonly Bucket[], at: Instant): number {
  let [low, high] = [0, buckets.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((buckets[middle]?.to ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return (buckets[low]?.from ?? Infinity) <= at ? low : -1;
}
