import type { Instant } from '../kernel/index.ts';
import { defineFeed } from '../kernel/index.ts';

export interface Collected {
  readonly source: string;
  readonly dataset: string;
  readonly recordedAt: Instant;
  readonly actor: string;
  /** Place in the log. */
  readonly index: number;
}

/** The first complete collection known, of what was observed by then. */
export const FirstCollection = defineFeed<{ readonly asOf: Instant }, Collected | undefined>('first-collection');
