import type { Erasable } from '@countersign/core/erasure/record.ts';
import { Erasure } from '@countersign/core/erasure/record.ts';
import { bodyDigest, toHex } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import type { Judge } from '../judge/judge.ts';
import { payloadOf, subjectName } from '../kernel/entry.ts';
import type { QueueParts } from '../kernel/queue.ts';
import { judgeGroup, LOCK } from '../observe/catch-up.ts';
import { putAway } from '../observe/layers.ts';
import { unitsBehind } from '../observe/units.ts';

/**
 * Erases what the erasures among these entries name, in the transaction that writes them: either both are there afterwards or neither. What is a
 * file is only unlinked here and deleted after the commit, for a transaction that is undone brings no file back.
 */
export const erasing =
  (judge: Judge): NonNullable<QueueParts['effects']> =>
  async (client, org, written) => {
    let isChanged = false;
    for (const { index, versions } of written) {
      for (const { kind, body } of versions) {
        if (kind !== Erasure.kind) continue;
        const erasure = Erasure.body.parse(body);
        if (erasure.state !== 'done') continue;
        isChanged = true;
        if (erasure.what.kind === 'item') await putItemAway(client, org, judge, erasure.what, index);
        await client.query('select erase($1, $2)', [index, await digestsOf(client, org, erasure.what, index)]);
      }
    }
    return isChanged;
  };

/** What was known of the item stays known as of before: all that was recorded is judged first, while there is something to judge. */
async function putItemAway(
  client: pg.ClientBase,
  org: number,
  judge: Judge,
  { dataset, source }: Extract<Erasable, { kind: 'item' }>,
  index: number,
): Promise<void> {
  // Whoever judges elsewhere holds this one and never waits for the log, so the two cannot block each other.
  await client.query('select pg_advisory_xact_lock($1, $2)', [org, LOCK]);
  for (const group of (await unitsBehind(client, org, index)).values())
    if (group.dataset === dataset && group.source === source)
      await judgeGroup(client, org, judge, dataset, source, group.units, index);
  await putAway(client, org, dataset, source, index);
}

/** Salted digests of the versions that go, by their names: a statement of very many has the root of them and no list. */
async function digestsOf(client: pg.ClientBase, org: number, what: Erasable, index: number): Promise<string> {
  if (what.kind === 'item') return '{}';
  const { rows } = await client.query<{
    kind: string;
    id: string;
    version: number;
    retired: boolean;
    effective_at: number;
    body: string;
    salt: Buffer;
  }>(
    `select kind, id, version, retired, effective_at, body::text as body, salt from record
     where org = $1 and erased_index is null and log_index <= $4
       and (kind = $2 and id = $3 or $2 = 'person' and kind in ('invitation', 'sign-in-link') and body ->> 'person' = $3)`,
    [org, what.kind, what.id, index],
  );
  const digests = rows.map(({ salt, effective_at: effectiveAt, body, ...row }) => [
    subjectName(row),
    toHex(bodyDigest(salt, payloadOf({ ...row, effectiveAt, body: JSON.parse(body) as Record<string, unknown> }))),
  ]);
  return JSON.stringify(Object.fromEntries(digests));
}
