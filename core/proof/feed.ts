import type { Instant } from '../kernel/index.ts';
import { defineFeed } from '../kernel/index.ts';

/** That somebody outside saw the log at a size. */
export interface Anchor {
  readonly kind: 'witness' | 'time';
  /** Id of the witness, or of the authority. */
  readonly id: string;
  /** How many entries it covers: those with a smaller index. */
  readonly size: number;
  readonly at: Instant;
  readonly root: string;
  /** Entry that recorded it. */
  readonly index: number;
}

/** Cosignatures and time-stamps known, in the order in which they were recorded. Without their tokens: those are many and large. */
export const Anchors = defineFeed<Record<never, never>, readonly Anchor[]>('anchors');

export interface LogFacts {
  readonly origin: string;
  /** Of the entries known. */
  readonly size: number;
  /** In base64. */
  readonly root: string;
  /** Verifier key that signs now. */
  readonly vkey: string;
  /** SHA-256 of the public key, in hex. */
  readonly fingerprint: string;
  /** When the first and the last entry known were recorded. */
  readonly firstAt?: Instant;
  readonly lastAt?: Instant;
}

/** What a log is called and who signs it. */
export const Facts = defineFeed<Record<never, never>, LogFacts>('log-facts');

/** What is known of entries by their index: when, which act, and who did it. An index beyond what is known has none; a collection has no actor. */
export const EntriesAt = defineFeed<
  { readonly indexes: readonly number[] },
  ReadonlyMap<number, { readonly recordedAt: Instant; readonly act: string; readonly actor?: string }>
>('entries-at');

/** How many entries known have this index or a larger one, those of the acts named left out, and when the first of them was recorded. */
export const EntriesAfter = defineFeed<
  { readonly from: number; readonly except: readonly string[] },
  { readonly entries: number; readonly since?: Instant }
>('entries-after');

/** What is to be recorded as seen, with what it is verified under. */
export type SeenClaim = { readonly checkpoint: string } & (
  | { readonly kind: 'witness'; readonly vkey: string; readonly line: string }
  | { readonly kind: 'time'; readonly roots: string; readonly token: string }
);

/** What was verified of it, or the fault that it has. */
export type SeenVerdict =
  | {
      readonly size: number;
      readonly root: string;
      readonly at: Instant;
      readonly serial?: string;
      readonly signedBy?: string;
    }
  | { readonly fault: { readonly code: string; readonly says: string } };

/**
 * Whether somebody outside saw this log: the checkpoint is signed by the log's key, its root is the log's own at that size, the line or the
 * token verifies, and the time it states can be true.
 */
export const Verified = defineFeed<SeenClaim, SeenVerdict>('seen-verified');
