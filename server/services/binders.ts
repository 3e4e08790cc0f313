import { createHash } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { Binder } from '@countersign/core/binder/index.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { parseInstant, printInstant } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import type { BinderParts, Preview } from '../binder/assemble.ts';
import { makeBinder, previewBinder } from '../binder/assemble.ts';
import { bagOf } from '../binder/one.ts';
import type { BinderAsk } from '../binder/period.ts';
import { refuseBinder } from '../binder/period.ts';
import { SHOWN_KINDS } from '../binder/shown.ts';
import type { BlobStore, Range } from '../blobs/store.ts';
import { Erasure } from '@countersign/core/erasure/index.ts';
import type { Point } from '../kernel/shelf.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Snapshot } from '../kernel/snapshot.ts';
import type { Organisation } from '../runtime.ts';

/** How long a finished binder waits to be fetched. It can be made again, byte for byte, from its known-at. */
const KEPT_MS = 30 * 86_400_000;

export interface Making {
  /** A UUID: what the binder is called here, and the act that records it. */
  readonly id: string;
  readonly key: string;
  readonly signal: AbortSignal;
  progress(done: number, of: number, says: string): void;
}

export type Made = {
  readonly id: string;
  readonly file: string;
  readonly bytes: number;
  readonly digest: string;
  readonly manifest: string;
  readonly entries: number;
  readonly evidence: number;
  readonly size: number;
  readonly root: string;
  readonly knownAt: string;
  readonly after: number;
  readonly until: string;
};

export interface Binders {
  preview(
    org: Organisation,
    actor: Actor,
    ask: BinderAsk,
    signal: AbortSignal,
  ): Promise<Preview & { readonly kinds: readonly string[] }>;
  make(org: Organisation, actor: Actor, ask: BinderAsk, making: Making): Promise<Made>;
  /** What is kept of one that was made. Refuses binder.missing, binder.expired. */
  find(
    org: Organisation,
    actor: Actor,
    id: string,
  ): Promise<{ readonly name: string; readonly digest: string; readonly bytes: number }>;
  read(org: Organisation, digest: string, range?: Range): Promise<Readable>;
  /** Removes those that were kept long enough, and those made before something was erased; how many. */
  expire(org: Organisation): Promise<{ readonly removed: number }>;
  /** One piece of evidence with its proof. */
  one(org: Organisation, actor: Actor, id: string): Promise<{ readonly name: string; readonly bytes: Readable }>;
}

const Kept = z.object({ name: z.string(), digest: z.string(), bytes: z.int(), recordedAt: z.string() });

/** Binders: made, kept for a while, fetched. The register of them is a kind of record. */
export function binders(parts: BinderParts & { readonly store: BlobStore }): Binders {
  const { store, clock, runner } = parts;
  return {
    async preview(org, actor, ask, signal) {
      return { ...(await previewBinder(parts, org, actor, ask, signal)), kinds: SHOWN_KINDS };
    },
    async make(org, actor, ask, { id, key, signal, progress }) {
      const hash = createHash('sha256');
      let bytes = 0;
      const out = new PassThrough({ highWaterMark: 1 << 18 });
      // It may be ended with an error before anybody reads it; who reads it then meets that.
      out.on('error', () => undefined);
      async function* counted(): AsyncGenerator<Uint8Array> {
        for await (const piece of out) {
          const chunk = piece as Uint8Array;
          signal.throwIfAborted();
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      }
      const drafting = store.draft(org.id, counted());
      // Whichever of the two fails ends the other; the reason is that of whoever failed first.
      drafting.catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))));
      const written = await makeBinder(parts, org, actor, ask, out, { signal, progress }).catch(
        async (error: unknown) => {
          out.destroy(error instanceof Error ? error : new Error(String(error)));
          const draft = await drafting.catch(() => undefined);
          await draft?.discard();
          throw error;
        },
      );
      const draft = await drafting;
      try {
        signal.throwIfAborted();
        const digest = hash.digest('hex');
        await draft.commit(digest);
        const { name, size, root, knownAt, after, manifest, files, evidence } = written;
        const { from, to, framework, hides = [] } = ask;
        const body = { name, from, to, hides, knownAt, size, root, manifest, digest, bytes, files, evidence };
        const done = await runner.act(
          org,
          actor,
          'binder.record',
          { id, ...body, ...(framework === undefined ? {} : { framework }) },
          { idempotencyKey: key },
        );
        const until = printInstant((parseInstant(done.recordedAt) ?? clock.now()) + KEPT_MS);
        return { id, file: name, bytes, digest, manifest, entries: files, evidence, size, root, knownAt, after, until };
      } finally {
        await draft.discard();
      }
    },
    async find(org, actor, id) {
      const { recordedAt, ...kept } = Kept.parse(await runner.get(org, actor, Binder.kind, id));
      const until = (parseInstant(recordedAt) ?? 0) + KEPT_MS;
      if (until < clock.now()) throw refuseBinder('expired', { on: printInstant(until).slice(0, 10) });
      const erasedAt = await runner.reading(org, {}, [Erasure], async (at) => lastErasure(at));
      if ((parseInstant(recordedAt) ?? 0) <= erasedAt)
        throw refuseBinder('erased', { on: printInstant(erasedAt).slice(0, 10) });
      return kept;
    },
    read: (org, digest, range) => store.read(org.id, digest, range),
    async expire(org) {
      const all = await runner.reading(org, {}, [Binder, Erasure], async (at) => {
        const erasedAt = lastErasure(at);
        return shelfOf(at.snapshot, Binder, at)
          .all()
          .map(({ digest, recordedAt }) => ({
            digest,
            isKept: recordedAt + KEPT_MS >= clock.now() && recordedAt > erasedAt,
          }));
      });
      const kept = new Set(all.filter(({ isKept }) => isKept).map(({ digest }) => digest));
      const gone = new Set(all.filter(({ digest }) => !kept.has(digest)).map(({ digest }) => digest));
      for (const digest of gone) await store.remove(org.id, digest);
      return { removed: gone.size };
    },
    one: (org, actor, id) => bagOf(parts, org, actor, id),
  };
}

/** When something was erased last: what was made before may hold it still. −Infinity where nothing was. */
function lastErasure({ snapshot, asOf, position }: Point & { readonly snapshot: Snapshot }): number {
  return shelfOf(snapshot, Erasure, { asOf, position })
    .all()
    .reduce((last, { state, recordedAt }) => (state === 'done' ? Math.max(last, recordedAt) : last), -Infinity);
}
