import {
  bodyDigest,
  COLLECTION,
  envelopeOf,
  gatherSubjects,
  ItemsRoot,
  itemDigest,
  parseStatement,
  rekorDsse,
  sha256,
  toHex,
  verifyEntry,
} from '@countersign/ledger/index.ts';
import type { Subject } from '@countersign/ledger/index.ts';
import type { Product } from '@countersign/core/kernel/index.ts';
import { namedAt, printInstant } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';
import type { Database } from '../database/pool.ts';
import { payloadsOf } from '../ledger/payloads.ts';
import { logHead } from '../kernel/organisation.ts';
import { batches } from '../observe/batches.ts';
import { STANDS } from '../observe/layers.ts';
import { createJudge } from '../judge/judge.ts';
import type { CatchUp } from '../observe/catch-up.ts';
import { judgeGroup, LOCK } from '../observe/catch-up.ts';
import type { StepMemory } from '../observe/steps.ts';
import { unitsBehind } from '../observe/units.ts';
import type { Services } from '../runtime.ts';

export interface RebuildParts {
  readonly database: Database;
  readonly product: Product;
  readonly steps: StepMemory;
  readonly catchUp: CatchUp;
}

type Difference = { readonly table: string; readonly what: string };

const MOST_DIFFERENCES = 1000;
/** Tables that follow from log and payloads, with the columns that must come out the same. */
const PROJECTIONS = {
  judged: 'check_id, check_version, source, through_index, counts::text',
  step: 'check_id, check_version, source, observed_at, log_index, outcome',
  verdict: 'check_id, check_version, source, item, from_index, until_index, outcome, at, judged_index, why',
  rollup: 'check_id, check_version, source, day, log_index, judged_index, pass, fail, unknown, moments',
} as const;
type Table = keyof typeof PROJECTIONS;
const TABLES: readonly Table[] = ['judged', 'step', 'verdict', 'rollup'];

/** What is made anew: what was known before an erasure is kept as it was written, for what it rests on is gone. */
const STANDING: Readonly<Record<Table, string>> = {
  judged: 'true',
  step: `layer = ${STANDS}`,
  verdict: `layer = ${STANDS}`,
  rollup: `layer = ${STANDS}`,
};

/**
 * Makes the projections anew from log and payloads and says what was different; checks the digest of every payload against its
 * statement, and every statement against its entry. What it makes anew stays.
 */
export const rebuild =
  ({ database, product, steps, catchUp }: RebuildParts): Services['rebuild'] =>
  async (org, progress) => {
    const differences: Difference[] = [];
    const found = (table: string, what: string): void => {
      if (differences.length < MOST_DIFFERENCES) differences.push({ table, what });
    };
    const checked: Record<string, number> = {};
    await catchUp.run(org.id);

    await database.tenant(org.id, 'read', async (client) => {
      checked['entries'] = await checkEntries(client, org.id, found, (done, of) =>
        progress({ source: 'log', dataset: 'entries', done, of }),
      );
      checked['heads'] = await checkHeads(client, org.id, found);
      checked['references'] = await checkReferences(client, org.id, product, found);
    });
    const made = await database.tenant(org.id, 'write', (client) => makeAnew(client, org.id));
    // What this process remembers is dropped only once everybody sees what was made.
    steps.drop(org.id);
    catchUp.forget(org.id);
    for (const [table, { before, after }] of made) {
      checked[table] = after.rows;
      if (!isSame(before, after)) found(table, `${before.rows} rows became ${after.rows}, or rows of other content`);
    }
    return { differences, checked };
  };

interface Made {
  readonly before: Sum;
  readonly after: Sum;
}

const isSame = (one: Sum, other: Sum): boolean => one.rows === other.rows && one.digest === other.digest;

/**
 * Empties the projections and judges everything again, in one transaction under the judge's lock: nobody answers from tables that are
 * half made, and nobody else judges meanwhile. What came out the same is rolled back, so that nothing is written for it.
 */
async function makeAnew(client: pg.ClientBase, org: number): Promise<ReadonlyMap<string, Made>> {
  const judge = createJudge();
  try {
    await client.query('select pg_advisory_xact_lock($1, $2)', [org, LOCK]);
    const { size } = await logHead(client, org, false);
    const judgeAll = async (): Promise<void> => {
      for (const { dataset, source, units } of (await unitsBehind(client, org, size)).values())
        await judgeGroup(client, org, judge, dataset, source, units, size);
    };
    // What another process has recorded since would else be a difference.
    await judgeAll();
    await client.query('savepoint as_it_was');
    const before = await sums(client, org);
    for (const table of TABLES) await client.query(`delete from ${table} where org = $1 and ${STANDING[table]}`, [org]);
    await judgeAll();
    const after = await sums(client, org);
    const made = new Map(
      [...before].map(([table, sum]) => [table, { before: sum, after: after.get(table) ?? NOTHING }] as const),
    );
    if ([...made.values()].every((one) => isSame(one.before, one.after)))
      await client.query('rollback to savepoint as_it_was');
    return made;
  } finally {
    await judge.close();
  }
}

