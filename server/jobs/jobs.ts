import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SourceRefusal } from '@countersign/connectors/kit/connector.ts';
import type { Actor, Instant } from '@countersign/core/kernel/index.ts';
import { defineRefusals, printInstant, Refusal, refuse } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/pool.ts';
import type { Organisation } from '../runtime.ts';
import type { JobKind } from './kind.ts';
import type { Message } from './queue.ts';
import { Queue } from './queue.ts';
import type { Beat, End, JobRow, JobState } from './store.ts';
import {
  beat,
  cancelJob,
  claimJob,
  discardJob,
  endJob,
  forgetJobs,
  insertJob,
  isLive,
  listJobs,
  putBack,
  readJob,
  silentJobs,
} from './store.ts';

export const refuseJob = defineRefusals('job', {
  kind: {
    family: 'missing',
    says: (p: { kind: string; known: string }) =>
      `There is no kind of job “${p.kind}” to ask for. There are: ${p.known}.`,
  },
  missing: { family: 'missing', says: (_: object) => 'There is no job with this id, or it is not yours to see.' },
  ended: { family: 'conflict', says: (p: { state: string }) => `The job is ${p.state}: there is nothing to cancel.` },
  'not-failed': {
    family: 'conflict',
    says: (p: { state: string }) => `The job is ${p.state}. Only one that failed is retried or discarded.`,
  },
  gone: {
    family: 'unmet',
    says: (p: { actor: string }) =>
      `${p.actor}, who asked for this, may not act here any more. Have somebody else ask for it.`,
  },
  killed: {
    family: 'unmet',
    says: (p: { tries: number }) => `Its worker ended ${p.tries} times while it ran: out of memory, or killed.`,
  },
});

/** A job as the doors tell of it. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly subject: string | null;
  readonly state: JobState;
  readonly actor: string;
  readonly attempt: number;
  readonly tries: number;
  readonly cancelAsked: boolean;
  readonly progress: { readonly done: number; readonly of: number | null; readonly says: string };
  readonly askedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** When it is tried again. */
  readonly notBefore: string | null;
  readonly error: { readonly code: string; readonly says: string } | null;
  /** What to do, where it failed. */
  readonly advice: string | null;
  readonly result: unknown;
}

export interface JobsPage {
  readonly items: readonly Job[];
  readonly total: number;
  readonly counts: Readonly<Record<JobState, number>>;
  readonly next: string | null;
}

export interface JobsParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly kinds: readonly JobKind[];
  organisation(id: number): Promise<Organisation | undefined>;
  organisations(): Promise<readonly Organisation[]>;
  /** Who that is now, or undefined where they may not act any more. */
  actorOf(org: Organisation, id: string): Promise<Actor | undefined>;
  /** One line for the operator. */
  readonly report: (line: string) => void;
}

/** How often a run says that it lives, and learns that it was cancelled. */
const BEAT_MS = 1000;
const WATCH_MS = 400;
const REPEAT_MS = 15_000;
const BACK_OFF_MS = 5000;
const LONGEST_BACK_OFF_MS = 15 * 60_000;
/** A run that says nothing for so long is over, whatever became of it. */
const SILENT_MS = 60_000;
/** A job that waits for so long after its time may have been lost by the queue. */
const WAITED_MS = 15 * 60_000;
const KEPT_MS = 90 * 86_400_000;

/** Sees every job of the organisation, and may cancel, retry and discard each; others see what they asked for. */
const KEEPERS: readonly string[] = ['owner', 'lead', 'operator'];
const SEES_ALL: readonly string[] = [...KEEPERS, 'auditor'];

class Stopped extends Error {}

/** Work in the background: asked for in a transaction, done by any worker on the database, once, and told of while it goes on. */
export class Jobs {
  readonly #parts: JobsParts;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #queue: Queue;
  readonly #running = new Set<AbortController>();
  #ending = false;

