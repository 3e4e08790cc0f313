import type { GoverningVersion } from '../check/feed.ts';
import { defineFeed } from '../kernel/index.ts';
import type { Instant } from '../kernel/index.ts';
import type { ItemCounts } from './reach.ts';

/** An item under an approved exception, from and to the instants it covers, half-open. */
export interface ExceptedItem {
  readonly item: string;
  readonly from: Instant;
  readonly to: Instant;
}

export interface CountQuestion {
  /** Names the question in the answer. */
  readonly key: string;
  readonly check: string;
  readonly dataset: string;
  readonly versions: readonly GoverningVersion[];
  /** Events at moments in [from, to). */
  readonly from: Instant;
  readonly to: Instant;
  readonly excepted: readonly ExceptedItem[];
}

/** How many events of a window passed, deviated or could not be judged, by question. */
export const Counts = defineFeed<readonly CountQuestion[], ReadonlyMap<string, ItemCounts>>('counts');
