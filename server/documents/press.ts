import { Worker } from 'node:worker_threads';
import { defineRefusals } from '@countersign/core/kernel/index.ts';
import type { Order, Printed } from './worker.ts';

export const refuseDocument = defineRefusals('document', {
  busy: {
    family: 'unmet',
    says: (p: { most: number }) => `${p.most} documents are being made. Repeat when one of them is done.`,
  },
  slow: {
    family: 'unmet',
    says: (p: { seconds: number }) => `The document was not done after ${p.seconds} seconds. Narrow what it is about.`,
  },
  large: {
    family: 'invalid',
    says: (p: { most: number }) => `The table has more than ${p.most} rows. Filter it, or ask for it in parts.`,
  },
  rows: { family: 'invalid', says: (p: { path: string }) => `The answer has no list at “${p.path}”.` },
  column: { family: 'invalid', says: (p: { column: string }) => `The table has no column “${p.column}”.` },
});

/** Makes documents in a thread of its own, one after the other: setting type keeps a processor busy, and the server answers meanwhile. */
export interface Press {
  print(order: Order): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

export interface PressLimits {
  readonly documents?: number;
  readonly seconds?: number;
  /** After so long without an order the thread ends, and gives 150 MB back. */
  readonly idleMs?: number;
}

export function createPress({ documents = 8, seconds = 60, idleMs = 60_000 }: PressLimits = {}): Press {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let next = 0;
  let last: Promise<unknown> = Promise.resolve();
  const waiting = new Map<number, Waiting>();
  let orders = 0;

  const end = (error: Error): void => {
    const ended = worker;
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    void ended?.terminate();
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    started.unref();
    started.on('message', (printed: Printed) => {
      const asked = waiting.get(printed.n);
      waiting.delete(printed.n);
      if ('bytes' in printed) asked?.resolve(printed.bytes);
      else asked?.reject(new Error(printed.fault));
    });
    started.on('error', (error) => {
      if (worker === started) end(error instanceof Error ? error : new Error(String(error)));
    });
    return started;
  };

  const one = (order: Order): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      clearTimeout(idle);
      worker ??= start();
      const n = next++;
      const late = setTimeout(() => end(refuseDocument('slow', { seconds })), seconds * 1000);
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(late);
          idle = setTimeout(() => end(new Error('The press was idle')), idleMs).unref();
          settle(value);
        };
      waiting.set(n, { resolve: settled(resolve), reject: settled(reject) });
      worker.postMessage({ n, order });
    });

  return {
    async print(order) {
      if (orders >= documents) throw refuseDocument('busy', { most: documents });
      orders += 1;
      const mine = last.then(() => one(order));
      last = mine.catch(() => undefined);
      return mine.finally(() => (orders -= 1));
    },
    async close() {
      clearTimeout(idle);
      end(new Error('The server is closing'));
    },
  };
}
