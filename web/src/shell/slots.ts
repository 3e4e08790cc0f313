import type { ComponentType } from 'react';

/** A part of the bar at the top that a page folder brings along, as the inbox’s bell: `pages/NAME/slot.tsx` exports `slot`. */
export interface Slot {
  readonly name: string;
  readonly Part: ComponentType;
}

const found = import.meta.glob<{ readonly slot: Slot }>('../pages/*/slot.tsx', { eager: true });

export const SLOTS: readonly Slot[] = Object.values(found).map(({ slot }) => slot);
