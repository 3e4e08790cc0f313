import type { Ask, Fetch } from '@countersign/api/client.ts';
import { setTimeout as sleep } from 'node:timers/promises';

const MOST_TIMES = 5;
const LONGEST_SECONDS = 10;

/** Whether a request may be sent twice: it only reads, or the server would know it again by its key. */
const isRepeatable = (path: string, ask: Ask): boolean =>
  ask.method === 'GET' || path.startsWith('/api/views/') || 'idempotency-key' in ask.headers;

/**
 * A `fetch` that waits while the server's database restarts, where repeating does nothing twice. The server says by
 * Retry-After how long.
 */
export const patient =
  (fetch: Fetch): Fetch =>
  async (url, ask) => {
    for (let times = 1; ; times += 1) {
      const response = await fetch(url, ask);
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      const isWorthIt = response.status === 503 && seconds >= 0 && times < MOST_TIMES;
      if (!isWorthIt || !isRepeatable(new URL(url).pathname, ask)) return response;
      await response.body?.cancel();
      await sleep(
        Math.min(seconds, LONGEST_SECONDS) * 1000,
        undefined,
        ask.signal === undefined ? {} : { signal: ask.signal },
      );
    }
  };
