import type { Instant } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';

export const STATES = ['waiting', 'running', 'done', 'failed', 'cancelled', 'discarded'] as const;
export type JobState = (typeof STATES)[number];

export const isLive = (state: JobState): boolean => state === 'waiting' || state === 'running';

/** A row of the table `job`, as read. Moments in milliseconds. */
export interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly subject: string | null;
  readonly input: Readonly<Record<string, unknown>>;
  readonly actor: string;
  readonly state: JobState;
  readonly turn: number;
  readonly attempt: number;
  readonly run: string | null;
  readonly cancel_asked: boolean;
  readonly done: number;
  readonly of: number | null;
  readonly says: string;
  readonly result: unknown;
  readonly error_code: string | null;
  readonly error_says: string | null;
  readonly seen_at: Instant;
  readonly not_before: Instant | null;
  readonly asked_at: Instant;
  readonly started_at: Instant | null;
  readonly ended_at: Instant | null;
}

const COLUMNS = `id, kind, subject, input, actor, state, turn, attempt, run, cancel_asked, done, "of", says, result, error_code, error_says,
  seen_at, not_before, asked_at, started_at, ended_at`;

const at = (n: number): string => `to_timestamp($${n}::double precision / 1000)`;

export interface NewJob {
  readonly id: string;
  readonly kind: string;
  readonly subject?: string | undefined;
  readonly once?: string | undefined;
  readonly input: object;
  readonly actor: string;
  readonly notBefore?: Instant | undefined;
}

/** Writes a job unless it is there: by its id, its occasion, or as the one of its kind and subject that waits or runs. */
export async function insertJob(
  client: pg.ClientBase,
  org: number,
  job: NewJob,
  now: Instant,
): Promise<{ readonly row: JobRow; readonly isNew: boolean }> {
  const { rows } = await client.query<JobRow>(
    `insert into job (org, id, kind, subject, once, input, actor, asked_at, seen_at, not_before)
     values ($1, $2, $3, $4, $5, $6, $7, ${at(8)}, ${at(8)}, ${at(9)}) on conflict do nothing returning ${COLUMNS}`,
    [
      org,
      job.id,
      job.kind,
      job.subject ?? null,
      job.once ?? null,
      JSON.stringify(job.input),
      job.actor,
      now,
      job.notBefore ?? null,
    ],
  );
  if (rows[0] !== undefined) return { row: rows[0], isNew: true };
  const found = await client.query<JobRow>(
    `select ${COLUMNS} from job where org = $1 and (id = $2 or once = $3
        or (kind = $4 and subject = $5 and state in ('waiting', 'running')))
      order by id = $2 desc, once = $3 desc nulls last limit 1`,
    [org, job.id, job.once ?? null, job.kind, job.subject ?? null],
  );
  const row = found.rows[0];
  // It was there a moment ago: it ended in between.
  if (row === undefined) return insertJob(client, org, job, now);
  if (job.once !== undefined)
    await client.query('update job set once = $3 where org = $1 and id = $2 and once is null', [org, row.id, job.once]);
  return { row, isNew: false };
}

export async function readJob(client: pg.ClientBase, org: number, id: string): Promise<JobRow | undefined> {
  const { rows } = await client.query<JobRow>(`select ${COLUMNS} from job where org = $1 and id = $2`, [org, id]);
  return rows[0];
}

export interface JobsQuery {
  readonly states?: readonly JobState[] | undefined;
  readonly kind?: string | undefined;
  readonly subject?: string | undefined;
  readonly search?: string | undefined;
  /** Only those this actor asked for. */
  readonly actor?: string | undefined;
  /** Kinds left out while nothing is wrong with them. */
  readonly quiet: readonly string[];
  readonly limit: number;
  readonly after?: { readonly askedAt: Instant; readonly id: string } | undefined;
}

/** The newest first. */
export async function listJobs(
  client: pg.ClientBase,
  org: number,
  query: JobsQuery,
): Promise<{
  readonly rows: readonly JobRow[];
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
}> {
  const where = `org = $1 and ($2::text[] is null or state = any($2)) and ($3::text is null or kind = $3) and ($4::text is null or subject = $4)
    and ($5::text is null or strpos(lower(concat_ws(' ', kind, subject, actor, says, error_says)), lower($5)) > 0)
    and ($6::text is null or actor = $6) and (state = 'failed' or kind <> all($7))`;
  const values = [
    org,
    query.states ?? null,
    query.kind ?? null,
    query.subject ?? null,
    query.search ?? null,
    query.actor ?? null,
    query.quiet,
  ];
  const { rows } = await client.query<JobRow>(
    `select ${COLUMNS} from job where ${where}
        and ($8::double precision is null or (asked_at, id) < (${at(8)}, $9::uuid))
      order by asked_at desc, id desc limit $10`,
    [...values, query.after?.askedAt ?? null, query.after?.id ?? null, query.limit],
  );
  const counted = await client.query<{ state: JobState; n: number }>(
    `select state, count(*)::int as n from job where ${where} group by state`,
    [org, null, ...values.slice(2)],
  );
  const counts = Object.fromEntries(counted.rows.map(({ state, n }) => [state, n]));
  const total = (query.states ?? STATES).reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  return { rows, total, counts };
}

