import { z } from 'zod';
import { CheckSteps, Tracks } from '../check/feed.ts';
import type { ControlState } from '../effectiveness/control-state.ts';
import { CONTROL_STATES } from '../effectiveness/control-state.ts';
import { FREQUENCIES } from '../control/schedule.ts';
import { plural } from '../effectiveness/leg.ts';
import type { CheckHistory } from '../effectiveness/reading.ts';
import {
  calendarIn,
  checkHistories,
  controlHistories,
  datasetOf,
  modeOf,
  supporting,
} from '../effectiveness/reading.ts';
import type { Standing } from '../effectiveness/states.ts';
import { controlStates } from '../effectiveness/states.ts';
import { statusReads } from '../effectiveness/status.ts';
import { windowOf } from '../effectiveness/view.ts';
import type { Instant } from '../kernel/index.ts';
import { ask, dateText, defineView, printInstant, SECOND } from '../kernel/index.ts';
import { Counts } from '../population/feed.ts';
import type { Bucket } from './buckets.ts';
import { bucketAt, BUCKETS, bucketsOf } from './buckets.ts';
import type { CountedBucket } from './events.ts';
import { countedBuckets, eventBuckets, questionsOf } from './events.ts';
import type { LaneSegment } from './lanes.ts';
import { laneOf } from './lanes.ts';
import type { Met } from './settled.ts';
import { isDueIn, settledAt, stateOf, tallyOf } from './settled.ts';
import { listed, spoken } from './spoken.ts';

/** What a cell shows: the worst of its time, by this order. */
export const CELL_STATES = [
  'failing',
  'missed',
  'late',
  'not-observed',
  'pending',
  'excused',
  'on-time',
  'pass',
  'not-applicable',
  'ahead',
] as const;
export type CellState = (typeof CELL_STATES)[number];

/** What of a control's window needs explaining, the worst first. `missed`: an occurrence was missed, a check failed or an item deviated, and the control does not fail now. */
export const GROUPS = ['failing', 'missed', 'late', 'not-observed', 'excepted', 'fine', 'planned'] as const;
export type Group = (typeof GROUPS)[number];

export const Tally = z.object({
  onTime: z.int(),
  late: z.int(),
  missed: z.int(),
  pending: z.int(),
  excused: z.int(),
  ahead: z.int().describe('Those whose period has not begun.'),
});

export const Cell = z.object({
  at: z.int().describe('Which bucket.'),
  state: z.enum(CELL_STATES),
  keys: z.array(z.string()).optional().describe('Occurrences due in it.'),
  failSeconds: z.number().optional(),
  unknownSeconds: z.number().optional(),
  items: z.int().optional(),
  deviations: z.int().optional(),
});

export const Strip = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  from: z.string(),
  to: z.string(),
  bucket: z.enum(BUCKETS),
  buckets: z.array(z.object({ date: z.string(), from: z.string(), to: z.string() })),
  groups: z.array(z.object({ group: z.enum(GROUPS), controls: z.int() })).describe('All of them, empty ones too.'),
  totals: Tally.extend({
    failingEpisodes: z.int(),
    failSeconds: z.number(),
    unknownSeconds: z.number(),
    items: z.int(),
    deviations: z.int(),
  }),
  controls: z.array(
    z.object({
      control: z.string(),
      title: z.string(),
      domain: z.string().nullable(),
      frequency: z.enum(FREQUENCIES),
      state: z.enum([...CONTROL_STATES, 'ended']),
      group: z.enum(GROUPS),
      because: z.string(),
      counts: Tally,
      failingEpisodes: z.int(),
      failSeconds: z.number(),
      unknownSeconds: z.number(),
      items: z.int(),
      deviations: z.int(),
      /** Empty buckets are left out. */
      cells: z.array(Cell),
    }),
  ),
});

