import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { addSource, DATASET_NAME, Source } from '@countersign/core/connector/index.ts';
import { defineRefusals, illFormed, parseInstant } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { refuseActor } from '../kernel/queue.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Ending } from '../observe/ingest.ts';
import { ingest } from '../observe/ingest.ts';
import type { StagedItem } from '../observe/stage.ts';
import { TwiceGiven } from '../observe/stage.ts';
import type { Services } from '../runtime.ts';
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
const BATCH = 1000;
const AHEAD_MS = 5 * 60_000;

const instant = z.iso.datetime({ offset: true });
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

/** Lines with their numbers, each within the limit: a line without end is refused before it fills the memory. */
async function* linesOf(bytes: Readable): AsyncGenerator<{ readonly n: number; readonly text: string }> {
  let total = 0;
  let current = 0;
  const counted = bytes.map((chunk: Buffer) => {
    total += chunk.length;
    if (total > MOST_BYTES) throw refuseFacts('file', {});
    const last = chunk.lastIndexOf(10);
    current = last === -1 ? current + chunk.length : chunk.length - last - 1;
    if (current > MOST_ITEM_BYTES * 2) throw refuseFacts('size', { line: n + 1, limit: '256 KiB' });
    return chunk;
  });
  let n = 0;
  for await (const text of createInterface({ input: counted, crlfDelay: Infinity })) {
    n += 1;
    if (text.trim() !== '') yield { n, text };
  }
}

function parsed<T>(
  schema: z.ZodType<T>,
  line: { readonly n: number; readonly text: string },
  refuse: (why: string) => Error,
): T {
  if (Buffer.byteLength(line.text) > MOST_ITEM_BYTES) throw refuseFacts('size', { line: line.n, limit: '256 KiB' });
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch {
    throw refuse('it is not JSON.');
  }
  if (line.text.includes('\uFFFD')) throw refuse('it is not valid UTF-8.');
  const why = illFormed(value);
  if (why !== undefined) throw refuse(`${why}.`);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw refuse(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}.`.trim());
}

/** Takes in a file of facts (contract.md, "Custom collections"): all of it or nothing. */
export const push =
  (parts: SourceParts): Services['push'] =>
  async (org, actor, sourceId, ndjson) => {
    refuseActor({ name: 'facts push', allowed: addSource.allowed }, actor);
    const source = await parts.runner.reading(org, {}, [Source], async ({ snapshot, asOf, position }) =>
      shelfOf(snapshot, Source, { asOf, position }).get(sourceId),
    );
    if (source.connector !== 'push') throw refuseFacts('source', { source: sourceId });
    const lines = linesOf(ndjson);
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
      source: sourceId,
      dataset,
      mode: collection.mode,
      actor: actor.id,
      collector: 'push@1',
      completedBy: 'claimed' as const,
    };
    const report = await ingest(parts, org.id, header, async (add): Promise<Ending> => {
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
    });
    await parts.catchUp.run(org.id);
    return report;
  };

function itemOf(
  line: { readonly n: number; readonly text: string },
  interval: { readonly from: number; readonly to: number } | undefined,
): StagedItem {
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
