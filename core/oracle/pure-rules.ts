/** The product's pure rules asked about a world: everything recorded, in memory, by its place in one log. Imported by tests only. */
import type { Track } from '../check/coverage.ts';
import { COMPLETE, FAILED } from '../check/coverage.ts';
import { Check, freshnessMs, settlesMs } from '../check/record.ts';
import type { CheckTerms, Steps } from '../check/timeline.ts';
import { checkAt, checkOver, EMPTY, OUTCOMES } from '../check/timeline.ts';
import type { Performed } from '../control/assignment.ts';
import { Control } from '../control/record.ts';
import type { Calendar, Terms } from '../control/schedule.ts';
import type { Excuse } from '../control/settle.ts';
import { controlAt } from '../effectiveness/control-state.ts';
import type { Leg } from '../effectiveness/leg.ts';
import { checkLegAt, eventsLeg, filedEventsLegAt, scheduleLegAt } from '../effectiveness/leg.ts';
import { effectivenessOf } from '../effectiveness/period.ts';
import { requirementAt } from '../effectiveness/requirement-state.ts';
import type { RecordDef } from '../kernel/record.ts';
import { addDays, dayEnd, dayStart, elapsed, inForce, parseDuration, parseInstant } from '../kernel/time.ts';
import type { Governed, Instant } from '../kernel/time.ts';
import type { Held } from '../kernel/version.ts';
import { effectiveAt, governing } from '../kernel/version.ts';
import type { CountedEvent, Covered } from '../population/counts.ts';
import { countedAs, tally } from '../population/counts.ts';
import { isComplete, legWindow, LOOKBACK_DEFAULT } from '../population/reach.ts';
import type { EventCollection, EventRun } from '../population/word.ts';
import type { Rules } from './compare.ts';
import type { ControlAnswer, Effectiveness } from './oracle.ts';
import type { CheckBody, Collection, ControlBody, ItemData, Source, Version, World } from './world.ts';

interface Run extends EventRun {
  readonly item: string;
  readonly data: ItemData;
}

interface Delivered extends Collection {
  readonly index: number;
}

/** What one source delivered, in the order of the log. */
interface Delivery {
  readonly source: Source;
  readonly track: Track;
  readonly collections: readonly Delivered[];
  readonly steps: Steps;
  readonly runs: ReadonlyMap<string, readonly Run[]>;
}

/** The world as a log: a place for each collection and removal, by when it was recorded. */
interface Log {
  readonly recordedAt: readonly Instant[];
  readonly deliveries: readonly Delivery[];
}

const logs = new WeakMap<World, Log>();

function logOf(world: World): Log {
  const kept = logs.get(world);
  if (kept) return kept;
  const entries = world.sources
    .flatMap((source) => [
      ...source.collections.map((collection) => ({ recordedAt: collection.recordedAt, of: collection })),
      ...(source.removedAt === undefined ? [] : [{ recordedAt: source.removedAt, of: source }]),
    ])
    .sort((a, b) => a.recordedAt - b.recordedAt);
  const places = new Map<object, number>(entries.map(({ of }, index) => [of, index]));
  const log = {
    recordedAt: entries.map(({ recordedAt }) => recordedAt),
    deliveries: world.sources.map((source) => deliveryOf(source, places)),
  };
  logs.set(world, log);
  return log;
}

/** How many entries had been recorded by then. */
const positionAt = (world: World, knownAt: Instant): number =>
  logOf(world).recordedAt.filter((recordedAt) => recordedAt <= knownAt).length;

const STATUS = { complete: COMPLETE, partial: 1, failed: FAILED } as const;

function deliveryOf(source: Source, places: ReadonlyMap<object, number>): Delivery {
  const collections = source.collections
    .map((collection) => ({ ...collection, index: places.get(collection) ?? 0 }))
    .sort((a, b) => a.index - b.index);
  const column = (of: (collection: Delivered) => number): readonly number[] => collections.map(of);
  const track: Track = {
    source: source.id,
    n: collections.length,
    index: column((each) => each.index),
    observedAt: column((each) => each.observedAt),
    recordedAt: column((each) => each.recordedAt),
    status: column((each) => STATUS[each.status]),
    items: column((each) => each.items.length),
    from: column((each) => each.from ?? Number.NaN),
    to: column((each) => each.to ?? Number.NaN),
    removedIndex: places.get(source),
    removedAt: source.removedAt,
  };
  return { source, track, collections, steps: stepsOf(collections), runs: runsOf(collections) };
}

const speaksOf = (data: ItemData): boolean => data.inScope !== false && data.applies !== false;
const passes = (data: ItemData): 'pass' | 'fail' | 'unknown' =>
  data.ok === 'error' ? 'unknown' : data.ok ? 'pass' : 'fail';

