import type { EventCollection, EventRun } from '@countersign/core/population/word.ts';
import { wordOf } from '@countersign/core/population/word.ts';
import type pg from 'pg';
import { FAIL, NOT_APPLICABLE, OUT_OF_SCOPE, PASS, UNKNOWN } from '../judge/expression.ts';
import type { Judge, Verdicts } from '../judge/judge.ts';
import type { Collection } from './collections.ts';
import { inOrder } from './collections.ts';
import { batches, openCursor } from './batches.ts';
import type { Counted, Moment } from './moments.ts';
import { DAY_MS, encodeMoments } from './moments.ts';
import type { Unit } from './units.ts';
import type { Opened } from './verdicts.ts';
import { STANDS } from './layers.ts';
import { headsOf, writeVerdicts } from './verdicts.ts';

const BATCH = 2000;
const WAITING = -1;
export const NOT_DUE_YET = 'not-due-yet';

interface Run extends EventRun {
  readonly item: string;
  readonly data: string | null;
}

interface RunRow {
  readonly item: string;
  readonly from_index: number;
  readonly until_index: number | null;
  readonly at: number;
  readonly data: string | null;
}

/** What an event counts as: where in time, judged on which collection (or waiting for one), and as what. */
interface Stand {
  readonly at: number;
  readonly judgedIndex: number;
  readonly outcome: Counted;
  readonly why: string;
}

/** Something to ask of a run's data for an item's stand. */
interface Question {
  readonly item: string;
  readonly run: Run;
  readonly latest: Run;
  readonly collection: EventCollection | undefined;
}

/** Sums of a day and judging collection while one collection is judged. */
interface Sum {
  pass: number;
  fail: number;
  unknown: number;
  readonly moments: Moment[];
}

/**
 * Judges one collection of events by units that have judged all before it: items that are new, changed or withdrawn, those that waited to be judged and
 * those that a collection recorded late tells of anew. What entered or left an outcome goes into the rollup.
 *
 * @param before collections of this source and dataset with a smaller index, in log order
 */
export async function judgeEvents(
  client: pg.ClientBase,
  org: number,
  judge: Judge,
  dataset: string,
  source: string,
  collection: Collection,
  before: readonly Collection[],
  units: readonly Unit[],
): Promise<void> {
  if (collection.status === 'failed') return;
  const place: Place = { client, org, judge, dataset, source, collection, sums: units.map(() => new Map()) };
  const isLate = before.some((other) => inOrder(other, collection) > 0);
  const plain = isLate ? NONE : plainlyNew(units, collection, before);
  if (!isLate) await judgeNew(place, plain, units);
  await judgeKnown(place, plain, isLate, before, units);
  for (const [u, unit] of units.entries())
    await writeRollup(client, org, unit, collection.index, place.sums[u] ?? new Map());
}

/** What is being judged, and the sums per unit that come of it. */
interface Place {
  readonly client: pg.ClientBase;
  readonly org: number;
  readonly judge: Judge;
  readonly dataset: string;
  readonly source: string;
  readonly collection: Collection;
  readonly sums: readonly Map<string, Sum>[];
}

/** Which facts $1..$4 are new to all and due for all: a condition on `fact f`. */
const NONE = 'false';
function plainlyNew(units: readonly Unit[], collection: Collection, before: readonly Collection[]): string {
  const settled = collection.observedAt - Math.max(...units.map((unit) => unit.settlesMs));
  const isDue = `f.at <= to_timestamp(${settled}::double precision / 1000)`;
  if (before.every((other) => other.items === 0)) return isDue;
  return `${isDue} and not exists (select from fact o where o.org = $1 and o.dataset = $2 and o.source = $3 and o.item = f.item and o.from_index < $4)`;
}

interface NewRow {
  readonly item: string;
  readonly at: number;
  readonly data: string | null;
}

/**
 * Items that no collection told of before, and that every unit may judge now: they have no word to compare, and one reading of their data does for all
 * units. While the judge has one batch, the database writes the one before and reads the one after.
 */
