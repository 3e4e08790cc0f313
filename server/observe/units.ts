import type { Stored } from '@countersign/core/kernel/index.ts';
import { Check, settlesMs } from '@countersign/core/check/record.ts';
import type { RawRow } from '../kernel/snapshot.ts';
import type pg from 'pg';
import type { Expressions } from '../judge/expression.ts';
import { usesNow } from '../judge/expression.ts';

/** One version of a check on one source: what judges, and how far it has come. */
export interface Unit {
  readonly check: string;
  readonly version: number;
  /** Place in the log of the version's record. */
  readonly recordIndex: number;
  readonly mode: 'state' | 'events';
  readonly expressions: Expressions;
  readonly usesNow: boolean;
  readonly settlesMs: number;
  readonly source: string;
  /** Collections up to this index are judged; -1 for none. */
  through: number;
  counts: StateCounts;
  /** What the last collection in order said, once it is known. */
  last: number | undefined;
}

/** Items of a source by what a version of a check of state says of them. */
export interface StateCounts {
  pass: number;
  fail: number;
  unknown: number;
}

/** Units of each (dataset, source) that have collections still to judge, below `size`. */
export async function unitsBehind(
  client: pg.ClientBase,
  org: number,
  size: number,
): Promise<
  ReadonlyMap<string, { readonly dataset: string; readonly source: string; readonly units: readonly Unit[] }>
> {
  const checks = await client.query<Pick<RawRow, 'id' | 'version' | 'body' | 'log_index'>>(
    `select id, version, body::text as body, log_index from record where org = $1 and kind = 'check' and not retired and log_index < $2`,
    [org, size],
  );
  const sources = await client.query<{ dataset: string; source: string; last: number }>(
    'select dataset, source, max(log_index) as last from collection where org = $1 and log_index < $2 group by dataset, source',
    [org, size],
  );
  const judged = await client.query<{
    check_id: string;
    check_version: number;
    source: string;
    through_index: number;
    counts: StateCounts;
  }>('select check_id, check_version, source, through_index, counts from judged where org = $1', [org]);
  const through = new Map(judged.rows.map((row) => [`${row.check_id}\n${row.check_version}\n${row.source}`, row]));
  const groups = new Map<string, { dataset: string; source: string; units: Unit[] }>();
  const parsed = checks.rows.map((row) => ({ row, body: Check.body.parse(JSON.parse(row.body)) }));
  for (const { dataset, source, last } of sources.rows) {
    for (const { row, body } of parsed) {
      if (body.dataset !== dataset) continue;
      const done = through.get(`${row.id}\n${row.version}\n${source}`);
      if (done !== undefined && done.through_index >= last) continue;
      const key = `${dataset}\n${source}`;
      const group = groups.get(key) ?? { dataset, source, units: [] };
      groups.set(key, group);
      group.units.push(
        unitOf(row, body, source, done?.through_index ?? -1, done?.counts ?? { pass: 0, fail: 0, unknown: 0 }),
      );
    }
  }
  return groups;
}

function unitOf(
  row: { readonly id: string; readonly version: number; readonly log_index: number },
  body: Omit<Stored<typeof Check>, 'id' | 'version' | 'head' | 'recordedAt' | 'effectiveAt' | 'actor'>,
  source: string,
  through: number,
  counts: StateCounts,
): Unit {
  const expressions = { scope: body.scope, applies: body.applies, passes: body.passes, message: body.message };
  return {
    check: row.id,
    version: row.version,
    recordIndex: row.log_index,
    mode: body.mode,
    expressions,
    usesNow: usesNow(expressions),
    settlesMs: settlesMs(body),
    source,
    through,
    counts: { ...counts },
    last: undefined,
  };
}
