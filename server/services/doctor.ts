import { LedgerFault } from '@countersign/ledger/index.ts';
import type { Database } from '../database/pool.ts';
import type { Log } from '../ledger/log.ts';
import type { Services } from '../runtime.ts';
import type { Vault } from '../secrets.ts';
import { forgetRemoved } from '../secrets.ts';
import { readOrganisations, readUnfinished } from './init.ts';

export interface DoctorParts {
  readonly database: Database;
  readonly log: Log;
  readonly vault: Vault;
}

type Finding = Awaited<ReturnType<Services['doctor']>>[number];

/**
 * Says what is in order and what is not, each with what to do about it. Changes nothing but the published tiles, which it brings up
 * to the table, and the secrets of what was removed, which it deletes.
 */
export const doctor =
  ({ database, log, vault }: DoctorParts): Services['doctor'] =>
  async () => {
    const findings: Finding[] = [];
    const { rows } = await database.pool.query<{ version: string; durable: string }>(
      `select current_setting('server_version') as version, current_setting('fsync') || '/' || current_setting('synchronous_commit') as durable`,
    );
    const durable = rows[0]?.durable === 'on/on';
    findings.push({ ok: true, says: `PostgreSQL ${rows[0]?.version ?? ''} answers.` });
    findings.push(
      durable
        ? { ok: true, says: 'Commits are durable (fsync and synchronous_commit are on).' }
        : {
            ok: false,
            says: 'Commits are not durable.',
            advice: 'Turn fsync and synchronous_commit on: a signed checkpoint may otherwise outrun the log.',
          },
    );
    for (const org of await readOrganisations(database)) {
      if (org.sample === true)
        findings.push({
          ok: true,
          says: `${org.slug}: a sample organisation. Its history and the times in it are invented.`,
        });
      findings.push(await ofLog(log, org.id, org.slug));
      findings.push(await ofKey(database, vault, org.id, org.slug));
      await database.tenant(org.id, 'write', (client) => forgetRemoved(client, org.id));
    }
    for (const { slug } of await readUnfinished(database))
      findings.push({
        ok: false,
        says: `${slug}: a sample organisation of which only a part is there. Nobody sees it.`,
        advice: `Go on with it: npx countersign init --demo --name NAME --slug ${slug}. Or leave it: it takes up its slug and some space, and nothing more.`,
      });
    return findings;
  };

async function ofLog(log: Log, org: number, slug: string): Promise<Finding> {
  try {
    const { size } = await log.publish(org);
    return { ok: true, says: `${slug}: the log holds ${size} entries, all published.` };
  } catch (error) {
    if (!(error instanceof LedgerFault))
      return {
        ok: false,
        says: `${slug}: the log could not be published: ${error instanceof Error ? error.message : String(error)}`,
        advice: 'Set right what is said of its key first, then run this again.',
      };
    return {
      ok: false,
      says: `${slug}: ${error.message}`,
      advice:
        'Published checkpoints and the database disagree, as after restoring an old backup. Do not delete the tiles: restore a newer backup, or ask who holds a later checkpoint.',
    };
  }
}

async function ofKey(database: Database, vault: Vault, org: number, slug: string): Promise<Finding> {
  try {
    const key = await database.tenant(org, 'read', (client) => vault.get(client, org, 'log-key'));
    if (key === undefined)
      return {
        ok: false,
        says: `${slug}: the log’s key is gone from the database.`,
        advice: 'Restore the table “secret” from a backup: without the key nothing more can be recorded.',
      };
    return { ok: true, says: `${slug}: the key file opens the log’s key.` };
  } catch {
    return {
      ok: false,
      says: `${slug}: the key file does not open the log’s key.`,
      advice: 'Set COUNTERSIGN_KEY_FILE to the file that was in use when the organisation began.',
    };
  }
}
