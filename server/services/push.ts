import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { refuseUnlessAllowed } from '@countersign/core/access/index.ts';
import { addSource, DATASET_NAME, Source } from '@countersign/core/connector/index.ts';
import {
  defineRefusals,
  illFormed,
  instantText,
  namesPrototype,
  parseInstant,
  PROTOTYPE,
} from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { shelfOf } from '../kernel/shelf.ts';
import type { Ending } from '../observe/ingest.ts';
import { ingest, Turns } from '../observe/ingest.ts';
import type { StagedItem } from '../observe/stage.ts';
import { TwiceGiven } from '../observe/stage.ts';
import type { Actor, Stored } from '@countersign/core/kernel/index.ts';
import type { CollectionReport, Organisation, Services } from '../runtime.ts';
import { removeAbandoned } from '../blobs/abandoned.ts';
import type { SourceParts } from './sources.ts';

export const refuseFacts = defineRefusals('facts', {
  header: {
    family: 'invalid',
    says: (p: { line: number; why: string }) => `Line ${p.line}: the first line says what is collected: ${p.why}`,
  },
  line: { family: 'invalid', says: (p: { line: number; why: string }) => `Line ${p.line}: ${p.why}` },
  twice: {
    family: 'invalid',
    says: (p: { line: number; id: string }) => `Line ${p.line}: item “${p.id}” is given twice.`,
  },
  size: {
    family: 'invalid',
    says: (p: { line: number; limit: string }) => `Line ${p.line}: it is longer than ${p.limit}.`,
  },
  file: { family: 'invalid', says: (_: object) => 'A file of facts has at most 1 GiB.' },
  stalled: {
    family: 'invalid',
    says: (p: { seconds: number }) => `Nothing more of the file arrived for ${p.seconds} seconds.`,
  },
  future: { family: 'invalid', says: (p: { line: number; at: string }) => `Line ${p.line}: ${p.at} is still to come.` },
  source: {
    family: 'unmet',
    says: (p: { source: string }) => `“${p.source}” is collected by its connector and takes no facts.`,
  },
  mode: {
    family: 'conflict',
    says: (p: { dataset: string; mode: string }) => `${p.dataset} is a dataset of ${p.mode}; it cannot change.`,
  },
});

/** Limits of contract.md, "Custom collections". */
const MOST_BYTES = 1024 ** 3;
const MOST_ITEM_BYTES = 256 * 1024;
const LIMIT = '256 KiB';
const BATCH = 1000;
const STALLED_MS = 60_000;
/** Files that are taken in at once. */
const MOST_AT_ONCE = 3;
const AHEAD_MS = 5 * 60_000;

const instant = instantText();
const Header = z.strictObject({
  collection: z.union([
    z.strictObject({
      dataset: z.string().regex(DATASET_NAME),
      mode: z.literal('state'),
      observedAt: instant,
      complete: z.boolean(),
    }),
    z.strictObject({
      dataset: z.string().regex(DATASET_NAME),
      mode: z.literal('events'),
      from: instant,
      to: instant,
      complete: z.boolean(),
    }),
  ]),
});
const Item = z.strictObject({
  id: z.string().min(1).max(500),
  at: instant.optional(),
  data: z.record(z.string(), z.unknown()),
});

const ms = (text: string): number => parseInstant(text) ?? Number.NaN;

/**
 * Writes an upload to a file: nothing of the database is held while a body arrives, however slowly.
 *
 * @throws Refusal `facts.file`, `facts.stalled`
 */
export async function receive(bytes: Readable, path: string, stalledMs = STALLED_MS): Promise<void> {
  const out = await open(path, 'wx', 0o600);
  try {
    const pieces = bytes[Symbol.asyncIterator]();
    let total = 0;
    for (;;) {
      const next: IteratorResult<Uint8Array> = await within(stalledMs, pieces.next());
      if (next.done === true) return;
      total += next.value.length;
      if (total > MOST_BYTES) throw refuseFacts('file', {});
      await out.writeFile(next.value);
    }
  } finally {
    await out.close();
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(refuseFacts('stalled', { seconds: ms / 1000 })), ms);
  });
  try {
    return await Promise.race([work, stalled]);
  } finally {
    clearTimeout(timer);
  }
}

interface Line {
  readonly n: number;
  readonly bytes: Uint8Array;
}

const LF = 10;
const CR = 13;
const SPACE = 32;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Lines that are not blank with their numbers, each within the limit: one without end is refused before it fills the memory. */
async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let n = 1;
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(LF); end !== -1; end = piece.indexOf(LF, from)) {
      const line = lineOf(n, Buffer.concat([rest, piece.subarray(from, end)]));
      if (line !== undefined) yield line;
      n += 1;
      from = end + 1;
      rest = Buffer.alloc(0);
    }
    rest = Buffer.concat([rest, piece.subarray(from)]);
    // Its last byte may be the CR of a line's end, and its first ones a mark.
    if (rest.length > MOST_ITEM_BYTES + 1 + BYTE_ORDER_MARK.length)
      throw refuseFacts('size', { line: n, limit: LIMIT });
  }
  const last = lineOf(n, rest);
  if (last !== undefined) yield last;
}

