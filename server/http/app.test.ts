import { defineAct, defineRecord, defineRefusals, defineView } from '@countersign/core/kernel/index.ts';
import { kettles } from '@countersign/api/testing/product.ts';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Services } from '../runtime.ts';
import type { AppOptions } from './app.ts';
import { buildApp } from './app.ts';
import { memoryRuntime, memoryServices } from './testing.ts';

interface Noted {
  readonly fault: string;
  readonly err: unknown;
}

function standUp(options: Partial<AppOptions> = {}, services: Partial<Services> = {}) {
  const faults: Noted[] = [];
  const app = buildApp({
    runtime: memoryRuntime(kettles()),
    services: memoryServices(services),
    ready: async () => true,
    log: { error: (fields) => faults.push(fields) },
    ...options,
  });
  const ask = (method: 'GET' | 'POST' | 'PUT', url: string, more: InjectOptions = {}, token = 'alpha-write') =>
    app.inject({ method, url, ...more, headers: { authorization: `Bearer ${token}`, ...more.headers } });
  const act = (name: string, input: object, headers: Record<string, string> = {}, token?: string) =>
    ask('POST', `/api/acts/${name}`, { payload: input, headers }, token);
  return { app, ask, act, faults };
}

const codeOf = (response: { json(): unknown }): unknown => z.object({ code: z.string() }).parse(response.json()).code;

