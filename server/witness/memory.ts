import type { Refused } from '@countersign/core/witnessing/feeds.ts';
import type { Instant } from '@countersign/core/kernel/index.ts';
import type { Witnessed, WitnessMemory } from '@countersign/ledger/index.ts';
import type pg from 'pg';

const at = (n: number): string => `to_timestamp($${n}::double precision / 1000)`;

export interface Remembered extends Witnessed {
  readonly note: string;
  readonly at: Instant;
}

export async function rememberedOf(
  client: pg.ClientBase,
  org: number,
  origin: string,
): Promise<Remembered | undefined> {
  const { rows } = await client.query<{ size: number; root: Buffer; note: string; at: Instant }>(
    'select size, root, note, cosigned_at as at from witness_state where org = $1 and origin = $2',
    [org, origin],
  );
  const [row] = rows;
  return row === undefined ? undefined : { ...row, root: new Uint8Array(row.root) };
}

/**
 * What an organisation remembers as a witness, in the transaction of one request: the answer may leave only once that is committed. Of two
 * requests at once the second waits for the row, finds another state than it began from, and loses.
 *
 * @param note the checkpoint that is asked about, as the log signed it
 */
export const memoryIn = (client: pg.ClientBase, org: number, note: string, now: Instant): WitnessMemory => ({
  latest: (origin) => rememberedOf(client, org, origin),
  async advance(origin, from, to) {
    const given = [org, origin, to.size, Buffer.from(to.root), note, now];
    const { rowCount } =
      from === undefined
        ? await client.query(
            `insert into witness_state (org, origin, size, root, note, cosigned_at) values ($1, $2, $3, $4, $5, ${at(6)}) on conflict do nothing`,
            given,
          )
        : await client.query(
            `update witness_state set size = $3, root = $4, note = $5, cosigned_at = ${at(6)}
              where org = $1 and origin = $2 and size = $7 and root = $8 and size <= $3`,
            [...given, from.size, Buffer.from(from.root)],
          );
    return rowCount === 1;
  },
});

/** Of what anybody can send who has seen a checkpoint, no more is kept of one log. A fork only the log's own key makes: each is kept. */
const MOST_KEPT = 200;

export interface ToKeep {
  readonly origin: string;
  readonly outcome: Refused;
  readonly size: number;
  readonly root: Uint8Array;
  readonly seen: Remembered | undefined;
  readonly request: string;
}

/** Keeps a checkpoint that was refused, each once, however often it comes. True where it is new. */
export async function keepRefusal(client: pg.ClientBase, org: number, kept: ToKeep, now: Instant): Promise<boolean> {
  const { origin, outcome, size, root, seen, request } = kept;
  const { rowCount: known } = await client.query(
    `update witness_refusal set times = least(times + 1, 1000000), last_at = ${at(6)}, cleared_at = null
      where org = $1 and origin = $2 and outcome = $3 and size = $4 and root = $5`,
    [org, origin, outcome, size, Buffer.from(root), now],
  );
  if (known === 1) return false;
  const { rowCount } = await client.query(
    `insert into witness_refusal (org, origin, outcome, size, root, seen_size, seen_note, request, first_at, last_at)
     select $1, $2, $3, $4, $5, $6, $7, $8, ${at(9)}, ${at(9)}
      where $3 = 'forked' or (select count(*) from witness_refusal where org = $1 and origin = $2 and outcome = $3) < ${MOST_KEPT}
     on conflict do nothing`,
    [org, origin, outcome, size, Buffer.from(root), seen?.size ?? 0, seen?.note ?? null, request, now],
  );
  return rowCount === 1;
}

/** A state that was cosigned after all was shown with a spoilt proof before: nothing is left to explain. */
export const clearRefusals = (
  client: pg.ClientBase,
  org: number,
  origin: string,
  { size, root }: Witnessed,
  now: Instant,
): Promise<unknown> =>
  client.query(
    `update witness_refusal set cleared_at = ${at(5)}
      where org = $1 and origin = $2 and outcome = 'inconsistent' and size = $3 and root = $4 and cleared_at is null`,
    [org, origin, size, Buffer.from(root), now],
  );
