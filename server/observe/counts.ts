import type { GoverningVersion } from '@countersign/core/check/feed.ts';
import type { CountQuestion } from '@countersign/core/population/feed.ts';
import type { Track } from '@countersign/core/check/coverage.ts';
import type { ItemCounts } from '@countersign/core/population/reach.ts';
import type pg from 'pg';
import { FAIL } from '../judge/expression.ts';
import { shownAt } from './layers.ts';
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

/** Rows of one check's rollups that its questions need: sums of whole days, and moments of the days that some window cuts. */
interface Rollups {
  readonly sums: readonly (Tally & {
    readonly day: number;
    readonly version: number;
    readonly judgedIndex: number;
  })[];
  readonly moments: ReadonlyMap<
    number,
    readonly { readonly version: number; readonly judgedIndex: number; readonly moments: Buffer }[]
  >;
}

/**
 * Counts events of windows from the rollups: whole UTC days by their sums, the two partial ones by their moments. Rows with a
 * larger place in the log than `position` were not known and are left out. All windows of a check are answered from the same rows, read once: a
 * course over a year asks for hundreds of them.
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
  for (const [check, asked] of Map.groupBy(questions, (question) => question.check)) {
    const dataset = asked[0]?.dataset ?? '';
    const observedAt = observers.get(dataset) ?? observedBy(tracks.get(dataset) ?? []);
    observers.set(dataset, observedAt);
    const windows = asked.filter(({ from, to }) => from < to);
    const rollups = await rollupsOf(client, org, position, check, windows);
    for (const question of asked) {
      const tally = question.from < question.to ? tallyOf(rollups, question, observedAt) : NOTHING;
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
  }
  return answers;
}

const NOTHING: Tally = { pass: 0, fail: 0, unknown: 0 };

/** First and last UTC day that a window touches. */
const daysOf = ({ from, to }: CountQuestion): readonly [number, number] => [
  Math.floor(from / DAY_MS),
  Math.floor((to - 1) / DAY_MS),
];

/** UTC days that a window cuts. */
function partialDays(question: CountQuestion): readonly number[] {
  const { from, to } = question;
  return [...new Set(daysOf(question))].filter((day) => from > day * DAY_MS || to < (day + 1) * DAY_MS);
}

async function rollupsOf(
  client: pg.ClientBase,
  org: number,
  position: number,
  check: string,
  questions: readonly CountQuestion[],
): Promise<Rollups> {
  if (questions.length === 0) return { sums: [], moments: new Map() };
  const days = questions.map(daysOf);
  const [first, last] = [Math.min(...days.map(([day]) => day)), Math.max(...days.map(([, day]) => day))];
  const cut = [...new Set(questions.flatMap(partialDays))];
  // Days are told apart only where several windows need it; one window is one sum, however long it is.
  const apart = questions.length > 1;
  const whole = await client.query<{
    day: string | null;
    check_version: number;
    judged_index: number;
    pass: number;
    fail: number;
    unknown: number;
  }>(
    `select ${apart ? 'day' : 'null as day'}, check_version, judged_index, sum(pass)::int as pass, sum(fail)::int as fail, sum(unknown)::int as unknown
     from rollup
     where org = $1 and check_id = $2 and day between $3::date and $4::date and ($5 or day <> all($6::date[])) and log_index < $7 and ${shownAt('rollup', '$7')}
     group by ${apart ? 'day, ' : ''}check_version, judged_index`,
    [org, check, dayText(first), dayText(last), apart, cut.map(dayText), position],
  );
  const sums = whole.rows.map(({ day, check_version, judged_index, pass, fail, unknown }) => ({
    day: day === null ? Number.NaN : numberOfDay(day),
    version: check_version,
    judgedIndex: judged_index,
    pass,
    fail,
    unknown,
  }));
  if (cut.length === 0) return { sums, moments: new Map() };
  const parts = await client.query<{ check_version: number; judged_index: number; day: string; moments: Buffer }>(
    `select check_version, judged_index, day, moments from rollup where org = $1 and check_id = $2 and day = any($3::date[]) and log_index < $4 and ${shownAt('rollup', '$4')}`,
    [org, check, cut.map(dayText), position],
  );
  const moments = parts.rows.map((row) => ({
    day: numberOfDay(row.day),
    version: row.check_version,
    judgedIndex: row.judged_index,
    moments: row.moments,
  }));
  return { sums, moments: Map.groupBy(moments, ({ day }) => day) };
}

const numberOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;

function tallyOf(
  { sums, moments }: Rollups,
  question: CountQuestion,
  observedAt: (index: number) => number | undefined,
): Tally {
  const { versions, from, to } = question;
  const tally: Tally = { pass: 0, fail: 0, unknown: 0 };
  const roleOf = (version: number, judgedIndex: number): 'governs' | 'stands in' | 'none' => {
    const observed = judgedIndex === WAITING ? undefined : (observedAt(judgedIndex) ?? Number.NaN);
    if (governs(versions, version, observed)) return 'governs';
    return observed !== undefined && standsIn(versions, version, observed) ? 'stands in' : 'none';
  };
  const [firstDay, lastDay] = daysOf(question);
  const partial = partialDays(question);
  for (const row of sums) {
    // A row without a day is the sum of the one window's whole days.
    if (row.day < firstDay || row.day > lastDay || partial.includes(row.day)) continue;
    const role = roleOf(row.version, row.judgedIndex);
    if (role === 'none') continue;
    if (role === 'stands in') tally.unknown += row.pass + row.fail + row.unknown;
    else {
      tally.pass += row.pass;
      tally.fail += row.fail;
      tally.unknown += row.unknown;
    }
  }
  for (const day of partial) {
    for (const row of moments.get(day) ?? []) {
      const role = roleOf(row.version, row.judgedIndex);
      if (role === 'none') continue;
      for (const { ofDay, outcome, leaves } of decodeMoments(row.moments)) {
        const at = day * DAY_MS + ofDay;
        if (from <= at && at < to) tally[role === 'governs' ? outcome : 'unknown'] += leaves ? -1 : 1;
      }
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
     where org = $1 and check_id = $2 and outcome = ${FAIL} and item = any($3) and from_index < $4 and (until_index is null or until_index >= $4) and ${shownAt('verdict', '$4')}
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
