import type { Asking } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';

export interface FeedContext {
  readonly client: pg.ClientBase;
  readonly org: number;
  /** Entries below this are known; never more than `size`. */
  readonly position: number;
  /** The log's size as this transaction sees it. */
  readonly size: number;
}

/** Who answers which feed, by its name. A question is answered in the transaction of who asks. */
export type Feeds = ReadonlyMap<string, (context: FeedContext, question: never) => Promise<unknown>>;

/** Runs a generator to its end, answering each of its questions. */
export async function answerAll<T>(asking: Asking<T>, feeds: Feeds, context: FeedContext): Promise<T> {
  let step = asking.next();
  while (!step.done) {
    const { feed, question } = step.value;
    const answer = feeds.get(feed);
    if (answer === undefined) throw new Error(`Nobody answers the feed ${feed}`);
    // A feed's name stands for one pair of types, declared where core defines it.
    step = asking.next(await answer(context, question as never));
  }
  return step.value;
}
