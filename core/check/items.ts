import { z } from 'zod';
import { ask, defineFeed, defineView, inForce, printInstant, ref } from '../kernel/index.ts';
import type { Instant } from '../kernel/index.ts';
import { countBelow, knownAt } from './coverage.ts';
import type { GoverningVersion } from './feed.ts';
import { Tracks } from './feed.ts';
import { Check } from './record.ts';

/** Where the listed items of one source stand: a collection of a state, or all events before a moment. */
export type ItemsQuestion = { readonly check: string; readonly limit: number } & (
  | {
      readonly mode: 'state';
      readonly collections: readonly { readonly source: string; readonly version: number; readonly index: number }[];
    }
  | {
      readonly mode: 'events';
      readonly dataset: string;
      readonly versions: readonly GoverningVersion[];
      readonly before: Instant;
    }
);

export interface ListedItem {
  readonly source: string;
  readonly item: string;
  readonly outcome: 'fail' | 'unknown';
  /** Events: the moment. */
  readonly at: Instant | null;
  readonly why: string;
}

/** Items that fail or are unknown, the latest events first. */
export const ListedItems = defineFeed<ItemsQuestion, { readonly items: readonly ListedItem[]; readonly total: number }>(
  'listed-items',
);

export const checkItems = defineView('check.items', {
  says: 'Items of a check that fail or could not be judged, each with the reason.',
  input: z.strictObject({ check: ref('check'), limit: z.int().min(1).max(1000).default(100) }),
  reads: [Check],
  output: z.object({
    check: z.string(),
    asOf: z.string(),
    total: z.int(),
    items: z.array(
      z.object({
        source: z.string(),
        item: z.string(),
        outcome: z.enum(['fail', 'unknown']),
        at: z.string().nullable(),
        why: z.string(),
      }),
    ),
  }),
  *compute(book, { check, limit }, at) {
    const governed = book.check.governed(check);
    const { dataset, mode } = book.check.get(check);
    const tracks = (yield* ask(Tracks, { datasets: [dataset] })).get(dataset) ?? [];
    const question: ItemsQuestion =
      mode === 'events'
        ? {
            mode,
            check,
            limit,
            dataset,
            before: at.asOf,
            versions: governed.map(({ from, to, terms }) => ({ version: terms.version, from, to })),
          }
        : {
            mode,
            check,
            limit,
            collections: tracks.flatMap((track) => {
              const known = knownAt(track, at.position);
              const i = countBelow(known.observedAt, known.n, at.asOf + 1) - 1;
              const [index, observedAt] = [known.index[i], known.observedAt[i]];
              const version = observedAt === undefined ? undefined : inForce(governed, observedAt)?.version;
              return index === undefined || version === undefined ? [] : [{ source: track.source, version, index }];
            }),
          };
    const { items, total } = yield* ask(ListedItems, question);
    return {
      check,
      asOf: printInstant(at.asOf),
      total,
      items: items.map((item) => ({ ...item, at: item.at === null ? null : printInstant(item.at) })),
    };
  },
});
