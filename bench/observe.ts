import pg from 'pg';
import { values } from '@countersign/server/database/values.ts';
import { z } from 'zod';
import type { Company } from './company.ts';
import { foundCompany, OPERATOR } from './company.ts';
import { dice, mebibytes, millions, short, spread, table, timed } from './figures.ts';
import type { Say } from './figures.ts';
import { sizesOf } from './flags.ts';
import { makeFolder } from './folder.ts';
import { rowPerResult } from './row-per-result.ts';
import type { Shape, Written } from './year.ts';
import {
  arrangeYear,
  checkName,
  controlName,
  controlOf,
  dataOf,
  episodesOf,
  itemName,
  pushYear,
  runsOf,
  stateHeader,
  writeYear,
} from './year.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const Status = z.object({
  requirements: z.array(z.object({ controls: z.array(z.object({ id: z.string(), state: z.string() })) })),
});
const Effectiveness = z.object({
  controls: z.array(
    z.object({ checks: z.array(z.object({ check: z.string(), passSeconds: z.number(), failSeconds: z.number() })) }),
  ),
});

const instant = (at: number): string => new Date(at).toISOString();
const day = (at: number): string => instant(at).slice(0, 10);

/** The columns in which a year that was written must equal the same year that was lived. */
const COMPARED: Readonly<Record<string, string>> = {
  collection:
    'log_index, source, dataset, mode, status, why, observed_at, from_at, to_at, items, changed, actor, collector, completed_by, cursor, recorded_at, seen',
  log_entry: 'index, recorded_at',
  step: 'check_id, check_version, source, observed_at, log_index, outcome, written_index',
  verdict: 'check_id, check_version, source, item, from_index, until_index, outcome, at, judged_index, why',
  judged: 'check_id, check_version, source, through_index, counts',
  fact: 'dataset, source, item, from_index, until_index, at, content, data',
};

/** Rows of a table in an order of their own, as text; of facts the runs that are still open. */
async function rowsOf(company: Company, name: string, columns: string): Promise<readonly string[]> {
  return company.database.tenant(company.org.id, 'read', async (client) => {
    const { rows } = await client.query<{ row: string }>(
      `select row(${columns})::text as row from ${name} where org = $1 ${name === 'fact' ? 'and until_index is null' : ''} order by 1`,
      [company.org.id],
    );
    return rows.map(({ row }) => row);
  });
}

/** How each watched control stands. */
async function statesAt(company: Company, asOf: number, knownAt: number): Promise<ReadonlyMap<string, string>> {
  const { engine, org } = company;
  const options = { asOf: instant(asOf), knownAt: instant(knownAt) };
  const { answer } = await engine.runtime.view(org, OPERATOR, 'status', { framework: 'soc2' }, options);
  const all = Status.parse(answer).requirements.flatMap(({ controls }) => controls);
  return new Map(all.filter(({ id }) => id.startsWith('watched-')).map(({ id, state }) => [id, state]));
}

/** What the controls' states must be where these checks failed, and those not named were not spoken of. */
function expected(shape: Shape, fails: ReadonlyMap<number, boolean>): ReadonlyMap<string, string> {
  const states = new Map<string, string>();
  for (let check = 0; check < shape.checks; check += 1) {
    const control = controlName(controlOf(shape, check));
    const known = fails.get(check);
    const before = states.get(control);
    if (known === true || before === 'failing') states.set(control, 'failing');
    else if (known === undefined) states.set(control, 'not-observed');
    else if (before === undefined) states.set(control, 'operating');
  }
  return states;
}

const same = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);

/** Random moments, the first not after the second. */
function pairs(shape: Shape, n: number): readonly (readonly [number, number])[] {
  const draw = dice(shape.seed + 17);
  const some = (): number => Math.floor(shape.begins + draw() * (shape.hours * HOUR + DAY));
  return Array.from({ length: n }, () => {
    const [a, b] = [some(), some()];
    return [Math.min(a, b), Math.max(a, b)] as const;
  });
}

async function secondsOf(company: Company, from: number, to: number): Promise<ReadonlyMap<string, string>> {
  const { engine, org } = company;
  const input = { from: day(from), to: day(to - 1) };
  const { answer } = await engine.runtime.view(org, OPERATOR, 'effectiveness', input);
  const checks = Effectiveness.parse(answer).controls.flatMap((control) => control.checks);
  return new Map(checks.map(({ check, passSeconds, failSeconds }) => [check, `${passSeconds} ${failSeconds}`]));
}

