import type pg from 'pg';
import { batches } from '../observe/batches.ts';
import type { Versioned } from './shown.ts';

const BATCH = 1000;

interface Row {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly retired: boolean;
  readonly effective_at: number;
  readonly recorded_at: number;
  readonly log_index: number;
  readonly body: string;
  readonly until: number | null;
}

/** From when a later version holds, of those that the first `$2` entries recorded. */
const SELECT = `select r.kind, r.id, r.version, r.retired, r.effective_at, r.recorded_at, r.log_index, r.body::text as body,
   (select min(n.effective_at) from record n
     where n.org = r.org and n.kind = r.kind and n.id = r.id and n.version > r.version and n.log_index < $2) as until
   from record r where r.org = $1 and r.log_index < $2`;

export interface Recorded extends Versioned {
  readonly entry: number;
}

const recordedOf = ({ effective_at, recorded_at, log_index, body, until, ...row }: Row): Recorded => ({
  ...row,
  effectiveAt: effective_at,
  recordedAt: recorded_at,
  until: until ?? Infinity,
  entry: log_index,
  body: JSON.parse(body) as Record<string, unknown>,
});

/** The versions that one entry recorded, by `kind/id@version`. */
export async function versionsAt(
  client: pg.ClientBase,
  org: number,
  size: number,
  index: number,
): Promise<ReadonlyMap<string, Recorded>> {
  const { rows } = await client.query<Row>(`${SELECT} and r.log_index = $3`, [org, size, index]);
  return new Map(rows.map((row) => [`${row.kind}/${row.id}@${row.version}`, recordedOf(row)]));
}

/** Every version of a kind that the first `size` entries recorded, all of one record together, oldest first. */
export async function* versionsOf(
  client: pg.ClientBase,
  org: number,
  size: number,
  kind: string,
): AsyncGenerator<readonly Recorded[]> {
  let group: Recorded[] = [];
  for await (const rows of batches<Row>(
    client,
    `${SELECT} and r.kind = $3 order by r.id collate "C", r.version`,
    [org, size, kind],
    BATCH,
  )) {
    for (const row of rows) {
      if (group[0] !== undefined && group[0].id !== row.id) {
        yield group;
        group = [];
      }
      group.push(recordedOf(row));
    }
  }
  if (group.length > 0) yield group;
}

/** Every version of one record, oldest first. */
export async function recordVersions(
  client: pg.ClientBase,
  org: number,
  kind: string,
  id: string,
): Promise<readonly Recorded[]> {
  const { rows } = await client.query<Row>(`${SELECT} and r.kind = $3 and r.id = $4 order by r.version`, [
    org,
    Number.MAX_SAFE_INTEGER,
    kind,
    id,
  ]);
  return rows.map(recordedOf);
}
