import { z } from 'zod';
import { CheckSteps, Tracks } from '../check/feed.ts';
import type { CheckHistory } from '../effectiveness/reading.ts';
import {
  calendarIn,
  checkHistories,
  controlHistories,
  datasetOf,
  modeOf,
  operatingReads,
  supporting,
} from '../effectiveness/reading.ts';
import { windowOf } from '../effectiveness/view.ts';
import type { Instant } from '../kernel/index.ts';
import { ask, dateOf, dateText, dayNumber, dayNumberAt, defineView, printInstant } from '../kernel/index.ts';
import { bucketAt, bucketsOf } from './buckets.ts';
import { laneOf } from './lanes.ts';
import { isDueIn, settledAt } from './settled.ts';

const Trouble = { missed: z.int(), late: z.int(), failingEpisodes: z.int() };

export const Moved = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  from: z.string(),
  to: z.string(),
  days: z.int(),
  weeks: z.array(z.object({ date: z.string(), ...Trouble })),
  cleanest: z
    .object({ from: z.string(), to: z.string(), ...Trouble })
    .nullable()
    .describe('Of all periods of that length in the range that are over at as-of, the one with least to explain.'),
});

interface Found {
  readonly at: Instant;
  readonly what: 'missed' | 'late' | 'failingEpisodes';
}

export const effectivenessMoved = defineView('effectiveness.moved', {
  says: 'What would have to be explained if the observation period lay elsewhere: by week, and the cleanest period of a length.',
  input: z.strictObject({
    from: dateText(),
    to: dateText(),
    days: z.int().min(1).max(3653).default(182).describe('Length of the period that is moved.'),
  }),
  area: 'posture',
  reads: operatingReads,
  output: Moved,
  *compute(book, { from, to, days }, at) {
    const window = windowOf({ from, to }, at.zone);
    const end = Math.max(window.from, Math.min(window.to, at.asOf + 1));
    const calendar = calendarIn(book, at);
    const checks = checkHistories(book);
    const tracks = yield* ask(Tracks, { datasets: [...new Set(checks.map(datasetOf))] });
    const steps = yield* ask(CheckSteps, {
      checks: checks.filter((check) => modeOf(check) === 'state').map(({ check }) => check),
    });
    const supported = supporting(checks, window.from, Math.max(window.from, end - 1));
    const episodes = new Map<string, readonly Instant[]>();
    const episodesOf = (check: CheckHistory): readonly Instant[] => {
      const known =
        episodes.get(check.check) ??
        laneOf(check, tracks.get(datasetOf(check)) ?? [], steps, window.from, end, at)
          .filter(({ outcome }) => outcome === 'fail')
          .map((segment) => segment.from);
      episodes.set(check.check, known);
      return known;
    };
    const found = controlHistories(book)
      .filter(({ governed }) => governed.length > 0)
      .flatMap((history): readonly Found[] => [
        ...settledAt(history, calendar, window.to, at)
          .all.filter((one) => isDueIn(one, window.from, end))
          .flatMap(({ state, due }): readonly Found[] =>
            state === 'missed' || state === 'late' ? [{ at: due, what: state }] : [],
          ),
        ...(supported.get(history.control) ?? [])
          .filter((check) => modeOf(check) === 'state')
          .flatMap(episodesOf)
          .map((begun): Found => ({ at: begun, what: 'failingEpisodes' })),
      ]);

    const buckets = bucketsOf({ from, to }, 'week', at.zone);
    const weeks = buckets.map(({ date }) => ({ date, missed: 0, late: 0, failingEpisodes: 0 }));
    for (const one of found) {
      const week = weeks[bucketAt(buckets, one.at)];
      if (week !== undefined) week[one.what] += 1;
    }
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      from,
      to,
      days,
      weeks,
      cleanest: cleanestOf(
        found,
        dayNumber(from),
        Math.min(dayNumber(to), dayNumberAt(at.zone, at.asOf)),
        days,
        at.zone,
      ),
    };
  },
});

/** The period of that many days with the least to explain: missed and failing first, then late; the latest of equals. */
function cleanestOf(
  found: readonly Found[],
  first: number,
  last: number,
  days: number,
  zone: string,
): z.input<typeof Moved>['cleanest'] {
  const byDay = new Map<number, { missed: number; late: number; failingEpisodes: number }>();
  for (const { at, what } of found) {
    const day = dayNumberAt(zone, at);
    const on = byDay.get(day) ?? { missed: 0, late: 0, failingEpisodes: 0 };
    on[what] += 1;
    byDay.set(day, on);
  }
  const sum = { missed: 0, late: 0, failingEpisodes: 0 };
  const add = (day: number, sign: number): void => {
    const on = byDay.get(day);
    if (on === undefined) return;
    sum.missed += sign * on.missed;
    sum.late += sign * on.late;
    sum.failingEpisodes += sign * on.failingEpisodes;
  };
  let best: z.input<typeof Moved>['cleanest'] = null;
  for (let day = first; day <= last; day += 1) {
    add(day, 1);
    if (day - days >= first) add(day - days, -1);
    if (day - days + 1 < first) continue;
    const grave = sum.missed + sum.failingEpisodes;
    const least = best === null ? Infinity : best.missed + best.failingEpisodes;
    if (grave < least || (grave === least && sum.late <= (best?.late ?? Infinity)))
      best = { from: dateOf(day - days + 1), to: dateOf(day), ...sum };
  }
  return best;
}
