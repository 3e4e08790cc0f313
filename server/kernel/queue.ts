import { randomBytes } from 'node:crypto';
import { refuseUnlessAllowed } from '@countersign/core/access/index.ts';
import type {
  ActDef,
  Actor,
  Asking,
  Change,
  Decision,
  Instant,
  Product,
  Target,
} from '@countersign/core/kernel/index.ts';
import { isAsking, namedAt, Refusal, refuse } from '@countersign/core/kernel/index.ts';
import type { Signer } from '@countersign/ledger/index.ts';
import { ROTATES } from '@countersign/core/proof/index.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Clock } from '../clock.ts';
import { isGone } from '../database/embedded.ts';
import { codeOf } from '../database/refusal.ts';
import type { ActAnswer, ActOptions, Did } from '../runtime.ts';
import type { NewVersion } from './entry.ts';
import { sealAct } from './entry.ts';
import type { Feeds } from './feeds.ts';
import { answerAll } from './feeds.ts';
import type { Memory, Tenants } from './organisation.ts';
import { logHead } from './organisation.ts';
import type { Prepared, PrepareContext } from './prepare.ts';
import { invalid, kindsToPrepare, prepare, refuseDangling, refuseTogether, refuseUsed } from './prepare.ts';
import { refuseUnlessSame } from './repeat.ts';
import type { Asked, Done } from './repeat.ts';
import type { Point } from './shelf.ts';
import { bookOf, shelfOf } from './shelf.ts';
import { kindsToSee, seeing, siftFor } from './sift.ts';
import type { Row, Snapshot } from './snapshot.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';
import type { NewEntry } from './write.ts';
import { isBusy, writeEntries } from './write.ts';

interface Job {
  readonly act: ActDef;
  readonly actor: Actor;
  readonly input: unknown;
  readonly options: ActOptions;
  readonly resolve: (answer: ActAnswer) => void;
  readonly reject: (error: unknown) => void;
}

export interface QueueParts {
  readonly product: Product;
  readonly tenants: Tenants;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly feeds: Feeds;
  readonly holds: PrepareContext['holds'];
  /** How long a batch waits for the log's row lock, in milliseconds; {@link PATIENCE_MS} without it. */
  readonly patienceMs?: number;
  signer(client: pg.ClientBase, org: number): Promise<Signer>;
  /**
   * Does, in the transaction that writes these entries, what they say is done with them: an erasure erases. Answers whether it changed anything
   * that memory holds.
   */
  readonly effects?: (client: pg.ClientBase, org: number, written: readonly Written[]) => Promise<boolean>;
}

/** An entry that was written and is not committed yet. */
export interface Written {
  readonly index: number;
  readonly versions: readonly NewVersion[];
}

const MOST_IN_A_BATCH = 256;
const PATIENCE_MS = 20_000;
/** How long to ask whether a lost commit was made, before everybody in the batch is told that it is not known. */
const ASKED_TIMES = 20;
const ASKED_EVERY_MS = 500;

export const refuseBusy = (): Refusal =>
  new Refusal(
    'record.busy',
    'conflict',
    'Another write holds this organisation’s log for longer than usual. Try again.',
  );

/**
 * One queue per organisation and process: while one transaction runs, acts wait and go into the next, decided in memory one
 * after the other under the log's row lock (kernel.md §3).
 */
export class ActQueue {
  readonly #org: number;
  readonly #parts: QueueParts;
  #waiting: Job[] = [];
  #running = false;

  constructor(org: number, parts: QueueParts) {
    this.#org = org;
    this.#parts = parts;
  }

