import type { CollectionNote } from '@countersign/core/timeline/feed.ts';
import type { FeedContext } from '../kernel/feeds.ts';

/** Answers the feed `collection-notes`: what these collections said of themselves, those below the position. */
export async function collectionNotes(
  { client, org, position }: FeedContext,
  indexes: readonly number[],
): Promise<ReadonlyMap<number, CollectionNote>> {
  if (indexes.length === 0) return new Map();
  const { rows } = await client.query<{ log_index: number; why: string[]; changed: number; collector: string }>(
    'select log_index, why, changed, collector from collection where org = $1 and log_index = any($2::bigint[]) and log_index < $3',
    [org, [...new Set(indexes)], position],
  );
  return new Map(rows.map(({ log_index, ...note }) => [log_index, note]));
}
