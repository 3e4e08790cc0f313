import { randomUUID } from 'node:crypto';
import { parseTilePath, TILE_WIDTH } from '@countersign/ledger/index.ts';
import type { Actor, Product } from '@countersign/core/kernel/index.ts';
import { ELAPSED_DAY } from '@countersign/core/kernel/index.ts';
import type { Difference } from '@countersign/core/integrity/index.ts';
import { IntegrityFinding } from '@countersign/core/integrity/index.ts';
import type { Clock } from '../clock.ts';
import type { Locks } from '../database/locks.ts';
import type { Database } from '../database/pool.ts';
import type { Judge } from '../judge/judge.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Log } from '../ledger/log.ts';
import { rootOfFirst } from '../ledger/log.ts';
import type { Organisation } from '../runtime.ts';
import type { AnswersOf } from './answers.ts';
import { answersAfter, checkAnswers, keyOf } from './answers.ts';
import { checkEntries, PIECE } from './entries.ts';
import type { EvidenceParts } from './evidence.ts';
import { blobOf, blobsAfter, checkBlob, checkUnlisted } from './evidence.ts';
import type { FactKey } from './facts.ts';
import { checkFacts, checkItem, collectionsAfter, newestCollections } from './facts.ts';
import { Findings } from './findings.ts';
import type { Head } from './head.ts';
import { checkHead, explainHead } from './head.ts';
import type { Counts, Kind, RunRow, Standing } from './runs.ts';
import { beginRun, keepRun, lastDone, lastWhole, NOTHING, tidyRuns } from './runs.ts';
import { checkTables } from './tables.ts';
import { bundlesOf, checkBundle } from './tree.ts';

export interface SelfCheckParts {
  readonly database: Pick<Database, 'tenant'>;
  readonly product: Product;
  readonly clock: Clock;
  readonly log: Log;
  readonly runner: Runner;
  readonly locks: Locks;
  readonly readBlob: EvidenceParts['readBlob'];
  /** Opened for the time of one run, and closed after it. */
  judge(): Judge;
  /** Tells owners and leads at once. */
  alert(org: Organisation, occasion: string, says: string): Promise<unknown>;
}

export interface Checked {
  readonly id: string;
  readonly kind: Kind;
  readonly size: number;
  readonly root: string | null;
  readonly counts: Counts;
  /** What is found now, whether it is on record already or not. */
  readonly findings: readonly Difference[];
  /** Ids of what is no longer found. */
  readonly gone: readonly string[];
}

export interface Asked {
  /** Default: what is due, which is everything once a day and a sample in between. */
  readonly kind?: Kind | undefined;
  /** False: nothing is recorded and nobody told, as of what was just restored. */
  readonly record?: false;
  /** The same in each attempt of a job. */
  readonly id?: string;
  progress(done: number, of: number, says: string): void;
  readonly signal: AbortSignal;
}

const OURS: Actor = { id: 'countersign', roles: ['operator'] };

/** What a sample looks at beyond what is new, and what a whole run looks at of what is sampled always. */
const SAMPLE = { facts: 100_000, blobs: 200, bytes: 256 * 1024 * 1024, answers: 2, answersOf: 20_000 };
const WHOLE = { facts: 2_000_000, blobs: Infinity, bytes: Infinity, answers: Infinity, answersOf: 200_000 };

/** Holds what is stored against what was logged; one at a time in an organisation, over all processes. */
export const selfCheck =
  (parts: SelfCheckParts) =>
  async (org: Organisation, asked: Asked): Promise<Checked> =>
    parts.locks.hold(`self-check ${org.id}`, asked.signal, async (signal) =>
      new Run(parts, org, { ...asked, signal: AbortSignal.any([asked.signal, signal]) }).all(),
    );

type Position = Required<Pick<Standing, 'collection' | 'evidence' | 'check'>>;

class Run {
  readonly #parts: SelfCheckParts;
  readonly #org: Organisation;
  readonly #asked: Asked;
  readonly #counts: Counts = { ...NOTHING };
  #findings = new Findings();
  #row: RunRow | undefined;
  #head: Head | undefined;
  #rotation: Position = { collection: -1, evidence: '', check: '' };
  /** Where a whole run that was broken off goes on. */
  #goesOn: { readonly part: string; readonly after: string } | undefined;

