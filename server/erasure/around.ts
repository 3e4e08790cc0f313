import type { Database } from '../database/pool.ts';
import type { Runner } from '../kernel/runner.ts';
import type { CatchUp } from '../observe/catch-up.ts';
import { forgetRemoved } from '../secrets.ts';
import type { Organisation } from '../runtime.ts';
import type { Blobs } from '../services/blobs.ts';

const APPROVES = 'erasure.approve';

/** What is done around an erasure, and need not be in its transaction. */
export const aroundErasing = (
  runner: Runner,
  {
    database,
    files,
    catchUp,
    removeBinders,
  }: {
    readonly database: Database;
    readonly files: Blobs;
    readonly catchUp: CatchUp;
    /** Those that are kept and were made before. */
    readonly removeBinders: (org: Organisation) => Promise<unknown>;
  },
): Runner => ({
  ...runner,
  async act(org, actor, name, input, options) {
    if (name !== APPROVES) return runner.act(org, actor, name, input, options);
    // While nobody holds the log, so that little is left to judge when it is held.
    await catchUp.run(org.id);
    const told = await runner.act(org, actor, name, input, options);
    if (told.index === null) return told;
    // It is erased whether or not these succeed: what they leave, the next erasure or the next start removes.
    await database.tenant(org.id, 'write', (client) => forgetRemoved(client, org.id)).catch(() => undefined);
    await files.removeUnlinked(org.id).catch(() => undefined);
    await removeBinders(org).catch(() => undefined);
    return told;
  },
});

/** Deletes the files that an erasure unlinked before a crash, of every organisation. It never fails: the next start tries again. */
export async function removeLeftOver(
  files: Blobs,
  organisations: Promise<readonly { readonly id: number }[]>,
): Promise<void> {
  try {
    for (const { id } of await organisations) await files.removeUnlinked(id);
  } catch {
    // The database may be closing, or the store away.
  }
}