function outcomeOf({ status, items }: Collection): number {
  const said = items.filter((item) => speaksOf(item.data)).map((item) => passes(item.data));
  if (status === 'failed') return OUTCOMES.indexOf('unknown');
  if (said.includes('fail')) return OUTCOMES.indexOf('fail');
  if (status === 'partial' || said.includes('unknown')) return OUTCOMES.indexOf('unknown');
  if (items.length === 0) return EMPTY;
  return OUTCOMES.indexOf(said.length > 0 ? 'pass' : 'not-applicable');
}

/** A step wherever the outcome differs from that of the collection observed before. */
function stepsOf(collections: readonly Delivered[]): Steps {
  const judged = [...collections]
    .sort((a, b) => a.observedAt - b.observedAt || a.index - b.index)
    .map((each) => ({ observedAt: each.observedAt, index: each.index, outcome: outcomeOf(each) }));
  const steps = judged.filter((each, i) => judged[i - 1]?.outcome !== each.outcome);
  return {
    n: steps.length,
    observedAt: steps.map((each) => each.observedAt),
    index: steps.map((each) => each.index),
    outcome: steps.map((each) => each.outcome),
  };
}

const isSame = (run: Run, at: Instant, data: ItemData): boolean =>
  run.at === at && JSON.stringify(run.data) === JSON.stringify(data);

/** The contents of every event over the log: one ends where another content comes, or a complete collection of that time omits it. */
function runsOf(collections: readonly Delivered[]): ReadonlyMap<string, readonly Run[]> {
  const runs = new Map<string, Run[]>();
  const end = (held: Run[], index: number): void => {
    const last = held.pop();
    if (last) held.push({ ...last, untilIndex: Math.min(last.untilIndex, index) });
  };
  for (const { index, status, from = 0, to = 0, items } of collections) {
    if (status === 'failed') continue;
    const listed = new Set(items.map(({ id }) => id));
    for (const { id, at, data } of items) {
      if (at === undefined) continue;
      const held = runs.get(id) ?? [];
      runs.set(id, held);
      const last = held.at(-1);
      if (last?.untilIndex === Infinity && isSame(last, at, data)) continue;
      end(held, index);
      held.push({ item: id, fromIndex: index, untilIndex: Infinity, at, data });
    }
    if (status === 'partial') continue;
    for (const [id, held] of runs) {
      const at = held.at(-1)?.at ?? Number.NaN;
      if (!listed.has(id) && from <= at && at < to) end(held, index);
    }
  }
  return runs;
}

/** Which versions recorded by then hold when, by the kernel's rule; the first holds for all earlier time (contract, "Nothing changes backwards"). */
function governed<Body extends object>(
  def: RecordDef,
  versions: readonly Version<Body>[],
  zone: string,
  knownAt: Instant,
): Governed<Body> {
  const known: (Held & { readonly body: Body })[] = [];
  for (const { recordedAt, effectiveFrom, correct, retired = false, body } of versions) {
    if (recordedAt > knownAt) continue;
    const version = known.length + 1;
    const [previous, does] =
      correct === undefined ? [known.at(-1), 'change' as const] : [known[correct - 1], 'correct' as const];
    const since = effectiveAt(def, { effectiveFrom }, previous, does, recordedAt, zone);
    known.push({ version, effectiveAt: since, retired, body });
  }
  return governing(known).map(({ from, to, terms }) => ({ from, to, terms: terms.body }));
}

const termsOf = ({ days = 'all', evidence = 'optional', ...body }: ControlBody): Terms => ({ ...body, days, evidence });

const controlOf = (world: World, id: string, knownAt: Instant): Governed<ControlBody> =>
  governed(Control, world.controls.find((each) => each.id === id)?.versions ?? [], world.zone, knownAt);

const scheduleOf = (bodies: Governed<ControlBody>): Governed<Terms> =>
  bodies.map(({ from, to, terms }) => ({ from, to, terms: termsOf(terms) }));

const checkOf = (world: World, id: string, knownAt: Instant): Governed<CheckBody> =>
  governed(Check, world.checks.find((each) => each.id === id)?.versions ?? [], world.zone, knownAt);

const calendarOf = (world: World, knownAt: Instant): Calendar => ({
  zone: world.zone,
  holidays: new Set(world.holidays.filter(({ recordedAt }) => recordedAt <= knownAt).flatMap(({ dates }) => dates)),
});

const performedOf = (world: World, control: string, knownAt: Instant): readonly Performed[] =>
  world.performances.filter(
    ({ control: of, withdrawnAt }) => of === control && (withdrawnAt === undefined || withdrawnAt > knownAt),
  );

