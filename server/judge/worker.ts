import { parentPort } from 'node:worker_threads';
import type { Expressions, JudgedItem } from './expression.ts';
import { judgeAll, syntaxError } from './expression.ts';

export type Request =
  | {
      readonly n: number;
      readonly does: 'judge';
      readonly checks: readonly Expressions[];
      readonly items: readonly JudgedItem[];
      readonly now: number;
      /** Told where the judge is: [item, check]. Shared, so that it can be read of a thread that answers no more. */
      readonly place: Int32Array;
      /** Per check the items that are not to be asked again. */
      readonly skip: readonly ReadonlySet<number>[];
    }
  | { readonly n: number; readonly does: 'parse'; readonly expressions: readonly string[] };

/** Answers by number. For `judge`: per check the outcomes as bytes, and the reasons of those that have one, by index. */
export type Response =
  | {
      readonly n: number;
      readonly outcomes: readonly Uint8Array[];
      readonly whys: readonly (readonly [number, string][])[];
    }
  | { readonly n: number; readonly errors: readonly (string | null)[] }
  | { readonly n: number; readonly fault: string };

parentPort?.on('message', (request: Request) => {
  try {
    parentPort?.postMessage(answer(request));
  } catch (error) {
    parentPort?.postMessage({
      n: request.n,
      fault: error instanceof Error ? error.message : String(error),
    } satisfies Response);
  }
});

function answer(request: Request): Response {
  if (request.does === 'parse') {
    return { n: request.n, errors: request.expressions.map((expression) => syntaxError(expression) ?? null) };
  }
  const judged = judgeAll(request.checks, request.items, request.now, request.place, request.skip);
  return {
    n: request.n,
    outcomes: judged.map((of) => Uint8Array.from(of, ({ outcome }) => outcome)),
    whys: judged.map((of) => of.flatMap(({ why }, i): [number, string][] => (why === '' ? [] : [[i, why]]))),
  };
}
