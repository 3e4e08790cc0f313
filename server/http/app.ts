import { fieldsOf, fromText } from '@countersign/api/field.ts';
import { openapiOf } from '@countersign/api/openapi.ts';
import type { Operation } from '@countersign/api/operation.ts';
import { MIB } from '@countersign/api/operation.ts';
import { routesOf } from '@countersign/api/routes.ts';
import { refuseIdentity } from '@countersign/core/kernel/index.ts';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Runtime, Services } from '../runtime.ts';
import { addressesOf, nameIn } from './addresses.ts';
import type { Asked, Standing, Told } from './calls.ts';
import { answer } from './calls.ts';
import { pageOf, STYLE_HASH } from './docs.ts';
import { hostsOf, isAllowedHost } from './hosts.ts';
import type { Caller, Operator } from './identity.ts';
import { identify, refuseUnlessAllowed } from './identity.ts';
import { readJson, refuseIllFormed } from './json.ts';
import { bodyOf } from './lines.ts';
import { faultOf, isRefusal, problemOf, restarting } from './problem.ts';
import { firstIssue, refuseRequest } from './request.ts';
import { atMost } from './stream.ts';
import { openToStrangers } from './strangers.ts';
import { isOfClient, serveWeb } from './web.ts';
import { AUTH_PATH } from '../signin/auth.ts';
import { answerDoor, AUTH_DOORS } from '../signin/doors.ts';
import type { SignIn } from '../signin/index.ts';
import { isOurOrigin } from '../signin/place.ts';
import { refuseSignIn, waitOf } from '../signin/refusals.ts';

/** Where faults are written, each with the id that the client was given. */
export interface FaultLog {
  /** `err` is the name under which pino prints an error with its message and stack. */
  error(fields: { readonly fault: string; readonly err: unknown; readonly request?: string }, message: string): void;
}

export interface AppOptions {
  readonly runtime: Runtime;
  readonly services: Services;
  /** How people sign in; without it only tokens and the operator are known. */
  readonly signIn?: SignIn;
  /** Addresses of proxies whose word on who asks is believed; default none. */
  readonly proxies?: string;
  /** Only where the command line calls in this process. */
  readonly operator?: Operator;
  /** Whether the database answers. */
  ready(): Promise<boolean>;
  readonly log: FaultLog;
  /** Host names to answer to, from `hostsOf`; default loopback’s, `any` where a proxy decides. */
  readonly hosts?: readonly string[] | 'any';
  readonly version?: string;
  /** Folder of the built web client; without it there is none, as where the terminal calls in its own process. */
  readonly web?: string;
}

/** Failed tokens an address may show within a minute before it is told to wait. */
const FAILURES_A_MINUTE = 30;

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation;
    /** One of better-auth’s, which finds out for itself who asks, or one for strangers. */
    isDoor?: boolean;
  }
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

/**
 * The HTTP surface of a product: every operation of `routesOf`, and no other. Nothing but the public doors answers without
 * a token, on loopback too.
 */
