import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor, Instant, Product, Role } from '@countersign/core/kernel/index.ts';
import { parseInstant, Refusal } from '@countersign/core/kernel/index.ts';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import type { Clock } from './clock.ts';
import type { TestDatabase } from './database/testing.ts';
import { freshDatabase } from './database/testing.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { createEngine } from './engine.ts';
import { buildApp } from './http/app.ts';
import type { Organisation } from './runtime.ts';

/** A clock that a test sets, back too. */
export interface SetClock extends Clock {
  set(text: string): void;
  advance(ms: number): void;
}

const clockAt = (text: string): SetClock => {
  let now: Instant = 0;
  const set = (moment: string): void => {
    const instant = parseInstant(moment);
    if (instant === undefined) throw new TypeError(`${moment} is no instant`);
    now = instant;
  };
  set(text);
  return { now: () => now, set, advance: (ms) => void (now += ms) };
};

export const OPERATOR: Actor = { id: 'operator:root', roles: ['operator'] };

/** One person of each role, by the role; all are records of both organisations. */
export const PEOPLE = {
  owner: { id: 'olga', roles: ['owner'] },
  lead: { id: 'lena', roles: ['lead'] },
  'control-owner': { id: 'carl', roles: ['control-owner'] },
  employee: { id: 'emma', roles: ['employee'] },
  adviser: { id: 'adam', roles: ['adviser'] },
  auditor: { id: 'aude', roles: ['auditor'] },
} as const satisfies Readonly<Record<Exclude<Role, 'operator'>, Actor>>;

/** When every ground begins. */
export const BEGIN = '2026-01-01T09:00:00Z';

/** A running product on a database of its own, with two organisations: `alpha` in UTC and `beta` in Madrid. */
export interface Ground {
  readonly database: TestDatabase;
  readonly folder: string;
  readonly clock: SetClock;
  readonly engine: Engine;
  readonly alpha: Organisation;
  readonly beta: Organisation;
  /** Another process's worth of memory on the same database. */
  another(): Promise<Engine>;
  /** The doors, without a socket. `operator` is the secret that its command line would send. */
  app(operator?: string): Promise<FastifyInstance>;
  /** Runs SQL past row security: what somebody with the database's password could do. */
  asAdministrator<T extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<readonly T[]>;
  close(): Promise<void>;
}

/** Whoever calls it closes it in the end. `product` must hold the kinds of an organisation: see `kernel/testing.ts`. */
export async function standUp(
  product?: Product,
  options: Pick<EngineOptions, 'txt' | 'reach' | 'localWitnesses'> = {},
): Promise<Ground> {
  const database = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'countersign-ground-'));
  const clock = clockAt(BEGIN);
  const engines: Engine[] = [];
  const apps: FastifyInstance[] = [];
  const another = async (): Promise<Engine> => {
    const engine = await createEngine({
      database: { ...database, close: () => Promise.resolve() },
      dataFolder: folder,
      keyFile: join(folder, 'key'),
      localSources: true,
      clock,
      ...options,
      ...(product === undefined ? {} : { product }),
    });
    engines.push(engine);
    return engine;
  };
  const engine = await another();

  for (const { slug, timeZone } of [
    { slug: 'alpha', timeZone: 'UTC' },
    { slug: 'beta', timeZone: 'Europe/Madrid' },
  ]) {
    await engine.services.init(OPERATOR, { name: slug, slug, timeZone });
  }
  const [alpha, beta] = await engine.services.organisations();
  if (alpha === undefined || beta === undefined) throw new Error('Two organisations were to be there');
  const records = Object.values(PEOPLE).map(({ id, roles }) => ({ kind: 'person', id, name: id, roles }));
  for (const org of [alpha, beta]) await engine.runtime.act(org, OPERATOR, 'records.apply', { records });

  return {
    database,
    folder,
    clock,
    engine,
    alpha,
    beta,
    another,
    async app(operator) {
      const app = buildApp({
        runtime: engine.runtime,
        services: engine.services,
        signIn: engine.signIn,
        ...(operator === undefined ? {} : { operator: { secret: operator, actor: OPERATOR } }),
        ready: () => engine.ready(),
        log: {
          error: ({ err }) => {
            throw err;
          },
        },
      });
      apps.push(app);
      await app.ready();
      return app;
    },
    async asAdministrator<T extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) {
      const client = new pg.Client(database.administrator);
      await client.connect();
      try {
        return (await client.query<T>(sql, [...values])).rows;
      } finally {
        await client.end();
      }
    },
    async close() {
      for (const app of apps) await app.close();
      for (const one of engines) await one.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The code of the refusal that something ends with; any other end is an error. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  return (await refusalIn(work)).code;
}

/** The same with all that the refusal says. */
export async function refusalIn(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('It was not refused');
}
