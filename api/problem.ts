import type { Family } from '@countersign/core/kernel/index.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';

/** How every error is answered: RFC 9457, `application/problem+json`. */
export const Problem = z.object({
  type: z.string().describe('A URN of the code, or about:blank for a fault.'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('A sentence for people.'),
  code: z.string().describe('What scripts match: word.reason.'),
  at: z
    .array(z.union([z.string(), z.int()]))
    .optional()
    .describe('Where in the input: field names and indexes.'),
  id: z.string().optional().describe('Of a fault: the id to quote; details are in the server’s log only.'),
});
export type Problem = z.infer<typeof Problem>;

/** The server failed, or was not reached. `id` is to be quoted, `retryAfter` is in seconds. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly id: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    message: string,
    options: { id?: string | undefined; retryAfter?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.id = options.id;
    this.retryAfter = options.retryAfter;
  }
}

const FAMILY_OF: Readonly<Record<number, Family>> = {
  401: 'forbidden',
  403: 'forbidden',
  404: 'missing',
  409: 'conflict',
  507: 'unmet',
};

/** What to throw for an answer that is no success: a refusal for 4xx, a fault for everything else. */
export function thrownFor(status: number, body: unknown, retryAfter?: number): Refusal | Fault {
  const read = Problem.safeParse(body);
  if (!read.success) return new Fault(`The server answered ${status} without an explanation.`, { retryAfter });
  const { code, detail, at, id } = read.data;
  // No room is said with a code and a sentence, and is no fault of the server's.
  if (status >= 500 && status !== 507) return new Fault(detail, { id, retryAfter });
  return new Refusal(code, FAMILY_OF[status] ?? 'invalid', detail, {}, at);
}
