import type { Reached } from '@countersign/core/erasing/feed.ts';
import type { Erasable } from '@countersign/core/erasure/record.ts';
import { Reach } from '@countersign/core/erasing/feed.ts';
import type { FeedContext, Feeds } from '../kernel/feeds.ts';
import { FAIL } from '../judge/expression.ts';
import { STANDS } from '../observe/layers.ts';

const NOTHING: Reached = {
  contents: 0,
  intact: 0,
  isDelivered: false,
  observed: undefined,
  verdicts: [],
  isShared: false,
  hasAccount: false,
  mentions: [],
};
const MOST_MENTIONS = 100;
/** Shorter words are found everywhere. */
const SHORTEST = 4;

/** Answers the feed `erasure-reach`: as things stand, whatever time is asked about, for it is now that something would go. */
export async function reachOf(
  context: FeedContext,
  { what, words }: { readonly what: Erasable; readonly words: readonly string[] },
): Promise<Reached> {
  const mentions = await mentionsOf(context, what, words);
  switch (what.kind) {
    case 'item':
      return { ...NOTHING, ...(await itemOf(context, what)), mentions };
    case 'evidence':
      return { ...NOTHING, isShared: await isShared(context, what.id), mentions };
    case 'person':
      return { ...NOTHING, hasAccount: await hasAccount(context, what.id), mentions };
  }
}

async function itemOf(
  { client, org }: FeedContext,
  { dataset, source, item }: Extract<Erasable, { kind: 'item' }>,
): Promise<Omit<Reached, 'isShared' | 'hasAccount' | 'mentions'>> {
  const { rows } = await client.query<{
    contents: number;
    intact: number;
    live: boolean | null;
    since: number | null;
    last: number | null;
  }>(
    `select count(*)::int as contents, count(*) filter (where erased_index is null)::int as intact, bool_or(f.until_index is null) as live,
            min(c.observed_at) as since,
            max((select max(d.observed_at) from collection d where d.org = $1 and d.dataset = $2 and d.source = $3
                  and d.log_index >= f.from_index and (f.until_index is null or d.log_index < f.until_index))) as last
       from fact f join collection c on c.org = f.org and c.log_index = f.from_index
      where f.org = $1 and f.dataset = $2 and f.source = $3 and f.item = $4`,
    [org, dataset, source, item],
  );
  const row = rows[0];
  const verdicts = await client.query<{ check_id: string; outcome: number }>(
    `select distinct on (check_id) check_id, outcome from verdict
      where org = $1 and source = $2 and item = $3 and layer = ${STANDS} and until_index is null
        and check_id in (select id from record where org = $1 and kind = 'check' and body ->> 'dataset' = $4)
      order by check_id, check_version desc`,
    [org, source, item, dataset],
  );
  return {
    contents: row?.contents ?? 0,
    intact: row?.intact ?? 0,
    isDelivered: row?.live === true,
    observed: row?.since == null || row.last === null ? undefined : { from: row.since, to: row.last },
    verdicts: verdicts.rows.map(({ check_id: check, outcome }) => ({
      check,
      outcome: outcome === FAIL ? 'fail' : 'unknown',
    })),
  };
}

async function isShared({ client, org }: FeedContext, id: string): Promise<boolean> {
  const { rows } = await client.query<{ shared: boolean }>(
    `select exists (
       select from record r join record o on o.org = r.org and position(r.body ->> 'digest' in o.body::text) > 0
        where r.org = $1 and r.kind = 'evidence' and r.id = $2 and not (o.kind = 'evidence' and o.id = $2)) as shared`,
    [org, id],
  );
  return rows[0]?.shared === true;
}

async function hasAccount({ client, org }: FeedContext, person: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    'select exists (select from membership where org = $1 and person = $2) as there',
    [org, person],
  );
  return rows[0]?.there === true;
}

/** Records some version of which holds one of the words, and which the erasure does not reach. */
async function mentionsOf(
  { client, org }: FeedContext,
  what: Erasable,
  words: readonly string[],
): Promise<Reached['mentions']> {
  const sought = words.filter((word) => word.length >= SHORTEST).map((word) => word.toLowerCase());
  if (sought.length === 0 || what.kind === 'item') return [];
  const { rows } = await client.query<{ kind: string; id: string }>(
    `select distinct kind, id from record
      where org = $1 and not (kind = $2 and id = $3)
        and not ($2 = 'person' and kind in ('invitation', 'sign-in-link') and body ->> 'person' = $3)
        and exists (select from unnest($4::text[]) as word where position(word in lower(body::text)) > 0)
      order by kind, id limit ${MOST_MENTIONS}`,
    [org, what.kind, what.id, sought],
  );
  return rows;
}

export const erasureFeeds: Feeds = new Map([[Reach.name, reachOf]]);
