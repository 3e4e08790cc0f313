import type { Governed, Instant } from '../kernel/time.ts';
import { at, knownAt as knownOf } from './coverage.ts';
import type { CheckTerms, Track } from './timeline.ts';
import { checkSegments } from './timeline.ts';

/** Since when something fails without a break. */
export interface Since {
  readonly from: Instant;
  /** Whether its beginning was seen. Otherwise nothing is known of the time just before, and it may have begun earlier. */
  readonly isSeen: boolean;
}

/** One stretch in which a check failed, to the instant at which it says something else, or nothing more is asked. */
export interface Episode extends Since {
  readonly to: Instant;
}

/**
 * Every stretch up to and with `T` in which a check of state failed, oldest first, however long ago: from the collections with index below
 * `position`, whose instant is `knownAt`. A silence ends a stretch, and the next one then begins unseen.
 */
export function failingEpisodes(
  tracks: readonly Track[],
  governed: Governed<CheckTerms>,
  T: Instant,
  position: number,
  knownAt: Instant,
): readonly Episode[] {
  const begins = tracks.reduce((least, track) => {
    const { n, observedAt } = knownOf(track, position);
    return n === 0 ? least : Math.min(least, at(observedAt, 0));
  }, Infinity);
  if (begins > T) return [];
  return checkSegments(tracks, governed, begins, T + 1, position, knownAt).flatMap(
    ({ outcome, from, to }, i, all): readonly Episode[] => {
      const before = all[i - 1]?.outcome;
      return outcome === 'fail' ? [{ from, to, isSeen: before !== undefined && before !== 'unknown' }] : [];
    },
  );
}

/** Since when it has failed that fails at T; undefined where no stretch reaches T. */
export function failingSince(episodes: readonly Episode[], T: Instant): Since | undefined {
  const found = episodes.findLast(({ from }) => from <= T);
  return found === undefined || found.to < T ? undefined : { from: found.from, isSeen: found.isSeen };
}