const excusesOf = (world: World, control: string): readonly Excuse[] =>
  world.exceptions
    .filter((each) => each.control === control)
    .map(({ approvedAt, ...excuse }) => ({ ...excuse, approvedRecordedAt: approvedAt }));

const deliveriesOf = (world: World, dataset: string): readonly Delivery[] =>
  logOf(world).deliveries.filter(({ source }) => source.dataset === dataset);

const tracksOf = (world: World, dataset: string): readonly Track[] =>
  deliveriesOf(world, dataset).map(({ track }) => track);

function judgingOf(world: World, bodies: Governed<CheckBody>): Governed<CheckTerms> {
  const steps = new Map(logOf(world).deliveries.map((each) => [each.source.id, each.steps]));
  return bodies.map(({ from, to, terms }, i) => ({
    from,
    to,
    terms: {
      version: i + 1,
      freshnessMs: freshnessMs(terms),
      settlesMs: settlesMs(terms),
      stepsOf: (source) => steps.get(source),
    },
  }));
}

const datasetOf = (bodies: Governed<CheckBody>): string => bodies[0]?.terms.dataset ?? '';

/** The items of a dataset that are known and count, each as what it counts for the control under the exceptions approved by then. */
function eventsOf(
  world: World,
  bodies: Governed<CheckBody>,
  control: string,
  knownAt: Instant,
  approvedBy: Instant,
): readonly CountedEvent[] {
  const position = positionAt(world, knownAt);
  const settles = settlesMs(bodies[0]?.terms ?? {});
  const questions = { speaksOf: (run: Run) => speaksOf(run.data), passes: (run: Run) => passes(run.data) };
  return deliveriesOf(world, datasetOf(bodies)).flatMap(({ collections, runs }) => {
    const seen = collections
      .filter(({ index }) => index < position)
      .sort((a, b) => a.observedAt - b.observedAt || a.index - b.index);
    return [...runs].flatMap(([item, all]) => {
      const toldOf = seen.map((each): EventCollection => ({
        ...each,
        from: each.from ?? Number.NaN,
        to: each.to ?? Number.NaN,
        sees: each.items.some(({ id }) => id === item),
      }));
      const covered = coveredOf(world, control, item, approvedBy);
      return countedAs(all, toldOf, settles, bodies, questions, covered) ?? [];
    });
  });
}

/** The days of approved exceptions on an item that were on record by then. */
const coveredOf = (world: World, control: string, item: string, by: Instant): readonly Covered[] =>
  excusesOf(world, control)
    .filter((each) => each.item === item && each.approvedBy !== undefined && each.approvedBy !== each.requestedBy)
    .filter((each) => (each.approvedRecordedAt ?? Infinity) <= by)
    .map(({ from, to }) => ({ from: dayStart(world.zone, from), to: dayEnd(world.zone, to) + 1 }));

function eventsLegAt(
  world: World,
  id: string,
  bodies: Governed<CheckBody>,
  control: string,
  lookback: string,
  T: Instant,
  knownAt: Instant,
): Leg {
  const settles = settlesMs(bodies[0]?.terms ?? {});
  const duration = parseDuration(lookback);
  if (!duration) throw new RangeError(`${lookback} is no duration`);
  const tracks = tracksOf(world, datasetOf(bodies));
  const terms = { lookbackMs: elapsed(duration), settlesMs: settles };
  const window = legWindow(tracks, terms, T, positionAt(world, knownAt));
  if ('silent' in window) return eventsLeg(id, window, tally([]), 0);
  const events = eventsOf(world, bodies, control, knownAt, Math.min(T, knownAt));
  const within = (from: Instant, to: Instant): readonly CountedEvent[] =>
    events.filter(({ at }) => from <= at && at < to);
  const late = tally(within(window.judgedTo, window.to)).deviations;
  return eventsLeg(id, window, tally(within(window.start, window.judgedTo)), late);
}

function legsAt(world: World, control: string, bodies: Governed<ControlBody>, T: Instant, knownAt: Instant) {
  const supporting = world.checks.flatMap(({ id }) => {
    const check = checkOf(world, id, knownAt);
    return inForce(check, T)?.supports.includes(control) ? [{ id, check }] : [];
  });
  const isOfEvents = (check: Governed<CheckBody>): boolean => inForce(check, T)?.mode === 'events';
  const lookback = inForce(bodies, T)?.lookback ?? LOOKBACK_DEFAULT;
  const checks = supporting.map(({ id, check }) => {
    if (isOfEvents(check)) return eventsLegAt(world, id, check, control, lookback, T, knownAt);
    const tracks = tracksOf(world, datasetOf(check));
    return checkLegAt(id, checkAt(tracks, judgingOf(world, check), T, positionAt(world, knownAt), knownAt));
  });
  const terms = scheduleOf(bodies);
  const performed = performedOf(world, control, knownAt);
  const excuses = excusesOf(world, control);
  const schedule = scheduleLegAt(terms, calendarOf(world, knownAt), performed, excuses, T, knownAt);
  const filed = supporting.some(({ check }) => isOfEvents(check))
    ? undefined
    : filedEventsLegAt(terms, calendarOf(world, knownAt), performed, T, knownAt);
  return [...checks, ...[schedule, filed].filter((leg) => leg !== undefined)];
}