  constructor(parts: JobsParts) {
    this.#parts = parts;
    this.#kinds = new Map(parts.kinds.map((kind) => [kind.kind, kind]));
    this.#queue = new Queue({
      app: parts.database.app,
      kinds: parts.kinds,
      report: parts.report,
      whenGone: () => void parts.database.ensureRunning().catch(() => undefined),
    });
  }

  get kinds(): readonly JobKind[] {
    return this.#parts.kinds;
  }

  /**
   * Asks for a job within a transaction that the caller holds: it exists with the commit, or never did. One that is there already, by its
   * id, occasion or subject, is answered instead.
   */
  async enqueue(
    client: pg.ClientBase,
    org: number,
    kind: string,
    input: object,
    by: { readonly actor: string; readonly id?: string; readonly once?: string; readonly notBefore?: Instant },
  ): Promise<{ readonly id: string; readonly isNew: boolean }> {
    const def = this.#kinds.get(kind);
    if (def === undefined) throw refuse('unknown', { what: 'kind of job', name: kind });
    const parsed: object = def.input.parse(input);
    const { row, isNew } = await insertJob(
      client,
      org,
      {
        id: by.id ?? randomUUID(),
        kind,
        input: parsed,
        actor: by.actor,
        subject: def.subject(parsed as never),
        once: by.once,
        notBefore: by.notBefore,
      },
      this.#parts.clock.now(),
    );
    if (isNew) await this.#send(client, org, row);
    return { id: row.id, isNew };
  }

  /** For the door: who may, what fits, and the job as it stands. `id` is the client’s Idempotency-Key. */
  async ask(org: Organisation, actor: Actor, asked: { kind: string; input: object; id?: string }): Promise<Job> {
    const open = this.#parts.kinds.filter(({ allowed }) => allowed.length > 0);
    const def = open.find(({ kind }) => kind === asked.kind);
    if (def === undefined)
      throw refuseJob('kind', { kind: asked.kind, known: open.map(({ kind }) => kind).join(', ') }, ['kind']);
    if (!actor.roles.some((role) => def.allowed.includes(role)))
      throw refuse('forbidden', { act: def.title, roles: def.allowed.join(', ') });
    const parsed = def.input.safeParse(asked.input);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw refuse('invalid', { says: `input: ${issue?.message ?? 'it is not valid'}.` }, [
        'input',
        ...(issue?.path ?? []).map(String),
      ]);
    }
    const input = parsed.data;
    const row = await this.#parts.database.tenant(org.id, 'write', async (client) => {
      const { id, isNew } = await this.enqueue(client, org.id, def.kind, input, {
        actor: actor.id,
        ...(asked.id === undefined ? {} : { id: asked.id }),
      });
      const found = await readJob(client, org.id, id);
      if (!isNew && asked.id === found?.id && !sameRequest(found, def.kind, input, actor))
        throw refuse('key-reused', {});
      return found;
    });
    if (row === undefined) throw refuseJob('missing', {});
    return this.#told(row);
  }

  async list(
    org: Organisation,
    actor: Actor,
    query: {
      readonly state?: JobState | 'live';
      readonly kind?: string;
      readonly subject?: string;
      readonly search?: string;
      readonly limit?: number;
      readonly cursor?: string;
    },
  ): Promise<JobsPage> {
    const limit = query.limit ?? 50;
    const states =
      query.state === undefined
        ? undefined
        : query.state === 'live'
          ? (['waiting', 'running'] as const)
          : [query.state];
    const { rows, total, counts } = await this.#parts.database.tenant(org.id, 'read', (client) =>
      listJobs(client, org.id, {
        ...{ states, kind: query.kind, subject: query.subject, search: query.search },
        actor: seesAll(actor) ? undefined : actor.id,
        quiet: this.#parts.kinds.filter(({ quiet }) => quiet).map(({ kind }) => kind),
        limit: limit + 1,
        after: query.cursor === undefined ? undefined : readCursor(query.cursor),
      }),
    );
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    const none = { waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0, discarded: 0 };
    return {
      items: items.map((row) => this.#told(row)),
      total,
      counts: { ...none, ...counts },
      next: last === undefined ? null : `${last.asked_at}.${last.id}`,
    };
  }

  async get(org: Organisation, actor: Actor, id: string): Promise<Job> {
    return this.#told(await this.#find(org, actor, id));
  }

  /** The job now, and each time it says something new, to its end. */
  async *watch(org: Organisation, actor: Actor, id: string, signal: AbortSignal): AsyncGenerator<Job> {
    let last = '';
    let told = 0;
    for (;;) {
      const row = await this.#find(org, actor, id);
      const { seen_at: _, ...said } = row;
      const text = JSON.stringify(said);
      // Said again where nothing is new: what goes through a proxy silently for long is cut off.
      if (text !== last || performance.now() - told > REPEAT_MS) {
        yield this.#told(row);
        told = performance.now();
      }
      last = text;
      if (!isLive(row.state) || this.#ending) return;
      try {
        await sleep(WATCH_MS, undefined, { signal });
      } catch {
        return;
      }
    }
  }

  async cancel(org: Organisation, actor: Actor, id: string): Promise<Job> {
    const found = await this.#find(org, actor, id);
    this.#refuseStranger(found, actor);
    const row = await this.#write(org, (client) => cancelJob(client, org.id, id, this.#parts.clock.now()));
    if (row === undefined) throw refuseJob('ended', { state: (await this.#find(org, actor, id)).state });
    return this.#told(row);
  }

  async retry(org: Organisation, actor: Actor, id: string): Promise<Job> {
    const found = await this.#find(org, actor, id);
    this.#refuseStranger(found, actor);
    const row = await this.#write(org, async (client) => {
      const now = this.#parts.clock.now();
      const back = await putBack(client, org.id, id, { from: ['failed'], afresh: true }, now).catch(
        (error: unknown) => {
          throw isTaken(error) ? refuse('conflict', { kind: 'job', id, from: 0, head: 1 }) : error;
        },
      );
      if (back !== undefined) await this.#send(client, org.id, back);
      return back;
    });
    if (row === undefined) throw refuseJob('not-failed', { state: found.state });
    return this.#told(row);
  }

  async discard(org: Organisation, actor: Actor, id: string): Promise<Job> {
    const found = await this.#find(org, actor, id);
    this.#refuseStranger(found, actor);
    const row = await this.#write(org, (client) => discardJob(client, org.id, id));
    if (row === undefined) throw refuseJob('not-failed', { state: found.state });
    return this.#told(row);
  }

  /** How many failed and wait for somebody, for the operator. */
  async failed(org: Organisation): Promise<number> {
    return this.#parts.database.tenant(org.id, 'read', async (client) => {
      const { rows } = await client.query<{ n: number }>(
        `select count(*)::int as n from job where org = $1 and state = 'failed'`,
        [org.id],
      );
      return rows[0]?.n ?? 0;
    });
  }

  /** Whether the queue answers. */
  async reach(): Promise<void> {
    await this.#queue.figures();
  }

  /** Runs jobs in this process until `close`. */
  async work(): Promise<void> {
    await this.#queue.work((message, signal) => this.#run(message, signal));
  }

  /** Puts back what its worker or the queue lost, and forgets what ended long ago. Every process may: nothing is done twice. */
  async sweep(org: Organisation): Promise<void> {
    const now = this.#parts.clock.now();
    await this.#write(org, async (client) => {
      const silent = await silentJobs(client, org.id, { running: now - SILENT_MS, waiting: now - WAITED_MS });
      for (const { id, state, run } of silent) {
        const back = await putBack(client, org.id, id, { from: [state], ...(run === null ? {} : { run }) }, now);
        if (back !== undefined) await this.#send(client, org.id, back);
      }
      await forgetJobs(client, org.id, now - KEPT_MS);
    });
  }

  /** Takes no more jobs. What runs is stopped and put back for another worker. */
  async close(): Promise<void> {
    this.#ending = true;
    for (const stop of this.#running) stop.abort(new Stopped('This process ends'));
    await this.#queue.close(this.#running.size > 0 ? 10_000 : 0);
  }

  /** Counted as running before it is claimed: what ends this process meanwhile must know of it. */
  async #run(message: Message, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    this.#running.add(stop);
    try {
      await this.#runUntil(stop, message, signal);
    } finally {
      this.#running.delete(stop);
    }
  }

  async #runUntil(stop: AbortController, { org: number, id, turn }: Message, signal: AbortSignal): Promise<void> {
    const { database, clock, report } = this.#parts;
    const org = await this.#parts.organisation(number);
    if (org === undefined) return;
    if (this.#ending) throw new Stopped('This process ends');
    const run = randomUUID();
    const row = await this.#write(org, (client) => claimJob(client, org.id, id, turn, run, clock.now()));
    if (row === undefined) return;

    let told: Beat = { done: row.done, of: row.of, says: row.says };
    let cancelled = false;
    let isOurs = true;
    const beating = setInterval(() => {
      database
        .tenant(org.id, 'write', (client) => beat(client, org.id, id, run, told, clock.now()))
        .then((heard) => {
          if (heard === undefined) isOurs = false;
          else if (heard.cancelAsked) cancelled = true;
          if (!isOurs || cancelled)
            stop.abort(new Stopped(cancelled ? 'It was cancelled' : 'Another worker took it over'));
        })
        // A database that restarts: what it did not hear it hears with the next beat.
        .catch(() => undefined);
    }, BEAT_MS);
    const end = (how: Omit<End, 'beat'>): Promise<boolean> =>
      this.#write(org, (client) => endJob(client, org.id, id, run, { ...how, beat: told }, clock.now()));
    const back = (how: Omit<Parameters<typeof putBack>[3], 'from' | 'run'>): Promise<void> =>
      this.#write(org, async (client) => {
        const waiting = await putBack(client, org.id, id, { ...how, from: ['running'], run }, clock.now());
        if (waiting !== undefined) await this.#send(client, org.id, waiting);
      });

    try {
      stop.signal.throwIfAborted();
      const kind = this.#kinds.get(row.kind);
      if (kind === undefined) throw new Error(`This worker knows no kind of job ${row.kind}`);
      if (row.cancel_asked) {
        await end({ state: 'cancelled' });
        return;
      }
      if (row.attempt > kind.tries) throw refuseJob('killed', { tries: kind.tries });
      const actor = await this.#parts.actorOf(org, row.actor);
      if (actor === undefined) throw refuseJob('gone', { actor: row.actor });
      const result = await kind.run(kind.input.parse(row.input) as never, {
        ...{ org, actor, id, askedAt: row.asked_at, attempt: row.attempt },
        key: (step) => keyOf(id, step),
        progress: ({ done, of, says }) => void (told = { done, of: of ?? null, says: says ?? told.says }),
        signal: AbortSignal.any([signal, stop.signal]),
      });
      await end({ state: 'done', result });
    } catch (error) {
      if (!isOurs) return;
      if (cancelled) await end({ state: 'cancelled' });
      else if (this.#ending) await back({ uncounted: true });
      else if (error instanceof Refusal || error instanceof SourceRefusal) {
        await end({ state: 'failed', error: { code: error.code, says: error.message } });
      } else {
        const fault = randomUUID();
        report(
          JSON.stringify({
            fault,
            job: id,
            kind: row.kind,
            error: error instanceof Error ? (error.stack ?? error.message) : String(error),
          }),
        );
        const told = { code: 'job.fault', says: `It met a fault (${fault} in the server’s log).` };
        if (row.attempt >= (this.#kinds.get(row.kind)?.tries ?? 1)) await end({ state: 'failed', error: told });
        else await back({ error: told, notBefore: clock.now() + backOff(row.attempt) });
      }
    } finally {
      clearInterval(beating);
    }
  }

  async #find(org: Organisation, actor: Actor, id: string): Promise<JobRow> {
    const row = await this.#parts.database.tenant(org.id, 'read', (client) => readJob(client, org.id, id));
    if (row === undefined || (!seesAll(actor) && row.actor !== actor.id)) throw refuseJob('missing', {});
    return row;
  }

  /** Auditors see every job and touch none but their own. */
  #refuseStranger(row: JobRow, actor: Actor): void {
    if (row.actor === actor.id || actor.roles.some((role) => KEEPERS.includes(role))) return;
    throw refuse('forbidden', { act: 'Changing a job of somebody else', roles: KEEPERS.join(', ') });
  }

  #write<T>(org: Organisation, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    return this.#parts.database.tenant(org.id, 'write', work);
  }

  #send(client: pg.ClientBase, org: number, { id, kind, turn, not_before }: JobRow): Promise<void> {
    const waitMs = not_before === null ? 0 : not_before - this.#parts.clock.now();
    return this.#queue.send(client, kind, { org, id, turn }, waitMs);
  }

  #told(row: JobRow): Job {
    const kind = this.#kinds.get(row.kind);
    return {
      id: row.id,
      kind: row.kind,
      title: kind?.title ?? row.kind,
      subject: row.subject,
      state: row.state,
      actor: row.actor,
      attempt: row.attempt,
      tries: kind?.tries ?? row.attempt,
      cancelAsked: row.cancel_asked,
      progress: { done: row.done, of: row.of, says: row.says },
      askedAt: printInstant(row.asked_at),
      startedAt: printed(row.started_at),
      endedAt: printed(row.ended_at),
      notBefore: row.state === 'waiting' ? printed(row.not_before) : null,
      error: row.error_code === null ? null : { code: row.error_code, says: row.error_says ?? '' },
      advice: row.state === 'failed' ? (kind?.advice ?? null) : null,
      result: row.result ?? null,
    };
  }
}

const printed = (at: Instant | null): string | null => (at === null ? null : printInstant(at));

const seesAll = (actor: Actor): boolean => actor.roles.some((role) => SEES_ALL.includes(role));

const isTaken = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '23505';

const sameRequest = (row: JobRow | undefined, kind: string, input: object, actor: Actor): boolean =>
  row !== undefined && row.kind === kind && row.actor === actor.id && canonical(row.input) === canonical(input);

/** Fields in one order: the database keeps JSON in its own. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** Longer each time, and never the same for two: what failed together does not come back together. */
function backOff(attempt: number): number {
  const most = Math.min(BACK_OFF_MS * 2 ** (attempt - 1), LONGEST_BACK_OFF_MS);
  return Math.round(most / 2 + (Math.random() * most) / 2);
}

/** RFC 9562 version 8: a UUID of ours, from the job and the step. */
function keyOf(id: string, step: string): string {
  const hex = createHash('sha256').update(`${id}\n${step}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function readCursor(cursor: string): { askedAt: Instant; id: string } {
  const [, at, id] = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined)
    throw refuse('invalid', { says: 'cursor: it is none of ours.' }, ['cursor']);
  return { askedAt: Number(at), id };
}
