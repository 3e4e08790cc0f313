import { Refusal } from '@countersign/core/kernel/index.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Ask } from './client.ts';
import { clientOf, linesIn } from './client.ts';
import { collect, createToken, proof, putBlob } from './operations.ts';
import { Fault } from './problem.ts';

interface Sent extends Ask {
  readonly url: string;
}

/** A server that answers each request with the next of what it is given, and remembers what was asked. */
function answering(...responses: readonly Response[]) {
  const sent: Sent[] = [];
  const left = [...responses];
  const client = clientOf({
    url: 'https://example.com',
    headers: { authorization: 'Bearer t' },
    fetch: (url, ask) => {
      sent.push({ url, ...ask });
      const next = left.shift();
      return next === undefined ? Promise.reject(new Error('asked too often')) : Promise.resolve(next);
    },
  });
  return { client, sent };
}

const problem = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });

const row = { kind: 'kettle', version: 1, head: 1, recordedAt: '2026-01-01T00:00:00Z', effectiveAt: null, actor: 'p' };

describe('the client', () => {
  it('sends an act with its key, its version and its clock, and parses what it answers', async () => {
    const answer = { index: 3, recordedAt: '2026-01-01T00:00:00Z', changes: [], answer: { n: 1, more: true } };
    const { client, sent } = answering(Response.json(answer));

    const did = await client.act(
      'kettle.boil',
      { kettle: 'a' },
      { idempotencyKey: 'k', ifMatch: 4, dryRun: true },
      z.object({ n: z.int() }),
    );

    expect(did.answer).toEqual({ n: 1 });
    expect(sent[0]).toMatchObject({
      url: 'https://example.com/api/acts/kettle.boil?dryRun=true',
      method: 'POST',
      body: '{"kettle":"a"}',
      headers: { authorization: 'Bearer t', 'idempotency-key': 'k', 'if-match': '4' },
    });
  });

  it('percent-encodes what it puts into a path', async () => {
    const { client, sent } = answering(problem(404, {}));

    await expect(client.get('../secret', 'a/b?c#d')).rejects.toThrow();

    expect(sent[0]?.url).toBe('https://example.com/api/records/..%2Fsecret/a%2Fb%3Fc%23d');
  });

  it('reads all pages of a list', async () => {
    const { client, sent } = answering(
      Response.json({ items: [{ ...row, id: 'a' }], total: 2, next: 'N' }),
      Response.json({ items: [{ ...row, id: 'b' }], total: 2, next: null }),
    );

    const ids: string[] = [];
    for await (const { id } of client.all('kettle', { where: { state: 'cold' } })) ids.push(id);

    expect(ids).toEqual(['a', 'b']);
    expect(sent[1]?.url).toContain('cursor=N');
    expect(sent[1]?.url).toContain('where.state=cold');
  });

  it('throws the refusal of the server, with its place', async () => {
    const body = { type: 'x', title: 'x', status: 409, detail: 'No.', code: 'kettle.boiling', at: ['kettles', 0] };
    const { client } = answering(problem(409, body));

    const thrown = await client.view('v', {}).catch((error: unknown) => error);

    expect(thrown).toBeInstanceOf(Refusal);
    expect(thrown).toMatchObject({ code: 'kettle.boiling', family: 'conflict', path: ['kettles', 0] });
  });

  it.each([
    [
      problem(500, { type: 'about:blank', title: 't', status: 500, detail: 'd', code: 'fault', id: 'F1' }),
      { id: 'F1' },
    ],
    [
      problem(
        503,
        { type: 'x', title: 't', status: 503, detail: 'd', code: 'service.restarting' },
        { 'retry-after': '1' },
      ),
      { retryAfter: 1 },
    ],
    [new Response('<html>', { status: 502 }), { id: undefined }],
    [new Response('not json', { status: 404 }), { id: undefined }],
  ])('throws a fault where the server failed or did not explain itself', async (response, like) => {
    const { client } = answering(response);

    const thrown = await client.view('v', {}).catch((error: unknown) => error);

    expect(thrown).toBeInstanceOf(Fault);
    expect(thrown).toMatchObject(like);
  });

  it('infers what services take and answer from their declarations', async () => {
    const { client, sent } = answering(
      Response.json({ token: 'T', id: 'i', expires: null, secret: 'no' }),
      new Response('proof'),
      Response.json({ digest: 'd', bytes: 2, media: 'text/plain' }),
    );

    const { token } = await client.call(createToken, { body: { name: 'ci' } });
    const text: string = await client.call(proof, { params: { index: 3 } });
    const { bytes } = await client.call(putBlob, { body: new Uint8Array([1, 2]) });
    // @ts-expect-error a token needs a name
    await expect(client.call(createToken, { body: {} })).rejects.toThrow();

    expect([token, text, bytes]).toEqual(['T', 'proof', 2]);
    expect(sent[1]?.url).toBe('https://example.com/api/log/proofs/3');
    expect(sent[2]?.headers['content-type']).toBe('application/octet-stream');
  });

  it('reads an answer line by line, cut wherever the network cuts it', async () => {
    const whole = new TextEncoder().encode(
      '{"progress":{"source":"ä","dataset":"d","done":1}}\n{"done":{"collections":[]}}\n',
    );
    for (let cut = 1; cut < whole.length; cut += 1) {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(whole.slice(0, cut));
          controller.enqueue(whole.slice(cut));
          controller.close();
        },
      });
      const { client } = answering(new Response(body));

      const lines = [];
      for await (const line of client.lines(collect, { body: {} })) lines.push(line);

      expect(lines).toHaveLength(2);
      expect(lines[0]).toEqual({ progress: { source: 'ä', dataset: 'd', done: 1 } });
    }
  });

  it('takes an answer that breaks off for a fault', async () => {
    const read = async (): Promise<void> => {
      for await (const line of linesIn(new Blob(['{"a":1}\n{"b"']).stream())) expect(line).toBe('{"a":1}');
    };

    await expect(read()).rejects.toBeInstanceOf(Fault);
  });
});
