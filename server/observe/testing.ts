import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor, Product } from '@countersign/core/kernel/index.ts';
import pg from 'pg';
import type { TestDatabase } from '../database/testing.ts';
import { freshDatabase } from '../database/testing.ts';
import type { Engine, EngineOptions } from '../engine.ts';
import { createEngine } from '../engine.ts';
import { signers } from '../ledger/keys.ts';
import type { CollectionReport, Organisation } from '../runtime.ts';
import { createVault, readKeyFile } from '../secrets.ts';
import type { Ending, Header } from './ingest.ts';
import { ingest } from './ingest.ts';
import type { StagedItem } from './stage.ts';

export const OPERATOR: Actor = { id: 'operator:test', roles: ['operator'] };

/** An engine on a database of its own, at a time that the test sets. */
export interface Bench {
  readonly engine: Engine;
  readonly database: TestDatabase;
  /** What time it is, in ms. */
  now: number;
  begin(slug: string, timeZone?: string): Promise<Organisation>;
  /** One collection as a connector would deliver it, judged by nothing yet. */
  collection(
    org: Organisation,
    header: Pick<Header, 'source' | 'dataset' | 'mode'>,
    ending: Ending,
    items: readonly Omit<StagedItem, 'line'>[],
  ): Promise<CollectionReport>;
  /** Another engine on the same database, as after a restart. */
  restarted(more?: Partial<EngineOptions>): Promise<Engine>;
  rows<R extends object>(org: Organisation, query: string, values?: readonly unknown[]): Promise<readonly R[]>;
  /** Runs SQL past row security, as somebody with the database's password could. */
  tamper(query: string): Promise<void>;
  close(): Promise<void>;
}

export async function openBench(options: { readonly product?: Product } = {}): Promise<Bench> {
  const database = await freshDatabase();
  const dataFolder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  const keyFile = join(dataFolder, 'key');
  const clock = { now: () => bench.now };
  const build = (more: Partial<EngineOptions> = {}): Promise<Engine> =>
    createEngine({
      // The engine closes what it was given; this database outlives it.
      database: { ...database, close: () => Promise.resolve() },
      dataFolder,
      keyFile,
      localSources: true,
      clock,
      ...options,
      ...more,
    });
  const engine = await build();
  const others: Engine[] = [];
  const parts = { tenants: database, clock, signer: signers(createVault(await readKeyFile(keyFile))) };

  const bench: Bench = {
    engine,
    database,
    now: Date.UTC(2026, 0, 1),
    async begin(slug, timeZone = 'UTC') {
      await engine.services.init(OPERATOR, { name: slug, slug, timeZone });
      const org = (await engine.services.organisations()).find((one) => one.slug === slug);
      if (org === undefined) throw new Error(`${slug} was not begun`);
      return org;
    },
    collection: (org, header, ending, items) =>
      ingest(
        parts,
        org.id,
        { ...header, actor: OPERATOR.id, collector: 'test@1', completedBy: 'collector' },
        async (add) => {
          await add(items.map((item, i) => ({ ...item, line: i + 1 })));
          return ending;
        },
      ),
    async restarted(more) {
      const other = await build(more);
      others.push(other);
      return other;
    },
    rows: (org, query, values = []) =>
      database.tenant(org.id, 'read', async (client) => (await client.query(query, [...values])).rows),
    async tamper(query) {
      const client = new pg.Client(database.administrator);
      await client.connect();
      await client.query(query);
      await client.end();
    },
    async close() {
      for (const one of [engine, ...others]) await one.close();
      await database.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
  return bench;
}
