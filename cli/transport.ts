import { ReadableStream } from 'node:stream/web';
import type { Ask, Fetch } from '@countersign/api/client.ts';
import { Fault } from '@countersign/api/problem.ts';
import { Readable } from 'node:stream';
import { patient } from './patience.ts';
import { refuseInput } from './refusal.ts';
import type { Reached, Where } from './world.ts';

/** What the application answers: its head, and the body as a stream. */
interface Answered {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, number | string | readonly string[] | undefined>>;
  readonly raw: { readonly res: { destroy(): unknown } };
  stream(): Readable;
}

/** The server's own application in this process, as `@countersign/server/local.ts` opens it. */
export interface Local {
  inject(options: {
    readonly method: 'GET' | 'POST' | 'PUT';
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly payloadAsStream: true;
    readonly payload?: string | Buffer | Readable;
    readonly signal?: AbortSignal;
  }): Promise<Answered>;
  /** Present the operator. */
  readonly headers: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const headersOf = ({ org, token }: Where): Record<string, string> => ({
  ...(token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }),
  ...(org === undefined ? {} : { 'x-countersign-org': org }),
});

/** A server elsewhere. Refuses input.url; not being answered is a fault. */
export function remote(url: string, where: Where): Reached {
  const parsed = URL.parse(url);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol) || parsed.username !== '') {
    throw refuseInput('url', { url });
  }
  const base = parsed.origin + parsed.pathname.replace(/\/+$/, '');
  return {
    url: base,
    headers: headersOf(where),
    // A redirect could take the token elsewhere.
    fetch: patient((address, ask) =>
      fetch(address, { ...ask, redirect: 'error' }).catch((error: unknown) => unanswered(base, ask, error)),
    ),
    close: async () => undefined,
  };
}

function unanswered(base: string, ask: Ask, error: unknown): never {
  if (ask.signal?.aborted === true) throw error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  throw new Fault(`No answer from ${base}: ${cause}.`, { cause: error });
}

/** The server of this process as a `fetch`: the same doors, without a socket. */
export function local(opened: Local, where: Where): Reached {
  const fetch: Fetch = async (address, ask) => {
    const { pathname, search } = new URL(address);
    const response = await opened.inject({
      method: ask.method === 'POST' || ask.method === 'PUT' ? ask.method : 'GET',
      url: pathname + search,
      headers: ask.headers,
      payloadAsStream: true,
      ...(ask.body === undefined ? {} : { payload: payloadOf(ask.body) }),
      ...(ask.signal === undefined ? {} : { signal: ask.signal }),
    });
    // There is no socket to close: the server learns by its response being destroyed that nobody listens any more.
    const leave = (): void => void response.raw.res.destroy();
    if (ask.signal?.aborted === true) leave();
    else ask.signal?.addEventListener('abort', leave, { once: true });
    const headers = new Headers();
    for (const [name, value] of Object.entries(response.headers))
      if (value !== undefined) headers.set(name, String(value));
    return new Response(ReadableStream.from(response.stream()), { status: response.statusCode, headers });
  };
  return {
    url: 'http://localhost',
    headers: { ...opened.headers, ...headersOf(where) },
    fetch: patient(fetch),
    close: () => opened.close(),
  };
}

function payloadOf(body: NonNullable<Ask['body']>): string | Buffer | Readable {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? Buffer.from(body) : Readable.fromWeb(body);
}
