import type { Collected } from '@countersign/core/first-run/feed.ts';
import type { Instant } from '@countersign/core/kernel/index.ts';
import type { FeedContext } from './feeds.ts';

/** The first complete collection below the position whose observation had been made by then. */
export async function firstCollection(
  { client, org, position }: FeedContext,
  { asOf }: { readonly asOf: Instant },
): Promise<Collected | undefined> {
  const { rows } = await client.query<{
    source: string;
    dataset: string;
    recorded_at: number;
    actor: string;
    log_index: number;
  }>(
    `select source, dataset, recorded_at, actor, log_index
       from collection
      where org = $1 and log_index < $2 and status = 'complete' and observed_at <= to_timestamp($3::float8 / 1000)
      order by log_index
      limit 1`,
    [org, position, asOf],
  );
  const [row] = rows;
  return (
    row && {
      source: row.source,
      dataset: row.dataset,
      recordedAt: row.recorded_at,
      actor: row.actor,
      index: row.log_index,
    }
  );
}
