import type { Id } from './id.ts';
import type { RecordDef, Stored } from './record.ts';
import type { Governed } from './time.ts';

/** The records of one kind as rules may read them, at one (as-of, known-at). Rows are frozen. */
export interface Shelf<D extends RecordDef> {
  /** The row in force, or a refusal `record.missing`. */
  get(id: Id<D['kind']> | string): Stored<D>;
  find(id: Id<D['kind']> | string): Stored<D> | undefined;
  /** All rows in force, by id. */
  all(): readonly Stored<D>[];
  /** Rows in force whose `field` (or one of its members) names `to`. */
  pointingAt(field: string, to: string): readonly Stored<D>[];
  /** Every version known, oldest first. */
  history(id: Id<D['kind']> | string): readonly Stored<D>[];
  /** Which version holds when, of what is known: half-open intervals in order; a gap is a time when it was retired. */
  governed(id: Id<D['kind']> | string): Governed<Stored<D>>;
  /** Ids of every record ever known, retired ones too. */
  ids(): readonly string[];
}

export type Book<R extends readonly RecordDef[]> = { readonly [D in R[number] as D['kind']]: Shelf<D> };
