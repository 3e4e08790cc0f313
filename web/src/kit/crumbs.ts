import { useSyncExternalStore } from 'react';

export interface Crumb {
  readonly label: string;
  /** Inside the organisation; the last has none. */
  readonly to?: string;
}

let current: readonly Crumb[] = [];
const listeners = new Set<() => void>();

/** Pages say where one is; the bar at the top shows it. */
export function setCrumbs(crumbs: readonly Crumb[]): void {
  current = crumbs;
  for (const listener of listeners) listener();
}

export const useCrumbs = (): readonly Crumb[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