/** A small world three times: pushed and judged, written by the generator, and as a row for each result. All must agree. */
async function agree(shape: Shape, say: Say): Promise<boolean> {
  const lived = await tables(shape, async (company) => pushYear(company, shape));
  const folder = await makeFolder();
  try {
    const company = await foundCompany(folder.data, shape.begins - DAY);
    try {
      await arrangeYear(company, shape);
      const written = await writeYear(company, folder.data, shape);
      company.setClock(shape.begins + (shape.hours + 48) * HOUR);
      let differences = 0;
      for (const [name, columns] of Object.entries(COMPARED)) {
        const [a, b] = [lived.get(name) ?? [], await rowsOf(company, name, columns)];
        const differ = a.length !== b.length || a.some((row, i) => row !== b[i]);
        if (differ) differences += 1;
        if (differ)
          say(
            `  ${name}: ${a.length} rows lived, ${b.length} written, first differing: ${a.find((row, i) => row !== b[i])} | ${b.find((row, i) => row !== a[i])}`,
          );
      }
      const rows = await rowPerResult(company);
      const episodes = Array.from({ length: shape.checks }, (_, check) =>
        episodesOf(shape, check, runsOf(shape).length),
      );
      const results = await rows.fill(runsOf(shape), shape.items, episodes);
      let unequal = 0;
      const asked = pairs(shape, 200);
      const states = new Set<string>();
      for (const [asOf, knownAt] of asked) {
        const ours = await statesAt(company, asOf, knownAt);
        for (const state of ours.values()) states.add(state);
        if (!same(ours, expected(shape, await rows.posture(asOf, knownAt)))) unequal += 1;
      }
      const [from, to] = [shape.begins, shape.begins + Math.ceil(shape.hours / 24) * DAY];
      const seconds = await rows.effectiveness(from, to);
      const theirs = new Map([...seconds].map(([check, { pass, fail }]) => [checkName(check), `${pass} ${fail}`]));
      const effective = same(await secondsOf(company, from, to), theirs);
      await rows.close();
      say(
        `small world, ${shape.checks} checks × ${shape.items} items × ${shape.hours} h: ${written.episodes} episodes, ${written.steps} steps, ${millions(results)} results; tables written that differ from tables lived: ${differences} of ${Object.keys(COMPARED).length}; postures that differ from a row per result: ${unequal} of ${asked.length} (states seen: ${[...states].sort().join(', ')}); effectiveness equal: ${effective ? 'yes' : 'NO'}`,
      );
      return differences === 0 && unequal === 0 && effective && written.episodes > 0 && states.size > 1;
    } finally {
      await company.close();
    }
  } finally {
    await folder.remove();
  }
}

/** The tables of a company that lived. */
async function tables(
  shape: Shape,
  live: (company: Company) => Promise<void>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const folder = await makeFolder();
  try {
    const company = await foundCompany(folder.data, shape.begins - DAY);
    try {
      await arrangeYear(company, shape);
      await live(company);
      const found = new Map<string, readonly string[]>();
      for (const [name, columns] of Object.entries(COMPARED)) found.set(name, await rowsOf(company, name, columns));
      return found;
    } finally {
      await company.close();
    }
  } finally {
    await folder.remove();
  }
}

/** A connection that may look at everything's size. */
async function asOwner<T>(company: Company, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...company.database.owner, types: values });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function bytesOf(company: Company): Promise<ReadonlyMap<string, number>> {
  return asOwner(company, async (client) => {
    const { rows } = await client.query<{ name: string; bytes: number }>(
      `select relname as name, pg_total_relation_size(oid) as bytes from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 2 desc`,
    );
    return new Map(rows.map(({ name, bytes }) => [name, bytes]));
  });
}

/** By the verdicts themselves, which checks failed at a moment: a second way to the answer, at full size. */
async function failingBy(
  company: Company,
  shape: Shape,
  written: Written,
  asOf: number,
  knownAt: number,
): Promise<ReadonlyMap<number, boolean>> {
  const runs = runsOf(shape);
  const n = runs.findLastIndex((run) => run.observedAt <= asOf && run.recordedAt <= knownAt);
  const run = runs[n];
  if (run === undefined || asOf >= run.observedAt + 25 * HOUR) return new Map();
  const index = written.firstIndex + n;
  const failing = await company.database.tenant(company.org.id, 'read', async (client) => {
    const { rows } = await client.query<{ check_id: string }>(
      `select distinct check_id from verdict where org = $1 and from_index <= $2 and (until_index is null or until_index > $2)`,
      [company.org.id, index],
    );
    return new Set(rows.map((row) => row.check_id));
  });
  return new Map(Array.from({ length: shape.checks }, (_, check) => [check, failing.has(checkName(check))]));
}

