import type { Book, Instant, RecordDef, Shelf } from '@countersign/core/kernel/index.ts';
import { governing, refuse, versionAt } from '@countersign/core/kernel/index.ts';
import type { Sift } from './sift.ts';
import type { KindRows, Row, Snapshot } from './snapshot.ts';
import { targetsOf } from './snapshot.ts';

/** What acts of a batch have decided and the database does not yet hold: by kind and id. */
export type Overlay = ReadonlyMap<string, ReadonlyMap<string, readonly Row[]>>;

export interface Point {
  readonly asOf: Instant;
  /** Only rows of entries below this are known. */
  readonly position: number;
  /** What of it is shown; all without it. */
  readonly sift?: Sift | undefined;
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
  readonly #shown = new Map<string, readonly Row[]>();

  constructor(def: RecordDef, rows: KindRows, at: Point, overlay?: ReadonlyMap<string, readonly Row[]>) {
    this.#def = def;
    this.#rows = rows;
    this.#at = at;
    this.#overlay = overlay;
  }

  /** Versions known and shown, oldest first. */
  known(id: string): readonly Row[] {
    const { sift } = this.#at;
    if (sift === undefined) return this.#recorded(id);
    const shown = this.#shown.get(id) ?? sift(this.#def, this.#recorded(id));
    this.#shown.set(id, shown);
    return shown;
  }

  #recorded(id: string): readonly Row[] {
    const stored = this.#rows.byId.get(id) ?? [];
    const { position } = this.#at;
    const last = stored.at(-1);
    const seen =
      last !== undefined && last.logIndex >= position ? stored.filter((row) => row.logIndex < position) : stored;
    const pending = this.#overlay?.get(id);
    return pending === undefined ? seen : [...seen, ...pending];
  }

  /** The version in force with its head, or undefined. */
  #inForce(id: string): Row['stored'] | undefined {
    const known = this.known(id);
    const [only] = known;
    if (only !== undefined && known.length === 1) {
      return only.retired || only.effectiveAt > this.#at.asOf ? undefined : only.stored;
    }
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

/** The records of one kind at one point, with the type its declaration gives. */
export function shelfOf<D extends RecordDef>(snapshot: Snapshot, def: D, at: Point, overlay?: Overlay): Shelf<D> {
  const rows = snapshot.kinds.get(def.kind);
  if (rows === undefined) throw new Error(`${def.kind} was not loaded`);
  const shelf: unknown = new SnapshotShelf(def, rows, at, overlay?.get(def.kind));
  // Its rows were parsed with the schema of `def`: that is what the typed face promises.
  return shelf as Shelf<D>;
}

/** Every version known and shown of one record, oldest first. */
export function knownOf(snapshot: Snapshot, def: RecordDef, at: Point, id: string): readonly Row[] {
  const rows = snapshot.kinds.get(def.kind);
  if (rows === undefined) throw new Error(`${def.kind} was not loaded`);
  return new SnapshotShelf(def, rows, at).known(id);
}

/** Those that were there and are retired at this point, each as its last version. */
export function retiredOf(snapshot: Snapshot, def: RecordDef, at: Point): readonly Row['stored'][] {
  const rows = snapshot.kinds.get(def.kind);
  if (rows === undefined) throw new Error(`${def.kind} was not loaded`);
  const shelf = new SnapshotShelf(def, rows, at);
  return shelf.ids().flatMap((id) => {
    const last = shelf.known(id).at(-1);
    return last?.retired === true && last.effectiveAt <= at.asOf ? [last.stored] : [];
  });
}

/** The book of exactly the kinds a declaration reads. */
export const bookOf = (
  snapshot: Snapshot,
  reads: readonly RecordDef[],
  at: Point,
  overlay?: Overlay,
): Book<readonly RecordDef[]> =>
  Object.fromEntries(reads.map((def) => [def.kind, shelfOf(snapshot, def, at, overlay)]));
