import type { Edge } from './edge.ts';
import type { SetFacts } from './shipped.ts';

/** Another mapping that comes with the product: used instead of the first one for the frameworks it relates, by whoever names it. */
export interface Alternative extends SetFacts {
  edges(): readonly Edge[];
}

export const ALTERNATIVES: readonly Alternative[] = [];
