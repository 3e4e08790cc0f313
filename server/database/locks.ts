import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { values } from './values.ts';

const ASK_EVERY_MS = 250;

/**
 * Locks by name that outlive a transaction, among all processes on one database: PostgreSQL’s advisory locks of one session. However
 * many are held, they take one connection, so that they never wait for each other’s. When it breaks, they are gone, and
 * the work under them is told to stop.
 */
export class Locks {
  readonly #connection: pg.ClientConfig;
  readonly #held = new Map<string, AbortController>();
  #client: Promise<pg.Client> | undefined;

  constructor(connection: pg.ClientConfig) {
    this.#connection = connection;
  }

  /** Waits until nobody holds the name, works, and lets it go. `signal` ends the waiting; the work’s own ends it if the lock is lost. */
  async hold<T>(name: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const lost = new AbortController();
    while (!(await this.#take(name, lost))) {
      await sleep(ASK_EVERY_MS, undefined, { signal });
    }
    try {
      signal.throwIfAborted();
      return await work(AbortSignal.any([signal, lost.signal]));
    } finally {
      await this.#release(name, lost);
    }
  }

  /** Whether somebody, here or elsewhere, holds it now. */
  async isHeld(name: string): Promise<boolean> {
    if (this.#held.has(name)) return true;
    const lost = new AbortController();
    if (!(await this.#take(name, lost))) return true;
    await this.#release(name, lost);
    return false;
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #take(name: string, lost: AbortController): Promise<boolean> {
    // One session may take its own lock twice: within the process the map decides.
    if (this.#held.has(name)) return false;
    this.#held.set(name, lost);
    try {
      const client = await this.#session();
      const { rows } = await client.query<{ got: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as got',
        [name],
      );
      const got = rows[0]?.got === true && !lost.signal.aborted;
      if (!got) this.#forget(name, lost);
      return got;
    } catch (error) {
      this.#forget(name, lost);
      throw error;
    }
  }

  async #release(name: string, lost: AbortController): Promise<void> {
    this.#forget(name, lost);
    if (lost.signal.aborted) return;
    const client = await this.#client?.catch(() => undefined);
    await client?.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(() => undefined);
  }

  #forget(name: string, lost: AbortController): void {
    if (this.#held.get(name) === lost) this.#held.delete(name);
  }

  #session(): Promise<pg.Client> {
    return (this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    }));
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ ...this.#connection, types: values });
    const lose = (): void => {
      this.#client = undefined;
      for (const [name, held] of this.#held) {
        this.#held.delete(name);
        held.abort(new Error('The database connection that held the lock was lost'));
      }
    };
    client.on('error', lose);
    await client.connect();
    client.on('end', lose);
    return client;
  }
}
