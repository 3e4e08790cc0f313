import type { Made } from '@countersign/core/kernel/index.ts';
import type { FeedContext } from './feeds.ts';

export interface EntriesQuestion {
  readonly records: readonly { readonly kind: string; readonly id: string }[];
}

/** Which entries below the position made the versions of these records. */
export async function entriesOf(
  { client, org, position }: FeedContext,
  { records }: EntriesQuestion,
): Promise<ReadonlyMap<string, readonly Made[]>> {
  const found = new Map<string, Made[]>();
  if (records.length === 0) return found;
  const { rows } = await client.query<{ kind: string; id: string; version: number; log_index: number; act: string }>(
    `select kind, id, version, log_index, act
       from record
       join (select distinct kind, id from unnest($2::text[], $3::text[]) as asked (kind, id)) as asked using (kind, id)
      where org = $1 and log_index < $4
      order by kind, id, version`,
    [org, records.map(({ kind }) => kind), records.map(({ id }) => id), position],
  );
  for (const { kind, id, version, log_index: index, act } of rows) {
    const key = `${kind}/${id}`;
    const made = found.get(key);
    if (made === undefined) found.set(key, [{ version, index, act }]);
    else made.push({ version, index, act });
  }
  return found;
}
