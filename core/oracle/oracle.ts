/**
 * The rules of time of `contract.md`, "How time is counted", written from its text alone and as slowly as they read: an independent
 * answer to hold the product's rules against. Imported by tests only.
 */
import type { ControlBody, Frequency, Instant, World } from './world.ts';
import { addDays, dateAt, DAY, elapsed, endOf, startOf } from './zone.ts';
import { bodyAt, reigns } from './versions.ts';
import type { OccurrenceState } from './occurrences.ts';
import { assign, filedEvents, performancesOf, scheduled, stateOf } from './occurrences.ts';
import type { CheckSeconds, CheckWord } from './state-checks.ts';
import { secondsOf, stateWordAt } from './state-checks.ts';
import type { Population } from './event-checks.ts';
import { eventsLegAt, populationOf } from './event-checks.ts';

export type LegWord = 'speaks' | 'fails' | 'silent' | 'no-occasion';
export type Leg = { leg: 'check' | 'schedule' | 'filed-events'; check?: string; says: LegWord };
export type ControlState = 'operating' | 'failing' | 'not-observed' | 'planned' | 'no-occasion';
export type ControlAnswer = { state: ControlState; legs: Leg[] };

export type RequirementState = 'met' | 'partly' | 'unmet' | 'not-observed';
export type RequirementAnswer = {
  state: RequirementState;
  counts: { operating: number; failing: number; notObserved: number; planned: number; noOccasion: number };
};

export type OccurrenceRow = {
  key: string;
  /** The last millisecond of the due day; for a filed event the moment it was performed. */
  due: Instant;
  state: OccurrenceState;
  performedAt?: Instant;
  recordedAt?: Instant;
  outside?: 'before' | 'after';
};

export type ControlEffectiveness = {
  control: string;
  frequency: Frequency;
  operated: 'yes' | 'no' | 'no-occasion' | 'not-observed';
  counts: { expected: number; onTime: number; late: number; missed: number; pending: number; excused: number };
  performedInWindow: number;
  metOutside: number;
  longestGapDays: number | null;
  occurrences: OccurrenceRow[];
  /** Ids of performances. */
  unmatched: string[];
  checks: ({ check: string } & CheckSeconds)[];
  populations: Population[];
};

export type Effectiveness = { controls: ControlEffectiveness[] };

const versionsOf = (world: World, control: string) =>
  world.controls.find((each) => each.id === control)?.versions ?? [];

/** What a check of state says at `at`, seen with what was recorded by `knownAt`; undefined for other checks and before adoption. */
export function checkAt(world: World, check: string, at: Instant, knownAt: Instant): CheckWord | undefined {
  const versions = world.checks.find((each) => each.id === check)?.versions ?? [];
  const body = bodyAt(world.zone, versions, at, knownAt);
  return body?.mode === 'state' ? stateWordAt(world, check, at, knownAt) : undefined;
}

function scheduleLegAt(world: World, control: string, at: Instant, knownAt: Instant): LegWord {
  // "Only what happened by T and was recorded by known-at counts"
  const now = Math.min(at, knownAt);
  const occurrences = scheduled(world, control, dateAt(world.zone, at), knownAt);
  const performances = performancesOf(world, control, knownAt).filter((each) => each.at <= at);
  assign(occurrences, performances);

  const stated = occurrences.flatMap((occurrence) => {
    const state = stateOf(world, control, occurrence, now);
    return state === undefined ? [] : [{ occurrence, state }];
  });

  // "the latest occurrence due by T, excused ones passed over, is missed"
  const latest = stated.filter(({ occurrence, state }) => occurrence.due <= at && state !== 'excused').at(-1);
  if (latest?.state === 'missed') return 'fails';

  // "that occurrence, or the current period's, was met, with evidence where required"; of periods that overlap where the frequency changed,
  // the current one is the first to end
  const current = occurrences.find(({ start, due }) => start <= at && at <= due);
  const speaks = [latest?.occurrence, current].some(
    (each) => each?.metBy !== undefined && (each.body.evidence !== 'required' || each.metBy.evidence === 1),
  );

  // "A schedule with nothing due yet and nothing performed is silent"
  return speaks ? 'speaks' : 'silent';
}

function filedEventsLegAt(world: World, control: string, body: ControlBody, at: Instant, knownAt: Instant): LegWord {
  // "Filed events are a leg only without an events check: it speaks if one lies in the look-back, else has no occasion"
  const performances = performancesOf(world, control, knownAt).filter((each) => each.at <= at);
  const since = at - elapsed(body.lookback ?? 'P90D');
  const filed = filedEvents(world, control, performances, knownAt);
  return filed.some((each) => since <= each.due && each.due <= at) ? 'speaks' : 'no-occasion';
}