const NOTHING: Sum = { rows: 0, digest: '0' };

async function sums(client: pg.ClientBase, org: number): Promise<ReadonlyMap<string, Sum>> {
  const found = new Map<string, Sum>();
  for (const table of TABLES) found.set(table, await sumOf(client, org, table));
  return found;
}

interface Sum {
  readonly rows: number;
  readonly digest: string;
}

/** Number and order-free digest of a table's rows of one organisation. */
async function sumOf(client: pg.ClientBase, org: number, table: Table): Promise<Sum> {
  const { rows } = await client.query<Sum>(
    `select count(*)::int as rows, coalesce(sum(('x' || substr(md5(row(${PROJECTIONS[table]})::text), 1, 15))::bit(60)::bigint::numeric), 0)::text as digest from ${table} where org = $1 and ${STANDING[table]}`,
    [org],
  );
  return rows[0] ?? NOTHING;
}

/** Each statement against its entry, and each payload against its statement. */
async function checkEntries(
  client: pg.ClientBase,
  org: number,
  found: (table: string, what: string) => void,
  tell: (done: number, of: number) => void,
): Promise<number> {
  const { size } = await logHead(client, org, false);
  let next = 0;
  const entries = new Map<number, EntryRow>();
  for await (const { index, statement, lines } of payloadsOf(client, org, () =>
    Promise.reject(new Error('No file is asked for')),
  ).statements(0, size)) {
    if (index !== next) found('log_entry', `entry ${next} is missing`);
    next = index + 1;
    if (entries.size === 0) {
      const { rows } = await client.query<EntryRow>(
        `select e.index, e.entry, e.recorded_at,
                array(select distinct concat_ws(' ', r.act, r.actor, r.recorded_at = e.recorded_at) from record r where r.org = $1 and r.log_index = e.index) as stamps,
                c.log_index is not null as collected, c.recorded_at as c_recorded_at, c.actor, c.collector, c.source, c.dataset, c.mode,
                c.status, c.observed_at, c.from_at, c.to_at, c.items, encode(c.items_root, 'hex') as items_root
           from log_entry e left join collection c on c.org = e.org and c.log_index = e.index where e.org = $1 and e.index >= $2 and e.index < $3`,
        [org, index, index + 500],
      );
      for (const row of rows) entries.set(row.index, row);
    }
    const entry = entries.get(index);
    entries.delete(index);
    if (entry === undefined || !isOf(statement, entry.entry)) {
      found('log_entry', `entry ${index} is of another statement`);
      continue;
    }
    const { subject, predicate, predicateType } = parseStatement(statement);
    if (printInstant(entry.recorded_at) !== predicate[predicateType === COLLECTION ? 'recordedAt' : 'now'])
      found('log_entry', `entry ${index} says another time than its statement`);
    for (const stamp of entry.stamps) {
      if (stamp !== `${String(predicate['act'])} ${String(predicate['actor'])} t`)
        found('record', `a version of entry ${index} says another act, actor or time than the log`);
    }
    if (predicateType === COLLECTION) {
      if (!entry.collected) {
        found('collection', `the collection of entry ${index} is missing`);
        continue;
      }
      for (const column of otherColumns(entry, predicate))
        found('collection', `the collection of entry ${index} says another ${column} than the log`);
    } else if (entry.collected) found('collection', `entry ${index} is no collection, and a row says it is one`);
    const named = new Map(subject.map(({ name, digest }) => [name, digest.sha256]));
    const root = new ItemsRoot();
    const shown: Subject[] = [];
    for await (const line of lines ?? []) {
      if (line.does === 'show-subject') {
        const sha256 = toHex(bodyDigest(line.salt, line.body));
        shown.push({ name: line.subject, digest: { sha256 } });
        if (predicate['subjectsRoot'] === undefined && named.get(line.subject) !== sha256)
          found('record', `${line.subject} of entry ${index} has another digest than the log`);
      }
      if (line.does === 'hide-subject') {
        const sha256 = line.digest === undefined ? named.get(line.subject) : toHex(line.digest);
        if (sha256 === undefined) found('record', `${line.subject} is erased, and entry ${index} does not name it`);
        else shown.push({ name: line.subject, digest: { sha256 } });
      }
      if (line.does === 'hide-item') root.addNameless(line.digest);
      if (line.does === 'show-item') root.add(line.item, itemDigest(line.salt, line.item, line.body));
    }
    if (predicateType === COLLECTION) {
      if (toHex(root.root()) !== predicate['itemsRoot'])
        found('fact', `the items of entry ${index} have another root than the log`);
    } else if (predicate['subjectsRoot'] !== undefined) {
      // Too many to name each: the statement has the root over all of them.
      if (gatherSubjects(shown).predicate.subjectsRoot !== predicate['subjectsRoot'])
        found('record', `the versions of entry ${index} have another root than the log`);
    } else if (shown.length !== subject.length) {
      found('record', `entry ${index} names ${subject.length} versions, and ${shown.length} are there`);
    }
    if (index % 1000 === 0) tell(index, size);
  }
  if (next !== size) found('log_entry', `the log says ${size} entries, and ${next} are there`);
  return next;
}

