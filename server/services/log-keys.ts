import type { Actor } from '@countersign/core/kernel/index.ts';
import { refuse } from '@countersign/core/kernel/index.ts';
import { ROTATES } from '@countersign/core/proof/index.ts';
import { fingerprint, parseVerifierKey, printVerifierKey } from '@countersign/ledger/index.ts';
import type { Database } from '../database/pool.ts';
import type { Runner } from '../kernel/runner.ts';
import { makeNextLogKey } from '../ledger/keys.ts';
import type { Log } from '../ledger/log.ts';
import type { Organisation } from '../runtime.ts';
import type { Vault } from '../secrets.ts';

/** The key that signs now, and the one that handed over to it. */
export interface HandedOver {
  readonly vkey: string;
  readonly fingerprint: string;
  readonly replaces: string;
  /** Entry that handed the log over: the last one under the key before. */
  readonly index: number;
}

/**
 * Hands the log over to a key made for it: the key first, then the entry that names it, so that a crash in between leaves a key that signs
 * nothing. Who may is asked before anything is made.
 */
export const rotateLogKey =
  ({
    database,
    vault,
    runner,
    log,
  }: {
    readonly database: Database;
    readonly vault: Vault;
    readonly runner: Runner;
    readonly log: Log;
  }) =>
  async (org: Organisation, actor: Actor): Promise<HandedOver> => {
    const { allowed = [] } = runner.product.acts.get(ROTATES) ?? {};
    if (!actor.roles.some((role) => allowed.includes(role)))
      throw refuse('forbidden', { act: 'Changing the key of the log', roles: allowed.join(', ') });
    const { vkey, replaces } = await database.tenant(org.id, 'write', async (client) => {
      const [current] = await log.keys(client, org.id);
      const next = await makeNextLogKey(vault, client, org.id, current.name);
      return { vkey: printVerifierKey(next), replaces: printVerifierKey(current) };
    });
    const { index } = await runner.act(org, actor, ROTATES, { vkey, replaces });
    // A checkpoint under the new key at once: what the old one signed is of a log that has gone on.
    await log.publish(org.id);
    return { vkey, replaces, fingerprint: fingerprint(parseVerifierKey(vkey).publicKey), index: index ?? 0 };
  };
