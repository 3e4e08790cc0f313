import type pg from 'pg';

let cursors = 0;

/** Rows of a query in batches, so that memory does not grow with the data. The query must be part of an open transaction. */
export async function* batches<R extends object>(
  client: pg.ClientBase,
  query: string,
  values: readonly unknown[],
  size: number,
): AsyncGenerator<R[]> {
  const cursor = await openCursor<R>(client, query, values, size);
  let failed = false;
  try {
    for (;;) {
      const rows = await cursor.next();
      if (rows.length > 0) yield rows;
      if (rows.length < size) return;
    }
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    // A failed transaction takes no more statements, and ends its cursors by itself.
    if (!failed) await cursor.close();
  }
}

/** A cursor of an open transaction: `next` answers up to `size` rows, fewer at the end. One statement at a time on its client. */
export interface Cursor<R> {
  next(): Promise<R[]>;
  close(): Promise<void>;
}

export async function openCursor<R extends object>(
  client: pg.ClientBase,
  query: string,
  values: readonly unknown[],
  size: number,
): Promise<Cursor<R>> {
  const name = `batch_${(cursors += 1)}`;
  await client.query(`declare ${name} no scroll cursor for ${query}`, [...values]);
  return {
    next: async () => (await client.query<R>(`fetch ${size} from ${name}`)).rows,
    close: async () => void (await client.query(`close ${name}`)),
  };
}
