/** Occurrences of a control's schedule, the performances that meet them, and their states. */
import type { ControlBody, Exception, Instant, Performance, World } from './world.ts';
import { addDays, dateAt, elapsed, endOf, existsIn, periodOf, startOf, weekday, DAY } from './zone.ts';
import { reigns } from './versions.ts';

export type OccurrenceState = 'on-time' | 'late' | 'missed' | 'pending' | 'excused';

export type Occurrence = {
  key: string;
  /** The first instant at which a performance can meet it. */
  start: Instant;
  due: Instant;
  /** The last instant at which a performance can meet it late. */
  deadline: Instant;
  /** The part-period in which the control starts: listed only if met. */
  part: boolean;
  body: ControlBody;
  metBy?: Performance;
};

const graceDefaults = {
  daily: 'P1D',
  weekly: 'P3D',
  monthly: 'P7D',
  quarterly: 'P14D',
  semiannual: 'P30D',
  annual: 'P30D',
};

const byAge = (a: Performance, b: Performance) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** The performances of a control that were recorded and not withdrawn by `knownAt`, `not-done` included, oldest first. */
export function performancesOf(world: World, control: string, knownAt: Instant): Performance[] {
  return world.performances
    .filter((each) => each.control === control && each.recordedAt <= knownAt)
    .filter((each) => each.withdrawnAt === undefined || each.withdrawnAt > knownAt)
    .sort(byAge);
}

function isWorkday(world: World, date: string, knownAt: Instant): boolean {
  // "a control has none on Saturdays, Sundays and `holidays`"
  const holidays = world.holidays.filter((list) => list.recordedAt <= knownAt).flatMap((list) => list.dates);
  return weekday(date) <= 5 && !holidays.includes(date);
}

function deadlineOf(world: World, body: ControlBody, last: string, knownAt: Instant): Instant {
  if (body.frequency === 'continuous' || body.frequency === 'per-event') throw new Error('no schedule, no grace');

  // "Grace adds calendar days"; "its grace skips such days"
  let left = elapsed(body.grace ?? graceDefaults[body.frequency]) / DAY;
  let day = last;
  while (left > 0) {
    day = addDays(day, 1);
    if (body.days !== 'weekdays' || isWorkday(world, day, knownAt)) left -= 1;
  }
  return endOf(world.zone, day);
}

/** Every occurrence of the schedule whose period begins by the date `until`, in order of due, none of them met yet. */
export function scheduled(world: World, control: string, until: string, knownAt: Instant): Occurrence[] {
  const found: Occurrence[] = [];
  const versions = world.controls.find((each) => each.id === control)?.versions ?? [];

  for (const reign of reigns(world.zone, versions, knownAt)) {
    const body = reign.body;
    if (!body?.startsOn) continue;

    const seen = new Set<string>();
    for (let date = body.startsOn; date <= until; date = addDays(date, 1)) {
      const period = periodOf(body.frequency, date);
      if (!period || seen.has(period.key)) continue;
      seen.add(period.key);

      // "for each period that begins on or after its `startsOn` and ends on or before its `endsOn`"
      if (body.endsOn !== undefined && period.last > body.endsOn) continue;
      if (!existsIn(world.zone, period.last) && period.first === period.last) continue;
      if (body.frequency === 'daily' && body.days === 'weekdays' && !isWorkday(world, date, knownAt)) continue;

      // "due is the end of the period's last day"; "A version … governs what falls due"
      const due = endOf(world.zone, period.last);
      if (due < reign.from || due >= reign.to) continue;

      // "The part-period in which it starts has one too, counted only if it was met on or after `startsOn`"
      const part = period.first < body.startsOn;
      const start = startOf(world.zone, part ? body.startsOn : period.first);
      found.push({ key: period.key, start, due, deadline: deadlineOf(world, body, period.last, knownAt), part, body });
    }
  }
  return found.sort((a, b) => a.due - b.due || a.start - b.start);
}

/**
 * Meets the occurrences (in order of due) with the performances, by the rules of "Assignment". Writes `metBy`.
 * A period is that of the occurrence in which a performance lies; one that lies in none stands in a period of its own.
 */
