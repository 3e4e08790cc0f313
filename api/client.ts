import type { RecordDef } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { actAnswer } from './acts.ts';
import type { Operation } from './operation.ts';
import { pathOf } from './operation.ts';
import { Fault, thrownFor } from './problem.ts';
import { rowOf } from './records.ts';

/** What the client asks of a `fetch`; the global one will do, and so will one that calls a server in the same process. */
export interface Ask {
  method: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  duplex?: 'half';
  signal?: AbortSignal;
}
export type Fetch = (url: string, ask: Ask) => Promise<Response>;

export interface Connection {
  readonly fetch: Fetch;
  /** Where the server is, without a slash at the end. */
  readonly url: string;
  /** Sent with every request: who asks, and for which organisation. */
  readonly headers: Readonly<Record<string, string>>;
}

type InputOf<S> = S extends z.ZodType ? z.input<S> : undefined;
type Given<O extends Operation, F extends 'params' | 'query'> = O extends { readonly [f in F]: infer S }
  ? InputOf<S>
  : undefined;
type BodyOf<O extends Operation> = O extends { readonly body: { readonly schema: infer S } }
  ? InputOf<S>
  : O extends { readonly body: object }
    ? ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>
    : undefined;

/** What calling an operation takes, inferred from its declaration. */
export type CallOf<O extends Operation> = {
  readonly [P in 'params' as undefined extends Given<O, P> ? never : P]: Given<O, P>;
} & {
  readonly [P in 'query' as undefined extends Given<O, P> ? never : P]?: Given<O, P>;
} & { readonly [P in 'body' as undefined extends BodyOf<O> ? never : P]: BodyOf<O> } & {
  readonly signal?: AbortSignal;
};

/** What it answers. */
export type AnswerOf<O extends Operation> = O extends {
  readonly answer: { readonly schema: infer S extends z.ZodType };
}
  ? z.output<S>
  : O extends { readonly answer: { readonly type: 'bytes' } }
    ? Response
    : string;
export type LineOf<O extends Operation> = O extends { readonly answer: { readonly line: infer S extends z.ZodType } }
  ? z.output<S>
  : never;

export interface ActCall {
  readonly idempotencyKey?: string;
  /** The head version that was read. */
  readonly ifMatch?: number;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

export interface Clock {
  readonly asOf?: string | undefined;
  readonly knownAt?: string | undefined;
}

export interface ListCall extends Clock {
  /** Equality on fields. */
  readonly where?: Readonly<Record<string, string>>;
  readonly search?: string | undefined;
  readonly sort?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly retired?: boolean | undefined;
  /** The last version recorded of each instead of the one in force; takes no `asOf`. */
  readonly heads?: boolean | undefined;
}

const AnyRow = z.looseObject({ kind: z.string(), id: z.string(), version: z.int(), head: z.int() });
export type AnyRow = z.infer<typeof AnyRow>;
const AnyPage = z.object({ items: z.array(AnyRow), total: z.int(), next: z.string().nullable() });
const AnyAct = actAnswer(z.unknown().optional());
export type ActAnswer = z.infer<typeof AnyAct>;

/** A view's answer, and the moment and place in the log it speaks of. */
export interface Viewed<A> {
  readonly answer: A;
  readonly asOf: string | null;
  readonly knownAt: string | null;
  readonly position: number | null;
  /** To a guest: by which grants it is shown, until when, and whether drafts are left out. */
  readonly shown: string | null;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query?: Query | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly bytes?: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
  readonly type?: string;
  readonly signal?: AbortSignal | undefined;
}

function queryText(query: Query = {}): string {
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) given.set(key, String(value));
  return given.size === 0 ? '' : `?${given}`;
}

const inPath = (name: string): string => encodeURIComponent(name);

/**
 * The product over HTTP. A refusal of the server is thrown as the `Refusal` it was, everything else as a `Fault`.
 * Answers of services are parsed; rows, acts and views are typed where a definition or schema is handed in.
 */