export function buildApp(options: AppOptions): FastifyInstance {
  const { runtime, services, log } = options;
  const operations = routesOf(runtime.product);
  const hosts = options.hosts ?? hostsOf('127.0.0.1') ?? 'any';
  let described: object | undefined;
  let shown: string | undefined;
  const version = options.version ?? '0.1.0';
  const standing: Standing = {
    runtime,
    services,
    signIn: options.signIn,
    ready: () => options.ready(),
    openapi: () => (described ??= openapiOf(runtime.product, version)),
    page: () => (shown ??= pageOf(runtime.product, version)),
  };

  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    bodyLimit: 4 * MIB,
    ...(options.proxies === undefined ? {} : { trustProxy: options.proxies }),
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 400 },
    // Before any route: an address that is no URL. Nothing of it is repeated.
    frameworkErrors: (_error, _request, reply) => {
      const problem = { ...problemOf(refuseRequest('unknown', { path: 'that address', near: '' })), status: 400 };
      reply.hijack();
      reply.raw
        .writeHead(400, { 'content-type': 'application/problem+json; charset=utf-8' })
        .end(JSON.stringify(problem));
    },
  });

  void app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'style-src': [STYLE_HASH],
        'base-uri': ["'none'"],
        'form-action': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  });
  void app.register(rateLimit, { global: false });
  app.decorateRequest('caller', undefined);

  const faulty = (error: unknown, request: string): string => {
    const fault = randomUUID();
    log.error({ fault, err: error, request }, 'A request ended in a fault');
    return fault;
  };

  app.setErrorHandler(async (error, request, reply) => {
    const thrown = translated(error);
    if (isRefusal(thrown)) {
      const problem = problemOf(thrown);
      if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
      if (problem.status === 429) void reply.header('retry-after', String(waitOf(thrown) ?? 60));
      return tell(reply, problem.status, problem);
    }
    if (isRestart(error) || !(await options.ready().catch(() => false))) {
      return tell(reply.header('retry-after', '1'), 503, restarting);
    }
    return tell(reply, 500, faultOf(faulty(error, `${request.method} ${request.routeOptions.url ?? ''}`)));
  });

  void app.register(async (doors) => {
    const failed = doors.createRateLimit({ max: FAILURES_A_MINUTE, timeWindow: 60_000 });
    const known = addressesOf(operations);

    const page = options.web === undefined ? undefined : await serveWeb(doors, options.web);

    const { signIn } = options;
    // A public door may sign somebody in: a page elsewhere is not to choose whom. The terminal sends no Origin.
    const refuseElsewhere = ({ method, headers }: FastifyRequest): void => {
      if (signIn === undefined || method === 'GET' || method === 'HEAD' || headers.origin === undefined) return;
      if (!isOurOrigin(headers.origin, headers.host, signIn.place)) throw refuseSignIn('origin', {});
    };

    doors.addHook('onRequest', async (request, reply) => {
      if (hosts !== 'any' && !isAllowedHost(hostOf(request), hosts)) throw refuseRequest('host', {});
      const { operation } = request.routeOptions.config;
      if (page !== undefined && operation === undefined && isOfWeb(request)) return;
      void reply.header('cache-control', 'no-store');
      if (
        operation?.access === 'public' ||
        request.routeOptions.url === '/' ||
        request.routeOptions.config.isDoor === true
      ) {
        refuseElsewhere(request);
        return;
      }
      try {
        const browser = signIn === undefined ? undefined : { signIn, method: request.method };
        request.caller = await identify(presentedBy(request, operation), services, options.operator, browser);
      } catch (error) {
        const counted =
          isRefusal(error) && error.code === refuseIdentity('invalid', {}).code ? await failed(request) : undefined;
        throw counted !== undefined && !counted.isAllowed && counted.isExceeded ? refuseRequest('often', {}) : error;
      }
      if (operation !== undefined) refuseUnlessAllowed(operation, request.caller, signIn?.now() ?? 0);
    });

    doors.setNotFoundHandler((request, reply) => {
      if (page !== undefined && isOfClient(request)) return page(reply);
      const path = request.url.split('?', 1)[0] ?? '/';
      const allow = known.methodsAt(path);
      if (allow.length > 0) {
        void reply.header('allow', allow.join(', '));
        throw refuseRequest('method', { method: request.method, allow: allow.join(' or ') });
      }
      const said = known.nearest(path);
      const near = said === undefined ? '' : ` Did you mean ${said}?`;
      const named = nameIn(path);
      throw named === undefined ? refuseRequest('unknown', { path, near }) : refuseRequest('name', { ...named, near });
    });

    doors.get('/', async (_, reply) => (page === undefined ? reply.redirect('/api/docs') : page(reply)));
    const open = (scope: FastifyInstance, operation: Operation): void => {
      scope.route({
        method: operation.method,
        url: operation.path.replace(/\{([^}]+)\}/g, ':$1'),
        exposeHeadRoute: operation.access === 'public',
        bodyLimit: operation.body?.limit ?? MIB,
        config: { operation },
        handler: async (request, reply) => {
          const gone = new AbortController();
          reply.raw.once('close', () => reply.raw.writableFinished || gone.abort());
          const asked = askedOf(operation, request, gone.signal);
          // What was refused halfway leaves an upload that nobody reads.
          const told = await answer(asked, standing).finally(() => asked.bytes.destroy());
          return send(operation, told, reply, (error) => faulty(error, operation.id));
        },
      });
    };
    if (signIn !== undefined) {
      await doors.register(async (scope) => {
        readJsonBodies(scope);
        for (const door of AUTH_DOORS) {
          scope.route({
            method: door.method,
            url: `${AUTH_PATH}${door.path}`,
            exposeHeadRoute: false,
            bodyLimit: 64 * 1024,
            config: { isDoor: true },
            handler: (request, reply) => answerDoor(door, request, reply, signIn),
          });
        }
      });
    }
    openToStrangers(doors, services);
    const isStreamed = ({ body }: Operation): boolean => body !== undefined && body.type !== 'json';
    await doors.register(async (scope) => {
      readJsonBodies(scope);
      for (const operation of operations) if (!isStreamed(operation)) open(scope, operation);
    });
    await doors.register(async (scope) => {
      passBytesOn(scope);
      for (const operation of operations) if (isStreamed(operation)) open(scope, operation);
    });
  });
  return app;
}

