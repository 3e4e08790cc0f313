import { defineFeed } from '../kernel/index.ts';

/** What a collection says of itself beyond what a track has of it. */
export interface CollectionNote {
  readonly why: readonly string[];
  /** Items new, changed or gone against what was known. */
  readonly changed: number;
  /** Name and version of the collector. */
  readonly collector: string;
}

/** By place in the log. */
export const CollectionNotes = defineFeed<{ readonly indexes: readonly number[] }, ReadonlyMap<number, CollectionNote>>(
  'collection-notes',
);

/** Which sources have delivered which datasets, whatever the position asked at. */
export const SourceDatasets = defineFeed<
  Record<never, never>,
  readonly { readonly source: string; readonly dataset: string }[]
>('source-datasets');
