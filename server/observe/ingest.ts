import { COLLECTION, ItemsRoot, bodyDigest, newSalt, sealStatement, toHex } from '@countersign/ledger/index.ts';
import type { Json, Signer } from '@countersign/ledger/index.ts';
import type { Instant } from '@countersign/core/kernel/index.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';
import type { Clock } from '../clock.ts';
import { logHead } from '../kernel/organisation.ts';
import type { Tenants } from '../kernel/organisation.ts';
import type { CollectionReport } from '../runtime.ts';
import { batches } from './batches.ts';
import { Stage, TwiceGiven } from './stage.ts';
import type { StagedItem } from './stage.ts';

/** What is known of a collection before its items arrive. */
export interface Header {
  readonly source: string;
  /** Full name, as `git/commits`. */
  readonly dataset: string;
  readonly mode: 'state' | 'events';
  readonly actor: string;
  /** Name and version of what collected it. */
  readonly collector: string;
  readonly completedBy: 'collector' | 'claimed' | 'reconciled';
}

/** What is known once they have arrived. */
export interface Ending {
  readonly status: 'complete' | 'partial' | 'failed';
  readonly why: readonly string[];
  readonly observedAt: Instant;
  readonly from?: Instant;
  readonly to?: Instant;
  readonly cursor?: unknown;
}

export interface IngestParts {
  readonly tenants: Tenants;
  readonly clock: Clock;
  signer(client: pg.ClientBase, org: number): Promise<Signer>;
}

const ROOT_BATCH = 5000;

/** Lets so many work at once, in the order in which they come: each collection holds a connection, and others need some too. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((go) => this.#waiting.push(go));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

/**
 * Takes in one collection: items are staged as they come, compared with what is known, and made visible together with their log
 * entry by a transaction whose log lock is held only at its end. Nothing of it stays if `deliver` throws.
 * One collection of a source's dataset at a time.
 */
export function ingest(
  parts: IngestParts,
  org: number,
  header: Header,
  deliver: (add: (items: readonly StagedItem[]) => Promise<void>) => Promise<Ending>,
): Promise<CollectionReport> {
  return parts.tenants.tenant(org, 'write', async (client) => {
    await client.query('select pg_advisory_xact_lock($1, hashtext($2))', [org, `${header.source} ${header.dataset}`]);
    const stage = await Stage.open(client);
    const ending = await deliver((items) => stage.add(items));
    await stage.written();
    if (ending.status === 'failed') await client.query('truncate staged');
    const items = ending.status === 'failed' ? 0 : stage.count;
    const isFirst = await holdsNothing(client, org, header);
    if (!isFirst) await client.query('analyze staged');
    const changed = isFirst ? items : await compare(client, org, header, ending);
    const root = await rootOf(client);

    await client.query("set local lock_timeout = '60s'");
    const head = await logHead(client, org, true);
    const index = head.size;
    const now = Math.max(parts.clock.now(), head.recordedAt);
    const salt = newSalt();
    const previous = await client.query<{ log_index: number }>(
      'select log_index from collection where org = $1 and dataset = $2 and source = $3 order by log_index desc limit 1',
      [org, header.dataset, header.source],
    );
    const { statement, entry } = await sealStatement(
      {
        subject: [
          {
            name: `collection/${header.source}/${header.dataset}`,
            digest: { sha256: toHex(bodyDigest(salt, headerBody(header, ending, items))) },
          },
        ],
        predicateType: COLLECTION,
        predicate: {
          recordedAt: printInstant(now),
          actor: header.actor,
          collector: header.collector,
          source: header.source,
          dataset: header.dataset,
          mode: header.mode,
          completeness: ending.status,
          gaps: ending.why.length,
          observedAt: printInstant(ending.observedAt),
          ...(ending.from === undefined || ending.to === undefined
            ? {}
            : { from: printInstant(ending.from), to: printInstant(ending.to) }),
          items,
          itemsRoot: toHex(root),
          previous: previous.rows[0]?.log_index ?? null,
        },
      },
      await parts.signer(client, org),
    );
    await client.query(
      `with moved as (update log set size = $2 + 1, recorded_at = to_timestamp($3::double precision / 1000) where org = $1)
       insert into log_entry (org, index, recorded_at, statement, entry) values ($1, $2, to_timestamp($3::double precision / 1000), $4, $5)`,
      [org, index, now, statement, entry],
    );
    await client.query(
      `insert into collection (org, log_index, source, dataset, mode, status, why, observed_at, from_at, to_at, items, changed, items_root, salt, actor,
         collector, completed_by, cursor, recorded_at, seen)
       select $1, $2, $3, $4, $5, $6, $7, to_timestamp($8::double precision / 1000), to_timestamp($9::double precision / 1000), to_timestamp($10::double precision / 1000),
         $11, $12, $13, $14, $15, $16, $17, $18, to_timestamp($19::double precision / 1000),
         case when $6 = 'partial' then (select coalesce(jsonb_agg(item order by item), '[]'::jsonb) from staged) end`,
      [
        org,
        index,
        header.source,
        header.dataset,
        header.mode,
        ending.status,
        JSON.stringify(ending.why),
        ending.observedAt,
        ending.from ?? null,
        ending.to ?? null,
        items,
        changed,
        root,
        salt,
        header.actor,
        header.collector,
        header.completedBy,
        ending.cursor === undefined ? null : JSON.stringify(ending.cursor),
        now,
      ],
    );
    if (isFirst) await publishAll(client, org, header, index);
    else if (changed > 0) await publish(client, org, header, index);
    return {
      source: header.source,
      dataset: header.dataset,
      status: ending.status,
      why: ending.why,
      items,
      changed,
      index,
      observedAt: printInstant(ending.observedAt),
    };
  });
}

