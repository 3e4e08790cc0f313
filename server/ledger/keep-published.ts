import type { Organisation } from '../runtime.ts';
import type { Log } from './log.ts';

const EVERY_MS = 5_000;

/**
 * Keeps the published tiles and checkpoints of all organisations a few seconds behind their tables, so that a copy of the folder is
 * recent. Proofs and exports do not wait for it: they publish by themselves. Several processes may do it at once. What keeps one
 * organisation from being published is reported, once until it changes, and does not keep the others.
 *
 * @param everyMs how long it rests between two rounds
 * @returns how to stop; resolves when nothing runs any more
 */
export function keepPublished(
  log: Pick<Log, 'publish'>,
  organisations: () => Promise<readonly Organisation[]>,
  report: (line: string) => void,
  everyMs = EVERY_MS,
): () => Promise<void> {
  const told = new Map<number, string>();
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const one = async ({ id, slug }: Organisation): Promise<void> => {
    try {
      await log.publish(id);
      told.delete(id);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (told.get(id) !== why) report(`${slug}: the log is not published: ${why} Run “countersign doctor”.`);
      told.set(id, why);
    }
  };
  const round = async (): Promise<void> => {
    for (const org of await organisations()) {
      if (stopped) return;
      await one(org);
    }
  };
  // The next round is due only after this one: a slow disk is not made slower by rounds that wait for each other.
  const arm = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      // A database that restarts is not news here: requests say so, and the next round tries again.
      running = round()
        .catch(() => undefined)
        .finally(arm);
    }, everyMs);
  };
  arm();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
