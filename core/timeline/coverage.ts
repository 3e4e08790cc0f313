import { z } from 'zod';
import { knownAt, removalOf } from '../check/coverage.ts';
import { Tracks } from '../check/feed.ts';
import { Source } from '../connector/record.ts';
import { checkHistories, datasetOf, operatingReads } from '../effectiveness/reading.ts';
import { windowOf } from '../effectiveness/view.ts';
import { ask, dateText, defineView, idSchema, inForce, printInstant, refuse } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { CollectionNotes, SourceDatasets } from './feed.ts';
import { deliveries, DELIVERED, freshnessOf, isOfEvents } from './lanes.ts';
import { somebody, Somebody } from './responsible.ts';
import { listed, spoken } from './spoken.ts';

const STATUS = ['complete', 'partial', 'failed'] as const;

export const Coverage = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  from: z.string(),
  to: z.string(),
  sources: z.array(
    z.object({
      id: z.string(),
      connector: z.string().nullable(),
      as: z.string().nullable(),
      connectedBy: Somebody.nullable(),
      connectedAt: z.string().nullable(),
      removedAt: z.string().nullable(),
      state: z.enum([...DELIVERED, 'never']).describe('What it delivers at as-of, of its datasets the worst.'),
      because: z.string(),
      datasets: z.array(
        z.object({
          dataset: z.string(),
          mode: z.enum(['state', 'events']),
          segments: z.array(
            z.object({
              from: z.string(),
              to: z.string(),
              delivered: z.enum(DELIVERED),
              why: z.string().nullable(),
            }),
          ),
          seenSeconds: z.number(),
          unseenSeconds: z.number(),
          collections: z.int().describe('In the window.'),
          last: z
            .object({
              observedAt: z.string(),
              recordedAt: z.string(),
              status: z.enum(STATUS),
              items: z.int(),
              changed: z.int(),
              collector: z.string().nullable(),
              why: z.array(z.string()),
              logIndex: z.int(),
            })
            .nullable(),
          freshUntil: z.string().nullable().describe('When the last collection stops speaking, for a state.'),
          checks: z.array(z.object({ id: z.string(), title: z.string(), controls: z.array(z.string()) })),
        }),
      ),
    }),
  ),
});

const WORST = ['silent', 'failed', 'partial', 'complete'] as const;

const SAYS = {
  complete: 'delivers all it should',
  partial: 'is collected only in part',
  failed: 'cannot be collected',
  silent: 'has delivered nothing fresh',
} as const;

