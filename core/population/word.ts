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
 * What is known of one event (contract, "Checks of events"). The last word by (observed, recorded) says whether it is there, at which moment and
 * with which data; it is judged on its data in the first collection observed at or after that moment + settles that lists it.
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
  const listings: { readonly run: R; readonly collection: EventCollection }[] = [];
  let isThere = false;
  for (const collection of collections) {
    const run = listedBy(runs, collection);
    if (run !== undefined) listings.push({ run, collection });
    const before = listings.at(-1);
    isThere = run !== undefined || (isThere && before !== undefined && !omits(collection, before.run));
  }
  const last = listings.at(-1);
  if (last === undefined || !isThere) return undefined;
  const judged = listings.find(({ collection }) => collection.observedAt >= last.run.at + settlesMs);
  return { latest: last.run, lastListed: last.collection, judged };
}

const isOver = ({ from, to }: EventCollection, { at }: EventRun): boolean => from <= at && at < to;

/** A later complete collection over its time withdraws an event that it does not list; what others leave out they say nothing of. */
const omits = (collection: EventCollection, run: EventRun): boolean =>
  collection.status === 'complete' && isOver(collection, run);

function listedBy<R extends EventRun>(runs: readonly R[], collection: EventCollection): R | undefined {
  if (collection.status === 'failed' || (collection.status === 'partial' && !collection.sees)) return undefined;
  const held = runs.find((run) => run.fromIndex <= collection.index && collection.index < run.untilIndex);
  return held && (collection.status === 'partial' || isOver(collection, held)) ? held : undefined;
}