async function judgeNew(place: Place, plain: string, units: readonly Unit[]): Promise<void> {
  const { client, org, judge, dataset, source, collection } = place;
  const checks = units.map((unit) => unit.expressions);
  const cursor = await openCursor<NewRow>(
    client,
    `select item, at, data::text as data from fact f where org = $1 and dataset = $2 and source = $3 and from_index = $4 and ${plain}`,
    [org, dataset, source, collection.index],
    BATCH,
  );
  let opened: readonly (readonly Opened[])[] = [];
  const write = async (): Promise<void> => {
    for (const [u, unit] of units.entries())
      await writeVerdicts(client, org, unit, collection.index, [], opened[u] ?? []);
  };
  let rows = await cursor.next();
  while (rows.length > 0) {
    const items = rows.map(({ item, at, data }) => ({ id: item, at, data }));
    const [verdicts, following] = await Promise.all([
      judge.judge(checks, items, collection.observedAt),
      write().then(() => (items.length < BATCH ? [] : cursor.next())),
    ]);
    opened = openedOf(place, units, rows, verdicts);
    rows = following;
  }
  await write();
  await cursor.close();
}

/** Counts a batch of new items, and answers per unit those that do not pass. */
function openedOf(
  { collection, sums }: Place,
  units: readonly Unit[],
  rows: readonly NewRow[],
  { outcomes, whys }: Verdicts,
): readonly (readonly Opened[])[] {
  return units.map((_, u) => {
    const found: Opened[] = [];
    for (const [i, { item, at }] of rows.entries()) {
      const said = outcomes[u]?.[i] ?? UNKNOWN;
      if (said === OUT_OF_SCOPE || said === NOT_APPLICABLE) continue;
      const stand = { at, judgedIndex: collection.index, outcome: counted(said), why: whys[u]?.get(i) ?? '' };
      add(sums[u] ?? new Map(), stand, false);
      if (stand.outcome !== 'pass') found.push(openedBy(item, stand));
    }
    return found;
  });
}

/** Items that something was known of, or that a unit cannot judge yet: what they counted as before, and what they count as now. */
async function judgeKnown(
  place: Place,
  plain: string,
  isLate: boolean,
  before: readonly Collection[],
  units: readonly Unit[],
): Promise<void> {
  const { client, org, judge, dataset, source, collection, sums } = place;
  const of = 'org = $1 and dataset = $2 and source = $3';
  // Apart, so that each is found by its own index.
  const ended = `select item from fact where ${of} and until_index = $4`;
  const affected = `${ended} union select item from fact f where ${of} and from_index = $4 and not (${plain})`;
  const spans = `select item from fact where ${of} and from_index < $4
    and at >= to_timestamp($5::double precision / 1000) and at < to_timestamp($6::double precision / 1000)`;
  const waited = `select item from verdict where org = $1 and source = $3 and check_id = any($5) and layer = ${STANDS} and until_index is null and judged_index is null and why = '${NOT_DUE_YET}'`;
  const values: unknown[] = [org, dataset, source, collection.index];
  const query =
    isLate && collection.status === 'complete'
      ? `${affected} union ${spans}`
      : isLate
        ? `${affected} union select jsonb_array_elements_text(seen) from collection where org = $1 and log_index = $4`
        : `${affected} union ${waited}`;
  if (isLate && collection.status === 'complete') values.push(collection.from, collection.to);
  if (!isLate) values.push(units.map((unit) => unit.check));

  const collections = [...before, collection];
  for await (const rows of batches<{ readonly item: string }>(client, query, values, BATCH)) {
    const items = rows.map((row) => row.item);
    const runs = await runsOf(client, org, dataset, source, items, collection.index);
    for (const [u, unit] of units.entries()) {
      await turn(client, org, judge, unit, collection, collections, runs, isLate, sums[u] ?? new Map());
    }
  }
}

const openedBy = (item: string, stand: Stand): Opened => ({
  item,
  outcome: stand.outcome === 'fail' ? FAIL : UNKNOWN,
  at: stand.at,
  judgedIndex: stand.judgedIndex === WAITING ? undefined : stand.judgedIndex,
  why: stand.why,
});

