import pg from 'pg';

/** What better-auth’s query builder asks of a pool. */
export interface BuilderPool {
  connect(): Promise<BuilderClient>;
  end(): Promise<void>;
}

interface BuilderClient {
  query<R>(sql: string, parameters: readonly unknown[]): Promise<BuilderResult<R>>;
  release(destroy?: boolean): void;
}

interface BuilderResult<R> {
  readonly command: 'UPDATE' | 'DELETE' | 'INSERT' | 'SELECT' | 'MERGE' | 'COMMIT' | 'ROLLBACK';
  readonly rowCount: number;
  readonly rows: R[];
}

/**
 * The app’s pool with times as Date, which better-auth expects; ours are numbers. A connection that breaks while it is held is told to the
 * query that waits, and must not end the process.
 */
export const builderPool = (pool: pg.Pool): BuilderPool => ({
  async connect() {
    const client = await pool.connect();
    let lost = false;
    const lose = (): void => void (lost = true);
    client.on('error', lose);
    return {
      query: async (text, values) => {
        const { rows, rowCount, command } = await client.query({ text, values: [...values], types: pg.types });
        return { rows, rowCount: rowCount ?? 0, command: command as BuilderResult<never>['command'] };
      },
      release(destroy) {
        client.off('error', lose);
        client.release(destroy === true || lost);
      },
    };
  },
  // It is the app’s, which ends it.
  end: () => Promise.resolve(),
});