export const effectivenessStrip = defineView('effectiveness.strip', {
  says: 'How every control ran over a period, bucket by bucket, grouped by what needs explaining.',
  input: z.strictObject({ from: dateText(), to: dateText(), bucket: z.enum(BUCKETS).default('week') }),
  area: 'posture',
  reads: statusReads,
  output: Strip,
  *compute(book, { from, to, bucket }, at) {
    const window = windowOf({ from, to }, at.zone);
    const end = Math.max(window.from, Math.min(window.to, at.asOf + 1));
    const buckets = bucketsOf({ from, to }, bucket, at.zone);
    const states = yield* controlStates(book, at);
    const calendar = calendarIn(book, at);
    const checks = checkHistories(book);
    const tracks = yield* ask(Tracks, { datasets: [...new Set(checks.map(datasetOf))] });
    const steps = yield* ask(CheckSteps, {
      checks: checks.filter((check) => modeOf(check) === 'state').map(({ check }) => check),
    });
    const tracksOf = (check: CheckHistory) => tracks.get(datasetOf(check)) ?? [];
    const supported = supporting(checks, window.from, Math.max(window.from, end - 1));

    const lanes = new Map<string, readonly LaneSegment[]>();
    const laneOfState = (check: CheckHistory): readonly LaneSegment[] => {
      const known = lanes.get(check.check);
      if (known !== undefined) return known;
      const found = laneOf(check, tracksOf(check), steps, window.from, end, at);
      lanes.set(check.check, found);
      return found;
    };

    const histories = controlHistories(book).filter(({ governed }) => governed.length > 0);
    const asked = histories.map((history) => {
      const supports = supported.get(history.control) ?? [];
      const events = supports
        .filter((check) => modeOf(check) === 'events')
        .map((check) => ({
          check,
          mine: eventBuckets(`${history.control}\n${check.check}`, tracksOf(check), buckets, at),
        }));
      return { history, supports, events };
    });
    const counts = yield* ask(
      Counts,
      asked.flatMap(({ history, events }) =>
        events.flatMap(({ check, mine }) => questionsOf(mine, check, history.excuses, at)),
      ),
    );

    const controls = asked.map(({ history, supports, events }) => {
      const last = book.control.history(history.control).at(-1);
      const row = book.control.find(history.control) ?? last;
      const due = settledAt(history, calendar, window.to, at).all.filter((one) => isDueIn(one, window.from, window.to));
      const segments = supports.filter((check) => modeOf(check) === 'state').map(laneOfState);
      const counted = events.map(({ check, mine }) =>
        countedBuckets(mine, check, tracksOf(check), counts, at.position),
      );
      return {
        control: history.control,
        title: row?.title ?? history.control,
        domain: row?.domain ?? null,
        frequency: row?.frequency ?? ('per-event' as const),
        ...told(states.get(history.control), due, segments, counted, { from: window.from, to: end }, at.asOf),
        cells: cellsOf(buckets, due, segments, counted, at.asOf),
      };
    });
    const sum = (of: (one: (typeof controls)[number]) => number): number =>
      controls.reduce((total, one) => total + of(one), 0);
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      from,
      to,
      bucket,
      buckets: buckets.map((one) => ({ date: one.date, from: printInstant(one.from), to: printInstant(one.to) })),
      groups: GROUPS.map((group) => ({ group, controls: controls.filter((one) => one.group === group).length })),
      totals: {
        onTime: sum(({ counts: { onTime } }) => onTime),
        late: sum(({ counts: { late } }) => late),
        missed: sum(({ counts: { missed } }) => missed),
        pending: sum(({ counts: { pending } }) => pending),
        excused: sum(({ counts: { excused } }) => excused),
        ahead: sum(({ counts: { ahead } }) => ahead),
        failingEpisodes: sum((one) => one.failingEpisodes),
        failSeconds: sum((one) => one.failSeconds),
        unknownSeconds: sum((one) => one.unknownSeconds),
        items: sum((one) => one.items),
        deviations: sum((one) => one.deviations),
      },
      controls: controls.sort(
        (a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || (a.control < b.control ? -1 : 1),
      ),
    };
  },
});

/** How a control's window is told: figures, group and one sentence. */
function told(
  standing: Standing | undefined,
  due: readonly Met[],
  segments: readonly (readonly LaneSegment[])[],
  counted: readonly (readonly CountedBucket[])[],
  window: { readonly from: Instant; readonly to: Instant },
  asOf: Instant,
) {
  const state: ControlState | 'ended' = standing?.state ?? 'ended';
  const counts = tallyOf(due, asOf);
  const all = segments.flat();
  const secondsOf = (outcome: LaneSegment['outcome']): number =>
    all.reduce((sum, one) => (one.outcome === outcome ? sum + one.to - one.from : sum), 0) / SECOND;
  const [failSeconds, unknownSeconds] = [secondsOf('fail'), secondsOf('unknown')];
  const items = counted.flat().reduce((sum, one) => sum + one.items, 0);
  const deviations = counted.flat().reduce((sum, one) => sum + one.deviations, 0);
  const excepted = counted.flat().reduce((sum, one) => sum + one.excepted, 0);
  const unseen = counted.flat().filter(({ outcome }) => outcome === 'unknown').length;
  const failingEpisodes = all.filter(({ outcome }) => outcome === 'fail').length;
  const speaks = standing !== undefined && standing.state !== 'planned';
  const group = groupOf({
    state,
    missed: counts.missed + failingEpisodes + deviations,
    late: counts.late,
    unseen: unknownSeconds >= 1 || unseen > 0 || (speaks && state === 'not-observed'),
    excepted: counts.excused + excepted,
    worked: due.length + segments.length + counted.length > 0,
  });
  return {
    state,
    group,
    because: sentence(
      standing,
      due,
      { failSeconds, unknownSeconds, failingEpisodes, items, deviations, excepted, lanes: segments.length },
      window,
      asOf,
    ),
    counts,
    failingEpisodes,
    failSeconds,
    unknownSeconds,
    items,
    deviations,
  };
}

function groupOf(of: {
  readonly state: ControlState | 'ended';
  readonly missed: number;
  readonly late: number;
  readonly unseen: boolean;
  readonly excepted: number;
  readonly worked: boolean;
}): Group {
  if (of.state === 'failing') return 'failing';
  if (of.state === 'planned' && of.missed + of.late + of.excepted === 0) return 'planned';
  if (of.missed > 0) return 'missed';
  if (of.late > 0) return 'late';
  if (of.unseen) return 'not-observed';
  return of.excepted > 0 ? 'excepted' : 'fine';
}

