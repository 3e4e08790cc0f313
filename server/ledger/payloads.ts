import type { Readable } from 'node:stream';
import { COLLECTION, compareIds, parseStatement } from '@countersign/ledger/index.ts';
import type { Json, PayloadLine, PayloadSource } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import { payloadOf, subjectName } from '../kernel/entry.ts';
import { headerBody } from '../observe/ingest.ts';
import { batches } from '../observe/batches.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';

const BATCH = 500;

/** Statements with the record versions and facts that they commit to: what an export shows beside the log. */
export function payloadsOf(
  client: pg.ClientBase,
  org: number,
  readBlob: (digest: string) => Promise<Readable>,
): PayloadSource {
  return {
    async *statements(from, to) {
      for (let next = from; next < to; next += BATCH) {
        const { rows } = await client.query<{ index: number; statement: Buffer }>(
          'select index, statement from log_entry where org = $1 and index >= $2 and index < $3 order by index',
          [org, next, Math.min(next + BATCH, to)],
        );
        for (const { index, statement } of rows)
          yield { index, statement, lines: linesOf(client, org, index, statement) };
      }
    },
    async *file(digest) {
      for await (const piece of await readBlob(Buffer.from(digest).toString('hex'))) yield piece as Uint8Array;
    },
  };
}

/** Parses the statement only when its payload is asked for: who checks it first may find that it is none. */
async function* linesOf(
  client: pg.ClientBase,
  org: number,
  index: number,
  statement: Uint8Array,
): AsyncGenerator<PayloadLine> {
  const { predicateType, predicate, subject } = parseStatement(statement);
  if (predicateType === COLLECTION) yield* collectionLines(client, org, index, subject[0]?.name ?? '');
  else yield* recordLines(client, org, index, predicate['subjectsRoot'] !== undefined);
}

interface VersionRow {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly retired: boolean;
  readonly effective_at: number;
  readonly body: string;
  /** Null where it was erased. */
  readonly salt: Buffer | null;
  readonly erased_digest: Buffer | null;
}

/** The versions an act made, in the order in which its statement names them. */
async function* recordLines(
  client: pg.ClientBase,
  org: number,
  index: number,
  hasRoot: boolean,
): AsyncGenerator<PayloadLine> {
  const { rows } = await client.query<VersionRow>(
    'select kind, id, version, retired, effective_at, body::text as body, salt, erased_digest from record where org = $1 and log_index = $2',
    [org, index],
  );
  const named = rows
    .map((row) => ({ row, subject: subjectName(row) }))
    .sort((a, b) => compareIds(a.subject, b.subject));
  for (const { row, subject } of named) {
    if (row.salt === null) {
      const digest = hasRoot && row.erased_digest !== null ? { digest: row.erased_digest } : {};
      yield { does: 'hide-subject', subject, why: 'erased', ...digest };
      continue;
    }
    const body = payloadOf({
      ...row,
      effectiveAt: row.effective_at,
      body: JSON.parse(row.body) as Record<string, unknown>,
    });
    yield { does: 'show-subject', subject, salt: row.salt, body };
  }
}

interface CollectionRow {
  readonly source: string;
  readonly dataset: string;
  readonly mode: 'state' | 'events';
  readonly status: 'complete' | 'partial' | 'failed';
  readonly why: string[];
  readonly observed_at: number;
  readonly from_at: number | null;
  readonly to_at: number | null;
  readonly items: number;
  readonly salt: Buffer;
  readonly collector: string;
  readonly completed_by: 'collector' | 'claimed' | 'reconciled';
}

interface FactRow {
  readonly item: string;
  readonly at: number | null;
  /** Null with the data, where they were erased. */
  readonly salt: Buffer | null;
  readonly digest: Buffer;
  readonly data: string | null;
}

/** A collection's header and its items in the order of their ids: those that it listed, whenever their content was first seen. */
async function* collectionLines(
  client: pg.ClientBase,
  org: number,
  index: number,
  subject: string,
): AsyncGenerator<PayloadLine> {
  const { rows } = await client.query<CollectionRow>(
    `select source, dataset, mode, status, why, observed_at, from_at, to_at, items, salt, collector, completed_by from collection where org = $1 and log_index = $2`,
    [org, index],
  );
  const row = rows[0];
  if (row === undefined) throw new Error(`Entry ${index} is a collection that is not there`);
  const header = {
    source: row.source,
    dataset: row.dataset,
    mode: row.mode,
    collector: row.collector,
    completedBy: row.completed_by,
  };
  const ending = {
    status: row.status,
    why: row.why,
    observedAt: row.observed_at,
    ...(row.from_at === null || row.to_at === null ? {} : { from: row.from_at, to: row.to_at }),
  };
  yield { does: 'show-subject', subject, salt: row.salt, body: headerBody(header, ending, row.items) };
  if (row.status === 'failed') return;

  const listed =
    row.status === 'partial'
      ? `and item in (select jsonb_array_elements_text(seen) from collection where org = $1 and log_index = $4)`
      : row.mode === 'events'
        ? `and at >= (select from_at from collection where org = $1 and log_index = $4) and at < (select to_at from collection where org = $1 and log_index = $4)`
        : '';
  for await (const facts of batches<FactRow>(
    client,
    `select item, at, salt, digest, data::text as data from fact
     where org = $1 and dataset = $2 and source = $3 and from_index <= $4 and (until_index is null or until_index > $4) ${listed}
     order by item collate "C"`,
    [org, row.dataset, row.source, index],
    2000,
  )) {
    for (const fact of facts) {
      if (fact.data === null || fact.salt === null) {
        yield { does: 'hide-item', digest: fact.digest };
        continue;
      }
      const data = JSON.parse(fact.data) as Json;
      yield {
        does: 'show-item',
        item: fact.item,
        salt: fact.salt,
        body: fact.at === null ? { data } : { at: printInstant(fact.at), data },
      };
    }
  }
}
