import type { Instant } from '@countersign/core/kernel/index.ts';
import type { SealedEntry } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import type { ActAnswer } from '../runtime.ts';
import type { Prepared } from './prepare.ts';

export interface NewEntry extends SealedEntry {
  readonly inputSalt: Uint8Array;
  readonly prepared: readonly Prepared[];
  readonly actor: string;
  readonly act: string;
  readonly request: string | undefined;
  readonly answer: ActAnswer;
}

const TIMES = `to_timestamp($2::double precision / 1000)`;

const INSERT = `
with entry as (
  insert into log_entry (org, index, recorded_at, request, answer, statement, entry, input_salt)
  select $1, e.index, ${TIMES}, e.request, e.answer, e.statement, e.entry, e.input_salt
  from unnest($3::bigint[], $4::uuid[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[]) as e (index, request, answer, statement, entry, input_salt)
), moved as (
  update log set size = $9, recorded_at = ${TIMES} where org = $1
)
insert into record (org, kind, id, version, body, salt, retired, effective_at, log_index, recorded_at, superseded_index, actor, act)
select $1, r.kind, r.id, r.version, r.body::jsonb, r.salt, r.retired, r.effective_at::timestamptz, r.log_index, ${TIMES}, r.superseded_index, r.actor, r.act
from unnest($10::text[], $11::text[], $12::int[], $13::text[], $14::bytea[], $15::bool[], $16::text[], $17::bigint[], $18::bigint[], $19::text[], $20::text[])
  as r (kind, id, version, body, salt, retired, effective_at, log_index, superseded_index, actor, act)`;

const effective = (at: Instant): string => (Number.isFinite(at) ? new Date(at).toISOString() : '-infinity');

/** Writes entries with all their versions and references, and moves the log: two or three statements for the whole batch. */
export async function writeEntries(
  client: pg.ClientBase,
  org: number,
  from: number,
  now: Instant,
  entries: readonly NewEntry[],
): Promise<void> {
  const rows = entries.flatMap((entry, i) => entry.prepared.map((prepared) => ({ prepared, entry, index: from + i })));
  // A version that a later one of the same batch supersedes is written as superseded; those before the batch are stamped below.
  const supersededBy = new Map<string, number>();
  for (const { prepared, index } of rows) {
    if (prepared.supersedes !== undefined) supersededBy.set(key(prepared.version, prepared.supersedes), index);
  }
  const written = new Set(rows.map(({ prepared }) => key(prepared.version, prepared.version.version)));
  const older = rows.filter(
    ({ prepared }) => prepared.supersedes !== undefined && !written.has(key(prepared.version, prepared.supersedes)),
  );
  // Heads are unique, so those superseded must be stamped before their successors come in.
  if (older.length > 0) {
    await client.query(
      `update record set superseded_index = s.index
       from unnest($2::text[], $3::text[], $4::int[], $5::bigint[]) as s (kind, id, version, index)
       where record.org = $1 and record.kind = s.kind and record.id = s.id and record.version = s.version`,
      [
        org,
        older.map(({ prepared }) => prepared.version.kind),
        older.map(({ prepared }) => prepared.version.id),
        older.map(({ prepared }) => prepared.supersedes),
        older.map(({ index }) => index),
      ],
    );
  }
  await client.query(INSERT, [
    org,
    now,
    entries.map((_, i) => from + i),
    entries.map((e) => e.request ?? null),
    entries.map((e) => (e.request === undefined ? null : JSON.stringify(e.answer))),
    entries.map((e) => e.statement),
    entries.map((e) => e.entry),
    entries.map((e) => e.inputSalt),
    from + entries.length,
    rows.map(({ prepared }) => prepared.version.kind),
    rows.map(({ prepared }) => prepared.version.id),
    rows.map(({ prepared }) => prepared.version.version),
    rows.map(({ prepared }) => JSON.stringify(prepared.version.body)),
    rows.map(({ prepared }) => prepared.version.salt),
    rows.map(({ prepared }) => prepared.version.retired),
    rows.map(({ prepared }) => effective(prepared.version.effectiveAt)),
    rows.map(({ index }) => index),
    rows.map(({ prepared }) => supersededBy.get(key(prepared.version, prepared.version.version)) ?? null),
    rows.map(({ entry }) => entry.actor),
    rows.map(({ entry }) => entry.act),
  ]);
  await writeReferences(
    client,
    org,
    rows.map(({ prepared }) => prepared),
  );
}

const key = (v: { readonly kind: string; readonly id: string }, version: number): string =>
  `${v.kind}/${v.id}@${version}`;

/** Only the last version of a record in the batch says what it points at. */
async function writeReferences(client: pg.ClientBase, org: number, prepared: readonly Prepared[]): Promise<void> {
  const last = new Map(prepared.map((p) => [`${p.version.kind}/${p.version.id}`, p]));
  const changed = [...last.values()].filter((p) => p.version.version > 1);
  if (changed.length > 0) {
    await client.query(
      `delete from reference using unnest($2::text[], $3::text[]) as c (kind, id)
       where reference.org = $1 and reference.kind = c.kind and reference.id = c.id`,
      [org, changed.map((p) => p.version.kind), changed.map((p) => p.version.id)],
    );
  }
  const rows = [...last.values()].flatMap((p) =>
    p.references.map((r) => ({ ...r, kind: p.version.kind, id: p.version.id })),
  );
  if (rows.length === 0) return;
  await client.query(
    `insert into reference (org, kind, id, field, to_kind, to_id)
     select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`,
    [
      org,
      rows.map((r) => r.kind),
      rows.map((r) => r.id),
      rows.map((r) => r.field),
      rows.map((r) => r.toKind),
      rows.map((r) => r.toId),
    ],
  );
}

/** Whether the database gave up waiting for the log's row lock. */
export const isBusy = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '55P03';