function controlStandsAt(world: World, control: string, T: Instant, knownAt: Instant): ControlAnswer | undefined {
  const bodies = controlOf(world, control, knownAt);
  const legs = legsAt(world, control, bodies, T, knownAt);
  const answer = controlAt(scheduleOf(bodies), calendarOf(world, knownAt), legs, T);
  if (!answer) return undefined;
  const { state } = answer;
  if (state === 'planned') return { state, legs: [] };
  return {
    state,
    legs: legs.map(({ kind, name, says }) => ({
      ...(kind === 'schedule'
        ? { leg: kind }
        : name === 'events'
          ? { leg: 'filed-events' }
          : { leg: 'check', check: name }),
      says: says === 'aside' ? 'no-occasion' : says,
    })),
  };
}

function controlOver(
  world: World,
  control: string,
  from: Instant,
  to: Instant,
  knownAt: Instant,
): Effectiveness['controls'][number] {
  const position = positionAt(world, knownAt);
  const supporting = world.checks.flatMap(({ id }) => {
    const check = checkOf(world, id, knownAt);
    return check.some((span) => span.from < to && from < span.to && span.terms.supports.includes(control))
      ? [{ id, check, dataset: datasetOf(check), mode: check[0]?.terms.mode }]
      : [];
  });
  const figures = effectivenessOf({
    control,
    governed: scheduleOf(controlOf(world, control, knownAt)),
    calendar: calendarOf(world, knownAt),
    performed: performedOf(world, control, knownAt),
    excuses: excusesOf(world, control),
    from,
    to,
    knownAt,
    checks: supporting
      .filter(({ mode }) => mode === 'state')
      .map(({ id, check, dataset }) => ({
        check: id,
        ...checkOver(tracksOf(world, dataset), judgingOf(world, check), from, to, position, knownAt),
      })),
    populations: supporting
      .filter(({ mode }) => mode === 'events')
      .map(({ id, check, dataset }) => ({
        dataset,
        check: id,
        ...tally(eventsOf(world, check, control, knownAt, knownAt).filter(({ at }) => from <= at && at < to)),
        complete: isComplete(tracksOf(world, dataset), from, to, position),
        completeBy: 'collector',
      })),
  });
  return {
    ...figures,
    occurrences: figures.occurrences.map(({ key, due, state, performedAt, recordedAt, outside }) => ({
      key,
      due: read(due),
      state,
      ...(performedAt === undefined ? {} : { performedAt: read(performedAt) }),
      ...(recordedAt === undefined ? {} : { recordedAt: read(recordedAt) }),
      ...(outside === undefined ? {} : { outside }),
    })),
    unmatched: figures.unmatched.map(({ performance }) => performance).sort(),
    checks: [...figures.checks],
    populations: [...figures.populations],
  };
}

function read(printed: string): Instant {
  const instant = parseInstant(printed);
  if (instant === undefined) throw new RangeError(`${printed} is no instant`);
  return instant;
}

/** The product's rules, to hold against the oracle. */
export const pureRules = {
  controlAt: controlStandsAt,
  checkAt(world, id, T, knownAt) {
    const check = checkOf(world, id, knownAt);
    if (inForce(check, T)?.mode !== 'state') return undefined;
    const tracks = tracksOf(world, datasetOf(check));
    return checkAt(tracks, judgingOf(world, check), T, positionAt(world, knownAt), knownAt).says;
  },
  requirementAt(world, requirement, framework, T, knownAt) {
    const states = world.controls.flatMap(({ id }) => {
      const answers = inForce(controlOf(world, id, knownAt), T)?.answers[framework];
      return answers?.includes(requirement) ? (controlStandsAt(world, id, T, knownAt)?.state ?? []) : [];
    });
    const { state, counts } = requirementAt(states);
    if (state === 'out-of-scope') throw new RangeError('no requirement of a world is out of scope');
    return { state, counts };
  },
  effectiveness(world, from, to, knownAt) {
    const [start, end] = [dayStart(world.zone, from), dayStart(world.zone, addDays(to, 1))];
    const adopted = world.controls.filter(({ id }) => controlOf(world, id, knownAt).length > 0);
    return { controls: adopted.map(({ id }) => controlOver(world, id, start, end, knownAt)) };
  },
} satisfies Rules;
