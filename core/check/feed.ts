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

/** Who says that the collections of a dataset are complete: the weakest claim among its sources. */
export type CompleteBy = 'collector' | 'claimed' | 'reconciled';
export const Completeness = defineFeed<{ readonly datasets: readonly string[] }, ReadonlyMap<string, CompleteBy>>(
  'completeness',
);

/** Root of the log at the position asked at, in base64. */
export const LogRoot = defineFeed<Record<never, never>, { readonly size: number; readonly root: string }>('log-root');