describe('records, acts and views', () => {
  it('serves a kind, an act and a view that only this test knows', async () => {
    const Teapot = defineRecord('teapot', { title: 'Teapots', body: z.strictObject({ glaze: z.string() }) });
    const throwPot = defineAct('teapot.throw', {
      says: 'Throws a pot.',
      input: z.strictObject({ id: z.string(), glaze: z.string() }),
      reads: [],
      allowed: ['lead'],
      decide: (_, { id, glaze }) => [{ does: 'create', kind: 'teapot', id, body: { glaze } }],
    });
    const glazes = defineView('teapot.glazes', {
      says: 'Which glazes there are.',
      input: z.strictObject({}),
      reads: [Teapot],
      output: z.object({ glazes: z.array(z.string()) }),
      compute: (book) => ({ glazes: book.teapot.all().map(({ glaze }) => glaze) }),
    });
    const { ask, act } = standUp({ runtime: memoryRuntime(kettles({ Teapot, throwPot, glazes })) });

    const thrown = await act('teapot.throw', { id: 't-1', glaze: 'celadon' });

    expect(thrown.json()).toMatchObject({
      index: 0,
      changes: [{ kind: 'teapot', id: 't-1', version: 1, did: 'create' }],
    });
    expect((await ask('GET', '/api/records/teapot/t-1')).json()).toMatchObject({
      kind: 'teapot',
      id: 't-1',
      glaze: 'celadon',
      effectiveAt: null,
    });
    expect((await ask('GET', '/api/records/teapot?where.glaze=celadon')).json()).toMatchObject({
      total: 1,
      next: null,
    });
    expect((await ask('GET', '/api/records/teapot/t-1/history')).json()).toMatchObject({ versions: [{ version: 1 }] });
    expect((await ask('POST', '/api/views/teapot.glazes', { payload: {} })).json()).toEqual({ glazes: ['celadon'] });
    expect((await ask('GET', '/api/docs')).body).toContain('teapot.throw');
  });

  it('answers a view with the moment and the place in the log it speaks of', async () => {
    const { ask } = standUp();

    const response = await ask('GET', '/api/views/kettle.count?full=true&atLeast=2&knownAt=2026-01-01');

    expect(response.json()).toEqual({ kettles: 0, boiling: 0 });
    expect(response.headers).toMatchObject({ 'x-countersign-known-at': '2026-01-01', 'x-countersign-position': '0' });
  });

  it('has no GET for a view that takes a list, and no as-of where its window says the time', async () => {
    const { ask } = standUp();

    const get = await ask('GET', '/api/views/kettle.among');
    const asOf = await ask('POST', '/api/views/kettle.among?asOf=2026-01-01', { payload: { kettles: [] } });

    expect([get.statusCode, get.headers['allow']]).toEqual([405, 'POST']);
    expect([asOf.statusCode, codeOf(asOf)]).toEqual([422, 'request.invalid']);
  });

  it('saves nothing on a dry run', async () => {
    const { ask } = standUp();

    const dry = await ask('POST', '/api/acts/kettle.add?dryRun=true', { payload: { id: 'a', title: 'A' } });

    expect(dry.json()).toMatchObject({ index: null, changes: [{ id: 'a' }] });
    expect((await ask('GET', '/api/records/kettle/a')).statusCode).toBe(404);
  });

  it('answers a repeated key with the first answer', async () => {
    const { act } = standUp();
    const key = { 'idempotency-key': randomUUID() };

    const first = await act('kettle.add', { id: 'a', title: 'A' }, key);
    const again = await act('kettle.add', { id: 'a', title: 'A' }, key);

    expect(again.json()).toEqual(first.json());
  });

  it.each(['1', '"1"'])('takes If-Match %s for the version that was read', async (version) => {
    const { act } = standUp();
    await act('kettle.add', { id: 'a', title: 'A' });

    expect((await act('kettle.boil', { kettle: 'a' }, { 'if-match': version })).statusCode).toBe(200);
    const late = await act(
      'records.apply',
      { records: [{ kind: 'kettle', id: 'a', title: 'B' }] },
      { 'if-match': version },
    );

    expect([late.statusCode, codeOf(late)]).toEqual([409, 'record.conflict']);
  });

  it('tells a refusal as a problem document with code, place and sentence', async () => {
    const { act } = standUp();

    const response = await act('records.apply', { records: [{ kind: 'kettle', id: 'a', title: 'A', colour: 'red' }] });

    expect(response.statusCode).toBe(422);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({
      type: 'urn:countersign:record.invalid',
      status: 422,
      code: 'record.invalid',
      at: ['records', 0, 'colour'],
    });
  });

  it('strips what the schema of an answer does not declare', async () => {
    const runtime = memoryRuntime(kettles());
    const leaky = {
      ...runtime,
      get: async () => ({
        id: 'a',
        version: 1,
        head: 1,
        recordedAt: 0,
        effectiveAt: 0,
        actor: 'x',
        title: 'A',
        salt: 'SECRET',
        state: 'cold',
        litres: 1,
      }),
    };
    const { ask } = standUp({ runtime: leaky });

    const response = await ask('GET', '/api/records/kettle/a');

    expect(response.json()).toMatchObject({ title: 'A', recordedAt: '1970-01-01T00:00:00.000Z' });
    expect(response.body).not.toContain('SECRET');
  });
});