/** Pushes further hours, of whose pairs some change: time, and what each added. */
async function ingest(company: Company, shape: Shape, written: Written, hours: number, say: Say): Promise<boolean> {
  const draw = dice(shape.seed + 99);
  const { failing } = written;
  const change = Math.max(1, Math.round(shape.checks * shape.items * shape.changes));
  const ms: number[] = [];
  const [wal, stored]: [number[], number[]] = [[], []];
  for (let hour = 1; hour <= hours; hour += 1) {
    for (let i = 0; i < change; i += 1) {
      const item = failing[Math.floor(draw() * shape.items)];
      const check = Math.floor(draw() * shape.checks);
      // As often from failing to passing as the other way.
      const recovering = failing.find((checks) => checks.size > 0 && draw() < 0.01);
      if (i % 2 === 0 || recovering === undefined) item?.add(check);
      else recovering.delete([...recovering][0] ?? 0);
    }
    const observedAt = shape.begins + (shape.hours + hour) * HOUR;
    company.setClock(observedAt + 60_000);
    const before = await asOwner(company, (client) => lsn(client));
    const items = failing.map((checks, item) => ({ id: itemName(item), data: dataOf([...checks]) }));
    const pushed = await timed(() => company.push('watch', stateHeader(observedAt), items));
    ms.push(pushed.ms);
    const after = await asOwner(company, async (client) => ({
      wal: (await lsn(client)) - before,
      stored: await storedBy(company, pushed.answer.index),
    }));
    wal.push(after.wal);
    stored.push(after.stored);
  }
  say(
    `hourly ingest of ${millions(shape.checks * shape.items)} states, ${change} changed (goal ≤ 1 s, ≤ 1 MB): ${spread(ms)}; rows stored ${stored.map((n) => mebibytes(n)).join(', ')}; write-ahead log ${wal.map((n) => mebibytes(n)).join(', ')}`,
  );
  const unequal = await misjudged(company, shape, failing);
  say(`checks whose items were not judged as they are: ${unequal} of ${shape.checks}`);
  return unequal === 0;
}

/** Checks that do not count as many failing items as there are, or could not judge one. */
async function misjudged(company: Company, shape: Shape, failing: Written['failing']): Promise<number> {
  const fails = new Map<string, number>();
  for (const checks of failing)
    for (const check of checks) fails.set(checkName(check), (fails.get(checkName(check)) ?? 0) + 1);
  const Counts = z.object({ pass: z.int(), fail: z.int(), unknown: z.int() });
  return company.database.tenant(company.org.id, 'read', async (client) => {
    const { rows } = await client.query<{ check_id: string; counts: unknown; heads: number }>(
      `select check_id, counts, (select count(*)::int from verdict v where v.org = j.org and v.check_id = j.check_id and v.until_index is null and v.outcome = 1) as heads
       from judged j where org = $1`,
      [company.org.id],
    );
    const right = rows.filter(({ check_id, counts, heads }) => {
      const { pass, fail, unknown } = Counts.parse(counts);
      return unknown === 0 && pass + fail === shape.items && fail === (fails.get(check_id) ?? 0) && heads === fail;
    });
    return shape.checks - right.length;
  });
}

const lsn = async (client: pg.Client): Promise<number> =>
  (await client.query<{ at: number }>(`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint as at`)).rows[0]
    ?.at ?? 0;

/** Bytes of the rows that one collection added, without indexes. */
async function storedBy(company: Company, index: number): Promise<number> {
  return company.database.tenant(company.org.id, 'read', async (client) => {
    const { rows } = await client.query<{ bytes: number }>(
      `select coalesce((select sum(pg_column_size(f.*)) from fact f where org = $1 and from_index = $2), 0)
         + coalesce((select sum(pg_column_size(v.*)) from verdict v where org = $1 and from_index = $2), 0)
         + coalesce((select sum(pg_column_size(s.*)) from step s where org = $1 and written_index = $2), 0)
         + coalesce((select sum(pg_column_size(c.*)) from collection c where org = $1 and log_index = $2), 0)
         + coalesce((select sum(pg_column_size(e.*)) from log_entry e where org = $1 and index = $2), 0) as bytes`,
      [company.org.id, index],
    );
    return rows[0]?.bytes ?? 0;
  });
}

/** A year of hourly checks in the stored form, beside a row for each result. */
export async function observe(argv: readonly string[], say: Say): Promise<boolean> {
  const size = sizesOf(argv, {
    checks: 20,
    items: 200,
    hours: 480,
    postures: 50,
    ingests: 2,
    results: 200_000,
    seed: 1,
    small: 240,
  });
  const begins = (Math.floor(Date.now() / DAY) - Math.ceil(size.hours / 24) - 3) * DAY;
  const small = { checks: 20, items: 50, hours: size.small, changes: 0.004, begins, seed: size.seed };
  const agreed = await agree(small, say);
  const shape = { ...size, changes: 0.0001, begins };
  const folder = await makeFolder();
  try {
    const company = await foundCompany(folder.data, begins - DAY);
    try {
      return (await year(company, folder.data, shape, size, say)) && agreed;
    } finally {
      await company.close();
    }
  } finally {
    await folder.remove();
  }
}

