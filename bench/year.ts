import { createHash } from 'node:crypto';
import { canonicalText, newSalt, saltedDigest, sealStatement, COLLECTION, toHex } from '@countersign/ledger/index.ts';
import { FRAMEWORKS } from '@countersign/core/framework/catalog.ts';
import { createVault, readKeyFile } from '@countersign/server/secrets.ts';
import { signers } from '@countersign/server/ledger/keys.ts';
import { logHead } from '@countersign/server/kernel/organisation.ts';
import { join } from 'node:path';
import type pg from 'pg';
import type { Company } from './company.ts';
import { OPERATOR } from './company.ts';
import { dice } from './figures.ts';

const HOUR = 3_600_000;
const FAIL = 1;
const PASS = 0;

/** Hourly collections of items, each judged by every check. */
export interface Shape {
  readonly checks: number;
  readonly items: number;
  readonly hours: number;
  /** Share of (check, item) pairs whose outcome changes with a collection. */
  readonly changes: number;
  readonly begins: number;
  readonly seed: number;
}

export interface Run {
  readonly hour: number;
  readonly observedAt: number;
  readonly recordedAt: number;
}

/** A pair's failing time, in numbers of collections; `until` is that of the one that ends it, or none. */
export interface Episode {
  readonly item: number;
  readonly from: number;
  readonly until: number | undefined;
}

/** How long failing lasts, in collections: checks take turns, so that some flap and some fail for days. */
const MEAN_LENGTHS = [1, 3, 12, 48];

export const controlsOf = ({ checks }: Shape): number => Math.min(125, checks);
export const controlOf = (shape: Shape, check: number): number => check % controlsOf(shape);
export const itemName = (item: number): string => `item-${String(item).padStart(6, '0')}`;
export const checkName = (check: number): string => `check-${String(check).padStart(4, '0')}`;
export const controlName = (control: number): string => `watched-${String(control).padStart(4, '0')}`;
export const dataOf = (failing: readonly number[]): object => ({ failing: [...failing].sort((a, b) => a - b) });

/** Every hour but for an outage of thirty in each five hundred, each recorded within two minutes. */
export function runsOf({ hours, begins }: Shape): readonly Run[] {
  const runs: Run[] = [];
  for (let hour = 0; hour < hours; hour += 1) {
    if (hour % 500 >= 20 && hour % 500 < 50) continue;
    const observedAt = begins + hour * HOUR;
    runs.push({ hour, observedAt, recordedAt: observedAt + 10_000 + ((hour * 7919) % 100_000) });
  }
  return runs;
}

/** When the items of one check fail, by their beginning. The same shape gives the same episodes. */
export function episodesOf(shape: Shape, check: number, collections: number): readonly Episode[] {
  const draw = dice(shape.seed * 1_000_003 + check);
  const free = new Uint32Array(shape.items);
  const mean = MEAN_LENGTHS[check % MEAN_LENGTHS.length] ?? 1;
  // Half of the changes begin an episode, half end one.
  const perCollection = (shape.items * shape.changes) / 2;
  const episodes: Episode[] = [];
  for (let n = 0; n < collections; n += 1) {
    let begun = Math.floor(perCollection) + (draw() < perCollection % 1 ? 1 : 0);
    for (; begun > 0; begun -= 1) {
      const item = Math.floor(draw() * shape.items);
      const length = 1 + Math.floor(-Math.log(1 - draw()) * (mean - 1 + 0.5));
      if (n < (free[item] ?? 0)) continue;
      const until = n + length;
      // One collection at least lies between two episodes of a pair.
      free[item] = until + 1;
      episodes.push({ item, from: n, until: until < collections ? until : undefined });
    }
  }
  return episodes;
}

