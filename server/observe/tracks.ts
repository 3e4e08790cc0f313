import type { CompleteBy, CompletenessOf } from '@countersign/core/check/feed.ts';
import type { Track } from '@countersign/core/check/coverage.ts';
import type pg from 'pg';

const STATUS = { complete: 0, partial: 1, failed: 2 } as const;

/** Collections of one source's dataset, growing; a track is cut from it and never changes. */
interface Column {
  index: number[];
  observedAt: number[];
  recordedAt: number[];
  status: number[];
  items: number[];
  from: number[];
  to: number[];
  completeBy: CompleteBy[];
  track: Track | undefined;
}

interface CollectionRow {
  readonly log_index: number;
  readonly source: string;
  readonly dataset: string;
  readonly status: 'complete' | 'partial' | 'failed';
  readonly observed_at: number;
  readonly recorded_at: number;
  readonly from_at: number | null;
  readonly to_at: number | null;
  readonly items: number;
  readonly completed_by: CompleteBy;
}

interface Removal {
  readonly index: number;
  readonly at: number;
}

interface Held {
  readonly columns: Map<string, Map<string, Column>>;
  removals: Map<string, Removal>;
  through: number;
}

/** How many organisations' collections a process remembers. */
const MOST_ORGANISATIONS = 64;

/**
 * The collections of each organisation as arrays, read once and then only what is new: by position, as everything else.
 */
export class TrackMemory {
  readonly #held = new Map<number, Held>();

  /** Tracks of each dataset, complete for entries below `size`. */
  async of(client: pg.ClientBase, org: number, size: number): Promise<ReadonlyMap<string, readonly Track[]>> {
    const held = await this.#reach(client, org, size);
    const tracks = new Map<string, Track[]>();
    for (const [dataset, sources] of held.columns) {
      tracks.set(
        dataset,
        [...sources].map(([source, column]) => (column.track ??= trackOf(source, column, held.removals.get(source)))),
      );
    }
    return tracks;
  }

  /** Which sources have delivered which datasets, for positions up to `size`. */
  async pairs(
    client: pg.ClientBase,
    org: number,
    size: number,
  ): Promise<readonly { readonly source: string; readonly dataset: string }[]> {
    const { columns } = await this.#reach(client, org, size);
    return [...columns].flatMap(([dataset, sources]) => [...sources.keys()].map((source) => ({ source, dataset })));
  }

  /** Who claims that collections are complete, for positions up to `size`. */
  async completeBy(client: pg.ClientBase, org: number, size: number): Promise<CompletenessOf> {
    const { columns } = await this.#reach(client, org, size);
    return {
      over: (dataset, from, to, position) =>
        weakest([...(columns.get(dataset)?.values() ?? [])].flatMap((column) => claims(column, from, to, position))),
    };
  }

  async #reach(client: pg.ClientBase, org: number, size: number): Promise<Held> {
    const held: Held = this.#held.get(org) ?? { columns: new Map(), removals: new Map(), through: 0 };
    this.#held.delete(org);
    this.#held.set(org, held);
    const oldest = this.#held.keys().next().value;
    if (this.#held.size > MOST_ORGANISATIONS && oldest !== undefined) this.#held.delete(oldest);
    if (held.through >= size) return held;

    const from = held.through;
    const { rows } = await client.query<CollectionRow>(
      `select log_index, source, dataset, status, observed_at, recorded_at, from_at, to_at, items, completed_by
       from collection where org = $1 and log_index >= $2 and log_index < $3 order by log_index`,
      [org, from, size],
    );
    const removed = await client.query<{ id: string; log_index: number; recorded_at: number }>(
      `select id, log_index, recorded_at from record where org = $1 and kind = 'source' and retired and log_index >= $2 and log_index < $3`,
      [org, from, size],
    );
    // Another request may have read the same meanwhile; only what lies beyond `through` is taken.
    if (held.through > from) return this.#reach(client, org, size);
    for (const row of rows) append(held.columns, row);
    for (const { id, log_index, recorded_at } of removed.rows) {
      held.removals.set(id, { index: log_index, at: recorded_at });
      for (const sources of held.columns.values()) {
        const column = sources.get(id);
        if (column !== undefined) column.track = undefined;
      }
    }
    held.through = size;
    return held;
  }
}

const STRENGTH: readonly CompleteBy[] = ['claimed', 'collector', 'reconciled'];
const weakest = (claims: readonly CompleteBy[]): CompleteBy =>
  STRENGTH.find((claim) => claims.includes(claim)) ?? 'claimed';

/** Claims of a source's collections below `position` that cover something of [from, to). One of state or without interval is of its moment. */
function claims(column: Column, from: number, to: number, position: number): readonly CompleteBy[] {
  return column.completeBy.filter((_, i) => {
    const [index = Infinity, status, observedAt = NaN] = [column.index[i], column.status[i], column.observedAt[i]];
    if (index >= position || status === STATUS.failed) return false;
    const [begins = NaN, ends = NaN] = [column.from[i], column.to[i]];
    if (Number.isNaN(begins)) return from <= observedAt && observedAt < to;
    return begins < ends && begins < to && from < ends;
  });
}

function append(columns: Held['columns'], row: CollectionRow): void {
  const sources = columns.get(row.dataset) ?? new Map<string, Column>();
  columns.set(row.dataset, sources);
  const column = sources.get(row.source) ?? {
    index: [],
    observedAt: [],
    recordedAt: [],
    status: [],
    items: [],
    from: [],
    to: [],
    completeBy: [],
    track: undefined,
  };
  sources.set(row.source, column);
  column.index.push(row.log_index);
  column.observedAt.push(row.observed_at);
  column.recordedAt.push(row.recorded_at);
  column.status.push(STATUS[row.status]);
  column.items.push(row.items);
  column.from.push(row.from_at ?? Number.NaN);
  column.to.push(row.to_at ?? Number.NaN);
  column.completeBy.push(row.completed_by);
  column.track = undefined;
}

function trackOf(source: string, column: Column, removal: Removal | undefined): Track {
  return {
    source,
    n: column.index.length,
    index: Float64Array.from(column.index),
    observedAt: Float64Array.from(column.observedAt),
    recordedAt: Float64Array.from(column.recordedAt),
    status: Uint8Array.from(column.status),
    items: Float64Array.from(column.items),
    from: Float64Array.from(column.from),
    to: Float64Array.from(column.to),
    ...(removal === undefined ? {} : { removedIndex: removal.index, removedAt: removal.at }),
  };
}