/** Takes the job for one run, unless it ended, was handed over anew since, or is no longer there. */
export async function claimJob(
  client: pg.ClientBase,
  org: number,
  id: string,
  turn: number,
  run: string,
  now: Instant,
): Promise<JobRow | undefined> {
  const { rows } = await client.query<JobRow>(
    `update job set state = 'running', run = $4, attempt = attempt + 1, seen_at = ${at(5)}, started_at = coalesce(started_at, ${at(5)}),
        not_before = null, error_code = null, error_says = null
      where org = $1 and id = $2 and turn = $3 and state in ('waiting', 'running') returning ${COLUMNS}`,
    [org, id, turn, run, now],
  );
  return rows[0];
}

export interface Beat {
  readonly done: number;
  readonly of: number | null;
  readonly says: string;
}

/** Says that the run lives, and how far it is. Undefined where it no longer holds the job. */
export async function beat(
  client: pg.ClientBase,
  org: number,
  id: string,
  run: string,
  { done, of, says }: Beat,
  now: Instant,
): Promise<{ readonly cancelAsked: boolean } | undefined> {
  const { rows } = await client.query<{ cancel_asked: boolean }>(
    `update job set done = $4, "of" = $5, says = $6, seen_at = ${at(7)} where org = $1 and id = $2 and run = $3 and state = 'running' returning cancel_asked`,
    [org, id, run, done, of, says, now],
  );
  return rows[0] === undefined ? undefined : { cancelAsked: rows[0].cancel_asked };
}

export interface End {
  readonly state: Exclude<JobState, 'waiting' | 'running'>;
  readonly beat: Beat;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly says: string };
}

/** Ends the run. False where it no longer holds the job. */
export async function endJob(
  client: pg.ClientBase,
  org: number,
  id: string,
  run: string,
  { state, beat: { done, of, says }, result, error }: End,
  now: Instant,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update job set state = $4, done = $5, "of" = $6, says = $7, result = $8, error_code = $9, error_says = $10, run = null,
        seen_at = ${at(11)}, ended_at = ${at(11)} where org = $1 and id = $2 and run = $3 and state = 'running'`,
    [
      org,
      id,
      run,
      state,
      done,
      of,
      says,
      result === undefined ? null : JSON.stringify(result),
      error?.code ?? null,
      error?.says ?? null,
      now,
    ],
  );
  return rowCount === 1;
}

/** Puts a job back, to be handed over anew; `run` where only the run that holds it may. Gives its new turn. */
export async function putBack(
  client: pg.ClientBase,
  org: number,
  id: string,
  how: {
    readonly from: readonly JobState[];
    readonly run?: string;
    readonly notBefore?: Instant;
    /** As if it had not been tried: for work that was stopped through no fault of its own. */
    readonly uncounted?: boolean;
    /** Counts attempts from the beginning. */
    readonly afresh?: boolean;
    readonly error?: { readonly code: string; readonly says: string };
  },
  now: Instant,
): Promise<JobRow | undefined> {
  const { rows } = await client.query<JobRow>(
    `update job set state = 'waiting', turn = turn + 1, run = null, seen_at = ${at(3)}, not_before = ${at(4)},
        attempt = case when $5 then 0 when $6 then greatest(attempt - 1, 0) else attempt end,
        error_code = $7, error_says = $8, ended_at = null, cancel_asked = false, result = null,
        asked_at = case when $5 then ${at(3)} else asked_at end
      where org = $1 and id = $2 and state = any($9) and ($10::uuid is null or run = $10) returning ${COLUMNS}`,
    [
      org,
      id,
      now,
      how.notBefore ?? null,
      how.afresh === true,
      how.uncounted === true,
      how.error?.code ?? null,
      how.error?.says ?? null,
      how.from,
      how.run ?? null,
    ],
  );
  return rows[0];
}

/** One that waits ends at once; one that runs is asked to. */
export async function cancelJob(
  client: pg.ClientBase,
  org: number,
  id: string,
  now: Instant,
): Promise<JobRow | undefined> {
  const { rows } = await client.query<JobRow>(
    `update job set cancel_asked = true, state = case when state = 'waiting' then 'cancelled' else state end,
        ended_at = case when state = 'waiting' then ${at(3)} end
      where org = $1 and id = $2 and state in ('waiting', 'running') returning ${COLUMNS}`,
    [org, id, now],
  );
  return rows[0];
}

export async function discardJob(client: pg.ClientBase, org: number, id: string): Promise<JobRow | undefined> {
  const { rows } = await client.query<JobRow>(
    `update job set state = 'discarded' where org = $1 and id = $2 and state = 'failed' returning ${COLUMNS}`,
    [org, id],
  );
  return rows[0];
}

/** Jobs that nobody has spoken of for too long: their worker is gone without the queue knowing, or the queue lost them, as after a restore. */
export async function silentJobs(
  client: pg.ClientBase,
  org: number,
  before: { readonly running: Instant; readonly waiting: Instant },
): Promise<readonly JobRow[]> {
  const { rows } = await client.query<JobRow>(
    `select ${COLUMNS} from job where org = $1
        and ((state = 'running' and seen_at < ${at(2)}) or (state = 'waiting' and greatest(seen_at, not_before) < ${at(3)})) limit 100`,
    [org, before.running, before.waiting],
  );
  return rows;
}

/** Ended jobs are kept a while to be looked at. Failed ones wait for somebody. */
export async function forgetJobs(client: pg.ClientBase, org: number, before: Instant): Promise<void> {
  await client.query(
    `delete from job where org = $1 and state in ('done', 'cancelled', 'discarded') and ended_at < ${at(2)}`,
    [org, before],
  );
}
