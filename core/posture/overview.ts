import { z } from 'zod';
import { LogRoot } from '../check/feed.ts';
import type { ControlState } from '../effectiveness/control-state.ts';
import { calendarIn, controlHistories } from '../effectiveness/reading.ts';
import type { Standing } from '../effectiveness/states.ts';
import { controlStatesOver } from '../effectiveness/states.ts';
import { countStates, StateCounts } from '../effectiveness/status.ts';
import { FRAMEWORK_IDS, FRAMEWORKS } from '../framework/catalog.ts';
import type { At, Instant, Stored } from '../kernel/index.ts';
import { addDays, ask, dayEnd, dayOf, dayStart, defineView, printInstant } from '../kernel/index.ts';
import { Organisation } from '../organisation/record.ts';
import type { Programme } from '../framework/record.ts';
import { isDueIn, settledAt, tallyOf } from '../timeline/settled.ts';
import { AttentionItem, attentionAt, attentionReads } from './attention.ts';
import { Episode, RequirementCounts, standingsFrom, unseenEpisodes } from './history.ts';
import { periodOf } from './period.ts';

export const TallyAnswer = z.object({
  onTime: z.int(),
  late: z.int(),
  missed: z.int(),
  pending: z.int(),
  excused: z.int(),
  ahead: z.int().describe('Those whose period has not begun.'),
});

const Change = z.object({ met: z.int(), partly: z.int(), unmet: z.int(), notObserved: z.int(), outOfScope: z.int() });

export const Overview = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  organisation: z.object({ name: z.string(), timeZone: z.string() }),
  programmes: z.array(
    z.object({
      programme: z.string(),
      framework: z.enum(FRAMEWORK_IDS),
      title: z.string(),
      of: z.int(),
      counts: RequirementCounts,
      since: z.string().describe('The day before the period began, with which it is compared.'),
      change: Change.describe('Against that day; null fields do not occur, an unchanged count is 0.'),
      period: z.object({ from: z.string(), to: z.string(), set: z.boolean() }),
    }),
  ),
  controls: StateCounts.describe('How the controls stand.'),
  attention: z.object({ total: z.int(), items: z.array(AttentionItem) }),
  unseen: z.object({ total: z.int(), episodes: z.array(Episode) }),
  period: z.object({
    from: z.string(),
    to: z.string(),
    set: z.boolean().describe('False where no programme names dates: then it is the last half-year.'),
    programme: z.string().nullable(),
    days: z.int(),
    elapsed: z.int(),
    counts: TallyAnswer,
  }),
  log: z.object({ size: z.int(), root: z.string() }),
});

const MOST_UNSEEN = 20;

export const overview = defineView('overview', {
  says: 'Where the organisation stands: each programme and how it changed, what needs somebody next, what was not seen.',
  input: z.strictObject({
    limit: z.int().min(1).max(200).default(6).describe('How much of what needs somebody.'),
    offset: z.int().min(0).max(100_000).default(0),
  }),
  area: 'posture',
  reads: [Organisation, ...attentionReads],
  output: Overview,
  *compute(book, { limit, offset }, at) {
    const today = dayOf(at.zone, at.asOf);
    const programmes = book.programme
      .all()
      .filter(({ from, to }) => (from === undefined || from <= today) && (to === undefined || today <= to))
      .sort((a, b) => FRAMEWORK_IDS.indexOf(a.framework) - FRAMEWORK_IDS.indexOf(b.framework))
      .map((row) => ({ row, period: periodOf(row, at) }));
    // The eve of each period, and now: each moment once.
    const eves = programmes.map(({ period }) => Math.min(at.asOf, dayEnd(at.zone, addDays(period.from, -1))));
    const moments = [...new Set([...eves, at.asOf])];
    const states = yield* controlStatesOver(book, at, moments);
    const statesAt = (moment: Instant): ReadonlyMap<string, Standing> => states[moments.indexOf(moment)] ?? new Map();
    const now = statesAt(at.asOf);

    const attention = yield* attentionAt(book, now, { limit, offset }, at);
    const main = mainPeriod(programmes, at);
    const [from, to] = [dayStart(at.zone, main.period.from), dayStart(at.zone, addDays(main.period.to, 1))];
    const episodes = yield* unseenEpisodes(book, from, Math.min(to, at.asOf + 1), at, Infinity);
    const log = yield* ask(LogRoot, {});
    const calendar = calendarIn(book, at);
    const occurrences = controlHistories(book).flatMap((control) =>
      settledAt(control, calendar, to, at).all.filter((one) => isDueIn(one, from, to)),
    );
    const organisation = book.organisation.find('organisation');
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      organisation: { name: organisation?.name ?? '', timeZone: at.zone },
      programmes: programmes.map(({ row, period }, i) => {
        const eve = eves[i] ?? at.asOf;
        const count = (moment: Instant) =>
          countStates(standingsFrom(book, row.framework, row.id, [moment], [statesAt(moment)])[0] ?? []);
        const [counts, before] = [count(at.asOf), count(eve)];
        return {
          programme: row.id,
          framework: row.framework,
          title: row.title,
          of: FRAMEWORKS[row.framework].requirements.length,
          counts,
          since: dayOf(at.zone, eve),
          change: {
            met: counts.met - before.met,
            partly: counts.partly - before.partly,
            unmet: counts.unmet - before.unmet,
            notObserved: counts.notObserved - before.notObserved,
            outOfScope: counts.outOfScope - before.outOfScope,
          },
          period: { from: period.from, to: period.to, set: period.set },
        };
      }),
      controls: countControls(now),
      attention,
      unseen: { total: episodes.length, episodes: episodes.slice(-MOST_UNSEEN) },
      period: {
        from: main.period.from,
        to: main.period.to,
        set: main.period.set,
        programme: main.programme,
        days: main.period.days,
        elapsed: main.period.elapsed,
        counts: tallyOf(occurrences, at.asOf),
      },
      log,
    };
  },
});

/** The period that is looked at: the one of a programme that names dates, SOC 2 first, for its report is about a period. */
function mainPeriod(
  programmes: readonly { readonly row: Stored<typeof Programme>; readonly period: ReturnType<typeof periodOf> }[],
  at: Pick<At, 'asOf' | 'zone'>,
): { readonly programme: string | null; readonly period: ReturnType<typeof periodOf> } {
  const ordered = [...programmes].sort(
    (a, b) =>
      Number(b.period.set) - Number(a.period.set) ||
      FRAMEWORK_IDS.indexOf(a.row.framework) - FRAMEWORK_IDS.indexOf(b.row.framework),
  );
  const [first] = ordered;
  return first === undefined
    ? { programme: null, period: periodOf({}, at) }
    : { programme: first.row.id, period: first.period };
}

export function countControls(states: ReadonlyMap<string, Standing>): z.input<typeof StateCounts> {
  const count = (state: ControlState): number => [...states.values()].filter((one) => one.state === state).length;
  return {
    operating: count('operating'),
    failing: count('failing'),
    notObserved: count('not-observed'),
    planned: count('planned'),
    noOccasion: count('no-occasion'),
  };
}
