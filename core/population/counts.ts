import { inForce } from '../kernel/time.ts';
import type { Governed, Instant } from '../kernel/time.ts';
import type { ItemCounts } from './reach.ts';
import { wordOf } from './word.ts';
import type { EventCollection, EventRun } from './word.ts';

/** What an event counts as in its population. `waiting`: not due yet, which is unknown; `excepted`: it deviates, under an approved exception. */
export type Counted = 'pass' | 'deviation' | 'unknown' | 'waiting' | 'excepted';

/** What a version of a check can be asked of one content of an event. */
export interface EventQuestions<R extends EventRun, V> {
  /** Are scope and applies true of it? Unknown where either errs. */
  readonly speaksOf: (run: R, version: V) => boolean | 'unknown';
  /** Asked whatever scope and applies say of it. */
  readonly passes: (run: R, version: V) => 'pass' | 'fail' | 'unknown';
}

/** Moments of events that an exception on this item covers, half-open. */
export interface Covered {
  readonly from: Instant;
  readonly to: Instant;
}

export interface CountedEvent {
  readonly at: Instant;
  readonly counted: Counted;
}

/**
 * What an event counts as: contract, "Checks of events". `passes` is asked of its data in the judging collection, `scope` and `applies` of its
 * latest data; both of the version in force when the judging collection was observed, or, while it waits, when it was last listed. Where no
 * version was in force then, nobody judged it: unknown.
 *
 * @param runs of one item, by place in the log
 * @param collections of its source and dataset that are known, in (observed, recorded) order
 * @param versions of the check, with when each governs what is observed
 * @param excepted by approved exceptions on this item that are on record
 * @returns undefined for an event that is left out: withdrawn, out of scope or not applicable
 */
export function countedAs<R extends EventRun, V>(
  runs: readonly R[],
  collections: readonly EventCollection[],
  settlesMs: number,
  versions: Governed<V>,
  { speaksOf, passes }: EventQuestions<R, V>,
  excepted: readonly Covered[],
): CountedEvent | undefined {
  const word = wordOf(runs, collections, settlesMs);
  if (word === undefined) return undefined;
  const { latest, lastListed, judged } = word;
  const { at } = latest;
  const version = inForce(versions, (judged?.collection ?? lastListed).observedAt);
  const isMember = version === undefined ? 'unknown' : speaksOf(latest, version);
  if (isMember === false) return undefined;
  if (judged === undefined) return { at, counted: 'waiting' };
  if (version === undefined || isMember === 'unknown') return { at, counted: 'unknown' };

  const said = passes(judged.run, version);
  if (said !== 'fail') return { at, counted: said };
  return { at, counted: excepted.some(({ from, to }) => from <= at && at < to) ? 'excepted' : 'deviation' };
}

/** How many of these events count as what. */
export function tally(events: readonly CountedEvent[]): ItemCounts {
  const count = (one: Counted): number => events.filter((event) => event.counted === one).length;
  return {
    items: events.length,
    deviations: count('deviation'),
    unknown: count('unknown') + count('waiting'),
    excepted: count('excepted'),
  };
}
