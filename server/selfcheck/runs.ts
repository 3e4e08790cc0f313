import type { CheckRun, Difference } from '@countersign/core/integrity/index.ts';
import type { Instant } from '@countersign/core/kernel/index.ts';
import { ELAPSED_DAY, printInstant } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';

export type Kind = 'sample' | 'whole';

/** What a run has looked at so far. */
export interface Counts {
  entries: number;
  records: number;
  facts: number;
  collections: number;
  evidence: number;
  evidenceBytes: number;
  answers: number;
}

export const NOTHING: Readonly<Counts> = {
  entries: 0,
  records: 0,
  facts: 0,
  collections: 0,
  evidence: 0,
  evidenceBytes: 0,
  answers: 0,
};

/** How far a run is, and where the next sample goes on. */
export interface Standing {
  /** The part it is at, and the entry, or the key of the row, that it has done there last. */
  readonly part?: string;
  readonly after?: string;
  /** The rotation: entries of collections below, digests of evidence up to, and checks up to this one were sampled. */
  readonly collection?: number;
  readonly evidence?: string;
  readonly check?: string;
}

export interface RunRow {
  readonly id: string;
  readonly kind: Kind;
  readonly state: 'running' | 'done' | 'stopped';
  readonly started_at: Instant;
  readonly seen_at: Instant;
  readonly ended_at: Instant | null;
  readonly size: number;
  readonly root: Buffer | null;
  readonly progress: Standing;
  readonly counts: Partial<Counts>;
  readonly findings: readonly Difference[];
}

const COLUMNS = 'id, kind, state, started_at, seen_at, ended_at, size, root, progress, counts, findings';
const at = (n: number): string => `to_timestamp($${n}::double precision / 1000)`;
const KEPT_MS = 90 * ELAPSED_DAY;
const MOST_SHOWN = 50;

export async function beginRun(
  client: pg.ClientBase,
  org: number,
  run: { readonly id: string; readonly kind: Kind },
  now: Instant,
): Promise<RunRow> {
  const { rows } = await client.query<RunRow>(
    `insert into self_check (org, id, kind, started_at, seen_at) values ($1, $2, $3, ${at(4)}, ${at(4)})
     on conflict (org, id) do update set seen_at = excluded.seen_at, state = 'running', ended_at = null returning ${COLUMNS}`,
    [org, run.id, run.kind, now],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('The run was not written');
  return row;
}

export interface Kept {
  readonly size: number;
  readonly root: Uint8Array | null;
  readonly standing: Standing;
  readonly counts: Counts;
  readonly findings: readonly Difference[];
}

/** Writes how far a run is; with `ended` it is over. */
export async function keepRun(
  client: pg.ClientBase,
  org: number,
  id: string,
  kept: Kept,
  now: Instant,
  ended?: 'done' | 'stopped',
): Promise<void> {
  await client.query(
    `update self_check set size = $3, root = $4, progress = $5, counts = $6, findings = $7, seen_at = ${at(8)},
        state = coalesce($9, state), ended_at = case when $9::text is null then ended_at else ${at(8)} end
      where org = $1 and id = $2`,
    [
      ...[org, id, kept.size, kept.root === null ? null : Buffer.from(kept.root)],
      ...[JSON.stringify(kept.standing), JSON.stringify(kept.counts), JSON.stringify(kept.findings), now],
      ended ?? null,
    ],
  );
}

/** Runs that were killed are over, and those of more than 90 days ago are forgotten, but for the last that ended of each kind. */
export async function tidyRuns(client: pg.ClientBase, org: number, current: string, now: Instant): Promise<void> {
  await client.query(
    `update self_check set state = 'stopped', ended_at = seen_at where org = $1 and state = 'running' and id <> $2`,
    [org, current],
  );
  await client.query(
    `delete from self_check where org = $1 and started_at < ${at(2)} and id not in (
       select distinct on (kind) id from self_check where org = $1 and state = 'done' order by kind, started_at desc)`,
    [org, now - KEPT_MS],
  );
}

/** The last run that ended, or the last of a kind. */
export async function lastDone(client: pg.ClientBase, org: number, kind?: Kind): Promise<RunRow | undefined> {
  const { rows } = await client.query<RunRow>(
    `select ${COLUMNS} from self_check where org = $1 and state = 'done' and ($2::text is null or kind = $2) order by started_at desc, id limit 1`,
    [org, kind ?? null],
  );
  return rows[0];
}

/** The last run of any kind that is not this one, ended or not: a whole one that was broken off goes on. */
export async function lastWhole(client: pg.ClientBase, org: number, but: string): Promise<RunRow | undefined> {
  const { rows } = await client.query<RunRow>(
    `select ${COLUMNS} from self_check where org = $1 and kind = 'whole' and id <> $2 order by started_at desc, id limit 1`,
    [org, but],
  );
  return rows[0];
}

/** For the view: the newest runs, and the last that ended of each kind. */
export async function runsOf(
  client: pg.ClientBase,
  org: number,
): Promise<readonly (CheckRun & { readonly started: Instant })[]> {
  const { rows } = await client.query<RunRow>(
    `select ${COLUMNS} from self_check where org = $1 and (id in (select id from self_check where org = $1 order by started_at desc, id limit $2)
        or id in (select distinct on (kind) id from self_check where org = $1 and state = 'done' order by kind, started_at desc))
      order by started_at desc, id`,
    [org, MOST_SHOWN],
  );
  return rows.map((row) => ({
    ...{ id: row.id, kind: row.kind, state: row.state, started: row.started_at },
    startedAt: printInstant(row.started_at),
    endedAt: row.ended_at === null ? null : printInstant(row.ended_at),
    ...{ size: row.size, root: row.root === null ? null : row.root.toString('base64') },
    ...NOTHING,
    ...row.counts,
    found: row.findings.length,
  }));
}
