import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database } from '@countersign/server/database/pool.ts';
import type pg from 'pg';

/** Rows that the driver returned while one request was answered. */
export interface Rows {
  /** Inside transactions that only read: what the view itself asked for. */
  read: number;
  /** Inside transactions that may write: judging that the view waited for. */
  judged: number;
}

const counting = new AsyncLocalStorage<Rows>();

/** Counts the rows returned to whatever runs inside the work, wherever it awaits. */
export async function counted<T>(work: () => Promise<T>): Promise<{ readonly answer: T; readonly rows: Rows }> {
  const rows: Rows = { read: 0, judged: 0 };
  // Awaited inside: an injected request begins only when somebody awaits it.
  const answer = await counting.run(rows, async () => await work());
  return { answer, rows };
}

/** The same database, each of whose transactions tells what it returned. */
export function metered(database: Database): Database {
  return {
    ...database,
    tenant: (org, mode, work) =>
      database.tenant(org, mode, (client) => work(telling(client, mode === 'read' ? 'read' : 'judged'))),
  };
}

function telling(client: pg.PoolClient, as: keyof Rows): pg.PoolClient {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name !== 'query') return member.bind(target) as unknown;
      return async (...args: readonly unknown[]) => {
        const result: unknown = await Reflect.apply(member, target, args);
        const rows = counting.getStore();
        if (rows !== undefined) rows[as] += rowsIn(result);
        return result;
      };
    },
  });
}

const rowsIn = (result: unknown): number =>
  typeof result === 'object' && result !== null && 'rows' in result && Array.isArray(result.rows)
    ? result.rows.length
    : 0;

/** Rows that an answer shows: the answer itself, and every object in a list of it. */
export function shownIn(answer: unknown): number {
  const inside = (value: unknown): number => {
    if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + (isObject(one) ? 1 : 0) + inside(one), 0);
    return isObject(value) ? Object.values(value).reduce<number>((sum, one) => sum + inside(one), 0) : 0;
  };
  return 1 + inside(answer);
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