/** Checks, the controls they support and the source that is watched. */
export async function arrangeYear(company: Company, shape: Shape): Promise<void> {
  const refs = FRAMEWORKS.soc2.requirements.map(({ ref }) => ref).filter((ref) => ref.startsWith('CC'));
  const controls = Array.from({ length: controlsOf(shape) }, (_, i) => ({
    kind: 'control',
    id: controlName(i),
    title: `Watched ${i}`,
    frequency: 'continuous',
    startsOn: new Date(shape.begins - 24 * HOUR).toISOString().slice(0, 10),
    answers: { soc2: [refs[i % refs.length]] },
  }));
  const checks = Array.from({ length: shape.checks }, (_, check) => ({
    kind: 'check',
    id: checkName(check),
    title: `Nothing fails ${check}`,
    dataset: 'watch/items',
    mode: 'state',
    supports: [controlName(controlOf(shape, check))],
    passes: `!(${check} in it.failing)`,
    message: '{id} fails',
  }));
  await company.act('records.apply', { records: [...controls, ...checks] });
  const source = { connector: 'push', id: 'watch', settings: {}, secrets: {} };
  await company.engine.services.connect(company.org, OPERATOR, source);
}

/** Which checks each item fails in each collection, told collection by collection. */
export function* statesOf(shape: Shape): Generator<{ readonly run: Run; readonly failing: readonly Set<number>[] }> {
  const runs = runsOf(shape);
  const begins = new Map<number, [number, number][]>();
  const ends = new Map<number, [number, number][]>();
  const put = (into: Map<number, [number, number][]>, n: number, pair: [number, number]): void => {
    const list = into.get(n);
    if (list === undefined) into.set(n, [pair]);
    else list.push(pair);
  };
  for (let check = 0; check < shape.checks; check += 1)
    for (const { item, from, until } of episodesOf(shape, check, runs.length)) {
      put(begins, from, [item, check]);
      if (until !== undefined) put(ends, until, [item, check]);
    }
  const failing = Array.from({ length: shape.items }, () => new Set<number>());
  for (const [n, run] of runs.entries()) {
    for (const [item, check] of ends.get(n) ?? []) failing[item]?.delete(check);
    for (const [item, check] of begins.get(n) ?? []) failing[item]?.add(check);
    yield { run, failing };
  }
}

export const stateHeader = (observedAt: number): object => ({
  dataset: 'items',
  mode: 'state',
  observedAt: new Date(observedAt).toISOString(),
  complete: true,
});

/** The year as it would have been: pushed, compared and judged, collection by collection. */
export async function pushYear(company: Company, shape: Shape): Promise<void> {
  for (const { run, failing } of statesOf(shape)) {
    company.setClock(run.recordedAt);
    const items = failing.map((checks, item) => ({ id: itemName(item), data: dataOf([...checks]) }));
    await company.push('watch', stateHeader(run.observedAt), items);
  }
}

/** What the writing of a year leaves behind for who goes on from it. */
export interface Written {
  readonly episodes: number;
  readonly steps: number;
  /** Checks that each item fails in the last collection. */
  readonly failing: readonly Set<number>[];
  /** Items whose content a collection changed, over the year: as many runs of facts would have been written. */
  readonly factRuns: number;
  readonly firstIndex: number;
}

/**
 * The year written straight into the tables, as `server/observe` would have left them: entries, collections, steps, verdicts and
 * judged in full; of facts only the runs still open, and roots of items drawn at random, since nothing here verifies them.
 */
