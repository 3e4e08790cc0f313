import type { StepsOf } from '../check/feed.ts';
import type { CountQuestion } from '../population/feed.ts';
import type { Track } from '../check/coverage.ts';
import type { Episode } from '../check/failing.ts';
import { failingEpisodes, failingSince } from '../check/failing.ts';
import { settlesMs } from '../check/record.ts';
import type { CheckTerms } from '../check/timeline.ts';
import { checkAt } from '../check/timeline.ts';
import type { Calendar } from '../control/schedule.ts';
import type { At, Governed, Instant } from '../kernel/index.ts';
import { elapsed, inForce, parseDuration } from '../kernel/index.ts';
import type { ItemCounts, LegSilence, LegWindow } from '../population/reach.ts';
import { legWindow, LOOKBACK_DEFAULT } from '../population/reach.ts';
import type { Leg } from './leg.ts';
import { checkLegAt, eventsLeg, filedEventsLegAt, scheduleLegAt } from './leg.ts';
import type { CheckHistory, ControlHistory } from './reading.ts';
import { countQuestion, datasetOf, modeOf, stateTerms } from './reading.ts';

/** What sources delivered and checks said, as a view got it from its feeds. */
export interface Observed {
  readonly tracks: ReadonlyMap<string, readonly Track[]>;
  readonly steps: StepsOf;
  /** What a check of state says under each of its versions. */
  termsOf(check: CheckHistory): Governed<CheckTerms>;
  /** When a check of state failed, up to the last moment asked about. */
  failingOf(check: CheckHistory): readonly Episode[];
}

/** What is observed up to `until`; of each check put together once, and only if it is asked for. */
export function observedUntil(
  until: Instant,
  tracks: Observed['tracks'],
  steps: StepsOf,
  { position, knownAt }: Pick<At, 'position' | 'knownAt'>,
): Observed {
  const termsOf = once((check) => stateTerms(check, steps));
  return {
    tracks,
    steps,
    termsOf,
    failingOf: once((check) =>
      failingEpisodes(tracks.get(datasetOf(check)) ?? [], termsOf(check), until, position, knownAt),
    ),
  };
}

function once<T>(of: (check: CheckHistory) => T): (check: CheckHistory) => T {
  const known = new Map<string, T>();
  return (check) => {
    const found = known.get(check.check) ?? of(check);
    known.set(check.check, found);
    return found;
  };
}

/** The events checks of a control at T with their windows: what has still to be counted. */
export interface EventsLeg {
  readonly check: CheckHistory;
  readonly window: LegWindow | LegSilence;
  /** Of [start, judgedTo) and of [judgedTo, to); none where the window is silent at once. */
  readonly questions: readonly CountQuestion[];
}

const NO_ITEMS: ItemCounts = { items: 0, deviations: 0, unknown: 0, excepted: 0 };

const countedKey = (control: string, check: string): string => `${control}\n${check}\ncounted`;
const afterKey = (control: string, check: string): string => `${control}\n${check}\nafter`;

/** The windows in which the control's events checks look back from T: contract, "The leg of an events check at T". */
export function eventsLegsAt(
  control: ControlHistory,
  checks: readonly CheckHistory[],
  observed: Observed,
  at: At,
): readonly EventsLeg[] {
  const lookback = parseDuration(inForce(control.governed, at.asOf)?.lookback ?? LOOKBACK_DEFAULT) ?? {
    days: 0,
    ms: 0,
  };
  return checks
    .filter((check) => modeOf(check) === 'events')
    .map((check) => {
      const terms = inForce(check.governed, at.asOf);
      const tracks = observed.tracks.get(datasetOf(check)) ?? [];
      const window = legWindow(
        tracks,
        { lookbackMs: elapsed(lookback), settlesMs: terms === undefined ? 0 : settlesMs(terms) },
        at.asOf,
        at.position,
      );
      const ask = (key: string, from: number, to: number): CountQuestion =>
        countQuestion(key, check, control.excuses, from, to, at);
      const questions =
        'silent' in window
          ? []
          : [
              ask(countedKey(control.control, check.check), window.start, window.judgedTo),
              ask(afterKey(control.control, check.check), window.judgedTo, window.to),
            ];
      return { check, window, questions };
    });
}

const titleOf = ({ governed }: CheckHistory, at: At): string | undefined => inForce(governed, at.asOf)?.title;

/** All that speaks for a control at T: each check that supports it, its schedule, its events. */
export function legsAt(
  control: ControlHistory,
  checks: readonly CheckHistory[],
  events: readonly EventsLeg[],
  observed: Observed,
  counts: Pick<ReadonlyMap<string, ItemCounts>, 'get'>,
  calendar: Calendar,
  at: At,
): readonly Leg[] {
  const { governed, performed, excuses } = control;
  const states = checks
    .filter((check) => modeOf(check) === 'state')
    .map((check) => {
      const tracks = observed.tracks.get(datasetOf(check)) ?? [];
      const said = checkAt(tracks, observed.termsOf(check), at.asOf, at.position, at.knownAt);
      const since = said.says === 'fail' ? failingSince(observed.failingOf(check), at.asOf) : undefined;
      return checkLegAt(check.check, said, titleOf(check, at), since);
    });
  const counted = events.map(({ check, window }) =>
    eventsLeg(
      check.check,
      window,
      counts.get(countedKey(control.control, check.check)) ?? NO_ITEMS,
      counts.get(afterKey(control.control, check.check))?.deviations ?? 0,
      titleOf(check, at),
    ),
  );
  const schedule = scheduleLegAt(governed, calendar, performed, excuses, at.asOf, at.knownAt);
  const filed = events.length > 0 ? undefined : filedEventsLegAt(governed, calendar, performed, at.asOf, at.knownAt);
  return [...states, ...counted, ...[schedule, filed].filter((leg) => leg !== undefined)];
}
