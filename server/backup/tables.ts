import type pg from 'pg';
import { LEFT_OUT } from './manifest.ts';

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** Whether its rows are organisations’, by the column `org`. */
  readonly tenant: boolean;
}

/** Tables of the database with their columns, those before that others name. Connect as the role that owns them. */
export async function tablesOf(client: pg.ClientBase): Promise<readonly Table[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select c.relname::text as name, array_agg(a.attname::text order by a.attnum) as columns
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition group by c.relname order by c.relname`,
  );
  const { rows: names } = await client.query<{ from: string; to: string }>(
    `select distinct conrelid::regclass::text as from, confrelid::regclass::text as to from pg_constraint
      where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid`,
  );
  const left = rows.filter(({ name }) => !(name in LEFT_OUT));
  const ordered: Table[] = [];
  while (ordered.length < left.length) {
    const before = ordered.length;
    for (const { name, columns } of left) {
      const isIn = (other: string): boolean => ordered.some((table) => table.name === other);
      const waits = names.some(({ from, to }) => from === name && !isIn(to) && left.some((table) => table.name === to));
      if (!isIn(name) && !waits) ordered.push({ name, columns, tenant: columns.includes('org') });
    }
    if (ordered.length === before) throw new Error('Tables name each other in a circle');
  }
  return ordered;
}

/** A name as SQL writes it. Only names that the catalogue gave, or the manifest’s pattern allowed, come here. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