export function assign(occurrences: Occurrence[], performances: Performance[]): void {
  // "`not-done` meets none"
  const able = performances.filter((each) => each.outcome !== 'not-done').sort(byAge);
  const unkeyed = able.filter((each) => each.for === undefined);
  const periodWith = (performance: Performance) =>
    occurrences.find((each) => each.start <= performance.at && performance.at <= each.due);

  // "Those with a KEY come first: each can meet only that one, the oldest decides (unless an unkeyed one of that period is on time)"
  for (const occurrence of occurrences) {
    const oldest = able.find(
      (each) => each.for === occurrence.key && occurrence.start <= each.at && each.at <= occurrence.deadline,
    );
    if (!oldest) continue;
    const late = oldest.at > occurrence.due;
    if (late && unkeyed.some((each) => periodWith(each) === occurrence)) continue;
    occurrence.metBy = oldest;
  }

  // "The others are taken period by period"
  const periods: { position: Instant; own?: Occurrence; previous: Occurrence | undefined; held: Performance[] }[] = [];
  for (const performance of unkeyed) {
    const own = periodWith(performance);
    const existing = own && periods.find((period) => period.own === own);
    if (existing) {
      existing.held.push(performance);
    } else if (own) {
      periods.push({
        position: own.due,
        own,
        previous: occurrences[occurrences.indexOf(own) - 1],
        held: [performance],
      });
    } else {
      const previous = occurrences.filter((each) => each.due < performance.at).at(-1);
      periods.push({ position: performance.at, previous, held: [performance] });
    }
  }
  periods.sort((a, b) => a.position - b.position);

  for (const { own, previous, held } of periods) {
    // "if a period holds two or more of them (or has no occurrence left to meet), the previous occurrence is unmet and the oldest
    // lies within its grace, the oldest meets the previous one and the next meets its own; otherwise the oldest meets its own"
    const [oldest, next] = held;
    if (!oldest) continue;
    const ownLeft = own !== undefined && own.metBy === undefined;
    const reachesBack =
      previous !== undefined &&
      previous.metBy === undefined &&
      previous.due < oldest.at &&
      oldest.at <= previous.deadline;

    if ((held.length >= 2 || !ownLeft) && previous && reachesBack) {
      previous.metBy = oldest;
      if (own && ownLeft && next) own.metBy = next;
    } else if (own && ownLeft) {
      own.metBy = oldest;
    }
  }
}

/** Events filed with a key, one occurrence for each key, on time when the oldest of that key was performed. */
export function filedEvents(
  world: World,
  control: string,
  performances: Performance[],
  knownAt: Instant,
): Occurrence[] {
  const versions = world.controls.find((each) => each.id === control)?.versions ?? [];
  if (!versions.some(({ body }) => body.frequency === 'per-event')) return [];
  const last = performances.at(-1)?.at ?? 0;
  // "each can meet only that one": the key of an occurrence names no event, though the control may be per-event by then
  const keys = new Set(
    scheduled(world, control, addDays(dateAt(world.zone, last), 366), knownAt).map(({ key }) => key),
  );
  const found: Occurrence[] = [];

  for (const performance of [...performances].sort(byAge)) {
    if (performance.for !== undefined && keys.has(performance.for)) continue;
    const body = reigns(world.zone, versions, knownAt).find(
      (each) => each.from <= performance.at && performance.at < each.to,
    )?.body;
    if (body?.frequency !== 'per-event' || performance.for === undefined || performance.outcome === 'not-done')
      continue;
    if (body.startsOn === undefined || performance.at < startOf(world.zone, body.startsOn)) continue;
    if (body.endsOn !== undefined && performance.at > endOf(world.zone, body.endsOn)) continue;
    if (found.some((each) => each.key === performance.for)) continue;

    // "Per-event controls have … only events filed with `perform --for EVENT` (on-time at `performedAt`, key EVENT)"
    const { at } = performance;
    found.push({ key: performance.for, start: at, due: at, deadline: at, part: false, body, metBy: performance });
  }
  return found;
}

function covers(zone: string, exception: Exception, occurrence: Occurrence, knownAt: Instant): boolean {
  // "an exception covering the due date was approved by someone other than who asked for it and recorded before the due instant"
  const { approvedAt, approvedBy, requestedBy } = exception;
  if (approvedAt === undefined || approvedBy === undefined || approvedBy === requestedBy) return false;
  if (approvedAt > knownAt || approvedAt >= occurrence.due) return false;
  const date = dateAt(zone, occurrence.due);
  return exception.from <= date && date <= exception.to;
}

/** The state at `now`; undefined for a part-period that was not met, which is not counted. */
export function stateOf(
  world: World,
  control: string,
  occurrence: Occurrence,
  now: Instant,
): OccurrenceState | undefined {
  // "An excused occurrence can still be met: the performance wins"
  if (occurrence.metBy) return occurrence.metBy.at <= occurrence.due ? 'on-time' : 'late';
  if (occurrence.part) return undefined;

  const exceptions = world.exceptions.filter((each) => each.control === control && each.item === undefined);
  if (exceptions.some((each) => covers(world.zone, each, occurrence, now))) return 'excused';

  // "else `pending` while known-at ≤ due + grace (what is due later too); else `missed`"
  return now <= occurrence.deadline ? 'pending' : 'missed';
}
