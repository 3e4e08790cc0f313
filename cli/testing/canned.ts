import type { Ask } from '@countersign/api/client.ts';
import type { Reached } from '../world.ts';

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: unknown;
}

/** What to answer to `POST /api/views/status` and the like. */
export type Answers = Readonly<Record<string, (sent: Sent) => unknown>>;

export const problem = (status: number, code: string, detail = 'No.', more: object = {}): Response =>
  Response.json({ type: `urn:countersign:${code}`, title: 'Refused', status, detail, code, ...more }, { status });

/** A server that says what a test tells it to say, and remembers what it was asked. */
export function canned(answers: Answers): { readonly sent: Sent[]; readonly connect: () => Promise<Reached> } {
  const sent: Sent[] = [];
  const read = async (address: string, ask: Ask): Promise<Sent> => {
    const { pathname, searchParams } = new URL(address);
    const bytes = ask.body === undefined ? '' : await new Response(ask.body).text();
    const json: unknown = ask.headers['content-type'] === 'application/json' ? JSON.parse(bytes) : bytes;
    return { method: ask.method, path: pathname, query: Object.fromEntries(searchParams), headers: ask.headers, json };
  };
  return {
    sent,
    connect: async () => ({
      url: 'http://localhost',
      headers: {},
      close: async () => undefined,
      async fetch(address, ask) {
        const one = await read(address, ask);
        sent.push(one);
        const answer = answers[`${one.method} ${one.path}`]?.(one) ?? problem(404, 'request.unknown');
        return answer instanceof Response ? answer : Response.json(answer);
      },
    }),
  };
}
