import { Worker } from 'node:worker_threads';
import type { Expressions, JudgedItem } from './expression.ts';
import { UNKNOWN } from './expression.ts';
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
  readonly timer: NodeJS.Timeout;
}

class TookTooLong extends Error {}

type Ask = { readonly [R in Request as R['does']]: Omit<R, 'n'> }[Request['does']];

/** @param limitMs how long one batch may take before its thread is ended and its items are unknown */
export function createJudge({ limitMs = 10_000, memoryMb = 256 }: { limitMs?: number; memoryMb?: number } = {}): Judge {
  let worker: Worker | undefined;
  let next = 0;
  const waiting = new Map<number, Waiting>();

  const end = (error: Error): void => {
    const ended = worker;
    worker = undefined;
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    waiting.clear();
    void ended?.terminate();
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    started.unref();
    started.on('message', (response: Response) => {
      const asked = waiting.get(response.n);
      if (asked === undefined) return;
      waiting.delete(response.n);
      clearTimeout(asked.timer);
      asked.resolve(response);
    });
    started.on('error', (error) => {
      if (worker === started) end(new TookTooLong(error instanceof Error ? error.message : String(error)));
    });
    return started;
  };

  const ask = (request: Ask): Promise<Response> =>
    new Promise((resolve, reject) => {
      worker ??= start();
      const n = next++;
      const timer = setTimeout(() => end(new TookTooLong(`it took longer than ${limitMs} ms`)), limitMs);
      waiting.set(n, { resolve, reject, timer });
      worker.postMessage({ n, ...request });
    });

  /** A batch that its limit ends is halved until the item that does it stands alone; that one is unknown, its neighbours are not. */
  async function judge(checks: readonly Expressions[], items: readonly JudgedItem[], now: number): Promise<Verdicts> {
    try {
      const response = await ask({ does: 'judge', checks, items, now });
      if ('fault' in response) throw new TookTooLong(response.fault);
      if (!('outcomes' in response)) throw new TypeError('The judge answered another question');
      return { outcomes: response.outcomes, whys: response.whys.map((why) => new Map(why)) };
    } catch (error) {
      if (!(error instanceof TookTooLong)) throw error;
      if (checks.length > 1) {
        const each: Verdicts[] = [];
        for (const check of checks) each.push(await judge([check], items, now));
        return { outcomes: each.flatMap((v) => v.outcomes), whys: each.flatMap((v) => v.whys) };
      }
      if (items.length === 1 || items.length === 0) {
        return {
          outcomes: [Uint8Array.from(items, () => UNKNOWN)],
          whys: [new Map(items.map((_, i) => [i, `the check could not be evaluated: ${error.message}`]))],
        };
      }
      const half = items.length >> 1;
      const first = await judge(checks, items.slice(0, half), now);
      const second = await judge(checks, items.slice(half), now);
      return joined(first, second, half);
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
      const response = await ask({ does: 'parse', expressions });
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

const joined = (a: Verdicts, b: Verdicts, at: number): Verdicts => ({
  outcomes: a.outcomes.map((first, i) => Uint8Array.from([...first, ...(b.outcomes[i] ?? [])])),
  whys: a.whys.map(
    (first, i) => new Map([...first, ...[...(b.whys[i] ?? [])].map(([n, why]): [number, string] => [n + at, why])]),
  ),
});
