import type { Claims } from '@countersign/core/proof/claims.ts';
import { claimsOf } from '@countersign/core/proof/claims.ts';
import { ALARMS } from '@countersign/core/proof/index.ts';
import type pg from 'pg';
import { seenFiles } from '../ledger/seen.ts';

/** Something outside that saw a state of the log. */
export interface SeenOnce {
  readonly kind: 'witness' | 'time';
  readonly name: string;
  readonly size: number;
  /** RFC 3339, by the clock of who saw it. */
  readonly at: string;
}

/** What others saw of a log, as a binder takes it in. All of states of at most `size` entries. */
export interface SeenBy {
  sizes(client: pg.ClientBase, org: number): Promise<readonly number[]>;
  /** Paths below the log’s own folder. */
  files(
    client: pg.ClientBase,
    org: number,
    size: number,
  ): AsyncIterable<{ readonly path: string; readonly bytes: Uint8Array }>;
  told(client: pg.ClientBase, org: number, size: number): Promise<readonly SeenOnce[]>;
  claims(client: pg.ClientBase, org: number, size: number): Promise<Claims>;
}

/** The state that shows most of what lies below it: seen by witness and authority if one is, and of those the one seen first. */
export function bestOf(told: readonly SeenOnce[]): number | undefined {
  const states = [...Map.groupBy(told, ({ size }) => size)].map(([size, by]) => ({
    size,
    kinds: new Set(by.map(({ kind }) => kind)).size,
    at: Math.min(...by.map(({ at }) => Date.parse(at))),
  }));
  return states.sort((a, b) => b.kinds - a.kinds || a.at - b.at || a.size - b.size)[0]?.size;
}

interface Row {
  readonly kind: string;
  readonly name: string | null;
  readonly size: number;
  readonly at: string;
}

/** What is on record of it, the largest state first. */
async function rowsOf(client: pg.ClientBase, org: number, size: number): Promise<readonly Row[]> {
  const { rows } = await client.query<Row>(
    `select s.kind, s.body ->> 'at' as at, (s.body ->> 'size')::bigint as size,
       (select n.body ->> 'name' from record n where n.org = s.org and n.kind = case s.kind when 'cosignature' then 'witness' else 'time-authority' end
         and n.id = coalesce(s.body ->> 'witness', s.body ->> 'authority') order by n.version desc limit 1) as name
     from record s where s.org = $1 and s.kind = any('{cosignature,time-stamp}') and (s.body ->> 'size')::bigint <= $2
     order by size desc, s.body ->> 'at', s.id collate "C"`,
    [org, size],
  );
  return rows;
}

const most = (sizes: readonly number[]): number => sizes.reduce((a, b) => Math.max(a, b), 0);

/** What the records say that others saw. */
export const seenBy = (): SeenBy => ({
  async sizes(client, org) {
    return [...new Set((await rowsOf(client, org, Number.MAX_SAFE_INTEGER)).map(({ size }) => size))];
  },
  files: (client, org, size) => seenFiles(client, org, size),
  async told(client, org, size) {
    const rows = await rowsOf(client, org, size);
    return rows.map(({ kind, name, size, at }) => ({
      kind: kind === 'cosignature' ? ('witness' as const) : ('time' as const),
      ...{ name: name ?? 'unnamed', size, at },
    }));
  },
  async claims(client, org, size) {
    const rows = await rowsOf(client, org, size);
    const { rows: named } = await client.query<{ witnesses: number; authorities: number }>(
      `select count(distinct id) filter (where kind = 'witness')::int as witnesses,
         count(distinct id) filter (where kind = 'time-authority')::int as authorities
       from record where org = $1 and kind = any('{witness,time-authority}') and log_index < $2`,
      [org, size],
    );
    const ofKind = (kind: string): number => most(rows.filter((row) => row.kind === kind).map((row) => row.size));
    const witnessed = ofKind('cosignature');
    const stamped = ofKind('time-stamp');
    const { rows: alarms } = await client.query<{ n: number }>(
      `select count(*)::int as n from record r where org = $1 and kind = 'outside-trouble' and log_index < $2 and body ->> 'code' = any($3)
         and coalesce(body ->> 'over', 'false') = 'false'
         and not exists (select from record n where n.org = r.org and n.kind = r.kind and n.id = r.id and n.version > r.version and n.log_index < $2)`,
      [org, size, ALARMS],
    );
    return claimsOf({
      ...{ entries: size, witnessed, stamped },
      witnesses: named[0]?.witnesses ?? 0,
      authorities: named[0]?.authorities ?? 0,
      after: size - Math.max(witnessed, stamped),
      isDisputed: (alarms[0]?.n ?? 0) > 0,
    });
  },
});