/** What the digest of a collection's one subject commits to. Reasons may name things, so they are here and not in the statement. */
export const headerBody = (
  header: Pick<Header, 'source' | 'dataset' | 'mode' | 'collector' | 'completedBy'>,
  ending: Ending,
  items: number,
): Json => ({
  source: header.source,
  dataset: header.dataset,
  mode: header.mode,
  collector: header.collector,
  completedBy: header.completedBy,
  status: ending.status,
  why: [...ending.why],
  observedAt: printInstant(ending.observedAt),
  from: ending.from === undefined ? null : printInstant(ending.from),
  to: ending.to === undefined ? null : printInstant(ending.to),
  items,
});

/** Whether nothing of the dataset is known to hold: then all that is staged is new, and nothing can have changed or gone. */
async function holdsNothing(client: pg.ClientBase, org: number, header: Header): Promise<boolean> {
  const { rows } = await client.query<{ nothing: boolean }>(
    `select not exists (select from fact where org = $1 and dataset = $2 and source = $3 and until_index is null) as nothing`,
    [org, header.dataset, header.source],
  );
  return rows[0]?.nothing === true;
}

/**
 * Finds what is new, changed or gone, into the temporary tables `fresh` (items to open) and `closed` (runs to end).
 * An unchanged item keeps the salt and digest of the run it is part of.
 */
async function compare(client: pg.ClientBase, org: number, header: Header, ending: Ending): Promise<number> {
  await client.query(
    'create temp table held (item text collate "C", from_index bigint, at timestamptz, content bytea, digest bytea) on commit drop',
  );
  if (ending.status !== 'failed') {
    const live = `select item, from_index, at, content, digest from fact
      where org = $1 and dataset = $2 and source = $3 and until_index is null`;
    const values: unknown[] = [org, header.dataset, header.source];
    // Of events only those that it lists or covers matter: what the history holds besides is not read.
    const listed = `${live} and item in (select item from staged)`;
    const isOver = header.mode === 'events' && ending.status === 'complete';
    if (isOver) values.push(ending.from, ending.to);
    await client.query(
      `insert into held ${
        isOver
          ? `${listed} union ${live} and at >= to_timestamp($4::double precision / 1000) and at < to_timestamp($5::double precision / 1000)`
          : header.mode === 'events'
            ? listed
            : live
      }`,
      values,
    );
  }
  await client.query('analyze held');
  await client.query(
    `create temp table fresh on commit drop as
       select s.item from staged s left join held h on h.item = s.item and h.content = s.content where h.item is null`,
  );
  const gone =
    ending.status !== 'complete'
      ? 'false'
      : header.mode === 'state'
        ? 's.item is null'
        : `s.item is null and h.at >= to_timestamp(${Number(ending.from)}::double precision / 1000) and h.at < to_timestamp(${Number(ending.to)}::double precision / 1000)`;
  await client.query(
    `create temp table closed on commit drop as
       select h.item, h.from_index from held h left join staged s on s.item = h.item
       where (s.item is not null and s.content <> h.content) or (${gone})`,
  );
  await client.query(
    `update staged s set digest = h.digest from held h where h.item = s.item and h.content = s.content and h.digest <> s.digest`,
  );
  const { rows } = await client.query<{ changed: number }>(
    `select (select count(*) from fresh) + (select count(*) from closed c where not exists (select from fresh f where f.item = c.item)) as changed`,
  );
  return rows[0]?.changed ?? 0;
}

/**
 * The root over all items of the collection, in the order of their ids.
 *
 * @throws TwiceGiven
 */
async function rootOf(client: pg.ClientBase): Promise<Uint8Array> {
  const root = new ItemsRoot();
  let last: string | undefined;
  const sorted = 'select item, line, digest from staged order by item, line';
  for await (const rows of batches<{ item: string; line: number; digest: Buffer }>(client, sorted, [], ROOT_BATCH)) {
    for (const { item, line, digest } of rows) {
      if (item === last) throw new TwiceGiven(item, line);
      root.add(item, digest);
      last = item;
    }
  }
  return root.root();
}

const FACT = `insert into fact (org, dataset, source, item, from_index, at, salt, digest, content, data)
  select $1, $2, $3, s.item, $4, to_timestamp(s.at / 1000), s.salt, s.digest, s.content, s.data::jsonb from staged s`;

/** In the order of the index, which then grows at its end. */
async function publishAll(client: pg.ClientBase, org: number, header: Header, index: number): Promise<void> {
  await client.query(`${FACT} order by s.item`, [org, header.dataset, header.source, index]);
}

async function publish(client: pg.ClientBase, org: number, header: Header, index: number): Promise<void> {
  await client.query(
    `update fact set until_index = $4 from closed c
     where fact.org = $1 and fact.dataset = $2 and fact.source = $3 and fact.item = c.item and fact.from_index = c.from_index`,
    [org, header.dataset, header.source, index],
  );
  await client.query(`${FACT} join fresh using (item)`, [org, header.dataset, header.source, index]);
}
