import { assign, assignEvents } from '../control/assignment.ts';
import type { Performed } from '../control/assignment.ts';
import { lacksErased } from '../control/lacking.ts';
import { longestPeriod, isPeriodic, occurrencesOf } from '../control/schedule.ts';
import type { Calendar, Occurrence, Terms } from '../control/schedule.ts';
import { settle } from '../control/settle.ts';
import type { Excuse } from '../control/settle.ts';
import type { Since } from '../check/failing.ts';
import type { CheckSays, SourceSays } from '../check/timeline.ts';
import { dayOf, elapsed, inForce, parseDuration, printInstant } from '../kernel/time.ts';
import type { Governed, Instant } from '../kernel/time.ts';
import { LOOKBACK_DEFAULT } from '../population/reach.ts';
import type { ItemCounts, LegSilence, LegWindow } from '../population/reach.ts';

/** One of the things that speak for a control at a moment: a check, its schedule, its events. */
export interface Leg {
  readonly kind: 'check' | 'schedule' | 'events';
  readonly name: string;
  /** `aside`: not applicable, or without occasion. */
  readonly says: 'speaks' | 'fails' | 'silent' | 'aside';
  readonly because: string;
  /** Of one that fails and is no leg of events: since when. */
  readonly since?: Since;
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

const CHECK_LEG = {
  pass: 'speaks',
  fail: 'fails',
  unknown: 'silent',
  'not-applicable': 'aside',
} as const satisfies Record<CheckSays['says'], Leg['says']>;

const WHY_UNKNOWN = {
  judged: 'could not be judged on every item',
  stale: 'has delivered nothing fresh since',
  'not-judged': 'was not judged by this check since',
  emptied: 'delivered no items for the first time',
  partial: 'was collected only in part',
  failed: 'could not be collected',
} as const satisfies Record<SourceSays['why'], string>;

/** What a sentence calls a check: its title, by which people know it. */
const called = (name: string, title: string | undefined): string => (title === undefined ? name : `“${title}”`);

/** The leg of a check of state, from what `checkAt` says and, where it fails, since when it has. */
export function checkLegAt(name: string, said: CheckSays, title?: string, since?: Since): Leg {
  const it = called(name, title);
  const leg = (because: string): Leg => ({ kind: 'check', name, says: CHECK_LEG[said.says], because });
  if (said.because.length === 0) return leg(`${it}: nothing that a source delivered is known of that time.`);
  const decisive = said.because.filter((source) => source.says === said.says);
  const of = decisive.map((source) => `${source.source} (${printInstant(source.observedAt)})`).join(', ');
  switch (said.says) {
    case 'pass':
      return leg(`${it} passes: ${of}.`);
    case 'fail':
      if (since === undefined) return leg(`${it} fails: ${of}.`);
      return {
        ...leg(
          `${it} has failed since ${printInstant(since.from)}${since.isSeen ? '' : ' or earlier'}; last collected: ${of}.`,
        ),
        since,
      };
    case 'not-applicable':
      return leg(`${it} applies to nothing: ${of}.`);
    case 'unknown':
      return leg(
        `${it} is unknown: ${decisive.map((source) => `${source.source} ${WHY_UNKNOWN[source.why]} (${printInstant(source.observedAt)})`).join(', ')}.`,
      );
  }
}

const WHY_SILENT = {
  'no-source': 'no source delivers its events',
  'no-collection': 'a source has delivered no complete collection yet',
  stale: 'complete collections do not reach far enough',
} as const satisfies Record<LegSilence['silent'], string>;

/**
 * The leg of a check of events, from its window, the items of [start, judgedTo) and the deviations of [judgedTo, to). An item under an
 * exception has not passed: with one the leg does not speak.
 */
export function eventsLeg(
  name: string,
  window: LegWindow | LegSilence,
  counts: ItemCounts,
  lateDeviations: number,
  title?: string,
): Leg {
  const it = called(name, title);
  const leg = (says: Leg['says'], because: string): Leg => ({ kind: 'events', name, says, because });
  if ('silent' in window) {
    const until = window.reach === undefined ? '' : ` (only to ${printInstant(window.reach)})`;
    return leg('silent', `${it}: ${WHY_SILENT[window.silent]}${until}.`);
  }
  const since = `since ${printInstant(window.start)}`;
  const deviations = counts.deviations + lateDeviations;
  if (deviations > 0)
    return leg(
      'fails',
      `${it}: ${deviations} of ${plural(counts.items + lateDeviations, 'item')} ${since} ${deviations === 1 ? 'deviates' : 'deviate'}.`,
    );
  if (window.hole !== undefined)
    return leg('silent', `${it}: complete collections have a hole at ${printInstant(window.hole)}.`);
  if (counts.items === 0) return leg('aside', `${it}: no items ${since}.`);
  if (counts.unknown > 0)
    return leg('silent', `${it}: ${counts.unknown} of ${plural(counts.items, 'item')} ${since} could not be judged.`);
  if (counts.excepted > 0)
    return leg('silent', `${it}: ${counts.excepted} of ${plural(counts.items, 'item')} ${since} under an exception.`);
  return leg('speaks', `${it}: ${plural(counts.items, 'item')} ${since}, all pass.`);
}

/** Only what happened by T and was recorded by known-at counts. */
function countedAt(performed: readonly Performed[], T: Instant, knownAt: Instant): readonly Performed[] {
  return performed.filter((performance) => performance.at <= T && performance.recordedAt <= knownAt);
}

/**
 * The schedule's leg at T, or undefined where the version in force has no periods. It fails if the latest occurrence due by T is missed
 * (excused ones, and a part-period that was not met, are passed over) and speaks if that one or the current period's was met, with evidence
 * where that is required.
 */
export function scheduleLegAt(
  governed: Governed<Terms>,
  calendar: Calendar,
  performed: readonly Performed[],
  excuses: readonly Excuse[],
  T: Instant,
  knownAt: Instant,
): Leg | undefined {
  const terms = inForce(governed, T);
  if (!terms || !isPeriodic(terms.frequency)) return undefined;
  const counted = countedAt(performed, T, knownAt);
  const since = T - RECENT_PERIODS * longestPeriod(governed);
  return (
    scheduleLegSince(since, governed, calendar, counted, excuses, T, knownAt) ??
    scheduleLegSince(-Infinity, governed, calendar, counted, excuses, T, knownAt)
  );
}

/** How far back to look first: a daily control of ten years is answered from its last weeks. */
const RECENT_PERIODS = 20;
/** Whether an occurrence is met depends on its neighbours at most, so only the first ones of a cut schedule may differ from the whole. */
const CUT_EDGE = 3;

/** The leg from the occurrences due since then, or undefined if the one that decides may lie further back. */
function scheduleLegSince(
  since: Instant,
  governed: Governed<Terms>,
  calendar: Calendar,
  counted: readonly Performed[],
  excuses: readonly Excuse[],
  T: Instant,
  knownAt: Instant,
): Leg | undefined {
  const leg = (says: Leg['says'], because: string): Leg => ({ kind: 'schedule', name: 'schedule', says, because });
  const occurrences = occurrencesOf(governed, calendar, since, T + longestPeriod(governed));
  const earliest = occurrences.reduce((least, occurrence) => Math.min(least, occurrence.start), Infinity);
  const { met } = assign(
    occurrences,
    counted.filter((performance) => performance.at >= earliest),
  );
  const known = Math.min(T, knownAt);

  const current = occurrences.find((occurrence) => occurrence.start <= T && T <= occurrence.due);
  const decides = occurrences.findLastIndex(
    (occurrence) => occurrence.due <= T && counts(occurrence, met.get(occurrence.key), excuses, calendar, known),
  );
  if (since > -Infinity && decides < CUT_EDGE) return undefined;
  const latest = occurrences[decides];
  const performances = [current, latest].flatMap((occurrence) => {
    const performance = occurrence && met.get(occurrence.key);
    return occurrence && performance ? [{ occurrence, performance }] : [];
  });
  const date = (t: Instant): string => dayOf(calendar.zone, t);
  if (latest && !met.has(latest.key) && known > latest.graceEnd)
    return {
      ...leg('fails', `Due ${date(latest.due)}, not performed by ${date(latest.graceEnd)}.`),
      since: { from: latest.graceEnd + 1, isSeen: true },
    };
  const proven = performances.find(
    ({ occurrence, performance }) =>
      performance.evidence > 0 || inForce(governed, occurrence.due)?.evidence === 'optional',
  );
  if (proven)
    return leg(
      'speaks',
      `Performed ${date(proven.performance.at)} for ${proven.occurrence.key}, due ${date(proven.occurrence.due)}.`,
    );
  const bare = performances[0];
  if (bare) {
    const { at, erasedAt } = bare.performance;
    return leg(
      'silent',
      `Performed ${date(at)} for ${bare.occurrence.key}, ${erasedAt === undefined ? 'without the evidence it requires' : `and the evidence it requires was erased on ${date(erasedAt)}`}.`,
    );
  }
  if (latest)
    return leg('silent', `Due ${date(latest.due)}, not performed yet; its grace ends ${date(latest.graceEnd)}.`);
  return leg('silent', 'Nothing has been due yet, and nothing was performed.');
}

/** Not passed over: met, or neither excused nor a part-period. */
function counts(
  occurrence: Occurrence,
  performance: Performed | undefined,
  excuses: readonly Excuse[],
  calendar: Calendar,
  known: Instant,
): boolean {
  if (performance) return true;
  return !occurrence.part && settle(occurrence, undefined, excuses, calendar, known) !== 'excused';
}

/**
 * The leg of events filed by hand, of a per-event control that no events check supports: it speaks if one lies in the look-back before T, else
 * it had no occasion. Undefined where the control is not per-event.
 */
export function filedEventsLegAt(
  governed: Governed<Terms>,
  calendar: Calendar,
  performed: readonly Performed[],
  T: Instant,
  knownAt: Instant,
): Leg | undefined {
  const terms = inForce(governed, T);
  if (terms?.frequency !== 'per-event') return undefined;
  const lookback = parseDuration(terms.lookback ?? LOOKBACK_DEFAULT) ?? { days: 0, ms: 0 };
  const since = T - elapsed(lookback);
  const { met } = assignEvents(governed, calendar, countedAt(performed, T, knownAt));
  const all = [...met.values()].filter((performance) => performance.at >= since);
  const filed = all.filter((performance) => !lacksErased(governed, performance, performance.at));
  const leg = (says: Leg['says'], because: string): Leg => ({ kind: 'events', name: 'events', says, because });
  if (filed.length === 0 && all.length > 0)
    return leg(
      'silent',
      `${plural(all.length, 'event')} on file since ${printInstant(since)}, and the evidence required was erased.`,
    );
  return filed.length > 0
    ? leg('speaks', `${plural(filed.length, 'event')} on file since ${printInstant(since)}.`)
    : leg('aside', `No event on file since ${printInstant(since)}.`);
}