function legsAt(world: World, control: string, body: ControlBody, at: Instant, knownAt: Instant): Leg[] {
  // "Its legs are each check that supports it, its schedule, its events"
  const legs: Leg[] = [];
  let eventsCheck = false;

  for (const { id: check, versions } of world.checks) {
    const checkBody = bodyAt(world.zone, versions, at, knownAt);
    if (!checkBody?.supports.includes(control)) continue;
    if (checkBody.mode === 'events') {
      eventsCheck = true;
      legs.push({
        leg: 'check',
        check,
        says: eventsLegAt(world, check, checkBody, control, body.lookback, at, knownAt),
      });
    } else {
      const word = stateWordAt(world, check, at, knownAt);
      const says = { pass: 'speaks', fail: 'fails', unknown: 'silent', 'not-applicable': 'no-occasion' } as const;
      legs.push({ leg: 'check', check, says: says[word] });
    }
  }

  if (body.frequency === 'per-event') {
    if (!eventsCheck) legs.push({ leg: 'filed-events', says: filedEventsLegAt(world, control, body, at, knownAt) });
  } else if (body.frequency !== 'continuous') {
    legs.push({ leg: 'schedule', says: scheduleLegAt(world, control, at, knownAt) });
  }
  return legs;
}

/**
 * How a control stood at `at`, seen with what was recorded by `knownAt`.
 * Undefined where it answers nothing: not recorded by then, retired, or after its `endsOn`.
 */
export function controlAt(world: World, control: string, at: Instant, knownAt: Instant): ControlAnswer | undefined {
  const body = bodyAt(world.zone, versionsOf(world, control), at, knownAt);
  if (!body) return undefined;

  // "After `endsOn` it answers nothing any more"
  if (body.endsOn !== undefined && at > endOf(world.zone, body.endsOn)) return undefined;
  // "`planned` before `startsOn`"; "without it the control is planned"
  if (body.startsOn === undefined || at < startOf(world.zone, body.startsOn)) return { state: 'planned', legs: [] };

  const legs = legsAt(world, control, body, at, knownAt);
  // "legs that are not-applicable or without occasion are left aside"
  const remaining = legs.filter(({ says }) => says !== 'no-occasion');

  if (remaining.some(({ says }) => says === 'fails')) return { state: 'failing', legs };
  if (remaining.length > 0 && remaining.every(({ says }) => says === 'speaks')) return { state: 'operating', legs };
  if (legs.length > 0 && remaining.length === 0) return { state: 'no-occasion', legs };
  return { state: 'not-observed', legs };
}

/** How a requirement in scope stood at `at`, seen with what was recorded by `knownAt`. */
export function requirementAt(
  world: World,
  ref: string,
  framework: string,
  at: Instant,
  knownAt: Instant,
): RequirementAnswer {
  const states = world.controls
    .filter(({ versions }) => bodyAt(world.zone, versions, at, knownAt)?.answers[framework]?.includes(ref))
    .flatMap(({ id }) => controlAt(world, id, at, knownAt)?.state ?? []);
  const count = (state: ControlState) => states.filter((each) => each === state).length;
  const counts = {
    operating: count('operating'),
    failing: count('failing'),
    notObserved: count('not-observed'),
    planned: count('planned'),
    noOccasion: count('no-occasion'),
  };

  // "leaving aside controls with no occasion"
  const weighed = states.length - counts.noOccasion;
  if (states.length === 0) return { state: 'unmet', counts };
  if (counts.operating === 0 && counts.failing > 0) return { state: 'unmet', counts };
  if (weighed > 0 && counts.operating === weighed) return { state: 'met', counts };
  if (counts.operating > 0) return { state: 'partly', counts };
  return { state: 'not-observed', counts };
}

/** The longest stretch of [from, to) without one of `moments`, in days to one decimal, halves rounded up. */
function longestGap(moments: Instant[], from: Instant, to: Instant): number {
  // "up to known-at and from `startsOn`, edges included (elapsed days, one decimal …)"
  if (to <= from) return 0;
  const stops = [from, ...moments.filter((each) => from <= each && each < to).sort((a, b) => a - b), to];
  const gaps = stops.slice(1).map((stop, index) => stop - (stops[index] ?? stop));
  return Math.floor((Math.max(...gaps) * 10 + DAY / 2) / DAY) / 10;
}

