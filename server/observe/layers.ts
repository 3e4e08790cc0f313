import type pg from 'pg';

/** The layer of projections that stands: what checks say of what is still there. */
export const STANDS = -1;

/**
 * The rows of a projection that were known at a place in the log: of a unit that an erasure has replaced since, the layer of the first such
 * erasure; else what stands. An organisation without erasures is asked once for all rows.
 *
 * @param table name or alias of step, verdict or rollup
 * @param position the place, as SQL
 */
export const shownAt = (table: string, position: string): string => `
  case when not exists (select from replaced where org = $1 and index >= ${position}) then ${table}.layer = ${STANDS}
    else ${table}.layer = coalesce((
      select min(r.index) from replaced r where r.org = $1 and r.index >= ${position}
        and r.check_id = ${table}.check_id and r.check_version = ${table}.check_version and r.source = ${table}.source), ${STANDS}) end`;

/** Erasures by unit of what they replaced, ascending. */
export type Layers = ReadonlyMap<string, readonly number[]>;

/** @param keyOf as the caller names units */
export async function layersOf(
  client: pg.ClientBase,
  org: number,
  keyOf: (check: string, version: number, source: string) => string,
): Promise<Layers> {
  const { rows } = await client.query<{ check_id: string; check_version: number; source: string; index: number }>(
    'select check_id, check_version, source, index from replaced where org = $1 order by index',
    [org],
  );
  const layers = new Map<string, number[]>();
  for (const row of rows) {
    const key = keyOf(row.check_id, row.check_version, row.source);
    const known = layers.get(key);
    if (known === undefined) layers.set(key, [row.index]);
    else known.push(row.index);
  }
  return layers;
}

/** The layer in which something known at a place is found. */
export const layerAt = (layers: Layers, key: string, position: number): number =>
  layers.get(key)?.find((index) => index >= position) ?? STANDS;

/**
 * Puts away what checks said of a source's dataset as the layer of this entry. What stands has then to be judged anew; until it is, nothing is
 * said. Everything recorded before the entry must have been judged.
 */
export async function putAway(
  client: pg.ClientBase,
  org: number,
  dataset: string,
  source: string,
  index: number,
): Promise<void> {
  const ofDataset = `check_id in (select id from record where org = $1 and kind = 'check' and body ->> 'dataset' = $2)`;
  await client.query(
    `insert into replaced (org, index, check_id, check_version, source)
     select org, $4, check_id, check_version, source from judged where org = $1 and source = $3 and ${ofDataset}
     on conflict do nothing`,
    [org, dataset, source, index],
  );
  for (const table of ['step', 'verdict', 'rollup'])
    await client.query(
      `update ${table} set layer = $4 where org = $1 and source = $3 and layer = ${STANDS} and ${ofDataset}`,
      [org, dataset, source, index],
    );
  await client.query(`delete from judged where org = $1 and source = $3 and ${ofDataset}`, [org, dataset, source]);
}
