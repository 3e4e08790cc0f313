import { Worker } from 'node:worker_threads';
import type { Expressions, JudgedItem } from './expression.ts';
import type { Request, Response } from './worker.ts';

export interface Verdicts {
  /** Per check one outcome code per item, in order. */
  readonly outcomes: readonly Uint8Array[];
  /** Per check the sentences of failing and unknown items, by place. */
  readonly whys: readonly ReadonlyMap<number, string>[];
}

/** Evaluates user-written expressions where they can do no harm: in a thread of their own, with a limit on time and memory. */
export interface Judge {
  judge(checks: readonly Expressions[], items: readonly JudgedItem[], now: number): Promise<Verdicts>;
  /** Per expression why it is none, or null. */
  parse(expressions: readonly string[]): Promise<readonly (string | null)[]>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (response: Response) => void;
  readonly reject: (error: Error) => void;
  readonly isStuck: () => boolean;
}

/** The thread that judges was ended, or failed. */
class Ended extends Error {}

type Ask = { readonly [R in Request as R['does']]: Omit<R, 'n'> }[Request['does']];

/** After so many items of a batch that had to be ended, a check is not asked about the others of the batch. */
const MOST_ENDED = 3;
/** How often a batch may find the thread ended by one before it. */
const MOST_UNBEGUN = 1000;
const NOT_BEGUN = -1;

/** @param limitMs how long one item may take before the thread is ended and the item is unknown */
export function createJudge({ limitMs = 2000, memoryMb = 256 }: { limitMs?: number; memoryMb?: number } = {}): Judge {
  let worker: Worker | undefined;
  let watch: NodeJS.Timeout | undefined;
  let next = 0;
  const waiting = new Map<number, Waiting>();

  const end = (error: Error): void => {
    const ended = worker;
    worker = undefined;
    clearInterval(watch);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    void ended?.terminate();
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    started.unref();
    started.on('message', (response: Response) => {
      waiting.get(response.n)?.resolve(response);
      waiting.delete(response.n);
    });
    started.on('error', (error) => {
      if (worker === started) end(new Ended(error instanceof Error ? error.message : String(error)));
    });
    watch = setInterval(() => {
      if ([...waiting.values()].some(({ isStuck }) => isStuck())) end(new Ended(`it took longer than ${limitMs} ms`));
    }, limitMs);
    watch.unref();
    return started;
  };

  const ask = (request: Ask, isStuck: () => boolean): Promise<Response> =>
    new Promise((resolve, reject) => {
      worker ??= start();
      const n = next++;
      waiting.set(n, { resolve, reject, isStuck });
      worker.postMessage({ n, ...request });
    });

  /** What ends the thread is unknown; its neighbours, and those that waited behind it, are asked again without it. */
  async function judge(checks: readonly Expressions[], items: readonly JudgedItem[], now: number): Promise<Verdicts> {
    const refused = checks.map(() => new Map<number, string>());
    const skip = checks.map(() => new Set<number>());
    for (let unbegun = 0; ;) {
      const place = new Int32Array(new SharedArrayBuffer(8)).fill(NOT_BEGUN);
      try {
        const response = await ask({ does: 'judge', checks, items, now, place, skip }, stillness(place));
        if ('fault' in response) throw new Ended(response.fault);
        if (!('outcomes' in response)) throw new TypeError('The judge answered another question');
        return {
          outcomes: response.outcomes,
          whys: response.whys.map((why, c) => new Map([...why, ...(refused[c] ?? [])])),
        };
      } catch (error) {
        if (!(error instanceof Ended)) throw error;
        const [item = NOT_BEGUN, check = NOT_BEGUN] = place;
        if (item === NOT_BEGUN) unbegun += 1;
        else if (skip[check]?.has(item) === true) throw error;
        else refuse(items.length, item, skip[check], refused[check], error.message);
        if (unbegun > MOST_UNBEGUN) throw error;
      }
    }
  }

  return {
    judge: (checks, items, now) =>
      items.length === 0 || checks.length === 0
        ? Promise.resolve({
            outcomes: checks.map(() => new Uint8Array()),
            whys: checks.map(() => new Map<number, string>()),
          })
        : judge(checks, items, now),
    async parse(expressions) {
      const response = await ask({ does: 'parse', expressions }, stillness(new Int32Array(2)));
      if ('fault' in response) return expressions.map(() => response.fault);
      if (!('errors' in response)) throw new TypeError('The judge answered another question');
      return response.errors;
    },
    async close() {
      const open = worker;
      end(new Error('The judge was closed'));
      await open?.terminate();
    },
  };
}

/** Whether a place that was reached has not been left since this was last asked. */
function stillness(place: Int32Array): () => boolean {
  let [item, check] = [NOT_BEGUN, NOT_BEGUN];
  return () => {
    const isStill = place[0] !== NOT_BEGUN && place[0] === item && place[1] === check;
    [item = NOT_BEGUN, check = NOT_BEGUN] = place;
    return isStill;
  };
}

function refuse(
  items: number,
  item: number,
  skip: Set<number> | undefined,
  refused: Map<number, string> | undefined,
  why: string,
): void {
  const isLast = (refused?.size ?? 0) + 1 >= MOST_ENDED;
  for (let n = item; n < (isLast ? items : item + 1); n += 1) {
    if (skip?.has(n) === true) continue;
    skip?.add(n);
    refused?.set(
      n,
      n === item
        ? `the check could not be evaluated: ${why}`
        : `the check was not evaluated: it had to be ended on ${MOST_ENDED} items before this one`,
    );
  }
}
