import { IntegrityFinding } from '@countersign/core/integrity/index.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';
import type { Database } from '../database/pool.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Organisation, Services } from '../runtime.ts';
import { lastDone } from './runs.ts';

type Finding = Awaited<ReturnType<Services['doctor']>>[number];

const MOST_TOLD = 5;

/** What the self-check found, each still there with where it is, and when it last looked. */
export async function ofIntegrity(
  database: Pick<Database, 'tenant'>,
  runner: Runner,
  org: Organisation,
): Promise<readonly Finding[]> {
  const last = await database.tenant(org.id, 'read', (client) => lastDone(client, org.id));
  const present = await runner.reading(org, {}, [IntegrityFinding], ({ snapshot, asOf, position }) =>
    Promise.resolve(
      shelfOf(snapshot, IntegrityFinding, { asOf, position })
        .all()
        .filter(({ goneAt }) => goneAt === undefined),
    ),
  );
  if (last === undefined)
    return [{ ok: true, says: `${org.slug}: no self-check has ended yet; the server runs one each hour.` }];
  if (present.length === 0)
    return [
      {
        ok: true,
        says: `${org.slug}: the self-check of ${printInstant(last.started_at)} found what is stored to be what was logged.`,
      },
    ];
  const told = present.slice(0, MOST_TOLD).map(({ says, code }) => ({
    ok: false,
    says: `${org.slug}: ${says}`,
    advice: `${code}: see docs/backup.md, “When the self-check finds something”. Restore what is damaged from a backup, or say what it was with “countersign act integrity.explain”.`,
  }));
  const rest = present.length - told.length;
  return rest === 0
    ? told
    : [
        ...told,
        { ok: false, says: `${org.slug}: the self-check found ${rest} more.`, advice: 'countersign self-check' },
      ];
}
