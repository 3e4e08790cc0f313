import { inForce, SECOND } from '../kernel/time.ts';
import type { Governed, Instant } from '../kernel/time.ts';
import { at, countBelow, kindOf, knownAt as knownOf, removalOf, runsOf } from './coverage.ts';
import type { Kind, Known, Run, Track } from './coverage.ts';

export type { Track } from './coverage.ts';

export const OUTCOMES = ['pass', 'fail', 'unknown', 'not-applicable'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const PASS = 0;
const FAIL = 1;
const UNKNOWN = 2;
const NOT_APPLICABLE = 3;
/** A complete collection without items: what it says depends on the one before. */
export const EMPTY = 4;

/**
 * What one version of a check says of the collections of one track: run-length in (observedAt, index) order over all recorded collections,
 * so that the outcome of a collection is that of the last step at or before it. A failed collection is unknown, a partial one fail or
 * unknown, a complete one without items EMPTY.
 */
export interface Steps {
  readonly n: number;
  readonly observedAt: ArrayLike<number>;
  readonly index: ArrayLike<number>;
  readonly outcome: ArrayLike<number>;
}

/** What one version of a check says about collections observed while it is in force. */
export interface CheckTerms {
  readonly version: number;
  readonly freshnessMs: number;
  readonly settlesMs: number;
  stepsOf(source: string): Steps | undefined;
}

/** What one source said at a moment, and why. */
export interface SourceSays {
  readonly source: string;
  readonly says: Outcome;
  readonly why: 'judged' | 'stale' | 'not-judged' | 'emptied' | 'partial' | 'failed';
  /** The collection it spoke from, or last spoke from. */
  readonly observedAt: Instant;
}

export interface CheckSays {
  readonly says: Outcome;
  /** Sources that count at that moment; none means that nothing is known. */
  readonly because: readonly SourceSays[];
}

export interface CheckSeconds {
  readonly passSeconds: number;
  readonly failSeconds: number;
  readonly unknownSeconds: number;
  readonly notApplicableSeconds: number;
  readonly recordedLateSeconds: number;
  readonly observations: number;
  readonly longestGapSeconds: number;
  readonly episodes: number;
  readonly worstFixSeconds: number;
}

/** How the answers of all sources combine: fail before unknown before pass before not-applicable; no source is unknown. */
function combine(codes: readonly number[]): number {
  if (codes.length === 0) return UNKNOWN;
  if (codes.includes(FAIL)) return FAIL;
  if (codes.includes(UNKNOWN)) return UNKNOWN;
  return codes.includes(PASS) ? PASS : NOT_APPLICABLE;
}

const outcomeOf = (code: number): Outcome => OUTCOMES[code] ?? 'unknown';

/** A complete collection without items is not-applicable where the one before (failed ones passed over) was complete and empty too. */
function emptySays(collections: Known, i: number): number {
  let before = i - 1;
  while (before >= 0 && kindOf(collections, before) === 'failed') before -= 1;
  return before >= 0 && kindOf(collections, before) === 'empty' ? NOT_APPLICABLE : UNKNOWN;
}

/** What a collection says, given what its items said: only a complete one with items can pass. */
function collectionSays(kind: Kind, judged: number, collections: Known, i: number): number {
  switch (kind) {
    case 'failed':
      return UNKNOWN;
    case 'partial':
      return judged === FAIL ? FAIL : UNKNOWN;
    case 'empty':
      return emptySays(collections, i);
    case 'full':
      return judged === EMPTY ? UNKNOWN : judged;
  }
}

/** How many steps lie at or before a collection. */
function stepsUpTo(steps: Steps, observedAt: Instant, index: number): number {
  let i = countBelow(steps.observedAt, steps.n, observedAt);
  while (i < steps.n && at(steps.observedAt, i) === observedAt && at(steps.index, i) <= index) i += 1;
  return i;
}

/** The first known collection at or after a step. */
function firstAtOrAfter(collections: Known, observedAt: Instant, index: number): number {
  let i = countBelow(collections.observedAt, collections.n, observedAt);
  while (i < collections.n && at(collections.observedAt, i) === observedAt && at(collections.index, i) < index) i += 1;
  return i;
}

/** What the check says at T from the collections with index below `position`, whose instant is `knownAt`: contract, "Checks of state". */
export function checkAt(
  tracks: readonly Track[],
  governed: Governed<CheckTerms>,
  T: Instant,
  position: number,
  knownAt: Instant,
): CheckSays {
  if (T > knownAt || !inForce(governed, T)) return { says: 'unknown', because: [] };
  const because = tracks.flatMap((track) => sourceAt(track, governed, T, position) ?? []);
  return { says: outcomeOf(combine(because.map((one) => OUTCOMES.indexOf(one.says)))), because };
}

/** What a source says at T, or undefined where it does not count: before its first collection and after its removal. */
function sourceAt(track: Track, governed: Governed<CheckTerms>, T: Instant, position: number): SourceSays | undefined {
  const collections = knownOf(track, position);
  const i = countBelow(collections.observedAt, collections.n, T + 1) - 1;
  if (i < 0 || T >= removalOf(track, position)) return undefined;
  const observedAt = at(collections.observedAt, i);
  const silent = (why: SourceSays['why']): SourceSays => ({ source: track.source, says: 'unknown', why, observedAt });
  const terms = inForce(governed, observedAt);
  if (!terms) return silent('not-judged');
  if (T >= observedAt + terms.freshnessMs) return silent('stale');
  const steps = terms.stepsOf(track.source);
  const step = steps ? stepsUpTo(steps, observedAt, at(collections.index, i)) - 1 : -1;
  if (!steps || step < 0) return silent('not-judged');
  const kind = kindOf(collections, i);
  const code = collectionSays(kind, at(steps.outcome, step), collections, i);
  if (code === UNKNOWN && kind !== 'full') return silent(kind === 'empty' ? 'emptied' : kind);
  return { source: track.source, says: outcomeOf(code), why: 'judged', observedAt };
}

/**
 * What one source says over time: from `time[i]` to `time[i + 1]` it says `code[i]`, ABSENT where it does not count; `late` where it spoke
 * from a collection recorded after its freshness had ended.
 */
interface Voice {
  readonly time: number[];
  readonly code: number[];
  readonly late: boolean[];
}

const ABSENT = 5;

function say(voice: Voice, from: Instant, code: number, late: boolean): void {
  const last = voice.time.length - 1;
  if (voice.time[last] === from) {
    voice.code[last] = code;
    voice.late[last] = late;
  } else if (voice.code[last] !== code || voice.late[last] !== late) {
    voice.time.push(from);
    voice.code.push(code);
    voice.late.push(late);
  }
}

/** Index of the first run whose last collection is at or after `i`. */
function runHolding(runs: readonly Run[], i: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const run = runs[middle];
    if (run && run.last < i) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A source's voice over [from, to). It walks runs of coverage and steps of outcome, never the collections: a year of hourly collections that
 * all say the same costs two steps.
 */
function voiceOf(track: Track, governed: Governed<CheckTerms>, from: Instant, to: Instant, position: number): Voice {
  const voice: Voice = { time: [from], code: [ABSENT], late: [false] };
  const collections = knownOf(track, position);
  const end = Math.min(to, removalOf(track, position));
  const { n, observedAt } = collections;
  if (n === 0 || at(observedAt, 0) >= end || from >= end) return voice;
  say(voice, Math.max(from, at(observedAt, 0)), UNKNOWN, false);

  const beyond = countBelow(observedAt, n, end);
  let next = Math.max(0, countBelow(observedAt, n, from + 1) - 1);
  for (const version of governed) {
    const low = Math.max(next, countBelow(observedAt, n, version.from));
    const high = Math.min(beyond, countBelow(observedAt, n, version.to));
    if (low >= high) continue;
    if (next < low) say(voice, Math.max(from, at(observedAt, next)), UNKNOWN, false);
    speak(voice, collections, version.terms, track.source, low, high, from, end);
    next = high;
  }
  if (next < beyond) say(voice, Math.max(from, at(observedAt, next)), UNKNOWN, false);
  if (end < to) say(voice, end, ABSENT, false);
  return voice;
}

/** Adds what one version says from the collections low to high − 1, all observed while it was in force. */
function speak(
  voice: Voice,
  collections: Known,
  terms: CheckTerms,
  source: string,
  low: number,
  high: number,
  from: Instant,
  end: Instant,
): void {
  const { n, observedAt } = collections;
  const runs = runsOf(collections, terms.freshnessMs);
  const steps = terms.stepsOf(source);
  for (let r = runHolding(runs, low); r < runs.length; r += 1) {
    const run = runs[r];
    if (!run || run.first >= high) break;
    const last = Math.min(run.last, high - 1);
    for (let i = Math.max(run.first, low); i <= last;) {
      const step = steps ? stepsUpTo(steps, at(observedAt, i), at(collections.index, i)) : 0;
      const judged = steps && step > 0 ? at(steps.outcome, step - 1) : undefined;
      const code = judged === undefined ? UNKNOWN : collectionSays(run.kind, judged, collections, i);
      say(voice, Math.max(from, at(observedAt, i)), code, run.late);
      const isFirstEmpty = run.kind === 'empty' && code === UNKNOWN && judged !== undefined;
      const nextStep =
        steps && step < steps.n
          ? firstAtOrAfter(collections, at(steps.observedAt, step), at(steps.index, step))
          : last + 1;
      i = isFirstEmpty ? i + 1 : nextStep;
    }
    const stale = at(observedAt, last) + terms.freshnessMs;
    const following = last + 1 < n ? at(observedAt, last + 1) : Infinity;
    if (stale < Math.min(following, end)) say(voice, Math.max(from, stale), UNKNOWN, false);
  }
}

/**
 * The seconds of [from, to) by what the check said, from the collections with index below `position`, whose instant is `knownAt`. The four
 * kinds of seconds partition the window exactly; what lies after `knownAt` is unknown, and so is time in which the check was retired. Contract,
 * "Checks of state".
 */
export function checkOver(
  tracks: readonly Track[],
  governed: Governed<CheckTerms>,
  from: Instant,
  to: Instant,
  position: number,
  knownAt: Instant,
): CheckSeconds {
  const total = [0, 0, 0, 0];
  let [late, episodes, worstFix, longestGap] = [0, 0, 0, 0];
  let [code, since] = [-1, from];
  const close = (until: Instant): void => {
    if (code === UNKNOWN) longestGap = Math.max(longestGap, until - since);
    if (code !== FAIL || until <= since) return;
    episodes += 1;
    worstFix = Math.max(worstFix, until - since);
  };
  const add: Heard = (start, until, said, wasLate) => {
    if (until <= start) return;
    total[said] = (total[said] ?? 0) + until - start;
    if (wasLate && said !== UNKNOWN) late += until - start;
    if (said === code) return;
    close(start);
    [code, since] = [said, start];
  };

  listen(tracks, governed, from, to, position, knownAt, add);
  close(to);

  const seconds = (ms: number | undefined): number => (ms ?? 0) / SECOND;
  return {
    passSeconds: seconds(total[PASS]),
    failSeconds: seconds(total[FAIL]),
    unknownSeconds: seconds(total[UNKNOWN]),
    notApplicableSeconds: seconds(total[NOT_APPLICABLE]),
    recordedLateSeconds: seconds(late),
    observations: tracks.reduce((sum, track) => sum + completeIn(track, from, to, position), 0),
    longestGapSeconds: seconds(longestGap),
    episodes,
    worstFixSeconds: seconds(worstFix),
  };
}

/** A stretch of time in which a check says one thing. */
export interface Segment {
  readonly from: Instant;
  readonly to: Instant;
  readonly outcome: Outcome;
}

/** What the check said over [from, to), as the stretches whose seconds `checkOver` sums; they follow each other without a gap. */
export function checkSegments(
  tracks: readonly Track[],
  governed: Governed<CheckTerms>,
  from: Instant,
  to: Instant,
  position: number,
  knownAt: Instant,
): readonly Segment[] {
  const segments: Segment[] = [];
  listen(tracks, governed, from, to, position, knownAt, (start, until, said) => {
    if (until <= start) return;
    const outcome = outcomeOf(said);
    const last = segments.at(-1);
    if (last?.outcome === outcome) segments[segments.length - 1] = { ...last, to: until };
    else segments.push({ from: start, to: until, outcome });
  });
  return segments;
}

type Heard = (start: Instant, until: Instant, said: number, wasLate: boolean) => void;

/** Calls back, in order, with every stretch of [from, to) and what the check said in it: unknown where it is retired or nothing is known yet. */
function listen(
  tracks: readonly Track[],
  governed: Governed<CheckTerms>,
  from: Instant,
  to: Instant,
  position: number,
  knownAt: Instant,
  add: Heard,
): void {
  const known = Math.max(from, Math.min(to, knownAt));
  const voices = tracks.map((track) => voiceOf(track, governed, from, known, position));
  let reached = from;
  for (const inForceThen of governed) {
    const [start, until] = [Math.max(reached, inForceThen.from), Math.min(known, inForceThen.to)];
    if (until <= start) continue;
    add(reached, start, UNKNOWN, false);
    sweep(voices, start, until, add);
    reached = until;
  }
  add(reached, to, UNKNOWN, false);
}

/** Calls back with every stretch of [from, to) in which no voice changes, and what they say together. */
function sweep(voices: readonly Voice[], from: Instant, to: Instant, add: Heard): void {
  const heard = voices.map(() => 0);
  for (let start = from; start < to;) {
    const codes: number[] = [];
    let [until, wasLate] = [to, false];
    voices.forEach((voice, v) => {
      let i = heard[v] ?? 0;
      while ((voice.time[i + 1] ?? Infinity) <= start) i += 1;
      heard[v] = i;
      until = Math.min(until, voice.time[i + 1] ?? Infinity);
      const code = voice.code[i] ?? ABSENT;
      if (code === ABSENT) return;
      codes.push(code);
      wasLate ||= voice.late[i] ?? false;
    });
    add(start, until, combine(codes), wasLate);
    start = until;
  }
}

/** Complete collections observed in [from, to). */
function completeIn(track: Track, from: Instant, to: Instant, position: number): number {
  const { n, observedAt, completeBefore } = knownOf(track, position);
  const [low, high] = [countBelow(observedAt, n, from), countBelow(observedAt, n, to)];
  return at(completeBefore, high) - at(completeBefore, low);
}
