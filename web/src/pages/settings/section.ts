import type { ComponentType } from 'react';

/** A part of the settings, brought along by the page folder it belongs to: `pages/NAME/settings.tsx` exports `sections`. */
export interface Section {
  /** As it stands in the address: `settings?tab=NAME`. */
  readonly name: string;
  readonly label: string;
  readonly order: number;
  /** Roles it is shown to; everybody without it. What may be done in it core decides. */
  readonly roles?: readonly string[];
  readonly Part: ComponentType;
}

const found = import.meta.glob<{ readonly sections: readonly Section[] }>('../*/settings.tsx', { eager: true });

export const SECTIONS: readonly Section[] = Object.values(found)
  .flatMap(({ sections }) => sections)
  .sort((a, b) => a.order - b.order);
