import type { Track } from '../check/coverage.ts';
import type { CheckHistory } from '../effectiveness/reading.ts';
import type { Instant } from '../kernel/index.ts';
import type { Delivered } from '../timeline/lanes.ts';
import { deliveries, freshnessOf } from '../timeline/lanes.ts';

/** A time in which a source did not show all it should have. */
export interface Unseen {
  readonly source: string;
  readonly datasets: readonly string[];
  readonly from: Instant;
  readonly to: Instant;
  readonly delivered: Exclude<Delivered, 'complete'>;
  /** Places of the collections that may say why. */
  readonly indexes: readonly number[];
}

const WORSE: readonly Delivered[] = ['complete', 'partial', 'failed', 'silent'];

/**
 * Times in [from, to) in which a source left a dataset unseen, or seen in part; those of one source that touch are told as one. Longest first
 * within `most`, then by their beginning.
 */
export function unseenIn(
  tracks: ReadonlyMap<string, readonly Track[]>,
  checks: readonly CheckHistory[],
  from: Instant,
  to: Instant,
  position: number,
  most = 50,
): readonly Unseen[] {
  const bySource = new Map<string, Unseen[]>();
  for (const [dataset, sources] of tracks) {
    const freshness = freshnessOf(checks, dataset, to - 1);
    for (const track of sources) {
      for (const { delivered, index, ...span } of deliveries(track, freshness, from, to, position)) {
        if (delivered === 'complete') continue;
        const indexes = index === undefined ? [] : [index];
        const one = { source: track.source, datasets: [dataset], ...span, delivered, indexes };
        const others = bySource.get(track.source);
        if (others === undefined) bySource.set(track.source, [one]);
        else others.push(one);
      }
    }
  }
  return [...bySource.values()]
    .flatMap(joined)
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, most)
    .sort((a, b) => a.from - b.from || (a.source < b.source ? -1 : 1));
}

/** Episodes of one source that overlap or touch become one, named by the worst that was in it. */
function joined(all: readonly Unseen[]): readonly Unseen[] {
  const found: Unseen[] = [];
  for (const next of [...all].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last === undefined || next.from > last.to) {
      found.push(next);
      continue;
    }
    const isWorse = WORSE.indexOf(next.delivered) > WORSE.indexOf(last.delivered);
    found[found.length - 1] = {
      ...last,
      to: Math.max(last.to, next.to),
      datasets: [...new Set([...last.datasets, ...next.datasets])],
      delivered: isWorse ? next.delivered : last.delivered,
      indexes: [...new Set([...last.indexes, ...next.indexes])],
    };
  }
  return found;
}
