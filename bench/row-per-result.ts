import { values } from '@countersign/server/database/values.ts';
import pg from 'pg';
import type { Company } from './company.ts';
import type { Episode, Run } from './year.ts';

/** The design that this product did not take: a row for each result of each check on each item, in the same PostgreSQL. */
export interface RowPerResult {
  /** Writes every result of these collections. Answers the number of rows. */
  fill(runs: readonly Run[], items: number, episodes: readonly (readonly Episode[])[]): Promise<number>;
  /** Writes one collection's results of so many checks on so many items, all passing. */
  fillOne(run: number, checks: number, items: number): Promise<void>;
  /** By check whether any item failed at the moment, as known; checks that nothing fresh speaks of are left out. */
  posture(asOf: number, knownAt: number): Promise<ReadonlyMap<number, boolean>>;
  /** Seconds that each check passed and failed in [from, to), all that is recorded being known. */
  effectiveness(
    from: number,
    to: number,
  ): Promise<ReadonlyMap<number, { readonly pass: number; readonly fail: number }>>;
  /** Of the table and its index. */
  bytes(): Promise<number>;
  close(): Promise<void>;
}

/** Checks say nothing of a moment that lies further from the last collection than this. */
const FRESH = `interval '25 hours'`;

/** The narrowest rows that can answer: numbers instead of names, and one index, by collection and check. */
export async function rowPerResult({ database }: Company): Promise<RowPerResult> {
  const client = new pg.Client({ ...database.owner, types: values });
  await client.connect();
  await client.query(`
    create table bench_run (run int primary key, observed_at timestamptz not null, recorded_at timestamptz not null);
    create table bench_result (run int not null, check_no int not null, item int not null, outcome smallint not null)`);
  return {
    async fill(runs, items, episodes) {
      await client.query(
        `insert into bench_run select r.run, to_timestamp(r.observed_at / 1000), to_timestamp(r.recorded_at / 1000)
         from unnest($1::int[], $2::double precision[], $3::double precision[]) as r (run, observed_at, recorded_at)`,
        [runs.map((_, n) => n), runs.map((run) => run.observedAt), runs.map((run) => run.recordedAt)],
      );
      for (const [check, found] of episodes.entries())
        await client.query(
          `insert into bench_result
           select n.run, $1, i.item, case when exists (
               select from unnest($4::int[], $5::int[], $6::int[]) as e (item, from_run, until_run)
               where e.item = i.item and e.from_run <= n.run and n.run < e.until_run) then 1 else 0 end
           from generate_series(0, $2::int - 1) as n (run), generate_series(0, $3::int - 1) as i (item)`,
          [
            check,
            runs.length,
            items,
            found.map(({ item }) => item),
            found.map(({ from }) => from),
            found.map(({ until }) => until ?? runs.length),
          ],
        );
      await client.query('create index on bench_result (run, check_no); analyze bench_result');
      return runs.length * items * episodes.length;
    },
    async fillOne(run, checks, items) {
      await client.query(
        `insert into bench_result select $1, c, i, 0 from generate_series(0, $2::int - 1) as c, generate_series(0, $3::int - 1) as i`,
        [run, checks, items],
      );
    },
    async posture(asOf, knownAt) {
      const { rows } = await client.query<{ check_no: number; fails: boolean }>(
        `with last as (
           select run, observed_at from bench_run
           where observed_at <= to_timestamp($1::double precision / 1000) and recorded_at <= to_timestamp($2::double precision / 1000)
           order by observed_at desc limit 1)
         select check_no, bool_or(outcome = 1) as fails from bench_result join last using (run)
         where to_timestamp($1::double precision / 1000) < last.observed_at + ${FRESH} group by check_no`,
        [asOf, knownAt],
      );
      return new Map(rows.map((row) => [row.check_no, row.fails]));
    },
    async effectiveness(from, to) {
      const { rows } = await client.query<{ check_no: number; pass: number; fail: number }>(
        `with said as (
           select check_no, observed_at, bool_or(outcome = 1) as fails from bench_result join bench_run using (run) group by check_no, observed_at),
         spoken as (
           select check_no, fails, greatest(observed_at, to_timestamp($1::double precision / 1000)) as a,
             least(lead(observed_at) over (partition by check_no order by observed_at), observed_at + ${FRESH}, to_timestamp($2::double precision / 1000)) as b
           from said)
         select check_no, coalesce(sum(extract(epoch from b - a)) filter (where not fails), 0)::double precision as pass,
           coalesce(sum(extract(epoch from b - a)) filter (where fails), 0)::double precision as fail
         from spoken where b > a group by check_no`,
        [from, to],
      );
      return new Map(rows.map((row) => [row.check_no, { pass: row.pass, fail: row.fail }]));
    },
    async bytes() {
      const { rows } = await client.query<{ bytes: number }>(`select pg_total_relation_size('bench_result') as bytes`);
      return rows[0]?.bytes ?? 0;
    },
    async close() {
      await client.query('drop table bench_result, bench_run');
      await client.end();
    },
  };
}
