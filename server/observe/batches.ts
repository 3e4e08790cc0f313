import type pg from 'pg';

let cursors = 0;

/**
 * Rows of a query in batches, so that memory does not grow with the data; the next batch is fetched while one is worked on. The query must be part
 * of an open transaction.
 */
export async function* batches<R extends object>(
  client: pg.ClientBase,
  query: string,
  values: readonly unknown[],
  size: number,
): AsyncGenerator<R[]> {
  const name = `batch_${(cursors += 1)}`;
  await client.query(`declare ${name} no scroll cursor for ${query}`, [...values]);
  const fetch = async (): Promise<R[]> => (await client.query<R>(`fetch ${size} from ${name}`)).rows;
  let coming: Promise<R[]> | undefined = fetch();
  let failed = false;
  try {
    while (coming !== undefined) {
      const rows: R[] = await coming;
      coming = rows.length < size ? undefined : fetch();
      // Whoever asks for the next batch is told; nobody may ask.
      coming?.catch(() => undefined);
      if (rows.length > 0) yield rows;
    }
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    // A failed transaction takes no more statements, and ends its cursors by itself.
    if (!failed) {
      await coming;
      await client.query(`close ${name}`);
    }
  }
}
