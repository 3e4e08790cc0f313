import type pg from 'pg';
import { EMPTY } from '@countersign/core/check/timeline.ts';
import { FAIL, NOT_APPLICABLE, PASS, UNKNOWN } from '../judge/expression.ts';
import type { JudgedItem } from '../judge/expression.ts';
import type { Judge } from '../judge/judge.ts';
import type { Collection } from './collections.ts';
import type { Unit } from './units.ts';
import type { Opened } from './verdicts.ts';
import { batches } from './batches.ts';
import { headsOf, writeVerdicts } from './verdicts.ts';

const BATCH = 2000;

interface FactRow {
  readonly item: string;
  readonly from_index: number;
  readonly until_index: number | null;
  readonly data: string | null;
}

const isListed = (outcome: number): boolean => outcome === FAIL || outcome === UNKNOWN;

/** What each item was before and is with this collection; one that was not there, or is gone, has no side. */
interface Sides {
  old?: number;
  next?: { readonly outcome: number; readonly why: string };
}

function count(counts: Unit['counts'], outcome: number, by: 1 | -1): void {
  if (outcome === PASS) counts.pass += by;
  if (outcome === FAIL) counts.fail += by;
  if (outcome === UNKNOWN) counts.unknown += by;
}

/** What a complete collection says, from all its items. */
const sayOf = ({ pass, fail, unknown }: Unit['counts']): number =>
  fail > 0 ? FAIL : unknown > 0 ? UNKNOWN : pass > 0 ? PASS : NOT_APPLICABLE;

/**
 * Judges one collection of a state by units that have judged all before it. Only items whose content changed are looked at, unless
 * an expression asks the clock. Returns what the collection says, per unit.
 */
export async function judgeState(
  client: pg.ClientBase,
  org: number,
  judge: Judge,
  dataset: string,
  source: string,
  collection: Collection,
  units: readonly Unit[],
): Promise<readonly number[]> {
  if (collection.status === 'failed') return units.map(() => UNKNOWN);
  const whole = units.filter((unit) => unit.usesNow);
  const byChange = units.filter((unit) => !unit.usesNow);
  if (byChange.length > 0) await judgeChanges(client, org, judge, dataset, source, collection, byChange);
  for (const unit of whole) await judgeAllItems(client, org, judge, dataset, source, collection, unit);
  if (collection.status === 'complete')
    return units.map((unit) => (collection.items === 0 ? EMPTY : sayOf(unit.counts)));
  const says: number[] = [];
  for (const unit of units) says.push(await sayOfSeen(client, org, unit, collection));
  return says;
}

async function judgeChanges(
  client: pg.ClientBase,
  org: number,
  judge: Judge,
  dataset: string,
  source: string,
  collection: Collection,
  units: readonly Unit[],
): Promise<void> {
  const sides = units.map(() => new Map<string, Sides>());
  const { index } = collection;
  for await (const rows of batches<FactRow>(
    client,
    `select item, from_index, until_index, data::text as data from fact
     where org = $1 and dataset = $2 and source = $3 and (from_index = $4 or until_index = $4)`,
    [org, dataset, source, index],
    BATCH,
  )) {
    const { outcomes, whys } = await judge.judge(
      units.map((u) => u.expressions),
      rows.map(asItem),
      collection.observedAt,
    );
    for (const [u, ofUnit] of sides.entries()) {
      for (const [i, row] of rows.entries()) {
        const side = ofUnit.get(row.item) ?? {};
        ofUnit.set(row.item, side);
        const outcome = outcomes[u]?.[i] ?? UNKNOWN;
        if (row.from_index === index) side.next = { outcome, why: whys[u]?.get(i) ?? '' };
        else side.old = outcome;
      }
    }
  }
  for (const [u, unit] of units.entries()) {
    const closed: string[] = [];
    const opened: Opened[] = [];
    const listed = [...(sides[u] ?? [])]
      .filter(([, side]) => side.old !== undefined && isListed(side.old))
      .map(([item]) => item);
    const heads =
      listed.length === 0
        ? new Map<string, { outcome: number; why: string }>()
        : await headsOf(client, org, unit, listed);
    for (const [item, { old, next }] of sides[u] ?? []) {
      if (old !== undefined) count(unit.counts, old, -1);
      if (next !== undefined) count(unit.counts, next.outcome, 1);
      turn(item, heads.get(item), next, closed, opened);
    }
    await writeVerdicts(client, org, unit, index, closed, opened);
  }
}

/** With the clock in an expression every item may change, so every item is asked. */
async function judgeAllItems(
  client: pg.ClientBase,
  org: number,
  judge: Judge,
  dataset: string,
  source: string,
  collection: Collection,
  unit: Unit,
): Promise<void> {
  const heads = new Map(await headsOf(client, org, unit));
  const closed: string[] = [];
  const opened: Opened[] = [];
  const counts = { pass: 0, fail: 0, unknown: 0 };
  for await (const rows of batches<FactRow>(
    client,
    `select item, from_index, until_index, data::text as data from fact
     where org = $1 and dataset = $2 and source = $3 and from_index <= $4 and (until_index is null or until_index > $4)`,
    [org, dataset, source, collection.index],
    BATCH,
  )) {
    const { outcomes, whys } = await judge.judge([unit.expressions], rows.map(asItem), collection.observedAt);
    for (const [i, { item }] of rows.entries()) {
      const next = { outcome: outcomes[0]?.[i] ?? UNKNOWN, why: whys[0]?.get(i) ?? '' };
      count(counts, next.outcome, 1);
      turn(item, heads.get(item), next, closed, opened);
      heads.delete(item);
    }
  }
  closed.push(...heads.keys());
  unit.counts = counts;
  await writeVerdicts(client, org, unit, collection.index, closed, opened);
}

function turn(
  item: string,
  head: { readonly outcome: number; readonly why: string } | undefined,
  next: Sides['next'],
  closed: string[],
  opened: Opened[],
): void {
  const stays = head !== undefined && next !== undefined && head.outcome === next.outcome && head.why === next.why;
  if (stays) return;
  if (head !== undefined) closed.push(item);
  if (next !== undefined && isListed(next.outcome)) {
    opened.push({ item, outcome: next.outcome, at: undefined, judgedIndex: undefined, why: next.why });
  }
}

/** A partial collection says fail if an item it saw fails, else unknown. */
async function sayOfSeen(client: pg.ClientBase, org: number, unit: Unit, collection: Collection): Promise<number> {
  const heads = await headsOf(client, org, unit, [...(collection.seen ?? [])]);
  return [...heads.values()].some(({ outcome }) => outcome === FAIL) ? FAIL : UNKNOWN;
}

const asItem = (row: FactRow): JudgedItem => ({ id: row.item, at: undefined, data: row.data });