/** A file of the client, or one of its addresses: both are for anybody, and say nothing of any organisation. */
const isOfWeb = (request: FastifyRequest): boolean =>
  isOfClient(request) || /^\/(?:assets\/|mark\.svg$)/.test(request.routeOptions.url ?? '');

/** Who asks, by the headers; where a link or a frame cannot send one for the organisation, and only reads, by the query. */
function presentedBy({ headers, query }: FastifyRequest, operation: Operation | undefined): FastifyRequest['headers'] {
  const isLink = operation?.answer.type === 'bytes' && operation.method === 'GET';
  if (!isLink || headers['x-countersign-org'] !== undefined) return headers;
  const org = typeof query === 'object' && query !== null && 'org' in query ? query.org : undefined;
  return typeof org === 'string' ? { ...headers, 'x-countersign-org': org } : headers;
}

/** The Host header; none where there are several, of which a proxy might read another than Node does. */
const hostOf = ({ headers, raw }: FastifyRequest): string | undefined =>
  raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length > 1
    ? undefined
    : headers.host;

const tell = (reply: FastifyReply, status: number, problem: object): FastifyReply =>
  reply.code(status).type('application/problem+json; charset=utf-8').serializer(String).send(JSON.stringify(problem));

function readJsonBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, readJson(Buffer.from(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Of whatever type: the bytes are kept as they come, and never all in memory. */
function passBytesOn(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

/** PostgreSQL shutting down or starting up (57P01–57P03), a broken connection (08…), nobody at the socket. */
const RESTART = /^(?:57P0[123]|08\d{3}|ECONNREFUSED|ECONNRESET|EPIPE)$/;

const isRestart = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && RESTART.test(error.code);

/** Fastify's own errors in our codes. */
function translated(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refuseRequest('large', {
        most: 'limit' in error && typeof error.limit === 'number' ? error.limit : 4 * MIB,
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refuseRequest('media', { wants: 'application/json' });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return refuseRequest('malformed', { why: 'its length is not what Content-Length says' });
    default:
      return error;
  }
}

/** What the request asks, its path, query and headers read by the operation's schemas. */
function askedOf(operation: Operation, request: FastifyRequest, signal: AbortSignal): Asked {
  const headers: Record<string, string | undefined> = {};
  for (const name of Object.keys(operation.headers?.shape ?? {})) headers[name] = headerOf(operation, request, name);
  const given = { params: request.params, query: request.query };
  refuseIllFormed(given);
  return {
    operation,
    caller: request.caller,
    params: readParams(operation, given.params),
    query: readQuery(operation, given.query),
    headers,
    from: {
      address: request.ip,
      agent: request.headers['user-agent'],
      cookie: request.headers.cookie,
      host: request.headers.host,
    },
    body: bodyFor(operation, request.body),
    bytes: request.body instanceof Readable ? atMost(request.body, operation.body?.limit ?? MIB) : Readable.from([]),
    signal,
  };
}

function headerOf(operation: Operation, request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  // What is no range is none: RFC 9110 refuses nothing for it.
  if (name === 'range') return typeof value === 'string' ? value : undefined;
  const schema = operation.headers?.shape[name];
  if (value === undefined || schema === undefined) return undefined;
  if (typeof value === 'string' && z.safeParse(schema, value).success) return value;
  throw name === 'if-match' ? refuseRequest('version', {}) : refuseRequest('idempotency', {});
}

/** The body by its schema. What acts and views take the runtime parses: its refusals name the rule. */
function bodyFor(operation: Operation, body: unknown): unknown {
  if (operation.body?.type !== 'json') return undefined;
  if (operation.calls.is !== 'service') return body ?? {};
  return parsed(operation.body.schema, body ?? {}, '');
}

/** The id of a record is left to its kind: one that cannot be is missing, like one that is not. */
function readParams(operation: Operation, params: unknown): Readonly<Record<string, unknown>> {
  if (operation.params === undefined) return {};
  const texts = textsIn(operation.params, params);
  return operation.calls.is === 'service' ? parsed(operation.params, texts, 'In the path: ') : texts;
}

function parsed(schema: z.ZodObject, value: unknown, where: string): Readonly<Record<string, unknown>> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const { says, path } = firstIssue(read.error);
  throw refuseRequest('invalid', { why: where + says }, path);
}

/** Text of a path or query in the types of a schema's fields. */
function textsIn(schema: z.ZodObject, given: unknown): Readonly<Record<string, unknown>> {
  const scalars = new Map(fieldsOf(schema).map(({ name, scalar }) => [name, scalar]));
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const scalar = scalars.get(name);
      return [name, typeof value === 'string' && scalar !== undefined ? fromText(scalar, value) : value];
    }),
  );
}

