import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR, PEOPLE, standUp } from '../testing.ts';
import type { Ground } from '../testing.ts';

let ground: Ground;
let app: FastifyInstance;
let token: string;
let strangers: string;

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  const control = { kind: 'control', id: 'c-1', title: 'C', frequency: 'monthly' };
  await ground.engine.runtime.act(ground.alpha, OPERATOR, 'records.apply', { records: [control] });
  const { createToken } = ground.engine.services;
  ({ token } = await createToken(ground.alpha, OPERATOR, { name: 'a', for: 'emma' }));
  ({ token: strangers } = await createToken(ground.beta, OPERATOR, { name: 'b', for: 'olga' }));
});
afterAll(() => ground.close());

async function file(name: string, bytes: Buffer | string): Promise<string> {
  const { digest } = await ground.engine.services.putBlob(ground.alpha, OPERATOR, Readable.from([Buffer.from(bytes)]));
  const input = { name, blob: digest, controls: ['c-1'] };
  const { answer } = await ground.engine.runtime.act(ground.alpha, PEOPLE.lead, 'evidence.add', input);
  return (answer as { evidence: string }).evidence;
}

const get = (path: string, headers: Record<string, string> = {}, of = token) =>
  app.inject({ url: `/api/evidence/${path}`, headers: { authorization: `Bearer ${of}`, ...headers } });

const PNG = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde<script>', 'latin1');

describe('what is saved', () => {
  test.each([
    ['a page', 'page.html', '<html><script>alert(1)</script>', 'application/octet-stream'],
    ['a page that calls itself a picture', 'cat.png', '<script>alert(1)</script>', 'application/octet-stream'],
    ['a picture with a script', 'cat.svg', '<svg><script>alert(1)</script></svg>', 'application/octet-stream'],
    [
      'a page in XML',
      'x.xml',
      '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
      'application/octet-stream',
    ],
    ['a picture that is a script too', 'x.gif', 'GIF89a/*\0*/=1;alert(1)', 'application/octet-stream'],
    ['text', 'x.txt', 'x', 'text/plain; charset=utf-8'],
    ['a PDF', 'x.pdf', '%PDF-1.7', 'application/pdf'],
  ])('%s comes as an attachment, in a sandbox, of a type that we found', async (_, name, bytes, type) => {
    const { headers, body, statusCode } = await get(`${await file(name, bytes)}/content`);

    expect([statusCode, body, headers['content-type']]).toEqual([200, bytes, type]);
    expect(headers['content-disposition']).toMatch(/^attachment; /);
    expect(headers['content-security-policy']).toBe(`sandbox; default-src 'none'; frame-ancestors 'none'`);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['cache-control']).toBe('no-store');
  });

  test.each([
    [
      'a"b\r\nSet-Cookie: x=1',
      `attachment; filename="a_b__Set-Cookie_ x=1"; filename*=UTF-8''a_b__Set-Cookie_%20x%3D1`,
    ],
    ['../../x.sh', `attachment; filename="_.._x.sh"; filename*=UTF-8''_.._x.sh`],
    ['a\u202efdp.exe', `attachment; filename="a_fdp.exe"; filename*=UTF-8''a_fdp.exe`],
    ['x'.repeat(255), `attachment; filename="${'x'.repeat(120)}"; filename*=UTF-8''${'x'.repeat(120)}`],
  ])('under a name that is safe, of %j', async (name, header) => {
    const { headers } = await get(`${await file(name, 'x')}/content`);

    expect(headers['content-disposition']).toBe(header);
    expect(headers['set-cookie']).toBeUndefined();
  });
});

describe('what is shown', () => {
  test.each([
    ['x.pdf', '%PDF-1.7', 'application/pdf'],
    ['x.png', PNG, 'image/png'],
    ['x.jpg', Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF\0', 'latin1'), 'image/jpeg'],
    ['x.txt', 'a text with <script>', 'text/plain; charset=utf-8'],
  ])('%s may be, by our own pages and in a sandbox', async (name, bytes, type) => {
    const { headers, statusCode } = await get(`${await file(name, bytes)}/content?inline=true`);

    expect([statusCode, headers['content-type']]).toEqual([200, type]);
    expect(headers['content-disposition']).toMatch(/^inline; /);
    const sandbox = type === 'application/pdf' ? '' : 'sandbox; ';
    expect(headers['content-security-policy']).toBe(`${sandbox}default-src 'none'; frame-ancestors 'self'`);
    expect(headers['x-frame-options']).toBe('SAMEORIGIN');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test.each(['<html>', '<svg/>', '\0\x01\x02', 'PK\x03\x04'])('%j may not', async (bytes) => {
    const { statusCode, json } = await get(`${await file('x.pdf', bytes)}/content?inline=true`);

    expect([statusCode, json().code]).toEqual([422, 'request.inline']);
  });

  test('is said beforehand, with what the name hides', async () => {
    const { json } = await get(`${await file('cat.png', '<svg/>')}/file`);

    expect(json()).toMatchObject({
      name: 'cat.png',
      bytes: 6,
      media: 'image/svg+xml',
      inline: false,
      says: 'The name ends in .png, and the bytes are an SVG image.',
    });
  });
});

describe('a part of it', () => {
  test.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=8-', 206, '89', 'bytes 8-9/10'],
    ['bytes=0-1,4-5', 200, '0123456789', undefined],
    ['nonsense', 200, '0123456789', undefined],
  ])('%s', async (range, status, body, contentRange) => {
    const got = await get(`${await file('x.txt', '0123456789')}/content`, { range });

    expect([got.statusCode, got.body, got.headers['content-range']]).toEqual([status, body, contentRange]);
    expect(got.headers['content-length']).toBe(String(body.length));
  });

  test('outside of it is refused', async () => {
    const { statusCode, json } = await get(`${await file('x.txt', 'x')}/content`, { range: 'bytes=5-' });

    expect([statusCode, json().code]).toEqual([416, 'request.range']);
  });

  test('of nothing is nothing', async () => {
    const { statusCode, body } = await get(`${await file('x.txt', '')}/content`);

    expect([statusCode, body]).toEqual([200, '']);
  });
});

describe('a link', () => {
  test('may name the organisation in its query, and only its own', async () => {
    const id = await file('x.txt', 'secret');

    expect((await get(`${id}/content?org=alpha`)).body).toBe('secret');
    expect((await get(`${id}/content?org=beta`)).statusCode).toBe(404);
    expect((await get(`${id}/content?org=alpha`, {}, strangers)).statusCode).toBe(404);
    expect((await get(`${id}/file?org=alpha`)).statusCode).toBe(422);
  });
});

describe('who asks', () => {
  test('must be known', async () => {
    const { statusCode } = await app.inject({ url: `/api/evidence/${await file('x.txt', 'secret')}/content` });

    expect(statusCode).toBe(401);
  });

  test.each(['content', 'file'])('from another organisation learns nothing of %s', async (what) => {
    const id = await file('x.txt', 'secret');
    const theirs = await get(`${id}/${what}`, {}, strangers);
    const nobodys = await get(`e-nobodys/${what}`, {}, strangers);

    expect(theirs.statusCode).toBe(404);
    expect(theirs.body.replaceAll(id, 'e-nobodys')).toBe(nobodys.body);
  });

  test.each(['..%2f..%2fetc%2fpasswd', 'a%00b', '%20', 'x'.repeat(300)])('is told of no file called %s', async (id) => {
    const { statusCode } = await get(`${id}/content`);

    expect([400, 404, 422]).toContain(statusCode);
  });
});