async function runsOf(
  client: pg.ClientBase,
  org: number,
  dataset: string,
  source: string,
  items: readonly string[],
  upTo: number,
): Promise<ReadonlyMap<string, readonly Run[]>> {
  const { rows } = await client.query<RunRow>(
    `select item, from_index, until_index, at, data::text as data from fact
     where org = $1 and dataset = $2 and source = $3 and item = any($4) and from_index <= $5 order by item, from_index`,
    [org, dataset, source, items, upTo],
  );
  const runs = new Map<string, Run[]>();
  for (const row of rows) {
    const run = {
      item: row.item,
      fromIndex: row.from_index,
      untilIndex: row.until_index ?? Infinity,
      at: row.at,
      data: row.data,
    };
    const known = runs.get(row.item);
    if (known === undefined) runs.set(row.item, [run]);
    else known.push(run);
  }
  return runs;
}

/** What of the runs had been recorded when entries below `position` were: an end that came later had not. */
const asOfPosition = (runs: readonly Run[], position: number): readonly Run[] =>
  runs
    .filter((run) => run.fromIndex < position)
    .map((run) => (run.untilIndex < position ? run : { ...run, untilIndex: Infinity }));

function wordAt(
  unit: Unit,
  item: string,
  runs: readonly Run[],
  collections: readonly Collection[],
  position: number,
): Question | undefined {
  const known = collections
    .filter((c) => c.index < position)
    .sort(inOrder)
    .map((c): EventCollection => ({ ...c, sees: c.seen?.has(item) === true }));
  const word = wordOf(asOfPosition(runs, position), known, unit.settlesMs);
  if (word === undefined) return undefined;
  return { item, run: word.judged?.run ?? word.latest, latest: word.latest, collection: word.judged?.collection };
}

/** Moves items from what they counted as before the collection to what they count as with it. */
async function turn(
  client: pg.ClientBase,
  org: number,
  judge: Judge,
  unit: Unit,
  collection: Collection,
  collections: readonly Collection[],
  runs: ReadonlyMap<string, readonly Run[]>,
  isLate: boolean,
  sums: Map<string, Sum>,
): Promise<void> {
  const earlier: (Question | undefined)[] = [];
  const later: (Question | undefined)[] = [];
  const items = [...runs.keys()];
  for (const [item, held] of runs) {
    // A collection observed later may have left out what one recorded late tells of.
    const isNew = !isLate && held.length === 1 && held[0]?.fromIndex === collection.index;
    earlier.push(isNew ? undefined : wordAt(unit, item, held, collections, collection.index));
    later.push(
      isNew ? firstWord(unit, item, held[0], collection) : wordAt(unit, item, held, collections, collection.index + 1),
    );
  }
  const before = await standsOf(judge, unit, earlier);
  const after = await standsOf(judge, unit, later);

  const closed: string[] = [];
  const opened: Opened[] = [];
  for (const [i, item] of items.entries()) {
    const [was, is] = [before[i], after[i]];
    if (
      was?.at === is?.at &&
      was?.judgedIndex === is?.judgedIndex &&
      was?.outcome === is?.outcome &&
      was?.why === is?.why
    )
      continue;
    if (was !== undefined) add(sums, was, true);
    if (is !== undefined) add(sums, is, false);
    if (was !== undefined && was.outcome !== 'pass') closed.push(item);
    if (is !== undefined && is.outcome !== 'pass') opened.push(openedBy(item, is));
  }
  const heads = closed.length === 0 ? new Map<string, unknown>() : await headsOf(client, org, unit, closed);
  await writeVerdicts(
    client,
    org,
    unit,
    collection.index,
    closed.filter((item) => heads.has(item)),
    opened,
  );
}

/** An item that no collection told of before needs no comparing of words. */
function firstWord(unit: Unit, item: string, run: Run | undefined, collection: Collection): Question | undefined {
  if (run === undefined) return undefined;
  const isDue = collection.observedAt >= run.at + unit.settlesMs;
  return { item, run, latest: run, collection: isDue ? { ...collection, sees: true } : undefined };
}

