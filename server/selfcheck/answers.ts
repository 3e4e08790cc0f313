import type pg from 'pg';
import type { Judge } from '../judge/judge.ts';
import { logHead } from '../kernel/organisation.ts';
import { openCursor } from '../observe/batches.ts';
import { judgeGroup, LOCK } from '../observe/catch-up.ts';
import { unitsBehind } from '../observe/units.ts';
import type { Findings } from './findings.ts';
import type { Counts } from './runs.ts';

/** One version of a check on one source. */
export interface AnswersOf {
  readonly check: string;
  readonly version: number;
  readonly source: string;
  readonly dataset: string;
}

const TEXT = (columns: string): string =>
  `array[${columns
    .split(', ')
    .map((column) => `${column}::text`)
    .join(', ')}]`;

/** Tables of answers: what names a row, and what it says. As `rebuild` compares them. */
const TABLES = {
  judged: { key: 'source', says: 'through_index, counts' },
  step: { key: 'observed_at, log_index', says: 'outcome' },
  verdict: { key: 'item, from_index', says: 'until_index, outcome, at, judged_index, why' },
  rollup: { key: 'day, log_index, judged_index', says: 'pass, fail, unknown, moments' },
} as const;

type Table = keyof typeof TABLES;

/** Layers from before an erasure rest on what is gone (decision 39), and cannot be made anew. */
const standing = (table: Table): string => (table === 'judged' ? '' : ' and layer = -1');

interface Row {
  readonly key: readonly string[];
  readonly says: readonly (string | null)[];
}

const BATCH = 1000;
const MOST_PER_TABLE = 20;

/** Versions of checks on sources, in order, after one. Those whose facts are more than `most` are left to `rebuild`: they would hold up the judge. */
export async function answersAfter(
  client: pg.ClientBase,
  org: number,
  after: string,
  limit: number,
  most: number,
): Promise<readonly AnswersOf[]> {
  const { rows } = await client.query<AnswersOf>(
    `select j.check_id as check, j.check_version as version, j.source, r.body->>'dataset' as dataset
       from judged j join record r on r.org = j.org and r.kind = 'check' and r.id = j.check_id and r.version = j.check_version
      where j.org = $1 and concat_ws(' ', j.check_id, j.check_version, j.source) collate "C" > $2
        and (select count(*) from (select from fact f where f.org = j.org and f.dataset = r.body->>'dataset' and f.source = j.source limit $4) n) < $4
      order by concat_ws(' ', j.check_id, j.check_version, j.source) collate "C" limit $3`,
    [org, after, limit, most],
  );
  return rows;
}

export const keyOf = ({ check, version, source }: AnswersOf): string => `${check} ${version} ${source}`;

/**
 * Judges everything again that one version of a check says of one source, compares row by row with what is there, and takes it back. The client's
 * transaction must be one that writes. The judge waits meanwhile.
 */
export async function checkAnswers(
  client: pg.ClientBase,
  org: number,
  judge: Judge,
  of: AnswersOf,
  findings: Findings,
  counts: Counts,
): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, $2)', [org, LOCK]);
  const { size } = await logHead(client, org, false);
  // What was recorded since would else be a difference.
  await judgeOf(client, org, judge, of, size);
  const values = [org, of.check, of.version, of.source];
  // A cursor sees what was there when it was declared, whatever is done after.
  const before = new Map<Table, Awaited<ReturnType<typeof openCursor<Row>>>>();
  for (const table of Object.keys(TABLES) as Table[])
    before.set(table, await openCursor<Row>(client, rowsOf(table), values, BATCH));
  await client.query('savepoint as_it_was');
  for (const table of Object.keys(TABLES) as Table[])
    await client.query(
      `delete from ${table} where org = $1 and check_id = $2 and check_version = $3 and source = $4${standing(table)}`,
      values,
    );
  await judgeOf(client, org, judge, of, size);
  counts.answers += 1;
  for (const [table, held] of before) {
    const anew = await openCursor<Row>(client, rowsOf(table), values, BATCH);
    await compare(table, of, held, anew, findings);
    await anew.close();
  }
  await client.query('rollback to savepoint as_it_was');
  for (const held of before.values()) await held.close();
}

const rowsOf = (table: Table): string =>
  `select ${TEXT(TABLES[table].key)} as key, ${TEXT(TABLES[table].says)} as says from ${table}
    where org = $1 and check_id = $2 and check_version = $3 and source = $4${standing(table)} order by ${TEXT(TABLES[table].key)} collate "C"`;

async function judgeOf(
  client: pg.ClientBase,
  org: number,
  judge: Judge,
  { check, version, source, dataset }: AnswersOf,
  size: number,
): Promise<void> {
  const group = (await unitsBehind(client, org, size)).get(`${dataset}\n${source}`);
  const units = (group?.units ?? []).filter((unit) => unit.check === check && unit.version === version);
  if (units.length > 0) await judgeGroup(client, org, judge, dataset, source, units, size);
}

const order = (a: Row, b: Row): number => Buffer.compare(Buffer.from(a.key.join('\0')), Buffer.from(b.key.join('\0')));

/** Two sorted lists side by side: rows of one only, and rows of both that say different things. */
async function compare(
  table: Table,
  of: AnswersOf,
  held: { next(): Promise<Row[]> },
  anew: { next(): Promise<Row[]> },
  findings: Findings,
): Promise<void> {
  const [left, right] = [reading(held), reading(anew)];
  let told = 0;
  for (;;) {
    const [a, b] = [await left.peek(), await right.peek()];
    if (a === undefined && b === undefined) return;
    const side = a === undefined ? 1 : b === undefined ? -1 : order(a, b);
    if (side <= 0) left.drop();
    if (side >= 0) right.drop();
    if (side === 0 && JSON.stringify(a?.says) === JSON.stringify(b?.says)) continue;
    if ((told += 1) > MOST_PER_TABLE) return;
    tell(table, of, side <= 0 ? a : undefined, side >= 0 ? b : undefined, findings);
  }
}

function tell(table: Table, of: AnswersOf, held: Row | undefined, anew: Row | undefined, findings: Findings): void {
  const key = (held ?? anew)?.key ?? [];
  const names = TABLES[table].key.split(', ');
  const item = names[0] === 'item' ? key[0] : undefined;
  const entry = names[1] === 'from_index' || names[1] === 'log_index' ? Number(key[1]) : undefined;
  const told = (row: Row | undefined): string | undefined =>
    row === undefined
      ? 'no row'
      : TABLES[table].says
          .split(', ')
          .map((column, i) => `${column} ${row.says[i] ?? 'null'}`)
          .join(', ');
  const which = names.map((name, i) => `${name} ${key[i] ?? ''}`).join(', ');
  findings.add(
    'projection.differs',
    {
      ...{ table, check: `${of.check}@${of.version}`, source: of.source },
      // What the place has no field for tells rows apart all the same.
      item: item ?? which,
      ...(entry === undefined ? {} : { entry }),
    },
    `In ${table}, what ${of.check} (version ${of.version}) said of ${of.source} is not what its facts give: ${which}.`,
    { expected: told(anew), found: told(held) },
  );
}

function reading(cursor: { next(): Promise<Row[]> }) {
  let rows: Row[] = [];
  let at = 0;
  let isOver = false;
  return {
    async peek(): Promise<Row | undefined> {
      if (at >= rows.length && !isOver) {
        rows = await cursor.next();
        at = 0;
        isOver = rows.length === 0;
      }
      return rows[at];
    },
    drop: (): void => void (at += 1),
  };
}
