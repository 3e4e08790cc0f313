import type pg from 'pg';
import type { Collection } from './collections.ts';
import { inOrder } from './collections.ts';
import { STANDS } from './layers.ts';
import type { Unit } from './units.ts';

interface Step {
  readonly outcome: number;
  readonly log_index: number;
  readonly observed_at: number;
}

/**
 * One collection's answer into the step table, which runs in (observed, recorded) order and has a row only where the answer changes.
 * A collection recorded late stands between others: the one after it then gets a row of its own, so that what it says stays.
 *
 * @param next the first collection judged before that comes after this one, if any
 */
export async function writeStep(
  client: pg.ClientBase,
  org: number,
  unit: Unit,
  collection: Collection,
  outcome: number,
  next: Collection | undefined,
): Promise<void> {
  const written = Math.max(collection.index, unit.recordIndex);
  if (next === undefined) {
    unit.last ??= (await stepUpTo(client, org, unit, collection, '<'))?.outcome;
    if (unit.last === outcome) return;
    await insertStep(client, org, unit, collection, outcome, written);
    unit.last = outcome;
    return;
  }
  unit.last = undefined;
  const before = await stepUpTo(client, org, unit, collection, '<');
  if (before?.outcome === outcome) return;
  const after = await stepUpTo(client, org, unit, next, '<=');
  await insertStep(client, org, unit, collection, outcome, written);
  const standsAlone = after !== undefined && after.log_index === next.index;
  if (after !== undefined && !standsAlone) await insertStep(client, org, unit, next, after.outcome, written);
}

/** The first of the collections, in their order, that comes after this one. */
export function nextAfter(ordered: readonly Collection[], collection: Collection): Collection | undefined {
  const last = ordered.at(-1);
  if (last === undefined || inOrder(last, collection) < 0) return undefined;
  return ordered.find((other) => inOrder(other, collection) > 0);
}

async function stepUpTo(
  client: pg.ClientBase,
  org: number,
  unit: Unit,
  at: Collection,
  compare: '<' | '<=',
): Promise<Step | undefined> {
  const { rows } = await client.query<Step>(
    `select outcome, log_index, observed_at from step where org = $1 and check_id = $2 and check_version = $3 and source = $4 and layer = ${STANDS}
       and (observed_at, log_index) ${compare} (to_timestamp($5::double precision / 1000), $6::bigint)
     order by observed_at desc, log_index desc limit 1`,
    [org, unit.check, unit.version, unit.source, at.observedAt, at.index],
  );
  return rows[0];
}

const insertStep = (
  client: pg.ClientBase,
  org: number,
  unit: Unit,
  at: Collection,
  outcome: number,
  written: number,
): Promise<unknown> =>
  client.query(
    `insert into step (org, check_id, check_version, source, observed_at, log_index, outcome, written_index)
     values ($1, $2, $3, $4, to_timestamp($5::double precision / 1000), $6, $7, $8)`,
    [org, unit.check, unit.version, unit.source, at.observedAt, at.index, outcome, written],
  );
