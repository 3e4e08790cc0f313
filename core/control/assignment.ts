import { dayEnd, dayStart, inForce } from '../kernel/time.ts';
import type { Governed, Instant } from '../kernel/time.ts';
import { occurrenceOf } from './schedule.ts';
import type { Calendar, Occurrence, Terms } from './schedule.ts';

/** A performance as recorded; a withdrawn one is not handed in. `at` is never after `recordedAt`. */
export interface Performed {
  readonly id: string;
  readonly at: Instant;
  readonly recordedAt: Instant;
  /** The key of the only occurrence it may meet, or the event it was for. */
  readonly for?: string | undefined;
  readonly outcome: 'done' | 'findings' | 'not-done';
  /** How many files of evidence it has; those that were erased are none. */
  readonly evidence: number;
  /** When the last of them was erased, if it had some and none is left. */
  readonly erasedAt?: Instant | undefined;
}

export interface Unmatched {
  readonly performance: string;
  readonly reason: string;
}

export interface Assignment {
  /** By the occurrence's key. */
  readonly met: ReadonlyMap<string, Performed>;
  readonly unmatched: readonly Unmatched[];
}

/** Oldest first: by the moment performed, then by id. */
export function byAge(a: Performed, b: Performed): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

const isInPeriod = (occurrence: Occurrence, at: Instant): boolean => occurrence.start <= at && at <= occurrence.due;
const isInGrace = (occurrence: Occurrence, at: Instant): boolean => occurrence.due < at && at <= occurrence.graceEnd;

/**
 * Which performance meets which occurrence: contract, "Assignment". Occurrences come by due instant, as `occurrencesOf` gives them, and must
 * reach past the last performance, for a surplus in one period may meet the period before. A performance meets one occurrence or none.
 */
export function assign(occurrences: readonly Occurrence[], performed: readonly Performed[]): Assignment {
  const met = new Map<string, Performed>();
  const used = new Set<string>();
  const meet = (occurrence: Occurrence, performance: Performed): void => {
    met.set(occurrence.key, performance);
    used.add(performance.id);
  };

  const ordered = [...performed].sort(byAge);
  const able = ordered.filter((performance) => performance.outcome !== 'not-done');
  const unkeyed = able.filter((performance) => performance.for === undefined);
  const late = meetByKey(occurrences, able, meet);
  const { inside, strays } = byPeriod(occurrences, unkeyed);

  let stray = 0;
  occurrences.forEach((occurrence, i) => {
    const previous = occurrences[i - 1];
    for (let next = strays[stray]; next && next.at < occurrence.due; next = strays[++stray])
      meetPrevious(previous, next, met, meet);
    const isOpen = !met.has(occurrence.key);
    const held = (inside.get(occurrence) ?? []).filter((performance) => !used.has(performance.id));
    const [oldest] = held;
    if (oldest && (held.length > 1 || !isOpen) && meetPrevious(previous, oldest, met, meet)) held.shift();
    const own = held[0] ?? late.get(occurrence.key);
    if (isOpen && own) meet(occurrence, own);
  });
  for (const next of strays.slice(stray)) meetPrevious(occurrences.at(-1), next, met, meet);

  const byKey = new Map(occurrences.map((occurrence) => [occurrence.key, occurrence]));
  const unmatched = ordered
    .filter((performance) => !used.has(performance.id))
    .map((performance) => ({ performance: performance.id, reason: whyUnmatched(performance, occurrences, byKey) }));
  return { met, unmatched };
}

/**
 * Performances with a key come first, the oldest that lies in its occurrence's time deciding. Answers those that are late: each meets its
 * occurrence only if no unkeyed one of that period is on time.
 */
function meetByKey(
  occurrences: readonly Occurrence[],
  able: readonly Performed[],
  meet: (occurrence: Occurrence, performance: Performed) => void,
): ReadonlyMap<string, Performed> {
  const late = new Map<string, Performed>();
  const keyed = Map.groupBy(
    able.filter((performance) => performance.for !== undefined),
    (performance) => performance.for,
  );
  if (keyed.size === 0) return late;
  for (const occurrence of occurrences) {
    const oldest = keyed
      .get(occurrence.key)
      ?.find((performance) => isInPeriod(occurrence, performance.at) || isInGrace(occurrence, performance.at));
    if (!oldest) continue;
    if (oldest.at <= occurrence.due) meet(occurrence, oldest);
    else late.set(occurrence.key, oldest);
  }
  return late;
}