  run(act: ActDef, actor: Actor, input: unknown, options: ActOptions): Promise<ActAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ act, actor, input, options, resolve, reject });
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      // What hands the log over is the last entry under its key: who comes after it asks for the signer anew.
      const handsOver = this.#waiting.findIndex(({ act }) => act.name === ROTATES);
      const many = handsOver < 0 ? MOST_IN_A_BATCH : Math.min(handsOver + 1, MOST_IN_A_BATCH);
      const batch = this.#waiting.slice(0, many);
      this.#waiting = this.#waiting.slice(many);
      await this.#attempt(batch);
    }
    this.#running = false;
  }

  /**
   * A batch whose commit may have been made is looked for, and never run again: its acts would be done twice. One that the database refuses is run act by act, so that one hostile body does not fail its neighbours. Where the log is held by
   * another, nobody in the batch is at fault, and waiting again for each would only make the queue longer.
   */
  async #attempt(batch: readonly Job[]): Promise<void> {
    const sent: Sent = { told: [], first: undefined };
    try {
      const settle = await this.#transact(batch, sent);
      settle();
    } catch (error) {
      this.#parts.memory.drop(this.#org);
      if (sent.first !== undefined && (await this.#isCommitted(sent.first))) for (const tell of sent.told) tell();
      else if (isBusy(error)) for (const job of batch) job.reject(refuseBusy());
      else if (batch.length === 1 || sent.first !== undefined || isLost(error))
        for (const job of batch) job.reject(error);
      else for (const one of batch) await this.#attempt([one]);
    }
  }

  /**
   * Whether the log holds this entry where it was to go: salt and seed make it one that no other writer makes. The log's row lock is waited for,
   * which a commit still under way holds until it is made or undone. False where nobody could be asked.
   */
  async #isCommitted({ index, entry }: First): Promise<boolean> {
    for (let asked = 1; ; asked += 1) {
      try {
        return await this.#parts.tenants.tenant(this.#org, 'write', async (client) => {
          await client.query(`set local lock_timeout = ${this.#parts.patienceMs ?? PATIENCE_MS}`);
          await logHead(client, this.#org, true);
          const { rows } = await client.query<{ entry: Buffer }>(
            'select entry from log_entry where org = $1 and index = $2',
            [this.#org, index],
          );
          return rows[0]?.entry.equals(entry) === true;
        });
      } catch {
        if (asked === ASKED_TIMES) return false;
        await sleep(ASKED_EVERY_MS);
      }
    }
  }

  /** One transaction for all; what to tell each caller is told only after the commit. */
  async #transact(batch: readonly Job[], sent: Sent): Promise<() => void> {
    const { tenants, clock, memory, product } = this.#parts;
    const { told } = sent;
    const pending: PrepareContext['pending'] = new Map();
    const entries: NewEntry[] = [];
    let forgets = false;
    let committed: { readonly snapshot: Snapshot; readonly from: number } | undefined;

    await tenants.tenant(this.#org, 'write', async (client) => {
      await client.query(`set local lock_timeout = ${this.#parts.patienceMs ?? PATIENCE_MS}`);
      const head = await logHead(client, this.#org, true);
      const now = Math.max(clock.now(), head.recordedAt);
      const answered = await this.#answered(client, batch);
      const guests = batch.flatMap((job) => kindsToSee(product, job.actor)).map(({ kind }) => kind);
      const snapshot = await memory.reach(client, this.#org, ['organisation', ...guests], head.size);
      for (const asker of batch) {
        const actor = seeing(product, snapshot, asker.actor, now, head.size, zoneOf(snapshot, pending));
        const job = { ...asker, actor };
        const { idempotencyKey } = job.options;
        const first = idempotencyKey === undefined ? undefined : answered.get(idempotencyKey);
        const index = head.size + entries.length;
        try {
          const asked = askedOf(job);
          if (first !== undefined) {
            refuseUnlessSame(asked, first);
            told.push(() => job.resolve(first.answer));
            continue;
          }
          const { answer, entry, rows } = await this.#decide(client, job, asked.input, {
            snapshot,
            pending,
            now,
            size: head.size,
            index,
          });
          if (entry !== undefined) {
            entries.push(entry);
            if (idempotencyKey !== undefined) answered.set(idempotencyKey, entry);
            for (const row of rows) overlay(pending, row);
          }
          told.push(() => job.resolve(answer));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          told.push(() => job.reject(error));
        }
      }
      if (entries.length > 0) await writeEntries(client, this.#org, head.size, now, entries);
      const written = entries.map(({ prepared }, i) => ({
        index: head.size + i,
        versions: prepared.map(({ version }) => version),
      }));
      const isChanged = (await this.#parts.effects?.(client, this.#org, written)) === true;
      committed = isChanged ? undefined : { snapshot, from: head.size };
      if (isChanged) forgets = true;
      // From here on the commit may be made though nobody hears of it.
      const [one] = entries;
      if (one !== undefined) sent.first = { index: head.size, entry: one.entry };
    });

    return () => {
      if (committed !== undefined)
        remember(product, committed.snapshot, committed.from, committed.from + entries.length, pending);
      if (forgets) memory.drop(this.#org);
      for (const tell of told) tell();
    };
  }

  async #answered(client: pg.ClientBase, batch: readonly Job[]): Promise<Map<string, Done>> {
    const keys = batch.flatMap((job) => job.options.idempotencyKey ?? []);
    if (keys.length === 0) return new Map();
    const { rows } = await client.query<Omit<Done, 'answer'> & { request: string; answer: string }>(
      'select request, answer, statement, input_salt as "inputSalt" from log_entry where org = $1 and request = any($2::uuid[])',
      [this.#org, keys],
    );
    // Written by this queue as the JSON of an ActAnswer.
    return new Map(rows.map((row) => [row.request, { ...row, answer: JSON.parse(row.answer) as ActAnswer }]));
  }

  async #decide(
    client: pg.ClientBase,
    job: Job,
    input: unknown,
    at: {
      readonly snapshot: Snapshot;
      readonly pending: PrepareContext['pending'];
      readonly now: Instant;
      readonly size: number;
      readonly index: number;
    },
  ): Promise<{ readonly answer: ActAnswer; readonly entry: NewEntry | undefined; readonly rows: readonly Row[] }> {
    const { product, memory, feeds, holds } = this.#parts;
    const { act, actor, options } = job;
    const { snapshot, now } = at;
    await memory.reach(client, this.#org, ['organisation', ...act.reads.map((def) => def.kind)], at.size);

    const zone = zoneOf(snapshot, at.pending);
    const seed = randomBytes(16).toString('hex');
    const point = { asOf: now, position: at.size };
    const book = bookOf(snapshot, act.reads, point, at.pending);
    if (act.on !== undefined) refuseUnlessShown(snapshot, actor, act.on, point, input);
    const decided = act.decide(book, input, { actor, now, seed, zone });
    const outcome = isAsking<Decided>(decided)
      ? await answerAll(decided as Asking<Decided>, feeds, { client, org: this.#org, position: at.size, size: at.size })
      : (decided as Decided);
    const { changes, answer } = 'changes' in outcome ? outcome : { changes: outcome, answer: undefined };
    if (options.ifMatch !== undefined) refuseStale(changes, options.ifMatch);

    await memory.reach(client, this.#org, kindsToPrepare(product, changes), at.size);
    const local = new Map([...at.pending].map(([kind, byId]) => [kind, new Map(byId)]));
    const context = {
      product,
      snapshot,
      pending: local,
      now,
      zone,
      logIndex: at.index,
      actor,
      act: act.name,
      holds,
    };
    const prepared: Prepared[] = [];
    for (const change of changes) {
      const one = leading(change, () => prepare(context, change));
      prepared.push(one);
      overlay(local, one.row);
    }
    for (const [i, change] of changes.entries()) {
      leading(change, () => refuseDangling(context, prepared[i]));
    }
    refuseUsed(context, prepared);
    refuseTogether(context, at.pending, prepared);

    const dry = options.dryRun === true || prepared.length === 0;
    const told: ActAnswer = {
      index: dry ? null : at.index,
      recordedAt: printInstant(now),
      changes: prepared.map(({ did, version }): Did => ({
        kind: version.kind,
        id: version.id,
        version: version.version,
        did,
      })),
      ...(answer === undefined ? {} : { answer: act.answer === undefined ? answer : act.answer.parse(answer) }),
    };
    if (dry) return { answer: told, entry: undefined, rows: [] };
    const signer = await this.#parts.signer(client, this.#org);
    const sealed = await sealAct(
      {
        ...{ act: act.name, actor: actor.id, now, seed, input, versions: prepared.map((p) => p.version) },
        ...saidBeside(act, input),
      },
      signer,
    );
    return {
      answer: told,
      entry: { ...sealed, prepared, actor: actor.id, act: act.name, request: options.idempotencyKey, answer: told },
      rows: prepared.map((p) => p.row),
    };
  }
}

/** What a batch sent to be committed: what each caller is told if it is, and the first of its entries, once the commit may have been made. */
interface Sent {
  readonly told: (() => void)[];
  first: First | undefined;
}

interface First {
  readonly index: number;
  readonly entry: Uint8Array;
}

/** Who may do this, and what they ask, in that order: a repeat too is answered only to whoever may act. */
function askedOf({ act, actor, input }: Job): Asked & { readonly input: unknown } {
  refuseUnlessAllowed(actor, act);
  const parsed = act.input.safeParse(input);
  if (!parsed.success) throw invalid(act.name, parsed.error);
  return { act: act.name, actor: actor.id, input: parsed.data };
}

/** What a guest is not shown is not there for their acts either. What others in the batch have just made is none of theirs. */
function refuseUnlessShown(snapshot: Snapshot, actor: Actor, on: Target, at: Point, input: unknown): void {
  const sift = siftFor(snapshot, actor, on.kind.area ?? 'any');
  if (sift === undefined) return;
  for (const id of namedAt(input, on.field)) shelfOf(snapshot, on.kind, { ...at, sift }).get(id);
}

/** Whether it is the database that is gone: nobody in the batch is at fault, and each alone would fare no better. */
const isLost = (error: unknown): boolean => isGone(error) || /^(?:08|57P0|58)|^database\./.test(codeOf(error));

/** What the statement of an act says beside who did what: the next key, which whoever verifies must see even where bodies are withheld. */
const saidBeside = (act: ActDef, input: unknown): { readonly beside?: { readonly logKey: string } } =>
  act.name === ROTATES ? { beside: { logKey: (input as { readonly vkey: string }).vkey } } : {};

/** A refusal of a change leads to where in the input the change came from. */
function leading<T>(change: Change, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof Refusal) || change.at === undefined) throw error;
    throw new Refusal(error.code, error.family, error.message, error.details, [...change.at, ...(error.path ?? [])]);
  }
}

