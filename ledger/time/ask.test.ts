import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { stamp, type TimePost } from './ask.ts';
import { parseTimeRoots } from './roots.ts';
import { InventedAuthority } from './testing.ts';
import { verifyTimeStamp } from './verify.ts';

const DATA = new TextEncoder().encode('anything');
const invented = new InventedAuthority();
const authority = { url: 'https://time.example.com/stamp', roots: parseTimeRoots(invented.roots) };
const answering =
  (status: number, type: string, body: AsyncIterable<Uint8Array> | null): TimePost =>
  async () => ({ status, headers: new Headers({ 'content-type': type }), body });
const REPLY = 'application/timestamp-reply';
async function* chunks(...parts: readonly Uint8Array[]) {
  yield* parts;
}
async function* endless() {
  for (;;) yield new Uint8Array(1024);
}
const never = new Promise<never>(() => undefined);

describe('asking an authority', () => {
  it('gives its answer as it came, and what it proves', async () => {
    const asked: Parameters<TimePost>[] = [];
    const { response, stamp: stamped } = await stamp(
      authority,
      DATA,
      (...args) => {
        asked.push(args);
        return invented.post({ at: '20260401120000Z' })(...args);
      },
      { now: Date.UTC(2026, 3, 1, 12, 9) },
    );

    expect(stamped).toMatchObject({ at: Date.UTC(2026, 3, 1, 12), root: { name: 'Invented Time' } });
    expect(await verifyTimeStamp(response, DATA, authority.roots)).toEqual(stamped);
    expect(asked[0]?.[0]).toBe(authority.url);
    expect(asked[0]?.[1]).toMatchObject({
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/timestamp-query' },
    });
  });

  it('asks with another number each time, so that an old answer is not taken for a new one', async () => {
    const old = await stamp(authority, DATA, invented.post());

    await expect(stamp(authority, DATA, answering(200, REPLY, chunks(old.response)))).rejects.toMatchObject({
      code: 'timestamp.nonce',
    });
  });

  it.each<[string, string, TimePost]>([
    ['an error', 'unreachable', answering(503, REPLY, null)],
    ['a page', 'malformed', answering(200, 'text/html', chunks(DATA))],
    ['nothing', 'malformed', answering(200, REPLY, null)],
    ['no connection', 'unreachable', () => Promise.reject(new TypeError('fetch failed'))],
    ['an answer without end', 'too-long', answering(200, `${REPLY}; charset=binary`, endless())],
    ['silence', 'unreachable', () => never],
    ['a body that stops', 'unreachable', answering(200, REPLY, stopping())],
    ['a clock an hour off', 'clock', invented.post({ at: '20260401130000Z' })],
    ['another’s stamp', 'untrusted', new InventedAuthority('Other Time').post()],
  ])('%s: timestamp.%s', async (_, code, post) => {
    const options = { timeout: 100, now: code === 'clock' ? Date.UTC(2026, 3, 1, 12) : Date.now() };

    await expect(stamp(authority, DATA, post, options)).rejects.toMatchObject({ code: `timestamp.${code}` });
  });

  it('ends when its caller does', async () => {
    const ended = AbortSignal.abort();

    await expect(stamp(authority, DATA, () => never, { signal: ended })).rejects.toMatchObject({
      code: 'timestamp.unreachable',
    });
  });

  it('over HTTP by fetch; a redirection is not followed', async () => {
    const server = createServer((request, answer) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.url === '/moved') return answer.writeHead(307, { location: '/stamp' }).end();
        answer.writeHead(200, { 'content-type': REPLY }).end(invented.answer(Buffer.concat(chunks)));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const at = (path: string) => stamp({ ...authority, url: `http://127.0.0.1:${port}${path}` }, DATA, fetch);

    expect((await at('/stamp')).stamp.signedBy.name).toBe('Invented Time-stamps');
    await expect(at('/moved')).rejects.toMatchObject({ code: 'timestamp.unreachable' });
    server.close();
    server.closeAllConnections();
    await expect(at('/stamp')).rejects.toMatchObject({ code: 'timestamp.unreachable' });
  });
});

async function* stopping() {
  yield Uint8Array.of(0x30);
  await never;
}