/** Index of the first of them at or after an instant. */
function firstFrom(performed: readonly Performed[], at: Instant): number {
  let [low, high] = [0, performed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const candidate = performed[middle];
    if (candidate && candidate.at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * In which occurrence's period each lies; where periods overlap, for the control's frequency changed, in the first one to end. Strays were
 * performed on a day off, after `endsOn`, or otherwise in a period that has no occurrence.
 */
function byPeriod(
  occurrences: readonly Occurrence[],
  unkeyed: readonly Performed[],
): { readonly inside: ReadonlyMap<Occurrence, readonly Performed[]>; readonly strays: readonly Performed[] } {
  const inside = new Map<Occurrence, readonly Performed[]>();
  const placed = new Set<Performed>();
  for (const occurrence of occurrences) {
    const held = unkeyed
      .slice(firstFrom(unkeyed, occurrence.start), firstFrom(unkeyed, occurrence.due + 1))
      .filter((performance) => !placed.has(performance));
    for (const performance of held) placed.add(performance);
    if (held.length > 0) inside.set(occurrence, held);
  }
  return { inside, strays: unkeyed.filter((performance) => !placed.has(performance)) };
}

function meetPrevious(
  previous: Occurrence | undefined,
  performance: Performed,
  met: ReadonlyMap<string, Performed>,
  meet: (occurrence: Occurrence, performance: Performed) => void,
): boolean {
  if (!previous || met.has(previous.key) || !isInGrace(previous, performance.at)) return false;
  meet(previous, performance);
  return true;
}

function whyUnmatched(
  performance: Performed,
  occurrences: readonly Occurrence[],
  byKey: ReadonlyMap<string, Occurrence>,
): string {
  if (performance.outcome === 'not-done') return 'It was recorded as not done.';
  if (performance.for === undefined) {
    const own = occurrences.find((occurrence) => isInPeriod(occurrence, performance.at));
    return own ? `Another performance met ${own.key}.` : 'Nothing was due in its period.';
  }
  const named = byKey.get(performance.for);
  if (!named) return `The control has no occurrence ${performance.for}.`;
  if (performance.at < named.start) return `It was performed before ${named.key} began.`;
  if (performance.at > named.graceEnd) return `It was performed after ${named.key} and its grace had ended.`;
  return `Another performance met ${named.key}.`;
}

/**
 * Was it filed for an event: with a key that names no occurrence of the control, while the control was per-event? A key that names one can meet
 * only that one, also after the control became per-event.
 */
export function isFiledEvent(governed: Governed<Terms>, calendar: Calendar, performance: Performed): boolean {
  const isPerEvent = inForce(governed, performance.at)?.frequency === 'per-event';
  return isPerEvent && performance.for !== undefined && occurrenceOf(governed, calendar, performance.for) === undefined;
}

/**
 * Which of the performances filed for events meet one: contract, "Per-event controls". The oldest for an event, from `startsOn` to `endsOn`, is its
 * occurrence. Other performances are passed over.
 */
export function assignEvents(
  governed: Governed<Terms>,
  calendar: Calendar,
  performed: readonly Performed[],
): Assignment {
  const met = new Map<string, Performed>();
  const unmatched: Unmatched[] = [];
  for (const performance of [...performed].sort(byAge)) {
    const event = performance.for;
    if (event === undefined || !isFiledEvent(governed, calendar, performance)) continue;
    const reason =
      whyNotFiled(governed, calendar, performance) ??
      (met.has(event) ? `An older performance is on file for ${event}.` : undefined);
    if (reason === undefined) met.set(event, performance);
    else unmatched.push({ performance: performance.id, reason });
  }
  return { met, unmatched };
}

function whyNotFiled(governed: Governed<Terms>, { zone }: Calendar, { at, outcome }: Performed): string | undefined {
  if (outcome === 'not-done') return 'It was recorded as not done.';
  const terms = inForce(governed, at);
  if (terms?.startsOn === undefined || at < dayStart(zone, terms.startsOn)) return 'The control had not started yet.';
  if (terms.endsOn !== undefined && at > dayEnd(zone, terms.endsOn)) return 'The control had ended.';
  return undefined;
}
