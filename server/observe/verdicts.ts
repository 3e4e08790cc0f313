import type pg from 'pg';
import { STANDS } from './layers.ts';
import type { Unit } from './units.ts';

/** A failing or unknown item from a collection on. */
export interface Opened {
  readonly item: string;
  readonly outcome: number;
  readonly at: number | undefined;
  readonly judgedIndex: number | undefined;
  readonly why: string;
}

/** The head verdicts of these items, or of all where none are named. */
export async function headsOf(
  client: pg.ClientBase,
  org: number,
  unit: Unit,
  items?: readonly string[],
): Promise<ReadonlyMap<string, { readonly outcome: number; readonly why: string }>> {
  const { rows } = await client.query<{ item: string; outcome: number; why: string }>(
    `select item, outcome, why from verdict where org = $1 and check_id = $2 and check_version = $3 and source = $4 and layer = ${STANDS} and until_index is null
       and ($5::text[] is null or item = any($5))`,
    [org, unit.check, unit.version, unit.source, items ?? null],
  );
  return new Map(rows.map((row) => [row.item, row]));
}

/** Ends and begins verdicts with a collection. One that begins with the same collection it would end with is dropped instead. */
export async function writeVerdicts(
  client: pg.ClientBase,
  org: number,
  unit: Unit,
  index: number,
  closed: readonly string[],
  opened: readonly Opened[],
): Promise<void> {
  if (closed.length > 0) {
    await client.query(
      `update verdict set until_index = $5 where org = $1 and check_id = $2 and check_version = $3 and source = $4 and layer = ${STANDS} and until_index is null and item = any($6)`,
      [org, unit.check, unit.version, unit.source, index, closed],
    );
  }
  if (opened.length > 0) {
    await client.query(
      `insert into verdict (org, check_id, check_version, source, item, from_index, outcome, at, judged_index, why)
       select $1, $2, $3, $4, v.item, $5, v.outcome, to_timestamp(v.at / 1000), v.judged_index, v.why
       from unnest($6::text[], $7::smallint[], $8::double precision[], $9::bigint[], $10::text[]) as v (item, outcome, at, judged_index, why)`,
      [
        org,
        unit.check,
        unit.version,
        unit.source,
        index,
        opened.map((o) => o.item),
        opened.map((o) => o.outcome),
        opened.map((o) => o.at ?? null),
        opened.map((o) => o.judgedIndex ?? null),
        opened.map((o) => o.why),
      ],
    );
  }
}

export async function writeJudged(client: pg.ClientBase, org: number, unit: Unit): Promise<void> {
  await client.query(
    `insert into judged (org, check_id, check_version, source, through_index, counts) values ($1, $2, $3, $4, $5, $6)
     on conflict (org, check_id, check_version, source) do update set through_index = excluded.through_index, counts = excluded.counts`,
    [org, unit.check, unit.version, unit.source, unit.through, JSON.stringify(unit.counts)],
  );
}
