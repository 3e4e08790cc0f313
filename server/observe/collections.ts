import type pg from 'pg';

/** A collection as the judge needs it. */
export interface Collection {
  readonly index: number;
  readonly mode: 'state' | 'events';
  readonly status: 'complete' | 'partial' | 'failed';
  readonly observedAt: number;
  readonly from: number;
  readonly to: number;
  readonly items: number;
  /** Items a partial one saw; undefined for the others. */
  readonly seen: ReadonlySet<string> | undefined;
}

/** Collections of one source's dataset below `size`, in log order. */
export async function collectionsOf(
  client: pg.ClientBase,
  org: number,
  dataset: string,
  source: string,
  size: number,
): Promise<readonly Collection[]> {
  const { rows } = await client.query<{
    log_index: number;
    mode: 'state' | 'events';
    status: 'complete' | 'partial' | 'failed';
    observed_at: number;
    from_at: number | null;
    to_at: number | null;
    items: number;
    seen: string[] | null;
  }>(
    `select log_index, mode, status, observed_at, from_at, to_at, items, seen from collection
     where org = $1 and dataset = $2 and source = $3 and log_index < $4 order by log_index`,
    [org, dataset, source, size],
  );
  return rows.map((row) => ({
    index: row.log_index,
    mode: row.mode,
    status: row.status,
    observedAt: row.observed_at,
    from: row.from_at ?? Number.NaN,
    to: row.to_at ?? Number.NaN,
    items: row.items,
    seen: row.seen === null ? undefined : new Set(row.seen),
  }));
}

/** By (observed, recorded): the order in which they speak. */
export const inOrder = (a: Collection, b: Collection): number => a.observedAt - b.observedAt || a.index - b.index;
