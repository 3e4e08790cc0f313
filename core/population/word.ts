import type { Instant } from '../kernel/time.ts';

/** One content of an event over a run of collections, by places in the log: from the first that gave it until the one that did not. */
export interface EventRun {
  readonly fromIndex: number;
  /** Infinity while it holds. */
  readonly untilIndex: number;
  readonly at: Instant;
}

/** A collection of events, as far as one item is concerned. */
export interface EventCollection {
  readonly index: number;
  readonly observedAt: Instant;
  readonly status: 'complete' | 'partial' | 'failed';
  readonly from: Instant;
  readonly to: Instant;
  /** Partial ones: whether this item was among those seen. */
  readonly sees: boolean;
}

/** What is to be judged of an event: scope and application on `latest`, the question itself on `judged`. */
export interface EventWord<R extends EventRun> {
  readonly latest: R;
  /** The last collection that listed it. */
  readonly lastListed: EventCollection;
  /** Undefined while no collection observed at or after `at` + settles lists it: it is not due yet. */
  readonly judged: { readonly run: R; readonly collection: EventCollection } | undefined;
}

/**
 * What is known of one event (contract, "Checks of events"). The last word by (observed, recorded) says whether it is there and
 * with which data; it is judged on its data in the first collection observed at or after `at` + settles that lists it.
 *
 * @param runs of one item, by place in the log
 * @param collections of its source and dataset that are known, in (observed, recorded) order
 * @returns undefined for an event that was withdrawn, or that nothing lists
 */
export function wordOf<R extends EventRun>(
  runs: readonly R[],
  collections: readonly EventCollection[],
  settlesMs: number,
): EventWord<R> | undefined {
  let last: Pick<EventWord<R>, 'latest' | 'lastListed'> | undefined;
  let judged: EventWord<R>['judged'];
  for (const collection of collections) {
    const listed = listing(runs, collection);
    if (listed === 'silent') continue;
    if (listed === 'omitted') {
      last = undefined;
      continue;
    }
    last = { latest: listed, lastListed: collection };
    if (judged === undefined && collection.observedAt >= listed.at + settlesMs) judged = { run: listed, collection };
  }
  return last && { ...last, judged };
}

function listing<R extends EventRun>(runs: readonly R[], collection: EventCollection): R | 'omitted' | 'silent' {
  if (collection.status === 'failed') return 'silent';
  const held = runs.find((run) => run.fromIndex <= collection.index && collection.index < run.untilIndex);
  if (collection.status === 'partial') return collection.sees && held !== undefined ? held : 'silent';
  const within = (run: R): boolean => collection.from <= run.at && run.at < collection.to;
  if (held !== undefined && within(held)) return held;
  return runs.some((run) => run.fromIndex < collection.index && within(run)) ? 'omitted' : 'silent';
}