function lineOf(n: number, whole: Buffer): Line | undefined {
  const isMarked = n === 1 && whole.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const bytes = whole.subarray(isMarked ? BYTE_ORDER_MARK.length : 0, whole.at(-1) === CR ? -1 : whole.length);
  if (bytes.length > MOST_ITEM_BYTES) throw refuseFacts('size', { line: n, limit: LIMIT });
  return bytes.every((byte) => byte <= SPACE) ? undefined : { n, bytes };
}

// A mark within the file is a character like any other, which JSON does not have outside of strings.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parsed<T>(schema: z.ZodType<T>, line: Line, refuse: (why: string) => Error): T {
  const value = json(line.bytes, refuse);
  const why = illFormed(value);
  if (why !== undefined) throw refuse(`${why}.`);
  // The schema would drop it without a word, and what is kept must be what was sent.
  if (namesPrototype(value)) throw refuse(`a key is named “${PROTOTYPE}”, which no field is.`);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw refuse(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}.`.trim());
}

function json(bytes: Uint8Array, refuse: (why: string) => Error): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw refuse('it is not valid UTF-8.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw refuse('it is not JSON.');
  }
}

/** Takes in a file of facts (contract.md, "Custom collections"): all of it or nothing. */
export function push(parts: SourceParts): Services['push'] {
  const folder = join(parts.workFolder, 'received');
  const swept = removeAbandoned(folder);
  const turns = new Turns(MOST_AT_ONCE);
  return async (org, actor, sourceId, ndjson) => {
    refuseUnlessAllowed(actor, { name: 'facts push', allowed: addSource.allowed });
    const source = await parts.runner.reading(org, {}, [Source], async ({ snapshot, asOf, position }) =>
      shelfOf(snapshot, Source, { asOf, position }).get(sourceId),
    );
    if (source.connector !== 'push') throw refuseFacts('source', { source: sourceId });
    await swept;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, randomUUID());
    try {
      await receive(ndjson, file);
      return await takeIn(parts, turns, org, actor, source, createReadStream(file, { highWaterMark: 1 << 18 }));
    } finally {
      await rm(file, { force: true });
    }
  };
}

async function takeIn(
  parts: SourceParts,
  turns: Turns,
  org: Organisation,
  actor: Actor,
  source: Stored<typeof Source>,
  file: AsyncIterable<Buffer>,
): Promise<CollectionReport> {
  const lines = linesOf(file);
  const first = await lines.next();
  if (first.done === true) throw refuseFacts('header', { line: 1, why: 'the file is empty.' });
  const line = first.value;
  const { collection } = parsed(Header, line, (why) => refuseFacts('header', { line: line.n, why }));
  const now = parts.clock.now();
  const interval = collection.mode === 'events' ? { from: ms(collection.from), to: ms(collection.to) } : undefined;
  const observedAt = collection.mode === 'state' ? ms(collection.observedAt) : ms(collection.to);
  if (observedAt > now + AHEAD_MS) {
    throw refuseFacts('future', {
      line: line.n,
      at: collection.mode === 'state' ? collection.observedAt : collection.to,
    });
  }
  if (interval !== undefined && interval.to < interval.from)
    throw refuseFacts('header', { line: line.n, why: 'it ends before it begins.' });

  const dataset = `${source.as}/${collection.dataset}`;
  const known = await parts.tenants.tenant(org.id, 'read', async (client) => {
    const { rows } = await client.query<{ mode: 'state' | 'events' }>(
      'select mode from collection where org = $1 and dataset = $2 limit 1',
      [org.id, dataset],
    );
    return rows[0]?.mode;
  });
  if (known !== undefined && known !== collection.mode) throw refuseFacts('mode', { dataset, mode: known });

  const header = {
    source: source.id,
    dataset,
    mode: collection.mode,
    actor: actor.id,
    collector: 'push@1',
    completedBy: 'claimed' as const,
  };
  const report = await turns.take(() =>
    ingest(parts, org.id, header, async (add): Promise<Ending> => {
      let batch: StagedItem[] = [];
      const flush = async (): Promise<void> => {
        const full = batch;
        batch = [];
        await add(full);
      };
      try {
        for await (const one of lines) {
          batch.push(itemOf(one, interval));
          if (batch.length >= BATCH) await flush();
        }
        await flush();
      } catch (error) {
        if (error instanceof TwiceGiven) throw refuseFacts('twice', { line: error.line, id: error.id });
        throw error;
      }
      return {
        status: collection.complete ? 'complete' : 'partial',
        why: collection.complete ? [] : ['pushed as incomplete'],
        observedAt,
        ...interval,
      };
    }),
  );
  await parts.catchUp.run(org.id);
  return report;
}

function itemOf(line: Line, interval: { readonly from: number; readonly to: number } | undefined): StagedItem {
  const refuse = (why: string): Error => refuseFacts('line', { line: line.n, why });
  const { id, at, data } = parsed(Item, line, refuse);
  if (interval === undefined) {
    if (at !== undefined) throw refuse('an item of a state has no “at”.');
    return { id, at: undefined, data, line: line.n };
  }
  const moment = at === undefined ? Number.NaN : ms(at);
  if (!(interval.from <= moment && moment < interval.to))
    throw refuse('an event needs an “at” within the collection’s interval.');
  return { id, at: moment, data, line: line.n };
}