describe('a fault', () => {
  it('is answered with an id only, and told in the log', async () => {
    const runtime = { ...memoryRuntime(kettles()), list: () => Promise.reject(new Error('password is hunter2')) };
    const { ask, faults } = standUp({ runtime });

    const response = await ask('GET', '/api/records/kettle');

    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('hunter2');
    const [fault] = faults;
    expect(response.json()).toMatchObject({ code: 'fault', id: fault?.fault });
    expect(fault?.err).toMatchObject({ message: 'password is hunter2' });
  });

  it('is written by pino with its message and stack', async () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(line) });
    const runtime = { ...memoryRuntime(kettles()), list: () => Promise.reject(new Error('the disk is full')) };

    await standUp({ runtime, log }).ask('GET', '/api/records/kettle');

    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      err: { message: 'the disk is full', stack: expect.stringContaining('app.test') },
    });
  });

  it('is made of an answer that does not fit its schema: never the client’s doing', async () => {
    const runtime = { ...memoryRuntime(kettles()), get: async () => ({ id: 'a', title: 7 }) };
    const { ask, faults } = standUp({ runtime });

    expect((await ask('GET', '/api/records/kettle/a')).statusCode).toBe(500);
    expect(faults).toHaveLength(1);
  });

  it.each([
    ['the database says it shuts down', { ready: async () => true }, Object.assign(new Error('x'), { code: '57P01' })],
    ['nobody answers', { ready: async () => true }, Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
    ['it is not ready', { ready: async () => false }, new Error('whatever')],
    ['asking whether it is ready fails', { ready: () => Promise.reject(new Error('no')) }, new Error('whatever')],
  ])('is a 503 to repeat while %s', async (_, options, error) => {
    const runtime = { ...memoryRuntime(kettles()), list: () => Promise.reject(error) };
    const { ask, faults } = standUp({ ...options, runtime });

    const response = await ask('GET', '/api/records/kettle');

    expect([response.statusCode, response.headers['retry-after'], codeOf(response)]).toEqual([
      503,
      '1',
      'service.restarting',
    ]);
    expect(faults).toEqual([]);
  });
});

