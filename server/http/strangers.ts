import { LONGEST_REQUEST } from '@countersign/ledger/index.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Services } from '../runtime.ts';
import { LOG_PATH, WITNESS_PATH } from '../witness/paths.ts';

/** What an address may ask of one of these doors within a minute. A client that reads a log of a million entries for the first time asks 4,000 tiles. */
const READS_A_MINUTE = 3000;
const REQUESTS_A_MINUTE = 120;
/** Milliseconds for the body of a request to a witness. It is shorter than a letter. */
export const BODY_TIME = 10_000;
/** Requests to witnesses that are read and answered at once, over all of them: each holds a connection to the database. */
const MOST_AT_ONCE = 16;

const PLAIN = 'text/plain; charset=utf-8';
/** Seconds. As often as the log is published. */
const CHECKPOINT_LIVES = 5;
const A_YEAR = 365 * 24 * 3600;

// The address as it was sent: what a router would decode, `..%2f` for one, is none of a tile.
const FILE = /^\/log\/([0-9a-f]{16})\/((?:checkpoint|tile\/)[0-9a-zA-Z/.]{0,60})$/;

/**
 * The two doors for strangers, who are nobody here and sign in nowhere: C2SP tlog-tiles of a log that was opened, and `add-checkpoint` of C2SP
 * tlog-witness. They speak plain text as those say, and answer one thing for what there is not, what is closed and what is badly asked for.
 */
export function openToStrangers(
  app: FastifyInstance,
  { publicLog, witness }: Pick<Services, 'publicLog' | 'witness'>,
  bodyTime = BODY_TIME,
): void {
  const reads = app.createRateLimit({ max: READS_A_MINUTE, timeWindow: 60_000 });
  const requests = app.createRateLimit({ max: REQUESTS_A_MINUTE, timeWindow: 60_000 });
  const isOver = async (limit: typeof reads, request: FastifyRequest): Promise<boolean> => {
    const counted = await limit(request);
    return !counted.isAllowed && counted.isExceeded;
  };
  let underWay = 0;

  const read = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    // Any page may read it: there is nothing here that its reader could not fetch without a browser.
    void reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin');
    if (await isOver(reads, request)) return tooOften(reply);
    const [, log, path] = FILE.exec(request.raw.url ?? '') ?? [];
    if (log === undefined || path === undefined) return notFound(reply);
    const bytes = await publicLog.read(log, path);
    if (bytes === undefined) return notFound(reply);
    const isCheckpoint = path === 'checkpoint';
    const lives = isCheckpoint ? `max-age=${CHECKPOINT_LIVES}` : `max-age=${A_YEAR}, immutable`;
    return reply
      .header('cache-control', `public, ${lives}`)
      .type(isCheckpoint ? PLAIN : 'application/octet-stream')
      .send(Buffer.from(bytes));
  };

  const add = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (await isOver(requests, request)) return tooOften(reply);
    const [, address] = /^\/witness\/([0-9a-f]{16})\/add-checkpoint$/.exec(request.raw.url ?? '') ?? [];
    const org = address === undefined ? undefined : await witness.find(address);
    if (org === undefined) return hangUp(notFound(reply), request);
    if (underWay >= MOST_AT_ONCE) {
      return hangUp(
        reply.code(503).header('retry-after', '5').type(PLAIN).send('Busy. Ask again in a moment.\n'),
        request,
      );
    }
    underWay += 1;
    try {
      const body = await bodyOf(request, bodyTime);
      if (typeof body !== 'string') return await hangUp(reply.code(body.status).type(PLAIN).send(body.says), request);
      const answer = await witness.answer(org, body);
      return await reply.code(answer.status).type(answer.contentType).send(answer.body);
    } finally {
      underWay -= 1;
    }
  };

  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Read by `add` alone, with its own limits, and only after it is known that somebody is asked.
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    const config = { isDoor: true };
    scope.route({ method: 'GET', url: `${LOG_PATH}*`, exposeHeadRoute: true, config, handler: read });
    scope.route({ method: 'POST', url: `${WITNESS_PATH}:address/add-checkpoint`, config, handler: add });
    const others = ['PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
    const wrongMethod = (allow: string) => (request: FastifyRequest, reply: FastifyReply) =>
      hangUp(reply.code(405).header('allow', allow).type(PLAIN).send('Not by this method.\n'), request);
    scope.route({ method: ['POST', ...others], url: `${LOG_PATH}*`, config, handler: wrongMethod('GET, HEAD') });
    scope.route({
      method: ['GET', 'HEAD', ...others],
      url: `${WITNESS_PATH}:address/add-checkpoint`,
      config,
      handler: wrongMethod('POST'),
    });
  });
}

const notFound = (reply: FastifyReply): FastifyReply =>
  reply.code(404).header('cache-control', 'no-store').type(PLAIN).send('Not found.\n');

const tooOften = (reply: FastifyReply): FastifyReply =>
  reply.code(429).header('retry-after', '60').type(PLAIN).send('Too many requests. Wait a minute.\n');

/** Answers, and reads no more of a body that nobody wants. */
function hangUp(reply: FastifyReply, { raw }: FastifyRequest): FastifyReply {
  if (raw.complete) return reply;
  reply.raw.once('finish', () => setImmediate(() => raw.destroy()));
  return reply;
}

/** The body as text, or why it is none. */
async function bodyOf(
  { raw, body, headers }: FastifyRequest,
  within: number,
): Promise<string | { readonly status: number; readonly says: string }> {
  const large = { status: 413, says: `A request is no longer than ${LONGEST_REQUEST} bytes.\n` };
  if (Number(headers['content-length'] ?? 0) > LONGEST_REQUEST) return large;
  const stream = (body ?? raw) as Readable;
  const chunks: Buffer[] = [];
  let size = 0;
  const timer = new AbortController();
  const late = setTimeout(() => timer.abort(), within);
  try {
    const ended = once(stream, 'end', { signal: timer.signal });
    const over = new Promise<'over'>((done) => {
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > LONGEST_REQUEST) done('over');
        else chunks.push(chunk);
      });
    });
    if ((await Promise.race([ended, over])) === 'over') {
      stream.pause();
      return large;
    }
  } catch {
    stream.pause();
    return timer.signal.aborted
      ? { status: 408, says: 'The request did not come in time.\n' }
      : { status: 400, says: 'malformed\n' };
  } finally {
    clearTimeout(late);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    return { status: 400, says: 'malformed\n' };
  }
}
