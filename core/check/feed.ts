import { defineFeed } from '../kernel/index.ts';
import type { Instant } from '../kernel/index.ts';
import type { Track } from './coverage.ts';
import type { Steps } from './timeline.ts';

/** What sources delivered of these datasets: all that is recorded, whatever the position asked at. */
export const Tracks = defineFeed<{ readonly datasets: readonly string[] }, ReadonlyMap<string, readonly Track[]>>(
  'tracks',
);

/** What a version of a check says of a source's collections. */
export interface StepsOf {
  of(check: string, version: number, source: string): Steps | undefined;
}
export const CheckSteps = defineFeed<{ readonly checks: readonly string[] }, StepsOf>('steps');

/** A version of a check that governs collections observed in [from, to). */
export interface GoverningVersion {
  readonly version: number;
  readonly from: Instant;
  readonly to: Instant;
}

/** Who says that a collection is complete. */
export type CompleteBy = 'collector' | 'claimed' | 'reconciled';
export interface CompletenessOf {
  /** The weakest claim among the dataset's collections below `position` that cover something of [from, to); `claimed` without any. */
  over(dataset: string, from: Instant, to: Instant, position: number): CompleteBy;
}
export const Completeness = defineFeed<{ readonly datasets: readonly string[] }, CompletenessOf>('completeness');

/** Root of the log at the position asked at, in base64. */
export const LogRoot = defineFeed<Record<never, never>, { readonly size: number; readonly root: string }>('log-root');