describe('who may ask', () => {
  const operator = { secret: 'S'.repeat(43), actor: { id: 'operator:root', roles: ['operator'] as const } };

  it.each(['/healthz', '/api/openapi.json', '/api/docs'])('%s is public', async (url) => {
    const { app } = standUp();

    expect((await app.inject({ url })).statusCode).toBe(200);
  });

  it('sends the root to the documentation', async () => {
    const { app } = standUp();

    const response = await app.inject({ url: '/' });

    expect([response.statusCode, response.headers['location']]).toEqual([302, '/api/docs']);
  });

  it('says at /healthz that it is not ready', async () => {
    const { app } = standUp({ ready: async () => false });

    const response = await app.inject({ url: '/healthz' });

    expect([response.statusCode, response.json()]).toEqual([503, { ready: false }]);
  });

  it('answers nothing else without a token: not even whether an address is there', async () => {
    const { app } = standUp();
    const paths = Object.entries(
      z
        .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
        .parse((await app.inject({ url: '/api/openapi.json' })).json()).paths,
    );
    let asked = 0;
    for (const [path, operations] of paths) {
      for (const [method, operation] of Object.entries(operations)) {
        // Which say so, and why, is held in services/tokens.test.ts.
        if (z.object({ security: z.array(z.never()) }).safeParse(operation).success) continue;
        asked += 1;
        const response = await app.inject({
          method: method === 'get' ? 'GET' : method === 'put' ? 'PUT' : 'POST',
          url: path.replaceAll(/[{}]/g, ''),
        });
        expect([path, response.statusCode, codeOf(response)]).toEqual([path, 401, 'identity.missing']);
      }
    }

    expect(asked).toBeGreaterThan(25);
    expect((await app.inject({ url: '/nowhere' })).statusCode).toBe(401);
  });

  it.each([
    ['an unknown token', { authorization: 'Bearer nope' }],
    ['another scheme', { authorization: 'Basic YWRhOmFkYQ==' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['two tokens', { authorization: 'Bearer alpha-write alpha-write' }],
    ['the operator’s header where there is no operator', { 'x-countersign-operator': operator.secret }],
  ])('refuses %s', async (_, headers) => {
    const { app } = standUp();

    const response = await app.inject({ url: '/api/me', headers });

    expect([response.statusCode, codeOf(response), response.headers['www-authenticate']]).toEqual([
      401,
      'identity.invalid',
      'Bearer',
    ]);
  });

  it('refuses a wrong operator secret, also beside a good token', async () => {
    const { ask } = standUp({ operator });

    expect((await ask('GET', '/api/me', { headers: { 'x-countersign-operator': 'wrong' } })).statusCode).toBe(401);
  });

  it('lets a token that may read do no more than that', async () => {
    const { ask, act } = standUp();

    const refused = await act('kettle.add', { id: 'a', title: 'A' }, {}, 'alpha-read');
    const blob = await ask('PUT', '/api/blobs', { payload: 'x' }, 'alpha-read');

    expect([refused.statusCode, codeOf(refused)]).toEqual([403, 'request.scope']);
    expect(blob.statusCode).toBe(403);
    expect((await ask('GET', '/api/records/kettle', {}, 'alpha-read')).statusCode).toBe(200);
  });

  it('keeps the whole log from those whose business it is not', async () => {
    const { ask } = standUp();

    for (const path of ['/api/log/export', '/api/log/export.zip']) {
      const refused = await ask('GET', path, {}, 'alpha-employee');

      expect([refused.statusCode, codeOf(refused)]).toEqual([403, 'request.role']);
    }
  });

  it('lets only the operator make organisations', async () => {
    const { ask } = standUp({ operator });

    const refused = await ask('POST', '/api/organisations', { payload: { name: 'A', slug: 'a' } });

    expect([refused.statusCode, codeOf(refused)]).toEqual([403, 'request.operator']);
  });

  it('knows the operator by the secret, and the organisation by its slug', async () => {
    const { app } = standUp({ operator });
    const headers = { 'x-countersign-operator': operator.secret };
    const me = (more: object) => app.inject({ url: '/api/me', headers: { ...headers, ...more } });

    expect((await me({ 'x-countersign-org': 'beta' })).json()).toMatchObject({
      actor: { id: 'operator:root' },
      organisation: 'beta',
    });
    expect((await me({})).json()).toMatchObject({ organisation: null });
    expect(codeOf(await me({ 'x-countersign-org': 'gamma' }))).toBe('request.organisation');
    expect(codeOf(await app.inject({ url: '/api/records/kettle', headers }))).toBe('request.organisation-choose');
  });

  it('takes a person’s token before the operator’s secret', async () => {
    const { ask } = standUp({ operator });

    const me = await ask('GET', '/api/me', { headers: { 'x-countersign-operator': operator.secret } });

    expect(me.json()).toMatchObject({ actor: { id: 'ada' }, organisation: 'alpha' });
  });

  it('shows one tenant nothing of another: what is there looks like what is not', async () => {
    const { ask, act } = standUp();
    await act('kettle.add', { id: 'secret', title: 'S' });

    for (const path of ['/api/records/kettle/ID', '/api/records/kettle/ID/history']) {
      const there = await ask('GET', path.replace('ID', 'secret'), {}, 'beta-write');
      const nowhere = await ask('GET', path.replace('ID', 'nothing'), {}, 'beta-write');
      expect([there.statusCode, codeOf(there)]).toEqual([404, 'record.missing']);
      expect(there.body.replaceAll('secret', 'X')).toBe(nowhere.body.replaceAll('nothing', 'X'));
    }
    const boil = await act('kettle.boil', { kettle: 'secret' }, {}, 'beta-write');
    expect(codeOf(boil)).toBe('record.missing');
    expect((await ask('GET', '/api/records/kettle', {}, 'beta-write')).json()).toMatchObject({ total: 0 });
    const posing = await ask('GET', '/api/me', { headers: { 'x-countersign-org': 'alpha' } }, 'beta-write');
    const unknown = await ask('GET', '/api/me', { headers: { 'x-countersign-org': 'gamma' } }, 'beta-write');
    expect(posing.body.replaceAll('alpha', 'X')).toBe(unknown.body.replaceAll('gamma', 'X'));
    expect((await ask('GET', '/api/organisations', {}, 'beta-write')).json()).toEqual({
      organisations: [{ slug: 'beta', sample: false }],
    });
  });

  it('slows down who tries tokens, and not who has one', async () => {
    const { ask } = standUp();

    const tried = [];
    for (let i = 0; i < 40; i += 1) tried.push((await ask('GET', '/api/me', {}, `guess-${i}`)).statusCode);

    expect(tried[0]).toBe(401);
    expect(tried.at(-1)).toBe(429);
    expect((await ask('GET', '/api/me')).statusCode).toBe(200);
  });
});

describe('hostile input', () => {
  const { app, ask } = standUp();
  const raw = (payload: string | Buffer, type = 'application/json') =>
    ask('POST', '/api/acts/kettle.add', { payload, headers: { 'content-type': type } });

  it.each<[string, string | Buffer, number, string]>([
    ['nothing', ' ', 400, 'request.malformed'],
    ['half an object', '{"id":', 400, 'request.malformed'],
    ['a trailing comma', '{"id":"a",}', 400, 'request.malformed'],
    ['a byte order mark', '\ufeff{}', 400, 'request.malformed'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'request.malformed'],
    ['NaN', '{"id":NaN}', 400, 'request.malformed'],
    ['a number beyond all', '{"id":1e999}', 400, 'request.text'],
    ['__proto__', '{"id":"a","title":"A","__proto__":{"admin":true}}', 400, 'request.hostile'],
    ['__proto__ far inside', '{"id":[{"x":{"__proto__":1}}]}', 400, 'request.hostile'],
    ['too many levels', '['.repeat(70) + ']'.repeat(70), 400, 'request.deep'],
    ['very many levels', '['.repeat(200_000) + ']'.repeat(200_000), 400, 'request.deep'],
    ['U+0000', '{"id":"a\\u0000"}', 400, 'request.text'],
    ['U+0000 in a key', '{"a\\u0000":1}', 400, 'request.text'],
    ['a lone surrogate', '{"id":"\\ud800"}', 400, 'request.text'],
    ['more than may be', `{"id":"${'x'.repeat(4 * 1024 * 1024)}"}`, 413, 'request.large'],
    ['a list for an object', '[]', 422, 'record.invalid'],
    ['null', 'null', 422, 'record.invalid'],
    ['an unknown field', '{"id":"a","title":"A","admin":true}', 422, 'record.invalid'],
  ])('refuses %s, and nothing is done', async (_, payload, status, code) => {
    const response = await raw(payload);

    expect([response.statusCode, codeOf(response)]).toEqual([status, code]);
    expect((await ask('GET', '/api/records/kettle')).json()).toMatchObject({ total: 0 });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])(
    'refuses a body of type %s, which a form elsewhere could send',
    async (type) => {
      const response = await raw('{"id":"a","title":"A"}', type);

      expect([response.statusCode, codeOf(response)]).toEqual([415, 'request.media']);
    },
  );

  it('lets large imports through that no other act may send', async () => {
    const records = Array.from({ length: 3000 }, (_, i) => ({ kind: 'keeper', id: `k-${i}`, name: 'n'.repeat(2000) }));
    const other = standUp();

    const large = await other.act('records.apply', { records }, {}, 'alpha-write');

    expect(large.statusCode).toBe(200);
  });

  it.each([
    ['GET', '/api/nothing', 404, 'request.unknown'],
    ['GET', '/api/records/nothing', 404, 'request.name'],
    ['GET', '/api/records/kettle/..%2f..%2fetc', 404, 'record.missing'],
    ['GET', '/api/records/kettle/%00', 400, 'request.text'],
    ['GET', '/api/records/kettle/%zz', 400, 'request.unknown'],
    ['GET', '/api/records/kettle?limit=0', 422, 'request.invalid'],
    ['GET', '/api/records/kettle?limit=1e2', 422, 'request.invalid'],
    ['GET', '/api/records/kettle?limit=1&limit=2', 422, 'request.invalid'],
    ['GET', '/api/records/kettle?colour=red', 422, 'request.invalid'],
    ['GET', '/api/records/kettle?search=%00', 400, 'request.text'],
    ['GET', '/api/me?x=1', 422, 'request.invalid'],
    ['PUT', '/api/records/kettle', 405, 'request.method'],
    ['GET', '/api/acts/kettle.boil', 405, 'request.method'],
    ['POST', '/api/acts/kettle.bowl', 404, 'request.name'],
    ['GET', '/api/log/proofs/-1', 422, 'request.invalid'],
    ['GET', '/api/log/proofs/1.5', 422, 'request.invalid'],
  ] as const)('%s %s is %d %s', async (method, url, status, code) => {
    const response = await ask(method, url);

    expect([response.statusCode, codeOf(response)]).toEqual([status, code]);
  });

  it.each([
    ['POST', '/api/acts/kettle.bowl', 'Did you mean kettle.boil?'],
    ['GET', '/api/records/ketle/k-1', 'Did you mean kettle?'],
    ['GET', '/api/orgnisations', 'Did you mean /api/organisations?'],
  ] as const)('says at %s %s what may have been meant', async (method, url, says) => {
    const response = await ask(method, url, method === 'POST' ? { payload: {} } : {});

    expect(z.object({ detail: z.string() }).parse(response.json()).detail).toContain(says);
  });

  it.each([
    ['idempotency-key', 'not-a-uuid', 'request.idempotency'],
    ['idempotency-key', '', 'request.idempotency'],
    ['idempotency-key', "x'; drop table log; --", 'request.idempotency'],
    ['if-match', '*', 'request.version'],
    ['if-match', 'W/"1"', 'request.version'],
    ['if-match', '-1', 'request.version'],
    ['if-match', '99999999999999999999', 'request.version'],
  ])('refuses the header %s: %s', async (name, value, code) => {
    const response = await ask('POST', '/api/acts/kettle.add', {
      payload: { id: 'h', title: 'H' },
      headers: { [name]: value },
    });

    expect([response.statusCode, codeOf(response)]).toEqual([422, code]);
  });

  it.each([
    'evil.example.com',
    'evil.example.com:4300',
    '127.0.0.1.example.com',
    '127.0.0.1@evil.example.com',
    'localhost:x',
  ])('does not answer to the Host %j', async (host) => {
    const response = await app.inject({ url: '/healthz', headers: { host } });

    expect([response.statusCode, codeOf(response)]).toEqual([421, 'request.host']);
  });

  it.each(['localhost:4300', '127.0.0.1', '[::1]:4300', 'LOCALHOST'])('answers to the Host %s', async (host) => {
    expect((await app.inject({ url: '/healthz', headers: { host } })).statusCode).toBe(200);
  });

  it('sets the headers of a server that nobody frames, scripts or sniffs', async () => {
    const { headers } = await app.inject({ url: '/api/docs', headers: { origin: 'https://evil.example.com' } });

    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});

const refuseLine = defineRefusals('facts', {
  line: { family: 'invalid', says: (p: { line: number }) => `Line ${p.line} is none.` },
});

describe('over a socket', () => {
  let app: FastifyInstance;
  let port = 0;
  const collected: { aborted: boolean } = { aborted: false };
  const services = memoryServices({
    async collect(_org, _actor, sources, progress, signal) {
      if (sources.includes('gone')) {
        const { refuse } = await import('@countersign/core/kernel/index.ts');
        throw refuse('missing', { kind: 'source', id: 'gone' });
      }
      progress({ source: 's', dataset: 'd', done: 1 });
      progress({ source: 's', dataset: 'd', done: 2 });
      if (sources.includes('slow')) {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        collected.aborted = true;
      }
      if (sources.includes('broken')) throw new Error('hunter2');
      return [];
    },
    async push(_org, _actor, source, ndjson) {
      if (source === 'early') throw refuseLine('line', { line: 7 });
      let items = 0;
      for await (const chunk of ndjson) items += String(chunk).length;
      return { source, dataset: 'd', status: 'complete', why: [], items, changed: 0, index: 1, observedAt: 'x' };
    },
  });

  beforeAll(async () => {
    app = buildApp({
      runtime: memoryRuntime(kettles()),
      services,
      ready: async () => true,
      log: { error: () => undefined },
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const address = app.server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => app.close());
  beforeEach(() => void (collected.aborted = false));

  const talk = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.end(text));
      let got = '';
      socket.on('data', (chunk) => (got += String(chunk)));
      socket.on('close', () => resolve(got));
      socket.on('error', reject);
    });
  const auth = { authorization: 'Bearer alpha-write' };
  const collect = (sources: readonly string[], signal?: AbortSignal) =>
    fetch(`http://127.0.0.1:${port}/api/collect`, {
      method: 'POST',
      headers: { ...auth, 'content-type': 'application/json' },
      body: JSON.stringify({ sources }),
      ...(signal === undefined ? {} : { signal }),
    });

  it.each([
    [
      'a request split in two by its own header',
      'GET /api/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer alpha-write\r\nX: a\rGET / HTTP/1.1\r\n\r\n',
      '400',
    ],
    [
      'two lengths',
      'POST /api/acts/kettle.add HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
      '400',
    ],
    ['an empty Host', 'GET /healthz HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n', '421'],
    ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n', '400'],
    [
      'two Hosts',
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n',
      '421',
    ],
  ])('refuses %s', async (_, text, status) => {
    expect((await talk(text)).split(' ')[1]).toBe(status);
  });

  it('tells progress line by line, then how it ended', async () => {
    const lines = (await (await collect([])).text())
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));

    expect(lines).toEqual([
      { progress: { source: 's', dataset: 'd', done: 1 } },
      { progress: { source: 's', dataset: 'd', done: 2 } },
      { done: { collections: [] } },
    ]);
  });

  it('answers what is refused at once with a status of its own', async () => {
    const response = await collect(['gone']);

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'record.missing' });
  });

  it('ends the lines with the fault where work breaks halfway, without its details', async () => {
    const text = await (await collect(['broken'])).text();

    expect(JSON.parse(text.trim().split('\n').at(-1) ?? '')).toMatchObject({ fault: { id: expect.any(String) } });
    expect(text).not.toContain('hunter2');
  });

  it('stops collecting when the client is gone', async () => {
    const client = new AbortController();
    const response = await collect(['slow'], client.signal);
    expect(response.status).toBe(200);

    client.abort();

    await expect.poll(() => collected.aborted, { timeout: 5000 }).toBe(true);
  });

  it('passes bytes on as they come, whatever their type, and answers their digest', async () => {
    const chunk = new Uint8Array(256 * 1024);
    const body = Readable.toWeb(
      Readable.from(
        (function* () {
          for (let i = 0; i < 64; i += 1) yield chunk;
        })(),
      ),
    );
    const put = await fetch(`http://127.0.0.1:${port}/api/blobs`, {
      method: 'PUT',
      headers: { ...auth, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    });

    expect(await put.json()).toMatchObject({ bytes: 16 * 1024 * 1024 });
  });

  it('says which line is refused, also while the rest is still being sent', async () => {
    const chunk = new Uint8Array(1024 * 1024);
    const body = Readable.toWeb(
      Readable.from(
        (function* () {
          for (let i = 0; i < 64; i += 1) yield chunk;
        })(),
      ),
    );

    const response = await fetch(`http://127.0.0.1:${port}/api/sources/early/facts`, {
      method: 'POST',
      headers: { ...auth, 'content-type': 'application/x-ndjson' },
      body,
      duplex: 'half',
    });

    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'facts.line', at: ['line', 7] });
  });

  it('pushes facts as a stream', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/api/sources/people/facts`, {
      method: 'POST',
      headers: { ...auth, 'content-type': 'application/x-ndjson' },
      body: '{}\n{}\n',
    });

    expect(await response.json()).toMatchObject({ source: 'people', items: 6 });
  });
});