async function year(
  company: Company,
  data: string,
  shape: Shape,
  size: { readonly postures: number; readonly ingests: number; readonly results: number },
  say: Say,
): Promise<boolean> {
  await arrangeYear(company, shape);
  const writing = await timed(() => writeYear(company, data, shape));
  const written = writing.answer;
  const end = shape.begins + Math.ceil(shape.hours / 24) * DAY;
  company.setClock(end + 48 * HOUR);
  const results = runsOf(shape).length * shape.checks * shape.items;
  say(
    `${shape.checks} checks × ${shape.items} items × ${runsOf(shape).length} collections = ${millions(results)} results; written as ${millions(written.episodes)} episodes and ${millions(written.steps)} steps in ${short(writing.ms / 1000)} s`,
  );
  const bytes = await bytesOf(company);
  const kept = ['verdict', 'step', 'collection', 'log_entry', 'judged'];
  const total = kept.reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0);
  const heads = bytes.get('fact') ?? 0;
  say(
    table([
      ['table', 'stored'],
      ...kept.map((name) => [name, mebibytes(bytes.get(name) ?? 0)]),
      ['together', mebibytes(total)],
      ['facts, open runs only', mebibytes(heads)],
    ]),
  );
  say(
    `facts of the year, not written but reckoned from the open ones: ${millions(written.factRuns)} runs × ${short(heads / shape.items)} bytes = ${mebibytes((written.factRuns * heads) / shape.items)}; verdicts and all: ${short((total / results) * 1e6)} bytes per million results`,
  );

  const cold = await timed(() => statesAt(company, end - HOUR, end));
  const ms: number[] = [];
  const asked = pairs(shape, size.postures);
  for (const [asOf, knownAt] of asked) ms.push((await timed(() => statesAt(company, asOf, knownAt))).ms);
  say(
    `posture of all controls at ${asked.length} random (as-of, known-at) pairs (goal p99 ≤ 10 ms): ${spread(ms)}; the first after a start ${short(cold.ms)} ms`,
  );
  const now: number[] = [];
  for (let i = 0; i < 50; i += 1) now.push((await timed(() => statesAt(company, end + i, end + i))).ms);
  say(`posture of now: ${spread(now)}`);
  let unequal = 0;
  const sample = asked.slice(0, 20);
  for (const [asOf, knownAt] of sample)
    if (
      !same(
        await statesAt(company, asOf, knownAt),
        expected(shape, await failingBy(company, shape, written, asOf, knownAt)),
      )
    )
      unequal += 1;
  say(`postures that differ from the verdicts: ${unequal} of ${sample.length}`);

  const whole: number[] = [];
  for (let i = 0; i < 10; i += 1) whole.push((await timed(() => secondsOf(company, shape.begins, end))).ms);
  say(
    `effectiveness of all controls over ${short(shape.hours / 24)} days (goal ≤ 50 ms): first ${short(whole[0] ?? Number.NaN)} ms, then ${spread(whole.slice(1))}`,
  );
  const judged = await ingest(company, shape, written, size.ingests, say);
  await besideRows(company, shape, size.results, say);
  return unequal === 0 && judged;
}

/** The other design, at a size that fits: one collection's results, or as many as told. */
async function besideRows(company: Company, shape: Shape, results: number, say: Say): Promise<void> {
  const rows = await rowPerResult(company);
  try {
    const checks = Math.min(shape.checks, Math.max(1, Math.floor(results / shape.items)));
    const items = Math.min(shape.items, results);
    await rows.fill([{ hour: 0, observedAt: shape.begins, recordedAt: shape.begins }], 1, [[]]);
    const filled = await timed(() => rows.fillOne(0, checks, items));
    const n = checks * items;
    const bytes = await rows.bytes();
    const posture = await timed(() => rows.posture(shape.begins, shape.begins));
    const effect = await timed(() => rows.effectiveness(shape.begins, shape.begins + HOUR));
    say(
      `a row per result, ${millions(n)} of one collection: inserted in ${short(filled.ms)} ms, ${mebibytes(bytes)}, ${short(bytes / n)} bytes a result; posture of that collection ${short(posture.ms)} ms, seconds of its one hour ${short(effect.ms)} ms; a year of ${runsOf(shape).length} collections would be ${short(((bytes / n) * shape.checks * shape.items * runsOf(shape).length) / 1024 ** 4)} TiB (reckoned)`,
    );
  } finally {
    await rows.close();
  }
}
