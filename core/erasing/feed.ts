import type { Erasable } from '../erasure/record.ts';
import { defineFeed } from '../kernel/index.ts';
import type { Instant } from '../kernel/index.ts';

/** What of a thing is kept beside the records, and what else would go or stay. */
export interface Reached {
  /** Item: contents that sources delivered of it, and how many of them are not erased. */
  readonly contents: number;
  readonly intact: number;
  /** Item: whether the source still delivered it when it was last collected. */
  readonly isDelivered: boolean;
  /** Item: observed first and last, or undefined. */
  readonly observed: { readonly from: Instant; readonly to: Instant } | undefined;
  /** Item: what each version of a check last said, where that is fail or unknown. */
  readonly verdicts: readonly { readonly check: string; readonly outcome: 'fail' | 'unknown' }[];
  /** Evidence: whether another record quotes the same bytes, which then stay. */
  readonly isShared: boolean;
  /** Person: whether somebody signs in as them. */
  readonly hasAccount: boolean;
  /** Records that hold the words that are to go and are not reached; the first hundred, by kind and id. */
  readonly mentions: readonly { readonly kind: string; readonly id: string }[];
}

/** What an erasure would reach. `words`: what is looked for in other records. */
export const Reach = defineFeed<{ readonly what: Erasable; readonly words: readonly string[] }, Reached>(
  'erasure-reach',
);