  constructor(parts: SelfCheckParts, org: Organisation, asked: Asked) {
    this.#parts = parts;
    this.#org = org;
    this.#asked = asked;
  }

  async all(): Promise<Checked> {
    const { clock, database } = this.#parts;
    const id = this.#asked.id ?? randomUUID();
    const { before, kind } = await this.#begin(id);
    try {
      const head = await checkHead(
        { log: this.#parts.log, tenant: (org, mode, work) => database.tenant(org, mode, work) },
        this.#org.id,
        before,
        this.#findings,
      );
      this.#head = head;
      const isWhole = kind === 'whole';
      const present = await this.#present();
      await this.#again(head, present);
      await this.#tree(head, isWhole || head.isUnexplained ? 0 : (before?.size ?? 0));
      await this.#entries(head, isWhole ? 0 : Math.min(before?.size ?? 0, head.held));
      if (isWhole) await this.#facts();
      const limits = isWhole ? WHOLE : SAMPLE;
      await this.#collections(head, limits.facts);
      await this.#evidence(limits);
      await this.#answers(limits);
      if (isWhole) await this.#tables(head);
      if (head.isUnexplained) await this.#explain(head, before);
      const told = await this.#record(id, present);
      const counts = { ...this.#counts };
      await this.#keep({}, 'done');
      const root = head.root === null ? null : Buffer.from(head.root).toString('base64');
      return { id, kind, size: head.size, root, counts, findings: this.#findings.all(), gone: told.gone };
    } catch (error) {
      await this.#keep(undefined, 'stopped').catch(() => undefined);
      throw error;
    } finally {
      await database
        .tenant(this.#org.id, 'write', (client) => tidyRuns(client, this.#org.id, id, clock.now()))
        .catch(() => undefined);
    }
  }

  async #begin(id: string): Promise<{ readonly before: RunRow | undefined; readonly kind: Kind }> {
    const { clock, database } = this.#parts;
    const now = clock.now();
    return database.tenant(this.#org.id, 'write', async (client) => {
      const before = await lastDone(client, this.#org.id);
      const earlier = await lastWhole(client, this.#org.id, id);
      const isFresh = earlier !== undefined && now - earlier.started_at < ELAPSED_DAY;
      const kind = this.#asked.kind ?? (isFresh && earlier.state === 'done' ? 'sample' : 'whole');
      const row = await beginRun(client, this.#org.id, { id, kind }, now);
      this.#row = row;
      // Its own earlier attempt, or a whole run of today that was broken off.
      const resumed = row.progress.part !== undefined ? row : kind === 'whole' && isFresh ? earlier : undefined;
      const rotation = { ...before?.progress, ...resumed?.progress };
      this.#rotation = {
        collection: rotation.collection ?? -1,
        evidence: rotation.evidence ?? '',
        check: rotation.check ?? '',
      };
      if (resumed?.progress.part !== undefined && resumed.state !== 'done') {
        this.#goesOn = { part: resumed.progress.part, after: resumed.progress.after ?? '' };
        Object.assign(this.#counts, resumed.counts);
        this.#findings = new Findings(resumed.findings);
      }
      return { before, kind: row.kind };
    });
  }

  /** Whether a part was done by the run that this one goes on with; else where in it to begin. */
  #from(part: (typeof PARTS)[number]): string | 'done' | undefined {
    const at = this.#goesOn;
    if (at === undefined) return undefined;
    const [mine, theirs] = [PARTS.indexOf(part), PARTS.findIndex((one) => one === at.part)];
    return mine < theirs ? 'done' : mine === theirs ? at.after : undefined;
  }

  async #keep(
    at: { readonly part?: string; readonly after?: string } | undefined,
    ended?: 'done' | 'stopped',
  ): Promise<void> {
    const { database, clock } = this.#parts;
    const row = this.#row;
    if (row === undefined) return;
    await database.tenant(this.#org.id, 'write', async (client) => {
      const place =
        at ??
        (
          await client.query<{ progress: Standing }>('select progress from self_check where org = $1 and id = $2', [
            this.#org.id,
            row.id,
          ])
        ).rows[0]?.progress ??
        {};
      const { part, after } = place;
      const standing = {
        ...this.#rotation,
        ...(part === undefined ? {} : { part }),
        ...(after === undefined ? {} : { after }),
      };
      await keepRun(
        client,
        this.#org.id,
        row.id,
        {
          size: this.#head?.size ?? 0,
          root: this.#head?.root ?? null,
          standing,
          counts: this.#counts,
          findings: this.#findings.all(),
        },
        clock.now(),
        ended,
      );
    });
  }

  async #step(part: (typeof PARTS)[number], after: string, done: number, of: number): Promise<void> {
    this.#asked.signal.throwIfAborted();
    this.#asked.progress(done, of, part);
    if (this.#row?.kind === 'whole') await this.#keep({ part, after });
    this.#asked.signal.throwIfAborted();
  }

  #read<T>(work: Parameters<Database['tenant']>[2]): Promise<T> {
    return this.#parts.database.tenant(this.#org.id, 'read', work) as Promise<T>;
  }

  async #tree(head: Head, from: number): Promise<void> {
    const done = this.#from('tree');
    if (done === 'done') return;
    // Where the end of the table is gone, the last files are of more than there is: that it is gone is found already.
    const isCut = head.held < head.size;
    const bundles = isCut ? Math.floor(head.held / TILE_WIDTH) : bundlesOf(head.size);
    // The last bundle of the last run is looked at again: it has grown.
    const first = Math.max(Math.max(0, bundlesOf(from) - 1), done === undefined ? 0 : Number(done));
    for (let bundle = first; bundle < bundles; bundle += 16) {
      await this.#read(async (client) => {
        for (let next = bundle; next < Math.min(bundle + 16, bundles); next += 1)
          await checkBundle(client, head, next, this.#findings);
      });
      await this.#step('tree', String(bundle + 16), Math.min((bundle + 16) * TILE_WIDTH, head.size), head.size);
    }
  }

  async #entries(head: Head, from: number): Promise<void> {
    const done = this.#from('entries');
    if (done === 'done') return;
    await this.#range(head, Math.max(from, done === undefined ? 0 : Number(done)), head.held, () => false, true);
  }

  async #range(
    head: Head,
    from: number,
    to: number,
    withItems: (index: number) => boolean,
    isPart = false,
  ): Promise<void> {
    const org = this.#org.id;
    for (let next = from; next < to; next += PIECE) {
      const until = Math.min(next + PIECE, to);
      await this.#read(async (client) => {
        const keys = await this.#parts.log.keysOf(client, org);
        await checkEntries(client, { org, keys, withItems }, next, until, this.#findings, this.#counts);
      });
      if (isPart) await this.#step('entries', String(until), until, head.held);
    }
  }

  async #facts(): Promise<void> {
    const done = this.#from('facts');
    if (done === 'done') return;
    let after: FactKey | undefined =
      done === undefined || done === '' ? ['', '', '', -1] : (JSON.parse(done) as FactKey);
    while (after !== undefined) {
      const at: FactKey = after;
      after = await this.#read<FactKey | undefined>((client) =>
        checkFacts(client, this.#org.id, at, this.#findings, this.#counts),
      );
      if (after !== undefined) await this.#step('facts', JSON.stringify(after), this.#counts.facts, this.#counts.facts);
    }
  }

  /** The newest collection of each dataset, and as many of the others as the budget of items allows, in turn. */
  async #collections(head: Head, budget: number): Promise<void> {
    if (this.#from('collections') === 'done') return;
    const org = this.#org.id;
    const chosen = new Map<number, number>();
    let left = budget;
    const newest = await this.#read<Awaited<ReturnType<typeof newestCollections>>>((client) =>
      newestCollections(client, org),
    );
    for (const { index, items } of newest) {
      if (items > left) continue;
      left -= items;
      chosen.set(index, items);
    }
    let [at, isAround] = [this.#rotation.collection, false];
    const first = at;
    while (left > 0) {
      const found = await this.#read<Awaited<ReturnType<typeof collectionsAfter>>>((client) =>
        collectionsAfter(client, org, at, 200),
      );
      for (const { index, items } of found) {
        if (isAround && index > first) left = 0;
        if (left <= 0) break;
        left -= Math.max(items, 1);
        at = index;
        chosen.set(index, items);
      }
      if (found.length > 0) continue;
      if (isAround) break;
      [at, isAround] = [-1, true];
    }
    const all = [...chosen.keys()].filter((index) => index < head.held).sort((a, b) => a - b);
    for (const [i, index] of all.entries()) {
      // Entries were counted, and are looked at once more only for what they list.
      const { entries, records } = this.#counts;
      await this.#range(head, index, index + 1, () => true);
      Object.assign(this.#counts, { entries, records });
      if (i % 50 === 49) await this.#step('collections', '', i, all.length);
    }
    this.#rotation = { ...this.#rotation, collection: at };
  }

  async #evidence({ blobs, bytes }: typeof SAMPLE): Promise<void> {
    if (this.#from('evidence') === 'done') return;
    const org = this.#org.id;
    await this.#read((client) => checkUnlisted(client, org, this.#findings));
    const isWhole = this.#row?.kind === 'whole';
    const first = isWhole ? (this.#from('evidence') ?? '') : this.#rotation.evidence;
    let [after, isAround, files, read] = [first, isWhole, 0, 0];
    for (;;) {
      const found = await this.#read<Awaited<ReturnType<typeof blobsAfter>>>((client) =>
        blobsAfter(client, org, after, 50),
      );
      for (const blob of found) {
        if (files >= blobs || read >= bytes || (!isWhole && isAround && blob.digest > first)) {
          this.#rotation = { ...this.#rotation, evidence: after };
          return;
        }
        await this.#blob(blob);
        [files, read, after] = [files + 1, read + blob.bytes, blob.digest];
        if (isWhole) await this.#step('evidence', after, this.#counts.evidence, this.#counts.evidence);
      }
      if (found.length > 0) continue;
      if (isAround) break;
      [after, isAround] = ['', true];
    }
    this.#rotation = { ...this.#rotation, evidence: after };
  }

  #blob(blob: { readonly digest: string; readonly bytes: number }): Promise<void> {
    const { database, readBlob } = this.#parts;
    const evidence: EvidenceParts = { readBlob, tenant: (org, mode, work) => database.tenant(org, mode, work) };
    return checkBlob(evidence, this.#org.id, blob, this.#findings, this.#counts, this.#asked.signal);
  }

  async #answers({ answers, answersOf }: typeof SAMPLE): Promise<void> {
    const done = this.#from('answers');
    if (done === 'done') return;
    const isWhole = this.#row?.kind === 'whole';
    const judge = this.#parts.judge();
    try {
      let after = isWhole ? (done ?? '') : this.#rotation.check;
      for (let n = 0; n < answers; n += 1) {
        const ask = (from: string) =>
          this.#read<readonly AnswersOf[]>((client) => answersAfter(client, this.#org.id, from, 1, answersOf));
        const [next] = await ask(after);
        if (next === undefined) {
          if (isWhole || after === '') break;
          after = '';
          continue;
        }
        await this.#judged(judge, next);
        after = keyOf(next);
        if (isWhole) await this.#step('answers', after, this.#counts.answers, this.#counts.answers);
      }
      this.#rotation = { ...this.#rotation, check: after };
    } finally {
      await judge.close();
    }
  }

  #judged(judge: Judge, of: AnswersOf): Promise<void> {
    return this.#parts.database.tenant(this.#org.id, 'write', (client) =>
      checkAnswers(client, this.#org.id, judge, of, this.#findings, this.#counts),
    );
  }

  #tables(head: Head): Promise<void> {
    return this.#read((client) => checkTables(client, this.#org.id, this.#parts.product, head.held, this.#findings));
  }

  #explain(head: Head, before: RunRow | undefined): Promise<void> {
    const org = this.#org.id;
    return explainHead(
      head,
      before,
      (size) => this.#read<string>((client) => rootOfFirst(client, org, size)),
      () => this.#parts.log.publish(org),
      this.#findings,
    );
  }

  /** What is on record as still found. */
  #present(): Promise<readonly Difference[]> {
    return this.#parts.runner.reading(this.#org, {}, [IntegrityFinding], ({ snapshot, asOf, position }) =>
      Promise.resolve(
        shelfOf(snapshot, IntegrityFinding, { asOf, position })
          .all()
          .filter(({ goneAt }) => goneAt === undefined)
          .map(({ id, code, where, expected, found, says }) => ({
            ...{ id, code, where, says },
            ...(expected === undefined ? {} : { expected }),
            ...(found === undefined ? {} : { found }),
          })),
      ),
    );
  }

  /** Looks once more at each place where something was found, so that what is gone is known to be. */
  async #again(head: Head, present: readonly Difference[]): Promise<void> {
    const org = this.#org.id;
    const kept = { ...this.#counts };
    const judge = this.#parts.judge();
    let tables = false;
    try {
      for (const { code, where } of present) {
        this.#asked.signal.throwIfAborted();
        const { entry, path, evidence, dataset, source, item, check } = where;
        if (code === 'projection.differs' && check !== undefined) {
          const [id = '', version = ''] = check.split('@');
          const all = await this.#read<readonly AnswersOf[]>((client) =>
            answersAfter(client, org, '', 10_000, 2 ** 31),
          );
          const of = all.find((one) => one.check === id && String(one.version) === version && one.source === source);
          if (of !== undefined) await this.#judged(judge, of);
        } else if (code.startsWith('evidence.') && evidence !== undefined) {
          const blob = await this.#read<Awaited<ReturnType<typeof blobOf>>>((client) => blobOf(client, org, evidence));
          if (blob !== undefined) await this.#blob(blob);
        } else if (code === 'fact.digest' && dataset !== undefined && source !== undefined && item !== undefined)
          await this.#read((client) => checkItem(client, org, { dataset, source, item }, this.#findings, this.#counts));
        else if (code.startsWith('tile.') && path !== undefined) await this.#treeOf(head, path);
        else if (entry !== undefined && entry < head.held && !code.startsWith('log.')) {
          if (entry < head.size)
            await this.#read((client) => checkBundle(client, head, Math.floor(entry / TILE_WIDTH), this.#findings));
          await this.#range(head, entry, entry + 1, () => true);
        } else if (code === 'log.missing' && entry !== undefined && entry < head.held)
          await this.#range(head, entry, Math.min(entry + PIECE, head.held), () => false);
        if (
          code === 'record.order' ||
          code === 'record.stray' ||
          code === 'collection.stray' ||
          code === 'reference.differs'
        )
          tables = true;
      }
      if (tables) await this.#tables(head);
    } finally {
      await judge.close();
    }
    // Looked at twice, counted once.
    Object.assign(this.#counts, kept);
  }

  /** The bundles below a published file. */
  async #treeOf(head: Head, path: string): Promise<void> {
    const tile = parseTilePath(path.replace(/^log\/\d+\//, ''));
    if (tile === undefined) return;
    const each = tile.level === 'entries' ? 1 : TILE_WIDTH ** tile.level;
    const until = Math.min((tile.index + 1) * each, bundlesOf(Math.min(head.size, head.held)));
    for (let bundle = tile.index * each; bundle < until; bundle += 1)
      await this.#read((client) => checkBundle(client, head, bundle, this.#findings));
  }

  /** Puts what is new on record, says what is gone, and tells people of both. */
  async #record(id: string, present: readonly Difference[]): Promise<{ readonly gone: readonly string[] }> {
    if (this.#asked.record === false) return { gone: [] };
    const found = this.#findings.all();
    const known = new Set(present.map((one) => one.id));
    const here = new Set(found.map((one) => one.id));
    const fresh = found.filter((one) => !known.has(one.id));
    const gone = present.filter((one) => !here.has(one.id)).map((one) => one.id);
    if (fresh.length === 0 && gone.length === 0) return { gone };
    if (fresh.length > 0) await this.#parts.alert(this.#org, `integrity ${id}`, alertText(fresh, this.#findings.more));
    await this.#parts.runner.act(this.#org, OURS, 'integrity.record', { findings: fresh, gone: gone.slice(0, 500) });
    if (gone.length > 0)
      await this.#parts.alert(
        this.#org,
        `integrity-gone ${id}`,
        `The self-check no longer finds ${counted(gone.length)} that it had found. What they were is still to be said where nobody has.`,
      );
    return { gone };
  }
}

/** In this order; a run that is broken off goes on where it was. */
const PARTS = ['tree', 'entries', 'facts', 'collections', 'evidence', 'answers'] as const;

const counted = (n: number): string => `${n} ${n === 1 ? 'difference' : 'differences'}`;

function alertText(fresh: readonly Difference[], more: number): string {
  const first = fresh.slice(0, 3).map(({ says }) => `- ${says}`);
  const rest = fresh.length + more - first.length;
  return [
    `The self-check found ${counted(fresh.length + more)} between what is stored and what was logged.`,
    ...first,
    ...(rest > 0 ? [`- and ${rest} more`] : []),
  ].join('\n');
}