/** Asks scope and application of the latest data, and the question itself of the data that is judged. */
async function standsOf(
  judge: Judge,
  unit: Unit,
  questions: readonly (Question | undefined)[],
): Promise<readonly (Stand | undefined)[]> {
  const stands: (Stand | undefined)[] = questions.map(() => undefined);
  const asked = questions.flatMap((question, place) => (question === undefined ? [] : [{ question, place }]));
  const byNow = Map.groupBy(asked, ({ question }) =>
    unit.usesNow ? (question.collection?.observedAt ?? question.latest.at) : 0,
  );
  for (const [moment, group] of byNow) {
    const now = unit.usesNow ? moment : (group[0]?.question.collection?.observedAt ?? 0);
    const { outcomes, whys } = await judge.judge(
      [unit.expressions],
      group.map(({ question }) => ({ id: question.item, at: question.latest.at, data: question.latest.data })),
      now,
    );
    const again: typeof group = [];
    for (const [i, { question, place }] of group.entries()) {
      const outcome = outcomes[0]?.[i] ?? UNKNOWN;
      if (outcome === OUT_OF_SCOPE || outcome === NOT_APPLICABLE) continue;
      const at = question.latest.at;
      if (question.collection === undefined)
        stands[place] = { at, judgedIndex: WAITING, outcome: 'unknown', why: NOT_DUE_YET };
      else {
        stands[place] = {
          at,
          judgedIndex: question.collection.index,
          outcome: counted(outcome),
          why: whys[0]?.get(i) ?? '',
        };
        if (question.run !== question.latest) again.push({ question, place });
      }
    }
    if (again.length === 0) continue;
    const bare = { applies: 'true', passes: unit.expressions.passes, message: unit.expressions.message };
    const judged = await judge.judge(
      [bare],
      again.map(({ question }) => ({ id: question.item, at: question.run.at, data: question.run.data })),
      now,
    );
    for (const [i, { place }] of again.entries()) {
      const stand = stands[place];
      if (stand !== undefined)
        stands[place] = {
          ...stand,
          outcome: counted(judged.outcomes[0]?.[i] ?? UNKNOWN),
          why: judged.whys[0]?.get(i) ?? '',
        };
    }
  }
  return stands;
}

const counted = (outcome: number): Counted => (outcome === PASS ? 'pass' : outcome === FAIL ? 'fail' : 'unknown');

function add(sums: Map<string, Sum>, stand: Stand, leaves: boolean): void {
  const day = Math.floor(stand.at / DAY_MS);
  const key = `${day}/${stand.judgedIndex}`;
  const sum = sums.get(key) ?? { pass: 0, fail: 0, unknown: 0, moments: [] };
  sums.set(key, sum);
  sum[stand.outcome] += leaves ? -1 : 1;
  sum.moments.push({ ofDay: stand.at - day * DAY_MS, outcome: stand.outcome, leaves });
}

async function writeRollup(
  client: pg.ClientBase,
  org: number,
  unit: Unit,
  index: number,
  sums: ReadonlyMap<string, Sum>,
): Promise<void> {
  if (sums.size === 0) return;
  const rows = [...sums].map(([key, sum]) => {
    const [day = '0', judgedIndex = '0'] = key.split('/');
    return { day: Number(day), judgedIndex: Number(judgedIndex), sum };
  });
  await client.query(
    `insert into rollup (org, check_id, check_version, source, day, log_index, judged_index, pass, fail, unknown, moments)
     select $1, $2, $3, $4, date '1970-01-01' + r.day, $5, r.judged_index, r.pass, r.fail, r.unknown, r.moments
     from unnest($6::int[], $7::bigint[], $8::int[], $9::int[], $10::int[], $11::bytea[]) as r (day, judged_index, pass, fail, unknown, moments)`,
    [
      org,
      unit.check,
      unit.version,
      unit.source,
      index,
      rows.map((r) => r.day),
      rows.map((r) => r.judgedIndex),
      rows.map((r) => r.sum.pass),
      rows.map((r) => r.sum.fail),
      rows.map((r) => r.sum.unknown),
      rows.map((r) => encodeMoments(r.sum.moments)),
    ],
  );
}