export async function writeYear(company: Company, data: string, shape: Shape): Promise<Written> {
  const { database, org } = company;
  const runs = runsOf(shape);
  const signer = signers(createVault(await readKeyFile(join(data, 'key'))));
  const firstIndex = await database.tenant(
    org.id,
    'read',
    async (client) => (await logHead(client, org.id, false)).size,
  );
  const failing = Array.from({ length: shape.items }, () => new Set<number>());
  const openSince = new Uint32Array(shape.items);
  const itemsChangedIn: Set<number>[] = runs.map(() => new Set<number>());
  let [episodes, steps] = [0, 0];
  for (let check = 0; check < shape.checks; check += 1) {
    const found = episodesOf(shape, check, runs.length);
    episodes += found.length;
    const change = new Int32Array(runs.length + 1);
    for (const { item, from, until } of found) {
      change[from] = (change[from] ?? 0) + 1;
      itemsChangedIn[from]?.add(item);
      openSince[item] = Math.max(openSince[item] ?? 0, from, until ?? 0);
      if (until === undefined) failing[item]?.add(check);
      else {
        change[until] = (change[until] ?? 0) - 1;
        itemsChangedIn[until]?.add(item);
      }
    }
    steps += await database.tenant(org.id, 'write', async (client) => {
      await insertVerdicts(client, org.id, check, found, firstIndex);
      return insertSteps(client, org.id, check, runs, change, firstIndex, shape.items);
    });
  }
  const changed = itemsChangedIn.map((items, n) => (n === 0 ? shape.items : items.size));
  for (let n = 0; n < runs.length; n += 500)
    await database.tenant(org.id, 'write', async (client) =>
      insertCollections(
        client,
        org.id,
        runs.slice(n, n + 500),
        n,
        firstIndex,
        changed,
        shape,
        await signer(client, org.id),
      ),
    );
  await database.tenant(org.id, 'write', async (client) => {
    for (let item = 0; item < shape.items; item += 2000)
      await insertFacts(client, org.id, item, failing.slice(item, item + 2000), openSince, firstIndex);
  });
  company.setClock((runs.at(-1)?.recordedAt ?? 0) + 1);
  for (const table of ['collection', 'step', 'verdict', 'fact', 'log_entry', 'judged']) await analyze(company, table);
  return { episodes, steps, failing, factRuns: changed.reduce((sum, n) => sum + n, 0), firstIndex };
}

/** Statistics, as autovacuum would have gathered them over a year. */
async function analyze({ database }: Company, table: string): Promise<void> {
  const { Client } = (await import('pg')).default;
  const owner = new Client(database.owner);
  await owner.connect();
  await owner.query(`analyze ${table}`);
  await owner.end();
}

async function insertVerdicts(
  client: pg.ClientBase,
  org: number,
  check: number,
  episodes: readonly Episode[],
  firstIndex: number,
): Promise<void> {
  await client.query(
    `insert into verdict (org, check_id, check_version, source, item, from_index, until_index, outcome, why)
     select $1, $2, 1, 'watch', v.item, v.from_index, v.until_index, ${FAIL}, v.item || ' fails'
     from unnest($3::text[], $4::bigint[], $5::bigint[]) as v (item, from_index, until_index)`,
    [
      org,
      checkName(check),
      episodes.map(({ item }) => itemName(item)),
      episodes.map(({ from }) => firstIndex + from),
      episodes.map(({ until }) => (until === undefined ? null : firstIndex + until)),
    ],
  );
}

/** A row where the check's answer changes, and how its items stand in the end. */
async function insertSteps(
  client: pg.ClientBase,
  org: number,
  check: number,
  runs: readonly Run[],
  change: Int32Array,
  firstIndex: number,
  items: number,
): Promise<number> {
  const rows: { readonly run: Run; readonly n: number; readonly outcome: number }[] = [];
  let fails = 0;
  for (const [n, run] of runs.entries()) {
    fails += change[n] ?? 0;
    const outcome = fails > 0 ? FAIL : PASS;
    if (rows.at(-1)?.outcome !== outcome) rows.push({ run, n, outcome });
  }
  await client.query(
    `insert into step (org, check_id, check_version, source, observed_at, log_index, outcome, written_index)
     select $1, $2, 1, 'watch', to_timestamp(s.observed_at / 1000), s.log_index, s.outcome, s.log_index
     from unnest($3::double precision[], $4::bigint[], $5::smallint[]) as s (observed_at, log_index, outcome)`,
    [
      org,
      checkName(check),
      rows.map(({ run }) => run.observedAt),
      rows.map(({ n }) => firstIndex + n),
      rows.map(({ outcome }) => outcome),
    ],
  );
  await client.query(
    `insert into judged (org, check_id, check_version, source, through_index, counts) values ($1, $2, 1, 'watch', $3, $4)`,
    [org, checkName(check), firstIndex + runs.length - 1, { pass: items - fails, fail: fails, unknown: 0 }],
  );
  return rows.length;
}

