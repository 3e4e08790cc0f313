import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, standUp } from '../testing.ts';

let ground: Ground;
let app: FastifyInstance;
const tokens: Record<string, string> = {};
let strangers: string;

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  const { runtime, services } = ground.engine;
  const control = { kind: 'control', id: 'c-1', title: 'C', frequency: 'monthly', startsOn: '2026-01-01' };
  await runtime.act(ground.alpha, OPERATOR, 'records.apply', { records: [control] });
  const { digest } = await services.putBlob(ground.alpha, OPERATOR, Readable.from([Buffer.from('a list')]));
  await runtime.act(ground.alpha, PEOPLE.lead, 'evidence.add', {
    ...{ id: 'list', name: 'list.txt', blob: digest, controls: ['c-1'] },
  });
  for (const { id } of Object.values(PEOPLE))
    tokens[id] = (await services.createToken(ground.alpha, OPERATOR, { name: id, for: id, scope: 'write' })).token;
  strangers = (await services.createToken(ground.beta, OPERATOR, { name: 'b', for: 'olga', scope: 'write' })).token;
  ground.clock.set('2026-02-01T09:00:00Z');
}, 60_000);
afterAll(() => ground.close());

const PERIOD = { from: '2026-01-01', to: '2026-01-31' };

const ask = (method: 'GET' | 'POST', url: string, who: string, payload?: object, headers: object = {}) =>
  app.inject({
    ...{ method, url },
    headers: { authorization: `Bearer ${tokens[who] ?? strangers}`, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });

async function made(who = 'olga'): Promise<{ id: string; digest: string; bytes: number; file: string }> {
  const { body, statusCode } = await ask('POST', '/api/binders', who, PERIOD);
  expect(statusCode).toBe(200);
  const last = JSON.parse(body.trimEnd().split('\n').at(-1) ?? '') as { done: Awaited<ReturnType<typeof made>> };
  return last.done;
}

describe('who may', () => {
  test.each(['carl', 'emma', 'adam', 'aude'])('%s neither makes, previews nor fetches one', async (who) => {
    const { id } = await made();

    expect((await ask('POST', '/api/binders', who, PERIOD)).statusCode).toBe(403);
    expect((await ask('GET', '/api/binders/preview?from=2026-01-01&to=2026-01-31', who)).statusCode).toBe(403);
    expect((await ask('GET', `/api/binders/${id}/file`, who)).statusCode).toBe(403);
    expect((await ask('POST', '/api/jobs', who, { kind: 'binder', input: PERIOD })).statusCode).toBe(403);
  });

  test('another organisation finds none', async () => {
    const { id } = await made();

    expect((await ask('GET', `/api/binders/${id}/file`, 'nobody of alpha')).statusCode).toBe(404);
  });
});

describe('a binder', () => {
  test('is fetched whole and in parts, as an attachment that runs nothing', async () => {
    const { id, digest, bytes, file } = await made();
    const whole = await ask('GET', `/api/binders/${id}/file`, 'lena');
    const part = await ask('GET', `/api/binders/${id}/file`, 'lena', undefined, { range: 'bytes=0-3' });

    expect(createHash('sha256').update(whole.rawPayload).digest('hex')).toBe(digest);
    expect(whole.headers).toMatchObject({
      'content-type': 'application/zip',
      'content-length': String(bytes),
      'accept-ranges': 'bytes',
      'content-security-policy': `sandbox; default-src 'none'; frame-ancestors 'none'`,
    });
    expect(whole.headers['content-disposition']).toContain(file);
    expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([
      206,
      'PK\x03\x04',
      `bytes 0-3/${bytes}`,
    ]);
  });

  test('is on the register with what names it', async () => {
    const { id, digest } = await made('lena');
    const { statusCode, json } = await ask('GET', `/api/records/binder/${id}`, 'olga');

    expect(statusCode).toBe(200);
    expect(json()).toMatchObject({ ...PERIOD, digest, actor: 'lena', hides: [] });
    expect((await ask('GET', `/api/records/binder/${id}`, 'aude')).statusCode).not.toBe(200);
  });

  test('is counted before it is made', async () => {
    const { json } = await ask('GET', '/api/binders/preview?from=2026-01-01&to=2026-01-31&hides=facts', 'olga');

    expect(json()).toMatchObject({ evidence: 1, bytes: 6, gone: 0, collections: 0, seen: null });
  });

  test('that was kept long enough is gone, and says how to have it again', async () => {
    const { id } = await made();
    ground.clock.advance(31 * 86_400_000);
    await ground.engine.services.binders.expire(ground.alpha);
    const { statusCode, json } = await ask('GET', `/api/binders/${id}/file`, 'olga');

    expect([statusCode, json().code]).toEqual([404, 'binder.expired']);
    expect((await ground.engine.services.binders.expire(ground.alpha)).removed).toBeGreaterThan(0);
  });

  test.each(['no-such', '../../etc', randomUUID()])('%s is not there', async (id) => {
    const { statusCode } = await ask('GET', `/api/binders/${encodeURIComponent(id)}/file`, 'olga');

    expect([404, 422]).toContain(statusCode);
  });

  test.each([
    [{ from: '2026-01-31', to: '2026-01-01' }, 'binder.order'],
    [{ ...PERIOD, hides: ['tokens'] }, 'binder.hides'],
    [{ from: '2026-13-01', to: '2026-01-01' }, 'request.invalid'],
    [{ ...PERIOD, framework: 'soc3' }, 'request.invalid'],
  ])('of %j is refused', async (input, code) => {
    const { body } = await ask('POST', '/api/binders', 'olga', input);

    expect(body).toContain(code);
  });
});

test('one piece of evidence comes with its proof, to whoever may read it', async () => {
  const { statusCode, headers, rawPayload } = await ask('GET', '/api/evidence/list/proof.zip', 'emma');

  expect([statusCode, headers['content-type']]).toEqual([200, 'application/zip']);
  expect(rawPayload.subarray(0, 2).toString()).toBe('PK');
  expect((await ask('GET', '/api/evidence/nothing/proof.zip', 'emma')).statusCode).toBe(404);
  expect((await ask('GET', '/api/evidence/list/proof.zip', 'aude')).statusCode).not.toBe(200);
});