type Decided = readonly Change[] | Decision<unknown>;

function overlay(pending: PrepareContext['pending'], row: Row): void {
  const byId = pending.get(row.kind) ?? new Map<string, Row[]>();
  pending.set(row.kind, byId);
  byId.set(row.id, [...(byId.get(row.id) ?? []), row]);
}

/** What was committed becomes memory at once, if nobody else wrote in between: the kinds known up to `from` are known up to `to`. */
function remember(
  product: Product,
  snapshot: Snapshot,
  from: number,
  to: number,
  pending: PrepareContext['pending'],
): void {
  for (const kind of product.records.keys()) {
    const rows = snapshot.kinds.get(kind);
    if (rows === undefined || rows.through !== from) continue;
    for (const versions of pending.get(kind)?.values() ?? []) for (const row of versions) rows.add(row);
    rows.through = to;
  }
}

function refuseStale(changes: readonly Change[], seen: number): void {
  for (const change of changes) {
    if (change.does !== 'create' && change.from !== seen) {
      throw refuse('conflict', { kind: change.kind, id: change.id, from: seen, head: change.from });
    }
  }
}

export function zoneOf(snapshot: Snapshot, pending?: PrepareContext['pending']): string {
  const row =
    pending?.get('organisation')?.get('organisation')?.at(-1) ??
    snapshot.kinds.get('organisation')?.byId.get('organisation')?.at(-1);
  const zone = row?.body['timeZone'];
  return typeof zone === 'string' ? zone : 'UTC';
}
