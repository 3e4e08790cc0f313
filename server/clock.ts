import type { Instant } from '@countersign/core/kernel/index.ts';

/** The only place that knows what time it is. Tests hand in a clock of their own. */
export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => Date.now() };