export const sourcesCoverage = defineView('sources.coverage', {
  says: 'What each source delivered over a window, dataset by dataset, with what rests on it.',
  input: z.strictObject({ from: dateText(), to: dateText(), source: idSchema.optional() }),
  area: 'sources',
  reads: [Source, Person, ...operatingReads],
  output: Coverage,
  *compute(book, { from, to, source: only }, at) {
    const window = windowOf({ from, to }, at.zone);
    const end = Math.max(window.from, Math.min(window.to, at.asOf + 1));
    const checks = checkHistories(book);
    const delivered = yield* ask(SourceDatasets, {});
    const ids = [...new Set([...book.source.ids(), ...delivered.map(({ source }) => source)])].sort();
    if (only !== undefined && !ids.includes(only)) throw refuse('missing', { kind: 'source', id: only }, ['source']);
    const datasets = [...new Set(delivered.map(({ dataset }) => dataset))].sort();
    const tracks = yield* ask(Tracks, { datasets });
    const rows = ids
      .filter((id) => only === undefined || id === only)
      .map((id) => ({
        id,
        lanes: datasets.flatMap((dataset) => {
          const track = (tracks.get(dataset) ?? []).find(({ source }) => source === id);
          if (track === undefined) return [];
          const known = knownAt(track, at.position);
          if (known.n === 0) return [];
          const freshness = freshnessOf(checks, dataset, at.asOf);
          let last = known.n - 1;
          while (last >= 0 && (known.observedAt[last] ?? 0) > at.asOf) last -= 1;
          if (last < 0) return [];
          return [
            {
              dataset,
              track,
              known,
              freshness,
              last,
              segments: deliveries(track, freshness, window.from, end, at.position),
              now: deliveries(track, freshness, at.asOf - 400 * 86_400_000, at.asOf + 1, at.position).at(-1),
            },
          ];
        }),
      }));
    const notes = yield* ask(CollectionNotes, {
      indexes: rows.flatMap(({ lanes }) =>
        lanes.flatMap(({ segments, known, last }) => [
          ...segments.flatMap(({ delivered: what, index }) => (what === 'complete' ? [] : (index ?? []))),
          known.index[last] ?? -1,
        ]),
      ),
    });
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      from,
      to,
      sources: rows.flatMap(({ id, lanes }) => {
        const history = book.source.history(id);
        const [first] = history;
        const row = book.source.find(id);
        if (lanes.length === 0 && row === undefined) return [];
        const removed = Math.min(Infinity, ...lanes.map(({ track }) => removalOf(track, at.position)));
        const isRemoved = removed <= at.asOf || row === undefined;
        const open = lanes.filter(({ now }) => now !== undefined && now.to > at.asOf);
        const state = WORST.find((what) => open.some(({ now }) => now?.delivered === what)) ?? 'complete';
        const bad = open.filter(({ now }) => now?.delivered === state);
        const since = Math.min(...bad.map(({ now }) => now?.from ?? Infinity));
        return [
          {
            id,
            connector: (row ?? history.at(-1))?.connector ?? null,
            as: (row ?? history.at(-1))?.as ?? null,
            connectedBy: first === undefined ? null : somebody(book, first.actor, at),
            connectedAt: first === undefined ? null : printInstant(first.recordedAt),
            removedAt: isRemoved && Number.isFinite(removed) ? printInstant(removed) : null,
            state: lanes.length === 0 ? ('never' as const) : state,
            because: sentence(
              id,
              lanes.length === 0 ? 'never' : state,
              isRemoved,
              bad.map(({ dataset }) => dataset),
              at.asOf - since,
            ),
            datasets: lanes.map(({ dataset, track, known, freshness, last, segments }) => {
              const [index, observedAt] = [known.index[last] ?? -1, known.observedAt[last] ?? 0];
              const note = notes.get(index);
              const inWindow = (observed: number): boolean => window.from <= observed && observed < end;
              let collections = 0;
              for (let i = 0; i < known.n; i += 1) if (inWindow(known.observedAt[i] ?? -1)) collections += 1;
              const secondsOf = (seen: boolean): number =>
                segments.reduce(
                  (sum, one) => ((one.delivered === 'complete') === seen ? sum + (one.to - one.from) / 1000 : sum),
                  0,
                );
              const ofEvents = isOfEvents(track);
              return {
                dataset,
                mode: ofEvents ? ('events' as const) : ('state' as const),
                segments: segments.map((one) => ({
                  from: printInstant(one.from),
                  to: printInstant(one.to),
                  delivered: one.delivered,
                  why:
                    one.delivered === 'complete'
                      ? null
                      : whyOf(one.delivered, one.to - one.from, notes.get(one.index ?? -1)?.why ?? []),
                })),
                seenSeconds: secondsOf(true),
                unseenSeconds: secondsOf(false),
                collections,
                last: {
                  observedAt: printInstant(observedAt),
                  recordedAt: printInstant(known.recordedAt[last] ?? 0),
                  status: STATUS[known.status[last] ?? 2] ?? 'failed',
                  items: known.items[last] ?? 0,
                  changed: note?.changed ?? 0,
                  collector: note?.collector ?? null,
                  why: [...(note?.why ?? [])],
                  logIndex: index,
                },
                freshUntil: ofEvents ? null : printInstant(observedAt + freshness),
                checks: checks
                  .filter((check) => datasetOf(check) === dataset)
                  .flatMap((check) => {
                    const terms = inForce(check.governed, at.asOf);
                    return terms === undefined
                      ? []
                      : [{ id: check.check, title: terms.title, controls: [...terms.supports] }];
                  }),
              };
            }),
          },
        ];
      }),
    };
  },
});

function sentence(
  id: string,
  state: keyof typeof SAYS | 'never',
  isRemoved: boolean,
  datasets: readonly string[],
  since: number,
): string {
  if (isRemoved) return `${id} was removed; what it delivered stays.`;
  if (state === 'never') return `${id} has delivered nothing yet.`;
  if (state === 'complete') return `${id} ${SAYS.complete}.`;
  return `${id} ${SAYS[state]} of ${listed(datasets)} for ${spoken(since)}.`;
}

const WHAT = {
  partial: 'Collected only in part',
  failed: 'Could not be collected',
  silent: 'Nothing delivered',
} as const;

const whyOf = (delivered: keyof typeof WHAT, ms: number, said: readonly string[]): string =>
  `${WHAT[delivered]} for ${spoken(ms)}${said.length === 0 ? '' : `: ${listed(said, 2).replace(/[.]$/, '')}`}.`;