function sentence(
  standing: Standing | undefined,
  due: readonly Met[],
  of: {
    readonly failSeconds: number;
    readonly unknownSeconds: number;
    readonly failingEpisodes: number;
    readonly items: number;
    readonly deviations: number;
    readonly excepted: number;
    readonly lanes: number;
  },
  window: { readonly from: Instant; readonly to: Instant },
  asOf: Instant,
): string {
  if (standing?.state === 'planned' && due.length === 0) return standing.because[0] ?? 'It is planned.';
  const keys = (state: string): string[] => due.filter((one) => stateOf(one, asOf) === state).map(({ key }) => key);
  const named = (state: string, word: string): string => {
    const found = keys(state);
    return found.length === 0 ? '' : `${found.length} ${word} (${listed(found, 2)})`;
  };
  const onTime = keys('on-time').length;
  const known = due.length - keys('ahead').length;
  const unseen = of.lanes === 0 ? 0 : (of.unknownSeconds * SECOND) / of.lanes;
  const parts = [
    named('missed', 'missed'),
    of.failingEpisodes > 0
      ? `${plural(of.failingEpisodes, 'failing episode')}, ${spoken(of.failSeconds * SECOND)} in all`
      : '',
    of.deviations > 0
      ? `${of.deviations} of ${plural(of.items, 'item')} ${of.deviations === 1 ? 'deviates' : 'deviate'}`
      : '',
    named('late', 'late'),
    unseen >= SECOND ? `not seen for ${spoken(unseen)} of ${spoken(window.to - window.from)}` : '',
    named('excused', 'excused'),
    of.excepted > 0 ? `${plural(of.excepted, 'item')} under an exception` : '',
    known > 0 ? `${onTime} of ${known} on time` : '',
    of.deviations === 0 && of.items > 0 ? `${plural(of.items, 'item')}, none deviates` : '',
  ].filter((part) => part !== '');
  if (parts.length === 0)
    return of.lanes > 0
      ? 'Every check passed or had nothing to apply to.'
      : (standing?.because[0] ?? 'Nothing was due.');
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A cell as it is filled. */
interface Filled {
  readonly states: Set<CellState>;
  readonly keys: string[];
  failSeconds: number;
  unknownSeconds: number;
  items: number;
  deviations: number;
}

/** The cells of a control, the empty ones left out; a figure that is nought is left out too. */
export function cellsOf(
  buckets: readonly Bucket[],
  due: readonly Met[],
  lanes: readonly (readonly LaneSegment[])[],
  counted: readonly (readonly CountedBucket[])[],
  asOf: Instant,
): z.input<typeof Cell>[] {
  const cells = new Map<number, Filled>();
  const cellAt = (at: number): Filled => {
    const cell = cells.get(at) ?? {
      states: new Set(),
      keys: [],
      failSeconds: 0,
      unknownSeconds: 0,
      items: 0,
      deviations: 0,
    };
    cells.set(at, cell);
    return cell;
  };
  for (const one of due) {
    const at = bucketAt(buckets, one.due);
    if (at < 0) continue;
    const cell = cellAt(at);
    cell.keys.push(one.key);
    cell.states.add(stateOf(one, asOf));
  }
  for (const segment of lanes.flat()) {
    let at = bucketAt(buckets, segment.from);
    for (let from = segment.from; at >= 0 && from < segment.to; at += 1) {
      const bucket = buckets[at];
      if (bucket === undefined) break;
      const to = Math.min(segment.to, bucket.to);
      const cell = cellAt(at);
      // The very moment asked about is no gap yet.
      if (segment.outcome !== 'unknown' || segment.to - segment.from >= SECOND)
        cell.states.add(OF_OUTCOME[segment.outcome]);
      if (segment.outcome === 'fail') cell.failSeconds += (to - from) / SECOND;
      if (segment.outcome === 'unknown') cell.unknownSeconds += (to - from) / SECOND;
      from = to;
    }
  }
  for (const one of counted.flat()) {
    const cell = cellAt(one.bucket);
    cell.states.add(OF_OUTCOME[one.outcome]);
    cell.items += one.items;
    cell.deviations += one.deviations;
  }
  return [...cells]
    .filter(([, { states }]) => states.size > 0)
    .sort(([a], [b]) => a - b)
    .map(([at, { states, keys, failSeconds, unknownSeconds, items, deviations }]) => ({
      at,
      state: CELL_STATES.find((state) => states.has(state)) ?? 'ahead',
      ...(keys.length === 0 ? {} : { keys }),
      ...(failSeconds === 0 ? {} : { failSeconds }),
      ...(unknownSeconds === 0 ? {} : { unknownSeconds }),
      ...(items === 0 ? {} : { items }),
      ...(deviations === 0 ? {} : { deviations }),
    }));
}

const OF_OUTCOME = {
  pass: 'pass',
  fail: 'failing',
  unknown: 'not-observed',
  'not-applicable': 'not-applicable',
} as const satisfies Record<LaneSegment['outcome'], CellState>;