export function clientOf(connection: Connection) {
  const { fetch, url, headers: own } = connection;

  async function send(request: Request): Promise<Response> {
    const ask: Ask = { method: request.method, headers: { ...own, ...request.headers } };
    if (request.json !== undefined) {
      ask.headers['content-type'] = 'application/json';
      ask.body = JSON.stringify(request.json);
    } else if (request.bytes !== undefined) {
      ask.headers['content-type'] = request.type ?? 'application/octet-stream';
      ask.body = request.bytes;
      if (!(request.bytes instanceof Uint8Array)) ask.duplex = 'half';
    }
    if (request.signal !== undefined) ask.signal = request.signal;
    const response = await fetch(url + request.path + queryText(request.query), ask);
    if (response.ok) return response;
    const retry = Number(response.headers.get('retry-after') ?? Number.NaN);
    throw thrownFor(response.status, await jsonOr(response), Number.isFinite(retry) ? retry : undefined);
  }

  const requestOf = <O extends Operation>(operation: O, call: CallOf<O>): Request => {
    const given: { params?: Record<string, string | number>; query?: Query; body?: unknown; signal?: AbortSignal } =
      call;
    const base = {
      method: operation.method,
      path: pathOf(operation, given.params),
      query: given.query,
      signal: given.signal,
    };
    const { body } = operation;
    if (body === undefined) return base;
    if (body.type === 'json') return { ...base, json: given.body };
    if (!(given.body instanceof Uint8Array) && !(given.body instanceof ReadableStream))
      throw new TypeError('Bytes are needed');
    const type = body.type === 'ndjson' ? 'application/x-ndjson' : 'application/octet-stream';
    // A view on shared memory cannot be sent; the type says it is none.
    return { ...base, bytes: given.body as Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>, type };
  };

  /** A service with one answer. */
  async function call<O extends Operation>(operation: O, given: CallOf<O>): Promise<AnswerOf<O>> {
    const response = await send(requestOf(operation, given));
    const { answer } = operation;
    // Bytes may be many: whoever asked for them reads them.
    if (answer.type === 'bytes') return response as AnswerOf<O>;
    const read = answer.type === 'json' ? answer.schema.parse(await response.json()) : await response.text();
    // Parsed with the very schema that AnswerOf infers from.
    return read as AnswerOf<O>;
  }

  /** A service that answers line by line. */
  async function* lines<O extends Operation>(operation: O, given: CallOf<O>): AsyncGenerator<LineOf<O>> {
    const { answer } = operation;
    if (answer.type !== 'lines') throw new TypeError(`${operation.id} does not answer in lines`);
    const response = await send(requestOf(operation, given));
    if (response.body === null) return;
    for await (const line of linesIn(response.body)) {
      // Of server-sent events only the data is ours; an empty line ends each, and a colon begins one that keeps the connection open.
      if (answer.events === true && !line.startsWith('data: ')) continue;
      yield answer.line.parse(JSON.parse(answer.events === true ? line.slice('data: '.length) : line)) as LineOf<O>;
    }
  }

  const actHeaders = (given: ActCall): Record<string, string> => ({
    ...(given.idempotencyKey === undefined ? {} : { 'idempotency-key': given.idempotencyKey }),
    ...(given.ifMatch === undefined ? {} : { 'if-match': String(given.ifMatch) }),
  });

  async function act(name: string, input: unknown, given?: ActCall): Promise<ActAnswer>;
  async function act<A extends z.ZodType>(
    name: string,
    input: unknown,
    given: ActCall,
    answer: A,
  ): Promise<Omit<ActAnswer, 'answer'> & { answer: z.output<A> }>;
  async function act(
    name: string,
    input: unknown,
    given: ActCall = {},
    answer: z.ZodType = z.unknown(),
  ): Promise<ActAnswer> {
    const response = await send({
      method: 'POST',
      path: `/api/acts/${inPath(name)}`,
      query: { dryRun: given.dryRun },
      headers: actHeaders(given),
      json: input,
      signal: given.signal,
    });
    const read = AnyAct.parse(await response.json());
    return { ...read, answer: answer.parse(read.answer) };
  }

  async function view(name: string, input: unknown, clock?: Clock): Promise<Viewed<unknown>>;
  async function view<A extends z.ZodType>(
    name: string,
    input: unknown,
    clock: Clock,
    answer: A,
  ): Promise<Viewed<z.output<A>>>;
  async function view(
    name: string,
    input: unknown,
    clock: Clock = {},
    answer: z.ZodType = z.unknown(),
  ): Promise<Viewed<unknown>> {
    const response = await send({
      method: 'POST',
      path: `/api/views/${inPath(name)}`,
      query: { ...clock },
      json: input,
    });
    const position = response.headers.get('x-countersign-position');
    return {
      answer: answer.parse(await response.json()),
      asOf: response.headers.get('x-countersign-as-of'),
      knownAt: response.headers.get('x-countersign-known-at'),
      position: position === null ? null : Number(position),
      shown: response.headers.get('x-countersign-shown'),
    };
  }

  const read = async (path: string, query: Query): Promise<unknown> =>
    (await send({ method: 'GET', path: `/api/records/${path}`, query })).json();

  async function list(kind: string, given: ListCall = {}) {
    const { where = {}, ...rest } = given;
    const filters = Object.fromEntries(Object.entries(where).map(([field, value]) => [`where.${field}`, value]));
    return AnyPage.parse(await read(inPath(kind), { ...rest, ...filters }));
  }

  async function* all(kind: string, given: ListCall = {}): AsyncGenerator<AnyRow> {
    let cursor: string | undefined;
    do {
      const page = await list(kind, { ...given, limit: 200, cursor });
      yield* page.items;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  async function get(kind: string, id: string, clock: Clock = {}): Promise<AnyRow> {
    return AnyRow.parse(await read(`${inPath(kind)}/${inPath(id)}`, { ...clock }));
  }

  async function history(kind: string, id: string, clock: Pick<Clock, 'knownAt'> = {}): Promise<readonly AnyRow[]> {
    const answer = await read(`${inPath(kind)}/${inPath(id)}/history`, { knownAt: clock.knownAt });
    return z.object({ versions: z.array(AnyRow) }).parse(answer).versions;
  }

  /** One record, typed and parsed by its definition. */
  async function typed<D extends RecordDef>(
    def: D,
    id: string,
    clock: Clock = {},
  ): Promise<AnyRow & z.output<D['body']>> {
    const row = rowOf(def).parse(await read(`${inPath(def.kind)}/${inPath(id)}`, { ...clock }));
    // `rowOf(def)` holds every field of the body, but TypeScript cannot spread a generic shape.
    const known: unknown = row;
    return known as AnyRow & z.output<D['body']>;
  }

  return { call, lines, act, view, list, all, get, history, typed };
}

export type Client = ReturnType<typeof clientOf>;

async function jsonOr(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The lines of a stream of UTF-8, without their ends. Throws a `Fault` where the last line was cut off. */
export async function* linesIn(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.filter((line) => line !== '');
  }
  if (rest + decoder.decode() !== '') throw new Fault('The answer broke off before its end.');
}