function controlEffectiveness(
  world: World,
  control: string,
  from: string,
  to: string,
  knownAt: Instant,
): ControlEffectiveness {
  // "A window runs from the first instant of `--from` to the end of `--to`, half-open"
  const start = startOf(world.zone, from);
  const end = startOf(world.zone, addDays(to, 1));
  const inside = (at: Instant) => start <= at && at < end;

  const governing = reigns(world.zone, versionsOf(world, control), knownAt).filter((each) => each.body !== undefined);
  const lastMoment = Math.min(end - 1, Math.max(knownAt, start));
  const body = (governing.filter((each) => each.from <= lastMoment).at(-1) ?? governing[0])?.body;
  if (!body) throw new Error(`${control} was retired from its first version on`);

  const performances = performancesOf(world, control, knownAt);
  const scheduledOnes = scheduled(world, control, addDays(dateAt(world.zone, Math.max(end, knownAt)), 1), knownAt);
  const events = filedEvents(world, control, performances, knownAt);
  assign(
    scheduledOnes,
    performances.filter((each) => !events.some(({ key }) => key === each.for)),
  );
  const all = [...scheduledOnes, ...events];

  // "Windows count the occurrences whose due instant lies in them"
  const rows = all
    .filter((each) => inside(each.due))
    .flatMap((occurrence): OccurrenceRow[] => {
      const state = stateOf(world, control, occurrence, knownAt);
      if (state === undefined) return [];
      const { key, due, metBy } = occurrence;
      if (!metBy) return [{ key, due, state }];
      // "One met outside the window is marked `outside: before|after`"
      const outside = metBy.at < start ? 'before' : metBy.at >= end ? 'after' : undefined;
      return [
        { key, due, state, performedAt: metBy.at, recordedAt: metBy.recordedAt, ...(outside ? { outside } : {}) },
      ];
    })
    .sort((a, b) => a.due - b.due || (a.key < b.key ? -1 : 1));
  const count = (state: OccurrenceState) => rows.filter((each) => each.state === state).length;

  // "`performedInWindow` counts performances in the window (not `not-done`)"
  const inWindow = performances.filter((each) => inside(each.at));
  const done = inWindow.filter((each) => each.outcome !== 'not-done');
  // "it meets nothing and is listed under `unmatched` (those performed in the window, `not-done` too …)"
  const unmatched = inWindow.filter((each) => !all.some(({ metBy }) => metBy === each)).map(({ id }) => id);

  const scheduleless = body.startsOn === undefined || body.frequency === 'continuous' || body.frequency === 'per-event';
  const gapFrom = body.startsOn === undefined ? start : Math.max(start, startOf(world.zone, body.startsOn));

  const checks: ControlEffectiveness['checks'] = [];
  const populations: ReturnType<typeof populationOf>[] = [];
  for (const { id: check, versions } of world.checks) {
    const supporting = reigns(world.zone, versions, knownAt)
      .filter((each) => each.from < end && start < each.to)
      .flatMap((each) => (each.body?.supports.includes(control) ? [each.body] : []))[0];
    if (!supporting) continue;
    if (supporting.mode === 'state') checks.push({ check, ...secondsOf(world, check, start, end, knownAt) });
    else populations.push(populationOf(world, check, supporting.dataset, control, start, end, knownAt));
  }

  // "yes if an occurrence was met by a performance in the window, a state check passed for a second, or an item of a population passed"
  const yes =
    all.some(({ metBy }) => metBy !== undefined && inside(metBy.at)) ||
    checks.some(({ passSeconds }) => passSeconds >= 1) ||
    populations.some(({ passes }) => passes > 0);
  // "else no if one was missed, a check failed, or an item deviated"
  const no =
    count('missed') > 0 ||
    checks.some(({ failSeconds }) => failSeconds > 0) ||
    populations.some(({ deviations }) => deviations > 0);
  // "else no-occasion if every population is complete; else not-observed"
  const noOccasion = populations.length > 0 && populations.every(({ complete }) => complete);

  return {
    control,
    frequency: body.frequency,
    operated: yes ? 'yes' : no ? 'no' : noOccasion ? 'no-occasion' : 'not-observed',
    counts: {
      expected: rows.length,
      onTime: count('on-time'),
      late: count('late'),
      missed: count('missed'),
      pending: count('pending'),
      excused: count('excused'),
    },
    performedInWindow: done.length,
    metOutside: rows.filter((each) => each.outside !== undefined).length,
    longestGapDays: scheduleless
      ? null
      : longestGap(
          done.map(({ at }) => at),
          gapFrom,
          Math.min(end, knownAt),
        ),
    occurrences: rows,
    unmatched: unmatched.sort(),
    checks,
    populations: populations.map(({ passes: _, ...population }) => population),
  };
}

/** How each control adopted by `knownAt` operated from the date `from` to the date `to`, both inclusive. */
export function effectiveness(world: World, from: string, to: string, knownAt: Instant): Effectiveness {
  // "All controls adopted by known-at are listed"
  const adopted = world.controls.filter(({ versions }) =>
    reigns(world.zone, versions, knownAt).some((each) => each.body !== undefined),
  );
  return { controls: adopted.map(({ id }) => controlEffectiveness(world, id, from, to, knownAt)) };
}