async function insertCollections(
  client: pg.ClientBase,
  org: number,
  runs: readonly Run[],
  first: number,
  firstIndex: number,
  changed: readonly number[],
  { items }: Shape,
  signer: Parameters<typeof sealStatement>[1],
): Promise<void> {
  const index = runs.map((_, i) => firstIndex + first + i);
  const sealed = [];
  for (const [i, run] of runs.entries()) {
    const predicate = {
      recordedAt: new Date(run.recordedAt).toISOString(),
      actor: OPERATOR.id,
      collector: 'push@1',
      source: 'watch',
      dataset: 'watch/items',
      mode: 'state',
      completeness: 'complete',
      gaps: 0,
      observedAt: new Date(run.observedAt).toISOString(),
      items,
      itemsRoot: toHex(digest(`root ${index[i]}`)),
      previous: first + i === 0 ? null : (index[i] ?? 0) - 1,
    };
    const subject = [
      { name: 'collection/watch/watch/items', digest: { sha256: toHex(digest(`subject ${index[i]}`)) } },
    ];
    sealed.push(await sealStatement({ subject, predicateType: COLLECTION, predicate }, signer));
  }
  const recordedAt = runs.map((run) => run.recordedAt);
  await client.query(
    `insert into log_entry (org, index, recorded_at, statement, entry)
     select $1, e.index, to_timestamp(e.recorded_at / 1000), e.statement, e.entry
     from unnest($2::bigint[], $3::double precision[], $4::bytea[], $5::bytea[]) as e (index, recorded_at, statement, entry)`,
    [org, index, recordedAt, sealed.map((s) => Buffer.from(s.statement)), sealed.map((s) => Buffer.from(s.entry))],
  );
  await client.query(
    `insert into collection (org, log_index, source, dataset, mode, status, why, observed_at, items, changed, items_root, salt, actor, collector, completed_by, recorded_at)
     select $1, c.index, 'watch', 'watch/items', 'state', 'complete', '[]', to_timestamp(c.observed_at / 1000), $2, c.changed, c.root, c.salt, $3, 'push@1', 'claimed',
       to_timestamp(c.recorded_at / 1000)
     from unnest($4::bigint[], $5::double precision[], $6::int[], $7::bytea[], $8::bytea[], $9::double precision[]) as c (index, observed_at, changed, root, salt, recorded_at)`,
    [
      org,
      items,
      OPERATOR.id,
      index,
      runs.map((run) => run.observedAt),
      runs.map((_, i) => changed[first + i] ?? 0),
      index.map((n) => Buffer.from(digest(`root ${n}`))),
      index.map(() => Buffer.from(newSalt())),
      recordedAt,
    ],
  );
  await client.query(
    'update log set size = $2, recorded_at = to_timestamp($3::double precision / 1000) where org = $1',
    [org, (index.at(-1) ?? 0) + 1, recordedAt.at(-1)],
  );
}

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest();

async function insertFacts(
  client: pg.ClientBase,
  org: number,
  first: number,
  failing: readonly Set<number>[],
  openSince: Uint32Array,
  firstIndex: number,
): Promise<void> {
  const names = failing.map((_, i) => itemName(first + i));
  const texts = failing.map((checks) => canonicalText({ failing: [...checks].sort((a, b) => a - b) }));
  const salts = failing.map(() => newSalt());
  const body = (i: number): string => `{"data":${texts[i]}}`;
  await client.query(
    `insert into fact (org, dataset, source, item, from_index, salt, digest, content, data)
     select $1, 'watch/items', 'watch', f.item, f.from_index, f.salt, f.digest, f.content, f.data::jsonb
     from unnest($2::text[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[], $7::text[]) as f (item, from_index, salt, digest, content, data)`,
    [
      org,
      names,
      names.map((_, i) => firstIndex + (openSince[first + i] ?? 0)),
      salts.map((salt) => Buffer.from(salt)),
      salts.map((salt, i) =>
        Buffer.from(saltedDigest(salt, Buffer.from(`{"body":${body(i)},"item":${JSON.stringify(names[i])}}`))),
      ),
      names.map((_, i) => createHash('sha256').update(body(i)).digest().subarray(0, 16)),
      texts,
    ],
  );
}
