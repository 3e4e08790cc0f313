import type pg from 'pg';
import type { Db, PgBoss } from 'pg-boss';
import { QUEUE_SCHEMA } from '../database/queue-schema.ts';
import type { JobKind } from './kind.ts';

/** All that the queue knows of a job: where its row is, and which turn of it this is. */
export interface Message {
  readonly org: number;
  readonly id: string;
  readonly turn: number;
}

export interface QueueParts {
  readonly app: pg.ClientConfig;
  readonly kinds: readonly Pick<JobKind, 'kind' | 'atOnce'>[];
  /** One line for the operator. */
  readonly report: (line: string) => void;
  /** Called when the database cannot be reached: an embedded one is started again. */
  readonly whenGone: () => void;
}

/** A worker that is not heard of for so long is taken for dead, and its job goes to another. */
const DEAD_AFTER_S = 15;
const LOOK_EVERY_S = 5;
/** Beyond any collection; a dead worker is found by its silence, long before. */
const LONGEST_S = 23 * 3600;

/**
 * pg-boss, for one thing only: that each message reaches one living worker, and another one if that dies. What a job is, how far it is, and
 * whether it is tried again stands in the table `job`.
 */
export class Queue {
  readonly #parts: QueueParts;
  #started: Promise<PgBoss> | undefined;
  #works = false;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /** Within the transaction of `client`: with its commit, or not at all. */
  async send(client: pg.ClientBase, kind: string, message: Message, waitMs = 0): Promise<void> {
    const boss = await this.#boss();
    const db: Db = { executeSql: (text, values) => client.query(text, values) };
    await boss.send(kind, { ...message }, { db, ...(waitMs > 0 ? { startAfter: Math.ceil(waitMs / 1000) } : {}) });
  }

  /** Hands over messages from now on. A handler that throws gets its message again, after a while or in another process. */
  async work(handle: (message: Message, signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#started !== undefined && !this.#works) await this.close(0);
    this.#works = true;
    const boss = await this.#boss();
    for (const { kind, atOnce } of this.#parts.kinds) {
      await boss.work<Message>(
        kind,
        {
          batchSize: 1,
          localConcurrency: atOnce,
          pollingIntervalSeconds: 2,
          notifyPollingIntervalSeconds: 10,
          heartbeatRefreshSeconds: 4,
        },
        async (jobs) => {
          for (const { data, signal } of jobs) await handle(data, signal);
        },
      );
    }
  }

  /** Figures for the operator. */
  async figures(): Promise<Readonly<Record<string, { readonly ready: number; readonly active: number }>>> {
    const boss = await this.#boss();
    const queues = await boss.getQueues();
    return Object.fromEntries(
      queues.map(({ name, readyCount, activeCount }) => [name, { ready: readyCount, active: activeCount }]),
    );
  }

  /** Takes no more, and waits so long for what runs. */
  async close(graceMs: number): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    const boss = await started?.catch(() => undefined);
    await boss?.stop({ graceful: graceMs > 0, timeout: Math.max(graceMs, 1000) });
  }

  #boss(): Promise<PgBoss> {
    return (this.#started ??= this.#start().catch((error: unknown) => {
      this.#started = undefined;
      throw error;
    }));
  }

  async #start(): Promise<PgBoss> {
    const { app, kinds, report, whenGone } = this.#parts;
    const { PgBoss: Boss } = await import('pg-boss');
    const { host, port, database, user, password, ssl } = app;
    const boss = new Boss({
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(database === undefined ? {} : { database }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(ssl === undefined ? {} : { ssl }),
      application_name: 'countersign queue',
      schema: QUEUE_SCHEMA,
      max: this.#works ? 4 : 1,
      // The owner of the tables makes and migrates them, at start.
      migrate: false,
      createSchema: false,
      schedule: false,
      supervise: this.#works,
      superviseIntervalSeconds: LOOK_EVERY_S,
      monitorIntervalSeconds: LOOK_EVERY_S,
      reindex: false,
      monitorVacuum: false,
      registerInstance: false,
      useListenNotify: this.#works,
    });
    boss.on('error', (error) => {
      report(`The queue: ${error.message}`);
      whenGone();
    });
    await boss.start();
    const known = new Set((await boss.getQueues()).map(({ name }) => name));
    for (const { kind } of kinds) {
      if (known.has(kind)) continue;
      await boss.createQueue(kind, {
        // Only for workers that died: what fails while its worker lives is put back by ourselves.
        retryLimit: 1000,
        retryDelay: 1,
        expireInSeconds: LONGEST_S,
        heartbeatSeconds: DEAD_AFTER_S,
        // One that no worker took in this time is sent again by the sweep over `job`.
        retentionSeconds: 30 * 86_400,
        deleteAfterSeconds: 3600,
        notify: true,
      });
    }
    return boss;
  }
}
