import { useState } from 'react';
import { isDismissed } from './passkey.ts';

export interface Trying {
  readonly busy: boolean;
  readonly failure: unknown;
  /** Runs one attempt; what it fails by stays until the next. True if it came to its end. */
  run(work: () => Promise<unknown>): Promise<boolean>;
  clear(): void;
}

/** One attempt at a time: whether it runs, and what the last was refused with. */
export function useTrying(): Trying {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  return {
    busy,
    failure,
    clear: () => setFailure(undefined),
    async run(work) {
      if (busy) return false;
      setBusy(true);
      setFailure(undefined);
      try {
        await work();
        return true;
      } catch (error) {
        if (!isDismissed(error)) setFailure(error);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
