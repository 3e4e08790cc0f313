import { z } from 'zod';
import { Tracks } from '../check/feed.ts';
import { checkHistories, datasetOf } from '../effectiveness/reading.ts';
import type { RequirementState } from '../effectiveness/requirement-state.ts';
import { REQUIREMENT_STATES } from '../effectiveness/requirement-state.ts';
import { controlStatesOver } from '../effectiveness/states.ts';
import { countStates, leftOut, operationOf, programmeOf, statusReads } from '../effectiveness/status.ts';
import { windowOf } from '../effectiveness/view.ts';
import type { FrameworkId } from '../framework/catalog.ts';
import { FRAMEWORK_IDS, FRAMEWORKS } from '../framework/catalog.ts';
import type { Programme } from '../framework/record.ts';
import type { At, Book, Instant, Stored } from '../kernel/index.ts';
import { ask, dateText, dayOf, defineView, idSchema, inForce, printInstant } from '../kernel/index.ts';
import { CollectionNotes } from '../timeline/feed.ts';
import { DELIVERED } from '../timeline/lanes.ts';
import { lasting, listed } from '../timeline/spoken.ts';
import { DEFAULT_POINTS, momentsOf, MOST_POINTS } from './moments.ts';
import type { Unseen } from './unseen.ts';
import { unseenIn } from './unseen.ts';

export const RequirementCounts = z.object({
  met: z.int(),
  partly: z.int(),
  unmet: z.int(),
  notObserved: z.int(),
  outOfScope: z.int(),
});

export const Episode = z.object({
  source: z.string(),
  datasets: z.array(z.string()),
  from: z.string(),
  to: z.string(),
  delivered: z.enum(DELIVERED).exclude(['complete']),
  because: z.string().describe('A sentence with the source, for how long, and why where a collector said it.'),
});

export const History = z.object({
  framework: z.enum(FRAMEWORK_IDS),
  programme: z.string(),
  from: z.string(),
  to: z.string(),
  asOf: z.string(),
  knownAt: z.string(),
  of: z.int().describe('Requirements in the catalogue; the counts of each point sum to it.'),
  points: z.array(z.object({ at: z.string(), date: z.string(), counts: RequirementCounts })),
  requirements: z.array(
    z.object({
      ref: z.string(),
      title: z.string(),
      runs: z.array(z.object({ from: z.string(), to: z.string(), state: z.enum(REQUIREMENT_STATES) })),
    }),
  ),
  unseen: z.array(Episode),
});

/** How every requirement of a programme stood at each of these moments, in their order. */
export function* standingsOver(
  book: Book<typeof statusReads>,
  framework: FrameworkId,
  programme: string,
  moments: readonly Instant[],
  at: At,
) {
  const states = yield* controlStatesOver(book, at, moments);
  return standingsFrom(book, framework, programme, moments, states);
}

/** The same from the states of all controls at those moments. */
export function standingsFrom(
  book: Book<typeof statusReads>,
  framework: FrameworkId,
  programme: string,
  moments: readonly Instant[],
  states: readonly Parameters<typeof operationOf>[3][],
) {
  const scopes = book.programme.governed(programme);
  const controls = book.control.ids().map((id) => book.control.governed(id));
  return moments.map((moment, i) => {
    const scope: Stored<typeof Programme> | undefined = inForce(scopes, moment);
    return operationOf(
      controls.flatMap((governed) => inForce(governed, moment) ?? []),
      framework,
      scope === undefined ? new Map() : leftOut(scope),
      states[i] ?? new Map(),
    );
  });
}

export const postureHistory = defineView('posture.history', {
  says: 'How many requirements stood in which state over a window, the course of each, and when sources were not seen.',
  input: z.strictObject({
    framework: z.enum(FRAMEWORK_IDS),
    programme: idSchema.optional(),
    from: dateText(),
    to: dateText(),
    points: z
      .int()
      .min(2)
      .max(MOST_POINTS)
      .default(DEFAULT_POINTS)
      .describe('At most so many moments, each the end of a day; as-of comes on top.'),
  }),
  area: 'posture',
  reads: statusReads,
  output: History,
  *compute(book, { framework, programme: id, from, to, points }, at) {
    const window = windowOf({ from, to }, at.zone);
    const programme = programmeOf(book, framework, id, at);
    const moments = momentsOf({ from, to }, points, at);
    const standings = yield* standingsOver(book, framework, programme.id, moments, at);
    const unseen = yield* unseenEpisodes(book, window.from, Math.min(window.to, at.asOf), at);
    return {
      framework,
      programme: programme.id,
      from,
      to,
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      of: FRAMEWORKS[framework].requirements.length,
      points: moments.map((moment, i) => ({
        at: printInstant(moment),
        date: dayOf(at.zone, moment),
        counts: countStates(standings[i] ?? []),
      })),
      requirements: FRAMEWORKS[framework].requirements.map(({ ref, title }, r) => ({
        ref,
        title,
        runs: runsOf(
          moments,
          standings.map((standing) => standing[r]?.state ?? 'not-observed'),
        ),
      })),
      unseen,
    };
  },
});

/** Stretches in which a state was told, from the moment that first told it to the one that first told another. */
export function runsOf(
  moments: readonly Instant[],
  states: readonly RequirementState[],
): { from: string; to: string; state: RequirementState }[] {
  const runs: { from: Instant; to: Instant; state: RequirementState }[] = [];
  moments.forEach((moment, i) => {
    const state = states[i];
    const last = runs.at(-1);
    if (last !== undefined) last.to = moment;
    if (state !== undefined && last?.state !== state) runs.push({ from: moment, to: moment, state });
  });
  return runs.map(({ from, to, state }) => ({ from: printInstant(from), to: printInstant(to), state }));
}

const WHAT = {
  partial: 'was collected only in part',
  failed: 'could not be collected',
  silent: 'was not seen',
} as const;

/** Times in which sources were not seen, each in a sentence. */
export function* unseenEpisodes(book: Book<typeof statusReads>, from: Instant, to: Instant, at: At, most?: number) {
  const checks = checkHistories(book);
  const tracks = yield* ask(Tracks, { datasets: [...new Set(checks.map(datasetOf))] });
  const episodes = to > from ? unseenIn(tracks, checks, from, to, at.position, most) : [];
  const notes = yield* ask(CollectionNotes, { indexes: episodes.flatMap(({ indexes }) => indexes) });
  return episodes.map((episode: Unseen) => ({
    source: episode.source,
    datasets: [...episode.datasets],
    from: printInstant(episode.from),
    to: printInstant(episode.to),
    delivered: episode.delivered,
    because: sentence(
      episode,
      episode.indexes.flatMap((index) => notes.get(index)?.why ?? []),
    ),
  }));
}

function sentence({ source, datasets, from, to, delivered }: Unseen, whys: readonly string[]): string {
  const said = [...new Set(whys)];
  const because = said.length === 0 ? '' : `: ${listed(said, 2).replace(/[.]$/, '')}`;
  return `${source} (${listed(datasets)}) ${WHAT[delivered]} for ${lasting(from, to)}${because}.`;
}
