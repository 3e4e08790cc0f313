import type { Book, Instant, RecordDef, Shelf, Stored } from '@countersign/core/kernel/index.ts';
import { governing, refuse, versionAt } from '@countersign/core/kernel/index.ts';
import type { KindRows, Row, Snapshot } from './snapshot.ts';
import { targetsOf } from './snapshot.ts';

/** What acts of a batch have decided and the database does not yet hold: by kind and id. */
export type Overlay = ReadonlyMap<string, ReadonlyMap<string, readonly Row[]>>;

export interface Point {
  readonly asOf: Instant;
  /** Only rows of entries below this are known. */
  readonly position: number;
}

/** A flat row with the head that is known at this point. */
const withHead = (row: Row, head: number): Row['stored'] =>
  head === row.version ? row.stored : Object.freeze({ ...row.stored, head });

/** The records of one kind at one point, over what the process remembers and what its batch has decided. */
export class SnapshotShelf {
  readonly #def: RecordDef;
  readonly #rows: KindRows;
  readonly #overlay: ReadonlyMap<string, readonly Row[]> | undefined;
  readonly #at: Point;
  /** Rows looked at: what a request cost. */
  visited = 0;

  constructor(def: RecordDef, rows: KindRows, at: Point, overlay?: ReadonlyMap<string, readonly Row[]>) {
    this.#def = def;
    this.#rows = rows;
    this.#at = at;
    this.#overlay = overlay;
  }

  /** Versions known, oldest first. */
  known(id: string): readonly Row[] {
    const stored = this.#rows.byId.get(id) ?? [];
    const { position } = this.#at;
    const last = stored.at(-1);
    const seen =
      last !== undefined && last.logIndex >= position ? stored.filter((row) => row.logIndex < position) : stored;
    const pending = this.#overlay?.get(id);
    this.visited += seen.length;
    return pending === undefined ? seen : [...seen, ...pending];
  }

  /** The version in force with its head, or undefined. */
  #inForce(id: string): Row['stored'] | undefined {
    const known = this.known(id);
    const row = versionAt(known, this.#at.asOf);
    return row === undefined ? undefined : withHead(row, known.at(-1)?.version ?? row.version);
  }

  find(id: string): Row['stored'] | undefined {
    return this.#inForce(id);
  }

  get(id: string): Row['stored'] {
    const row = this.#inForce(id);
    if (row === undefined) throw refuse('missing', { kind: this.#def.kind, id });
    return row;
  }

  ids(): readonly string[] {
    const pending = [...(this.#overlay?.keys() ?? [])].filter((id) => !this.#rows.byId.has(id));
    const stored = [...this.#rows.byId.keys()].filter((id) => this.known(id).length > 0);
    return [...stored, ...pending].sort();
  }

  all(): readonly Row['stored'][] {
    const found: Row['stored'][] = [];
    const take = (id: string): void => {
      const row = this.#inForce(id);
      if (row !== undefined) found.push(row);
    };
    for (const id of this.#rows.byId.keys()) take(id);
    for (const id of this.#overlay?.keys() ?? []) if (!this.#rows.byId.has(id)) take(id);
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  pointingAt(field: string, to: string): readonly Row['stored'][] {
    const ids = new Set(this.#rows.pointingAt(field, to));
    for (const [id, rows] of this.#overlay ?? []) {
      if (rows.some((row) => targetsOf(row.body, field).includes(to))) ids.add(id);
    }
    return [...ids].sort().flatMap((id) => {
      const row = this.#inForce(id);
      return row !== undefined && targetsOf(row, field).includes(to) ? [row] : [];
    });
  }

  history(id: string): readonly Row['stored'][] {
    const known = this.known(id);
    const head = known.at(-1)?.version ?? 0;
    return known.map((row) => withHead(row, head));
  }

  governed(id: string): readonly { from: Instant; to: Instant; terms: Row['stored'] }[] {
    return governing(this.known(id)).map(({ from, to, terms }) => ({ from, to, terms: terms.stored }));
  }
}

/** The book of exactly the kinds a declaration reads. */
export function bookOf(
  snapshot: Snapshot,
  reads: readonly RecordDef[],
  at: Point,
  overlay?: Overlay,
): { readonly book: Book<readonly RecordDef[]>; visited(): number } {
  const shelves = new Map<string, SnapshotShelf>();
  for (const def of reads) {
    const rows = snapshot.kinds.get(def.kind);
    if (rows === undefined) throw new Error(`${def.kind} was not loaded`);
    shelves.set(def.kind, new SnapshotShelf(def, rows, at, overlay?.get(def.kind)));
  }
  // A shelf holds rows parsed with the kind's own schema, which is what its typed face promises.
  const book = Object.fromEntries(shelves) as unknown as Record<string, Shelf<RecordDef>>;
  return {
    book: book as Book<readonly RecordDef[]>,
    visited: () => [...shelves.values()].reduce((sum, shelf) => sum + shelf.visited, 0),
  };
}

export type AnyStored = Stored<RecordDef>;
