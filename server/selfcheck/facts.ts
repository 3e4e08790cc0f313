import { itemDigest, LedgerFault, toHex } from '@countersign/ledger/index.ts';
import type { Json } from '@countersign/ledger/index.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';
import type { Findings } from './findings.ts';
import type { Counts } from './runs.ts';

const PIECE = 2000;

/** The key of a fact, as text: where a piece ended. */
export type FactKey = readonly [dataset: string, source: string, item: string, from: number];

interface Row {
  readonly dataset: string;
  readonly source: string;
  readonly item: string;
  readonly from_index: number;
  readonly at: number | null;
  readonly salt: Buffer | null;
  readonly digest: Buffer;
  readonly data: string | null;
}

const NEXT = `select dataset, source, item, from_index, at, salt, digest, data::text as data from fact
  where org = $1 and (dataset, source, item, from_index) > ($2, $3, $4, $5) order by dataset, source, item, from_index limit ${PIECE}`;

/** The next facts after a key, each against the digest that went into the root of its collection. Undefined where there are no more. */
export async function checkFacts(
  client: pg.ClientBase,
  org: number,
  after: FactKey,
  findings: Findings,
  counts: Counts,
): Promise<FactKey | undefined> {
  const { rows } = await client.query<Row>(NEXT, [org, ...after]);
  for (const row of rows) checkFact(row, findings, counts);
  const last = rows.at(-1);
  return last === undefined || rows.length < PIECE
    ? undefined
    : [last.dataset, last.source, last.item, last.from_index];
}

/** All runs of one item. */
export async function checkItem(
  client: pg.ClientBase,
  org: number,
  { dataset, source, item }: { readonly dataset: string; readonly source: string; readonly item: string },
  findings: Findings,
  counts: Counts,
): Promise<void> {
  const { rows } = await client.query<Row>(
    `select dataset, source, item, from_index, at, salt, digest, data::text as data from fact
      where org = $1 and dataset = $2 and source = $3 and item = $4`,
    [org, dataset, source, item],
  );
  for (const row of rows) checkFact(row, findings, counts);
}

function checkFact(row: Row, findings: Findings, counts: Counts): void {
  // Erased: its digest stays for the root of its collection, and what it was of is gone by right.
  if (row.salt === null || row.data === null) return;
  counts.facts += 1;
  const data = JSON.parse(row.data) as Json;
  const body: Json = row.at === null ? { data } : { at: printInstant(row.at), data };
  const found = digestIn(row.salt, row.item, body);
  const expected = row.digest.toString('hex');
  if (found === expected) return;
  const { dataset, source, item, from_index: entry } = row;
  findings.add(
    'fact.digest',
    { dataset, source, item, entry },
    `What ${source} said of ${item} in ${dataset} (since entry ${entry}) is not what was collected.`,
    { expected: `digest ${expected}`, found: `digest ${found}` },
  );
}

function digestIn(salt: Uint8Array, item: string, body: Json): string {
  try {
    return toHex(itemDigest(salt, item, body));
  } catch (error) {
    if (error instanceof LedgerFault) return 'none';
    throw error;
  }
}

/** The collections after an entry, with how many items each has. */
export async function collectionsAfter(
  client: pg.ClientBase,
  org: number,
  after: number,
  limit: number,
): Promise<readonly { readonly index: number; readonly items: number }[]> {
  const { rows } = await client.query<{ index: number; items: number }>(
    'select log_index as index, items from collection where org = $1 and log_index > $2 order by log_index limit $3',
    [org, after, limit],
  );
  return rows;
}

/** The newest collection of each dataset and source: what answers of today rest on. */
export async function newestCollections(
  client: pg.ClientBase,
  org: number,
): Promise<readonly { readonly index: number; readonly items: number }[]> {
  const { rows } = await client.query<{ index: number; items: number }>(
    'select distinct on (dataset, source) log_index as index, items from collection where org = $1 order by dataset, source, log_index desc',
    [org],
  );
  return rows;
}
