import { LedgerFault } from '@countersign/ledger/index.ts';
import type { Organisation } from '../runtime.ts';
import type { Log } from './log.ts';

const EVERY_MS = 5_000;

/**
 * Keeps the published tiles and checkpoints of all organisations a few seconds behind their tables, so that a copy of the folder is
 * recent. Proofs and exports do not wait for it: they publish by themselves. Several processes may do it at once.
 *
 * @returns how to stop; resolves when nothing runs any more
 */
export function keepPublished(
  log: Log,
  organisations: () => Promise<readonly Organisation[]>,
  report: (line: string) => void,
): () => Promise<void> {
  const told = new Set<string>();
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  const round = async (): Promise<void> => {
    for (const org of await organisations()) {
      if (stopped) return;
      try {
        await log.publish(org.id);
      } catch (error) {
        if (!(error instanceof LedgerFault)) throw error;
        const line = `${org.slug}: the log is not published: ${error.message} Run “countersign doctor”.`;
        if (!told.has(line)) report(line);
        told.add(line);
      }
    }
  };
  const timer = setInterval(() => {
    // A database that restarts is not news here: requests say so, and the next round tries again.
    running = running.then(round).catch(() => undefined);
  }, EVERY_MS);
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}