function readQuery(operation: Operation, query: unknown): Readonly<Record<string, unknown>> {
  if (operation.query !== undefined) return parsed(operation.query, textsIn(operation.query, query), 'In the query: ');
  const [unknown] = typeof query === 'object' && query !== null ? Object.keys(query) : [];
  if (unknown !== undefined) throw refuseRequest('invalid', { why: `In the query: ${unknown} has no meaning here.` });
  return {};
}

/** Sends what was told, parsed by the operation's schema: what it does not declare stays here. */
async function send(
  operation: Operation,
  told: Told,
  reply: FastifyReply,
  faulty: (error: unknown) => string,
): Promise<FastifyReply> {
  const { answer } = operation;
  if ('json' in told && answer.type === 'json') {
    const unready = operation.id === 'health' && !z.object({ ready: z.literal(true) }).safeParse(told.json).success;
    return reply
      .code(unready ? 503 : 200)
      .headers(told.headers ?? {})
      .type('application/json; charset=utf-8')
      .serializer(String)
      .send(JSON.stringify(answer.schema.parse(told.json)));
  }
  if ('lines' in told && answer.type === 'lines') {
    const body = await bodyOf(
      told.lines,
      (line) => answer.line.parse(line),
      (error) => {
        const id = faulty(error);
        return { id, message: faultOf(id).detail };
      },
      answer.events,
    );
    const type = answer.events === true ? 'text/event-stream' : 'application/x-ndjson';
    return reply.type(`${type}; charset=utf-8`).send(body);
  }
  if ('text' in told && (answer.type === 'text' || answer.type === 'html')) {
    return reply
      .type(answer.type === 'html' ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8')
      .send(told.text);
  }
  if ('bytes' in told && answer.type === 'bytes') {
    return reply
      .code(told.status ?? 200)
      .headers(told.headers)
      .send(told.bytes);
  }
  throw new TypeError(`${operation.id} was answered in another form than it declares`);
}
