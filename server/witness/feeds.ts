import type { Addresses, Cosigned, RefusedCheckpoint } from '@countersign/core/witnessing/feeds.ts';
import { LogAddresses, WitnessKeyMade, WitnessMemories } from '@countersign/core/witnessing/feeds.ts';
import type pg from 'pg';
import type { Feeds } from '../kernel/feeds.ts';
import type { Vault } from '../secrets.ts';
import { makeWitnessKey } from './key.ts';
import { LOG_PATH, WITNESS_PATH } from './paths.ts';

const MOST_SHOWN = 200;

/** @param base where others reach the server, without a slash at its end */
export const witnessFeeds = (vault: Vault, base: string): Feeds =>
  new Map<string, Feeds extends ReadonlyMap<string, infer F> ? F : never>([
    [WitnessKeyMade.name, async ({ client, org }) => ({ vkey: await makeWitnessKey(vault, client, org) })],
    [WitnessMemories.name, ({ client, org }) => memoriesOf(client, org)],
    [LogAddresses.name, ({ client, org }) => addressesIn(client, org, base)],
  ]);

async function addressesIn(client: pg.ClientBase, org: number, base: string): Promise<Addresses> {
  const { rows } = await client.query<{ origin: string; witness: string }>(
    'select origin, witness from organisation where id = $1',
    [org],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`There is no organisation ${org}`);
  const at = (path: string) => ({ path, url: base + path });
  return {
    origin: row.origin,
    log: at(LOG_PATH + (row.origin.split('/').at(-1) ?? '')),
    witness: at(WITNESS_PATH + row.witness),
  };
}

async function memoriesOf(client: pg.ClientBase, org: number) {
  const { rows: cosigned } = await client.query<Cosigned>(
    `select origin, size, encode(root, 'base64') as root, cosigned_at as at from witness_state where org = $1 order by origin`,
    [org],
  );
  const { rows: refused } = await client.query<
    Omit<RefusedCheckpoint, 'clearedAt'> & { readonly clearedAt: number | null }
  >(
    `select origin, outcome, size, encode(root, 'base64') as root, seen_size as seen, first_at as "firstAt", last_at as "lastAt", times, cleared_at as "clearedAt", request
       from witness_refusal where org = $1 order by last_at desc, origin, outcome, size limit $2`,
    [org, MOST_SHOWN],
  );
  const { rows: counted } = await client.query<{ total: number }>(
    'select count(*) as total from witness_refusal where org = $1',
    [org],
  );
  return {
    cosigned,
    refused: refused.map(({ clearedAt, ...row }) => ({ ...row, ...(clearedAt === null ? {} : { clearedAt }) })),
    refusedTotal: counted[0]?.total ?? 0,
  };
}
