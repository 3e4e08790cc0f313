import type { Product } from '@countersign/core/kernel/index.ts';
import { namedAt } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';
import { batches } from '../observe/batches.ts';
import type { Findings } from './findings.ts';

const MOST = 50;

/** What follows from all versions together, in a few statements: their order, rows of no entry, and the index of references. */
export async function checkTables(
  client: pg.ClientBase,
  org: number,
  product: Product,
  size: number,
  findings: Findings,
): Promise<void> {
  await checkOrder(client, org, findings);
  await checkStrays(client, org, size, findings);
  await checkReferences(client, org, product, findings);
}

interface Version {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly log_index: number;
}

/** Each version but the last is superseded, by the entry that made the next one. */
async function checkOrder(client: pg.ClientBase, org: number, findings: Findings): Promise<void> {
  const { rows } = await client.query<Version & { superseded_index: number | null; next: number | null }>(
    `select kind, id, version, log_index, superseded_index, next from (
       select kind, id, version, log_index, superseded_index, lead(log_index) over (partition by kind, id order by version) as next
         from record where org = $1) v
      where superseded_index is distinct from next limit ${MOST}`,
    [org],
  );
  const by = (index: number | null): string => (index === null ? 'by none' : `by entry ${index}`);
  for (const { kind, id, version, log_index: entry, superseded_index: says, next } of rows)
    findings.add(
      'record.order',
      { record: `${kind}/${id}@${version}`, entry },
      `${kind}/${id}@${version} says that another version followed it than the one that did.`,
      { expected: by(next), found: by(says) },
    );
}

/** Versions and collections of entries that are not there, or that made none. What was recorded since the check began has an entry by now. */
async function checkStrays(client: pg.ClientBase, org: number, held: number, findings: Findings): Promise<void> {
  const { rows: heads } = await client.query<{ size: number }>(
    'select greatest($2::bigint, max(index) + 1) as size from log_entry where org = $1',
    [org, held],
  );
  const size = heads[0]?.size ?? held;
  const { rows } = await client.query<Version>(
    `select kind, id, version, log_index from record r where org = $1 and (log_index < 0 or log_index >= $2
        or exists (select from collection c where c.org = r.org and c.log_index = r.log_index)) order by log_index limit ${MOST}`,
    [org, size],
  );
  for (const { kind, id, version, log_index: entry } of rows)
    findings.add(
      'record.stray',
      { record: `${kind}/${id}@${version}`, entry },
      `${kind}/${id}@${version} says that entry ${entry} made it, and that entry did not.`,
    );
  const collections = await client.query<{ log_index: number; dataset: string; source: string }>(
    `select log_index, dataset, source from collection where org = $1 and (log_index < 0 or log_index >= $2) order by log_index limit ${MOST}`,
    [org, size],
  );
  for (const { log_index: entry, dataset, source } of collections.rows)
    findings.add(
      'collection.stray',
      { entry, dataset, source },
      `A collection of ${dataset} from ${source} says that it is entry ${entry}; there is none.`,
    );
}

async function checkReferences(
  client: pg.ClientBase,
  org: number,
  product: Product,
  findings: Findings,
): Promise<void> {
  const kept = new Set<string>();
  const all = `select concat_ws(' ', kind, id, field, to_kind, to_id) as key from reference where org = $1`;
  for await (const rows of batches<{ key: string }>(client, all, [org], 5000))
    for (const { key } of rows) kept.add(key);
  const tell = (record: string, says: string): void =>
    findings.add('reference.differs', { record, table: 'reference' }, says);
  let told = 0;
  for await (const heads of batches<{ kind: string; id: string; body: string }>(
    client,
    'select kind, id, body::text as body from record where org = $1 and superseded_index is null and not retired',
    [org],
    2000,
  )) {
    for (const { kind, id, body } of heads) {
      const parsed: unknown = JSON.parse(body);
      for (const { field, to } of product.references.get(kind) ?? [])
        for (const target of new Set(namedAt(parsed, field)))
          if (!kept.delete(`${kind} ${id} ${field} ${to} ${target}`) && (told += 1) <= MOST)
            tell(`${kind}/${id}`, `${kind}/${id} names ${to}/${target}, and the index of references does not say so.`);
    }
  }
  for (const key of [...kept].slice(0, MOST)) {
    const [kind = '', id = ''] = key.split(' ');
    tell(`${kind}/${id}`, `The index of references says “${key}”, and the record does not.`);
  }
}
