import type { Database } from '../database/pool.ts';
import type { Product } from '@countersign/core/kernel/index.ts';
import { refuse } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';
import type { RawRow } from './snapshot.ts';
import { Snapshot } from './snapshot.ts';

const COLUMNS =
  'kind, id, version, body::text as body, retired, effective_at, log_index, recorded_at, actor, act, erased_index is not null as erased';

/** Beyond this many versions in memory, the organisation used longest ago is forgotten. */
const MOST_ROWS = 2_000_000;

export interface LogHead {
  readonly size: number;
  readonly recordedAt: number;
}

/**
 * What this process remembers of each organisation, kept right by position: every use names the log size it must reach, and what
 * is missing is read. Two processes need not tell each other anything.
 */
export class Memory {
  readonly #product: Product;
  readonly #snapshots = new Map<number, Snapshot>();

  constructor(product: Product) {
    this.#product = product;
  }

  /** Forgets an organisation, as after a transaction whose outcome is not known. */
  drop(org: number): void {
    this.#snapshots.delete(org);
  }

  /** The snapshot with at least these kinds, complete for every entry below `size`. */
  async reach(client: pg.ClientBase, org: number, kinds: Iterable<string>, size: number): Promise<Snapshot> {
    const snapshot = this.#use(org);
    const missing: string[] = [];
    const behind: string[] = [];
    let from = size;
    for (const name of new Set(kinds)) {
      if (!this.#product.records.has(name)) throw refuse('unknown', { what: 'kind', name });
      const rows = snapshot.kinds.get(name);
      if (rows === undefined) missing.push(name);
      else if (rows.through < size) {
        behind.push(name);
        from = Math.min(from, rows.through);
      }
    }
    if (missing.length > 0) await this.#load(client, snapshot, org, missing, 0, size);
    if (behind.length > 0) await this.#load(client, snapshot, org, behind, from, size);
    return snapshot;
  }

  #use(org: number): Snapshot {
    const snapshot = this.#snapshots.get(org) ?? new Snapshot(this.#product);
    this.#snapshots.delete(org);
    this.#snapshots.set(org, snapshot);
    let rows = 0;
    for (const held of this.#snapshots.values()) rows += held.rows;
    for (const [other, held] of this.#snapshots) {
      if (rows <= MOST_ROWS || other === org) break;
      rows -= held.rows;
      this.#snapshots.delete(other);
    }
    return snapshot;
  }

  async #load(
    client: pg.ClientBase,
    snapshot: Snapshot,
    org: number,
    kinds: readonly string[],
    from: number,
    size: number,
  ): Promise<void> {
    const { rows } = await client.query<RawRow>(
      `select ${COLUMNS} from record where org = $1 and kind = any($2) and (log_index >= $3 or erased_index >= $3) and log_index < $4 order by kind, id, version`,
      [org, kinds, from, size],
    );
    // Another request may have loaded the same meanwhile: rows that are there stay, and `through` only grows.
    for (const kind of kinds) snapshot.hold(kind);
    for (const row of rows) snapshot.add(row);
    for (const kind of kinds) snapshot.reached(kind, size);
  }
}

/** The log's size and the time of its last entry, as this transaction sees it. */
export async function logHead(client: pg.ClientBase, org: number, lock: boolean): Promise<LogHead> {
  const { rows } = await client.query<{ size: number; recorded_at: number }>(
    `select size, recorded_at from log where org = $1${lock ? ' for update' : ''}`,
    [org],
  );
  const head = rows[0];
  if (head === undefined) throw refuse('unknown', { what: 'organisation', name: String(org) });
  return { size: head.size, recordedAt: head.recorded_at };
}

/** How many entries were recorded by then: known-at is a place in the log, since recorded time never runs backwards. */
export async function positionAt(client: pg.ClientBase, org: number, head: LogHead, knownAt: number): Promise<number> {
  if (knownAt >= head.recordedAt) return head.size;
  const { rows } = await client.query<{ index: number | null }>(
    `select min(index) as index from (select index from log_entry where org = $1 and recorded_at > to_timestamp($2::double precision / 1000) order by recorded_at, index limit 1) later`,
    [org, knownAt],
  );
  return rows[0]?.index ?? head.size;
}

export type Tenants = Pick<Database, 'tenant'>;
