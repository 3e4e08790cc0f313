import type { Refusal } from '@countersign/core/kernel/index.ts';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRefusal, placeOf } from './problem.ts';

/** One line of a long answer; exactly one of the last three ends it. */
export type Line =
  | { readonly progress: object }
  | { readonly file: object }
  | { readonly done: object }
  | { readonly refusal: object }
  | { readonly fault: object };

/** Tells how long work goes on, as lines that can be awaited; for work that reports by a callback. */
export async function* reporting<P extends object>(
  work: (progress: (p: P) => void) => Promise<object>,
): AsyncGenerator<Line> {
  let waiting: P[] = [];
  let wake = (): void => {};
  const result = work((p) => {
    waiting.push(p);
    wake();
  }).then(
    (done) => ({ done }),
    (error: unknown) => ({ error }),
  );
  let ended: Awaited<typeof result> | undefined;
  void result.then((outcome) => {
    ended = outcome;
    wake();
  });
  for (;;) {
    const ready = waiting;
    waiting = [];
    for (const progress of ready) yield { progress };
    if (waiting.length > 0) continue;
    if (ended !== undefined) break;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (waiting.length > 0 || ended !== undefined) resolve();
    });
  }
  if ('error' in ended) throw ended.error;
  yield { done: ended.done };
}

/** How long the first line is awaited before the answer begins without it. */
const PATIENCE_MS = 250;

/**
 * The lines as a body of NDJSON. The first is awaited a moment, so that what is refused at once is answered with a status
 * of its own; what goes wrong later ends the body with a line that says so.
 *
 * @param parse drops what the line's schema does not declare
 * @param faulty notes a fault in the log and gives its id
 * @param events as server-sent events instead
 */
export async function bodyOf(
  lines: AsyncGenerator<Line>,
  parse: (line: Line) => unknown,
  faulty: (error: unknown) => { readonly id: string; readonly message: string },
  events = false,
): Promise<Readable> {
  const first = lines.next();
  await Promise.race([first, sleep(PATIENCE_MS, undefined, { ref: false })]);
  const print = (line: Line): string =>
    events ? `data: ${JSON.stringify(parse(line))}\n\n` : `${JSON.stringify(parse(line))}\n`;

  async function* text(): AsyncGenerator<string> {
    try {
      const { done, value } = await first;
      if (done !== true) yield print(value);
      for await (const line of lines) yield print(line);
    } catch (error) {
      yield print(isRefusal(error) ? { refusal: told(error) } : { fault: faulty(error) });
    }
  }
  return Readable.from(text(), { objectMode: false });
}

function told(refusal: Refusal): object {
  const at = placeOf(refusal);
  return { code: refusal.code, message: refusal.message, ...(at === undefined ? {} : { at }) };
}
