import type { GoverningVersion } from '@countersign/core/check/feed.ts';
import type { CountQuestion } from '@countersign/core/population/feed.ts';
import type { Track } from '@countersign/core/check/coverage.ts';
import type { ItemCounts } from '@countersign/core/population/reach.ts';
import type pg from 'pg';
import { FAIL } from '../judge/expression.ts';
import { DAY_MS, decodeMoments } from './moments.ts';

const WAITING = -1;

interface Tally {
  pass: number;
  fail: number;
  unknown: number;
}

const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Which version governs what was judged in a collection; events that wait are governed by the version in force last. */
export function governs(
  versions: readonly GoverningVersion[],
  version: number,
  observedAt: number | undefined,
): boolean {
  if (observedAt === undefined) return versions.at(-1)?.version === version;
  return versions.some((v) => v.version === version && v.from <= observedAt && observedAt < v.to);
}

/** Whether no version was in force when it was judged, and this one was the last before: of what nobody judged nothing is known. */
const standsIn = (versions: readonly GoverningVersion[], version: number, observedAt: number): boolean =>
  !versions.some((v) => v.from <= observedAt && observedAt < v.to) &&
  versions.findLast((v) => v.from <= observedAt)?.version === version;

/** Moments of observation by place in the log, for the collections of a dataset. */
export function observedBy(tracks: readonly Track[]): (index: number) => number | undefined {
  const observed = new Map<number, number>();
  for (const track of tracks) {
    for (let i = 0; i < track.n; i += 1) observed.set(track.index[i] ?? 0, track.observedAt[i] ?? 0);
  }
  return (index) => observed.get(index);
}

/**
 * Counts events of windows from the rollups: whole UTC days by their sums, the two partial ones by their moments. Rows with a
 * larger place in the log than `position` were not known and are left out.
 */
export async function countEvents(
  client: pg.ClientBase,
  org: number,
  position: number,
  questions: readonly CountQuestion[],
  tracks: ReadonlyMap<string, readonly Track[]>,
): Promise<ReadonlyMap<string, ItemCounts>> {
  const answers = new Map<string, ItemCounts>();
  const observers = new Map<string, (index: number) => number | undefined>();
  for (const question of questions) {
    const observedAt = observers.get(question.dataset) ?? observedBy(tracks.get(question.dataset) ?? []);
    observers.set(question.dataset, observedAt);
    const tally =
      question.from < question.to
        ? await tallyOf(client, org, position, question, observedAt)
        : { pass: 0, fail: 0, unknown: 0 };
    const excepted =
      tally.fail === 0 || question.excepted.length === 0
        ? 0
        : await exceptedOf(client, org, position, question, observedAt);
    answers.set(question.key, {
      items: tally.pass + tally.fail + tally.unknown,
      deviations: tally.fail - excepted,
      unknown: tally.unknown,
      excepted,
    });
  }
  return answers;
}

async function tallyOf(
  client: pg.ClientBase,
  org: number,
  position: number,
  { check, versions, from, to }: CountQuestion,
  observedAt: (index: number) => number | undefined,
): Promise<Tally> {
  const tally: Tally = { pass: 0, fail: 0, unknown: 0 };
  const roleOf = (version: number, judgedIndex: number): 'governs' | 'stands in' | 'none' => {
    const observed = judgedIndex === WAITING ? undefined : (observedAt(judgedIndex) ?? Number.NaN);
    if (governs(versions, version, observed)) return 'governs';
    return observed !== undefined && standsIn(versions, version, observed) ? 'stands in' : 'none';
  };
  const [firstDay, lastDay] = [Math.floor(from / DAY_MS), Math.floor((to - 1) / DAY_MS)];
  const partial = [...new Set([firstDay, lastDay])].filter((day) => from > day * DAY_MS || to < (day + 1) * DAY_MS);

  const whole = await client.query<{
    check_version: number;
    judged_index: number;
    pass: number;
    fail: number;
    unknown: number;
  }>(
    `select check_version, judged_index, sum(pass)::int as pass, sum(fail)::int as fail, sum(unknown)::int as unknown from rollup
     where org = $1 and check_id = $2 and day between $3::date and $4::date and day <> all($5::date[]) and log_index < $6
     group by check_version, judged_index`,
    [org, check, dayText(firstDay), dayText(lastDay), partial.map(dayText), position],
  );
  for (const row of whole.rows) {
    const role = roleOf(row.check_version, row.judged_index);
    if (role === 'none') continue;
    if (role === 'stands in') tally.unknown += row.pass + row.fail + row.unknown;
    else {
      tally.pass += row.pass;
      tally.fail += row.fail;
      tally.unknown += row.unknown;
    }
  }
  if (partial.length === 0) return tally;

  const parts = await client.query<{ check_version: number; judged_index: number; day: string; moments: Buffer }>(
    `select check_version, judged_index, day, moments from rollup where org = $1 and check_id = $2 and day = any($3::date[]) and log_index < $4`,
    [org, check, partial.map(dayText), position],
  );
  for (const row of parts.rows) {
    const role = roleOf(row.check_version, row.judged_index);
    if (role === 'none') continue;
    const day = Date.parse(`${row.day}T00:00:00Z`);
    for (const { ofDay, outcome, leaves } of decodeMoments(row.moments)) {
      const at = day + ofDay;
      if (from <= at && at < to) tally[role === 'governs' ? outcome : 'unknown'] += leaves ? -1 : 1;
    }
  }
  return tally;
}

/** Deviating items that an approved exception covers. */
async function exceptedOf(
  client: pg.ClientBase,
  org: number,
  position: number,
  { check, versions, from, to, excepted }: CountQuestion,
  observedAt: (index: number) => number | undefined,
): Promise<number> {
  const { rows } = await client.query<{ item: string; at: number; check_version: number; judged_index: number | null }>(
    `select item, at, check_version, judged_index from verdict
     where org = $1 and check_id = $2 and outcome = ${FAIL} and item = any($3) and from_index < $4 and (until_index is null or until_index >= $4)
       and at >= to_timestamp($5::double precision / 1000) and at < to_timestamp($6::double precision / 1000)`,
    [org, check, excepted.map((one) => one.item), position, from, to],
  );
  return rows.filter(
    (row) =>
      excepted.some((one) => one.item === row.item && one.from <= row.at && row.at < one.to) &&
      governs(
        versions,
        row.check_version,
        row.judged_index === null ? undefined : (observedAt(row.judged_index) ?? Number.NaN),
      ),
  ).length;
}
