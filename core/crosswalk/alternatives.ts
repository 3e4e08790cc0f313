import type { Edge } from './edge.ts';
import { ELEMENTS_SET, elementEdges } from './elements.ts';
import type { SetFacts } from './shipped.ts';

/** Another mapping that comes with the product: used instead of the first one for the frameworks it relates, by whoever names it. */
export interface Alternative {
  readonly mapping: string;
  readonly set: SetFacts;
  edges(): readonly Edge[];
}

export const ALTERNATIVES: readonly Alternative[] = [{ mapping: 'elements', set: ELEMENTS_SET, edges: elementEdges }];
