import { defineFeed } from '../kernel/index.ts';
import type { Instant } from '../kernel/index.ts';

/** A new key of ours as a witness: its private half is in the vault when this answers. Asked by acts only, since it writes. */
export const WitnessKeyMade = defineFeed<object, { readonly vkey: string }>('witness-key-made');

/** What a log showed that a witness does not cosign, besides what is badly formed or nobody’s. */
export const REFUSED = ['forked', 'inconsistent', 'ahead'] as const;
/**
 * `forked`: another root at the size that was cosigned, both signed by the log: proof of two histories. `inconsistent`: a larger tree with a proof
 * that does not lead from what was cosigned. `ahead`: a smaller tree than was cosigned.
 */
export type Refused = (typeof REFUSED)[number];

export interface Cosigned {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  readonly at: Instant;
}

export interface RefusedCheckpoint {
  readonly origin: string;
  readonly outcome: Refused;
  readonly size: number;
  readonly root: string;
  /** The size that had been cosigned by then. */
  readonly seen: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly times: number;
  /** When the same state was shown with a proof that fits. */
  readonly clearedAt?: Instant;
  /** The request as it came: for a fork it proves it to anybody. */
  readonly request: string;
}

/** What this organisation remembers as a witness, as it is now. */
export const WitnessMemories = defineFeed<
  object,
  {
    readonly cosigned: readonly Cosigned[];
    readonly refused: readonly RefusedCheckpoint[];
    readonly refusedTotal: number;
  }
>('witness-memories');

/** Where others reach us; `url` with the server’s address as its operator set it. */
export interface Addresses {
  readonly origin: string;
  /** Of the public log: `/log/<hex>`. */
  readonly log: { readonly path: string; readonly url: string };
  /** What a log is given as its witness’s address; `/add-checkpoint` follows. */
  readonly witness: { readonly path: string; readonly url: string };
}
export const LogAddresses = defineFeed<object, Addresses>('log-addresses');
