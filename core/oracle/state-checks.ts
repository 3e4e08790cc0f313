/** What a check of state says at a moment, and how the seconds of a window divide. */
import type { CheckBody, Collection, Instant, Item, Source, World } from './world.ts';
import { elapsed, MINUTE } from './zone.ts';
import type { Reign } from './versions.ts';
import { reigns } from './versions.ts';

export type CheckWord = 'pass' | 'fail' | 'unknown' | 'not-applicable';

export type CheckSeconds = {
  passSeconds: number;
  failSeconds: number;
  unknownSeconds: number;
  notApplicableSeconds: number;
  recordedLateSeconds: number;
  observations: number;
  longestGapSeconds: number;
  episodes: number;
  /** 0 without an episode. */
  worstFixSeconds: number;
};

const defaultFreshness = 'P1DT1H';

/** The collections of a source recorded by `knownAt`, by (observed, recorded), then as the log has them. */
export function inOrder(source: Source, knownAt: Instant): Collection[] {
  // "Only collections recorded by known-at count"; "of two at one moment the later recorded speaks"
  return source.collections
    .filter((each) => each.recordedAt <= knownAt)
    .map((collection, index) => ({ collection, index }))
    .sort(
      (a, b) =>
        a.collection.observedAt - b.collection.observedAt ||
        a.collection.recordedAt - b.collection.recordedAt ||
        a.index - b.index,
    )
    .map(({ collection }) => collection);
}

const speaksOf = (item: Item) => item.data.inScope !== false && item.data.applies !== false;

/** What one collection says; `earlier` are those of its source before it, in order. */
export function wordOf(collection: Collection, earlier: Collection[]): CheckWord {
  const judged = collection.items.filter(speaksOf);
  switch (collection.status) {
    case 'failed':
      return 'unknown';
    case 'partial':
      return judged.some((item) => item.data.ok === false) ? 'fail' : 'unknown';
    case 'complete':
      if (judged.some((item) => item.data.ok === false)) return 'fail';
      if (judged.some((item) => item.data.ok === 'error')) return 'unknown';
      if (judged.length > 0) return 'pass';
      if (collection.items.length > 0) return 'not-applicable';
  }

  // "A complete collection without items is not-applicable where the one before had none either, else unknown (`emptied`)"
  const before = earlier.filter((each) => each.status !== 'failed').at(-1);
  return before?.status === 'complete' && before.items.length === 0 ? 'not-applicable' : 'unknown';
}

type Voice = { source: Source; moments: { collection: Collection; word: CheckWord; until: Instant }[] };

/** Each source of each dataset with its collections, their words and the end of their freshness. */
function voicesOf(world: World, governing: Reign<CheckBody>[], knownAt: Instant): Voice[] {
  return world.sources.map((source) => {
    const collections = inOrder(source, knownAt);
    const moments = collections.map((collection, index) => {
      // A version governs what is observed while it is in force.
      const body = governing.find(
        (each) => each.from <= collection.observedAt && collection.observedAt < each.to,
      )?.body;
      const judges = body !== undefined && body.dataset === source.dataset;
      const until = judges
        ? collection.observedAt + elapsed(body.freshness ?? defaultFreshness)
        : collection.observedAt;
      return { collection, word: wordOf(collection, collections.slice(0, index)), until };
    });
    return { source, moments };
  });
}

function answerAt(
  voices: Voice[],
  governing: Reign<CheckBody>[],
  at: Instant,
  knownAt: Instant,
): { word: CheckWord; recordedLate: boolean } {
  const unknown = { word: 'unknown', recordedLate: false } as const;
  const body = governing.find((each) => each.from <= at && at < each.to)?.body;
  if (!body) return unknown;

  const words: (CheckWord | 'silent')[] = [];
  let recordedLate = false;
  for (const { source, moments } of voices) {
    if (source.dataset !== body.dataset) continue;
    // "A source counts from its first collection of the dataset until its removal is recorded"
    if (source.removedAt !== undefined && source.removedAt <= knownAt && source.removedAt <= at) continue;
    let latest: Voice['moments'][number] | undefined;
    for (const moment of moments) if (moment.collection.observedAt <= at) latest = moment;
    if (!latest) continue;

    // "speaks from its moment, inclusive, to the end of its freshness, exclusive"
    if (at >= latest.until) {
      words.push('silent');
      continue;
    }
    words.push(latest.word);
    if (latest.collection.recordedAt > latest.until) recordedLate = true;
  }

  // "fail if one says fail, else unknown if one is silent or unknown, else pass if one passes, else not-applicable; without a
  // source unknown"
  if (words.length === 0) return unknown;
  if (words.includes('fail')) return { word: 'fail', recordedLate };
  if (words.includes('silent') || words.includes('unknown')) return unknown;
  return { word: words.includes('pass') ? 'pass' : 'not-applicable', recordedLate };
}

const governingOf = (world: World, check: string, knownAt: Instant) =>
  reigns(world.zone, world.checks.find((each) => each.id === check)?.versions ?? [], knownAt);

/** What a check of state says at `at`; after `knownAt` it is unknown. */
export function stateWordAt(world: World, check: string, at: Instant, knownAt: Instant): CheckWord {
  if (at > knownAt) return 'unknown';
  const governing = governingOf(world, check, knownAt);
  return answerAt(voicesOf(world, governing, knownAt), governing, at, knownAt).word;
}

/** The seconds of [from, to), minute by minute: a minute's answer is that of its first instant. */
export function secondsOf(world: World, check: string, from: Instant, to: Instant, knownAt: Instant): CheckSeconds {
  const governing = governingOf(world, check, knownAt);
  const voices = voicesOf(world, governing, knownAt);
  const spent = { pass: 0, fail: 0, unknown: 0, 'not-applicable': 0 };
  let recordedLate = 0;
  const failing: number[] = [];
  const gaps: number[] = [];
  let before: CheckWord | undefined;

  const spend = (word: CheckWord, late: boolean, length: number) => {
    if (length === 0) return;
    spent[word] += length;
    if (late) recordedLate += length;
    const runs = word === 'fail' ? failing : word === 'unknown' ? gaps : undefined;
    if (runs && word === before) runs.push((runs.pop() ?? 0) + length);
    else runs?.push(length);
    before = word;
  };

  for (let minute = from; minute < to; minute += MINUTE) {
    const end = Math.min(minute + MINUTE, to);
    // "what lies after known-at is unknown"
    const known = Math.min(Math.max(knownAt, minute), end);
    const { word, recordedLate: late } = answerAt(voices, governing, minute, knownAt);
    spend(word, late, known - minute);
    spend('unknown', false, end - known);
  }

  // "`observations`: complete collections of the dataset observed in the window"
  const datasets = governing.flatMap((each) => (each.body ? [each.body.dataset] : []));
  const observations = world.sources
    .filter((source) => datasets.includes(source.dataset))
    .flatMap((source) => inOrder(source, knownAt))
    .filter((each) => each.status === 'complete' && from <= each.observedAt && each.observedAt < to).length;

  return {
    passSeconds: spent.pass / 1000,
    failSeconds: spent.fail / 1000,
    unknownSeconds: spent.unknown / 1000,
    notApplicableSeconds: spent['not-applicable'] / 1000,
    recordedLateSeconds: recordedLate / 1000,
    observations,
    longestGapSeconds: Math.max(0, ...gaps) / 1000,
    episodes: failing.length,
    worstFixSeconds: Math.max(0, ...failing) / 1000,
  };
}
