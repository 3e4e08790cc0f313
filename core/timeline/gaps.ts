import { z } from 'zod';
import type { Track } from '../check/coverage.ts';
import type { CheckHistory } from '../effectiveness/reading.ts';
import type { At, Instant } from '../kernel/index.ts';
import { ask, printInstant } from '../kernel/index.ts';
import { CollectionNotes } from './feed.ts';
import { deliveries, DELIVERED, freshnessOf } from './lanes.ts';
import { listed, spoken } from './spoken.ts';

export const Gap = z.object({
  dataset: z.string(),
  source: z.string(),
  from: z.string(),
  to: z.string(),
  delivered: z.enum(DELIVERED).exclude(['complete']),
  why: z.string(),
});

const WHAT = {
  partial: 'Collected only in part',
  failed: 'Could not be collected',
  silent: 'Nothing delivered',
} as const;

/** When the sources of these datasets did not show all they should. */
export function* gapsOf(
  checks: readonly CheckHistory[],
  datasets: readonly string[],
  tracks: ReadonlyMap<string, readonly Track[]>,
  from: Instant,
  end: Instant,
  at: At,
) {
  const gaps = datasets.flatMap((dataset) => {
    const freshness = freshnessOf(checks, dataset, end - 1);
    return (tracks.get(dataset) ?? []).flatMap((track) =>
      deliveries(track, freshness, from, end, at.position).flatMap(({ delivered, ...span }) =>
        delivered === 'complete' ? [] : [{ dataset, source: track.source, delivered, ...span }],
      ),
    );
  });
  const notes = yield* ask(CollectionNotes, { indexes: gaps.flatMap(({ index }) => index ?? []) });
  return gaps.map(({ dataset, source, delivered, index, ...span }) => {
    const said = index === undefined ? [] : (notes.get(index)?.why ?? []);
    const because = said.length === 0 ? '' : `: ${listed(said, 2).replace(/[.]$/, '')}`;
    return {
      dataset,
      source,
      from: printInstant(span.from),
      to: printInstant(span.to),
      delivered,
      why: `${WHAT[delivered]} for ${spoken(span.to - span.from)}${because}.`,
    };
  });
}
