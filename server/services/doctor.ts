import { LedgerFault } from '@countersign/ledger/index.ts';
import type { Database } from '../database/pool.ts';
import type { Runner } from '../kernel/runner.ts';
import { currentKeyName } from '../ledger/keys.ts';
import type { Log } from '../ledger/log.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Mail } from '../mail/mail.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Organisation, Services } from '../runtime.ts';
import type { Vault } from '../secrets.ts';
import { ofOutside } from './doctor-outside.ts';
import { ofIntegrity } from '../selfcheck/doctor.ts';
import { readOrganisations, readUnfinished } from './init.ts';
import { exposedKeyFile, forgetRemoved } from '../secrets.ts';

export interface DoctorParts {
  readonly database: Database;
  readonly log: Log;
  readonly vault: Vault;
  readonly jobs: Pick<Jobs, 'reach' | 'failed'>;
  readonly mail: Pick<Mail, 'mailer'>;
  readonly runner: Runner;
  readonly keyFile: string;
}

type Finding = Awaited<ReturnType<Services['doctor']>>[number];

/**
 * Says what is in order and what is not, each with what to do about it. Changes nothing but the published tiles, which it brings up
 * to the table, and the secrets of what was removed, which it deletes.
 */
export const doctor =
  ({ database, log, vault, jobs, mail, runner, keyFile }: DoctorParts): Services['doctor'] =>
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
    findings.push(await ofKeyFile(keyFile), await ofQueue(jobs), await ofMail(mail.mailer));
    for (const org of await readOrganisations(database)) {
      if (org.sample === true)
        findings.push({
          ok: true,
          says: `${org.slug}: a sample organisation. Its history and the times in it are invented.`,
        });
      findings.push(await ofLog(log, org.id, org.slug));
      findings.push(await ofKey(database, vault, org.id, org.slug));
      findings.push(await ofJobs(jobs, org), ...(await ofOutside(runner, org)));
      findings.push(...(await ofIntegrity(database, runner, org)));
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

async function ofKeyFile(path: string): Promise<Finding> {
  const exposed = await exposedKeyFile(path);
  return exposed === undefined
    ? { ok: true, says: 'Only its owner may read the key file.' }
    : {
        ok: false,
        says: exposed,
        advice: `Run “chmod 600 ${path}”, and “countersign keys rotate” if somebody may have read it.`,
      };
}

async function ofQueue(jobs: Pick<Jobs, 'reach'>): Promise<Finding> {
  try {
    await jobs.reach();
    return { ok: true, says: 'The queue of jobs answers.' };
  } catch (error) {
    return {
      ok: false,
      says: `The queue of jobs does not answer: ${error instanceof Error ? error.message : String(error)}`,
      advice: 'Start the server once: it makes and migrates the schema “pgboss” as the role that owns the tables.',
    };
  }
}

async function ofMail(mailer: Mailer): Promise<Finding> {
  if (!mailer.isSet)
    return { ok: true, says: 'No mail is set up: people have the inbox, and invitations are links to copy.' };
  const wrong = await mailer.check();
  return wrong === undefined
    ? { ok: true, says: `The mail server answers; letters come from ${mailer.from ?? ''}.` }
    : { ok: false, says: wrong, advice: 'Look at COUNTERSIGN_SMTP_URL: docs/mail.md.' };
}

async function ofJobs(jobs: Pick<Jobs, 'failed'>, org: Organisation): Promise<Finding> {
  const failed = await jobs.failed(org);
  return failed === 0
    ? { ok: true, says: `${org.slug}: no job has failed.` }
    : {
        ok: false,
        says: `${org.slug}: ${failed} ${failed === 1 ? 'job has' : 'jobs have'} failed.`,
        advice: 'Retry or discard them under Jobs.',
      };
}

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
    const key = await database.tenant(org, 'read', async (client) =>
      vault.get(client, org, await currentKeyName(client, org)),
    );
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
