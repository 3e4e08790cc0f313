import { z } from 'zod';
import { ask, defineFeed, defineView, inForce, printInstant, ref } from '../kernel/index.ts';
import type { At, Governed, Instant, Stored } from '../kernel/index.ts';
import type { Track } from './coverage.ts';
import { countBelow, knownAt } from './coverage.ts';
import type { GoverningVersion } from './feed.ts';
import { Tracks } from './feed.ts';
import { Check } from './record.ts';

/** Where the listed items of one source stand: a collection of a state, or all events before a moment. */
export type ItemsQuestion = {
  readonly check: string;
  readonly limit: number;
  readonly offset?: number;
  /** Text that the item's id or its reason contains, case folded. */
  readonly search?: string;
} & (
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
export const ListedItems = defineFeed<
  ItemsQuestion,
  {
    readonly items: readonly ListedItem[];
    /** Of those that match, whether listed or not. */
    readonly total: number;
    /** How many of them fail rather than being unknown. */
    readonly fails: number;
  }
>('listed-items');

/** The question for the items of a check as they stand at as-of, in the collections known. */
export function itemsQuestion(
  governed: Governed<Stored<typeof Check>>,
  row: Stored<typeof Check> | undefined,
  tracks: readonly Track[],
  page: { readonly limit: number; readonly offset?: number; readonly search?: string },
  at: At,
): ItemsQuestion {
  const [latest] = [row ?? governed.at(-1)?.terms];
  const check = latest?.id ?? '';
  if (latest?.mode === 'events')
    return {
      mode: 'events',
      check,
      ...page,
      dataset: latest.dataset,
      before: at.asOf,
      versions: governed.map(({ from, to, terms }) => ({ version: terms.version, from, to })),
    };
  return {
    mode: 'state',
    check,
    ...page,
    collections: tracks.flatMap((track) => {
      const known = knownAt(track, at.position);
      const i = countBelow(known.observedAt, known.n, at.asOf + 1) - 1;
      const [index, observedAt] = [known.index[i], known.observedAt[i]];
      const version = observedAt === undefined ? undefined : inForce(governed, observedAt)?.version;
      return index === undefined || version === undefined ? [] : [{ source: track.source, version, index }];
    }),
  };
}

export const checkItems = defineView('check.items', {
  says: 'Items of a check that fail or could not be judged, each with the reason.',
  input: z.strictObject({
    check: ref('check'),
    limit: z.int().min(1).max(1000).default(100),
    offset: z.int().min(0).max(1_000_000).default(0),
    search: z.string().max(200).optional().describe('Text that the id or the reason contains.'),
  }),
  reads: [Check],
  area: 'checks',
  output: z.object({
    check: z.string(),
    asOf: z.string(),
    total: z.int().describe('Items that match, listed or not.'),
    fails: z.int().describe('Of them those that fail.'),
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
  *compute(book, { check, limit, offset, search }, at) {
    const governed = book.check.governed(check);
    const row = book.check.get(check);
    const tracks = (yield* ask(Tracks, { datasets: [row.dataset] })).get(row.dataset) ?? [];
    const page = { limit, offset, ...(search === undefined ? {} : { search }) };
    const { items, total, fails } = yield* ask(ListedItems, itemsQuestion(governed, row, tracks, page, at));
    return {
      check,
      asOf: printInstant(at.asOf),
      total,
      fails,
      items: items.map((item) => ({ ...item, at: item.at === null ? null : printInstant(item.at) })),
    };
  },
});