interface EntryRow {
  readonly index: number;
  readonly entry: Buffer;
  readonly recorded_at: number;
  /** Act, actor and whether the time is the entry's, of the versions made with it. */
  readonly stamps: readonly string[];
  /** Whether there is a collection's row of this entry; its columns are null without. */
  readonly collected: boolean;
  readonly c_recorded_at: number;
  readonly actor: string;
  readonly collector: string;
  readonly source: string;
  readonly dataset: string;
  readonly mode: string;
  readonly status: string;
  readonly observed_at: number;
  readonly from_at: number | null;
  readonly to_at: number | null;
  readonly items: number;
  readonly items_root: string;
}

/** Columns of a collection's row that say something else than its statement. */
function otherColumns(row: EntryRow, predicate: Readonly<Record<string, unknown>>): readonly string[] {
  const printed = (instant: number | null): string | undefined =>
    instant === null ? undefined : printInstant(instant);
  const says: Readonly<Record<string, unknown>> = {
    recordedAt: printInstant(row.c_recorded_at),
    actor: row.actor,
    collector: row.collector,
    source: row.source,
    dataset: row.dataset,
    mode: row.mode,
    completeness: row.status,
    observedAt: printInstant(row.observed_at),
    from: printed(row.from_at),
    to: printed(row.to_at),
    items: row.items,
    itemsRoot: row.items_root,
  };
  return Object.keys(says).filter((column) => says[column] !== predicate[column]);
}

function isOf(statement: Uint8Array, entry: Uint8Array): boolean {
  try {
    const leaf = rekorDsse.parse(entry);
    envelopeOf(statement, leaf);
    return Buffer.compare(sha256(statement), leaf.payloadHash) === 0 && verifyEntry(statement, leaf);
  } catch {
    return false;
  }
}

/** Each version but the last is superseded, by the entry that made the next one. */
async function checkHeads(
  client: pg.ClientBase,
  org: number,
  found: (table: string, what: string) => void,
): Promise<number> {
  const { rows } = await client.query<{ kind: string; id: string; version: number }>(
    `select kind, id, version from (
       select kind, id, version, superseded_index, lead(log_index) over (partition by kind, id order by version) as next from record where org = $1
     ) v where superseded_index is distinct from next`,
    [org],
  );
  for (const row of rows)
    found('record', `${row.kind} ${row.id} version ${row.version} is superseded by another entry than it says`);
  const { rows: heads } = await client.query<{ n: number }>(
    'select count(*)::int as n from record where org = $1 and superseded_index is null',
    [org],
  );
  return heads[0]?.n ?? 0;
}

async function checkReferences(
  client: pg.ClientBase,
  org: number,
  product: Product,
  found: (table: string, what: string) => void,
): Promise<number> {
  const { rows } = await client.query<{ key: string }>(
    `select concat_ws(' ', kind, id, field, to_kind, to_id) as key from reference where org = $1`,
    [org],
  );
  const kept = new Set(rows.map((row) => row.key));
  let n = 0;
  for await (const heads of batches<{ kind: string; id: string; body: string }>(
    client,
    'select kind, id, body::text as body from record where org = $1 and superseded_index is null and not retired',
    [org],
    2000,
  )) {
    for (const { kind, id, body } of heads) {
      const parsed: unknown = JSON.parse(body);
      for (const { field, to } of product.references.get(kind) ?? []) {
        for (const target of new Set(namedAt(parsed, field))) {
          n += 1;
          if (!kept.delete(`${kind} ${id} ${field} ${to} ${target}`))
            found('reference', `${kind} ${id} names ${to} ${target}, and no row says so`);
        }
      }
    }
  }
  for (const key of kept) found('reference', `a row says “${key}”, and the record does not`);
  return n;
}
