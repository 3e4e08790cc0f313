import type { Ask } from '@countersign/api/client.ts';
import { expect, it } from 'vitest';
import { patient } from './patience.ts';

const restarting = (): Response => new Response('', { status: 503, headers: { 'retry-after': '0' } });

/** How often a request is sent to a server that restarts `times` times, and what comes of it. */
async function sent(times: number, path: string, ask: Ask, answer = restarting): Promise<[number, number]> {
  let asked = 0;
  const fetch = patient(async () => {
    asked += 1;
    return asked <= times ? answer() : new Response('', { status: 200 });
  });
  const { status } = await fetch(`http://localhost${path}`, ask);
  return [asked, status];
}

const get: Ask = { method: 'GET', headers: {} };
const post: Ask = { method: 'POST', headers: {} };
const keyed: Ask = { method: 'POST', headers: { 'idempotency-key': 'k' } };

it.each([
  ['a read', '/api/records/kettle', get, 3],
  ['a view', '/api/views/status', post, 3],
  ['an act with a key', '/api/acts/kettle.boil', keyed, 3],
  ['an act without one', '/api/acts/kettle.boil', post, 1],
  ['a service', '/api/sources', post, 1],
] as const)('%s is sent as often as does no harm', async (_, path, ask, times) => {
  expect((await sent(2, path, ask))[0]).toBe(times);
});

it('gives up in the end, and says what the server said', async () => {
  expect(await sent(99, '/api/views/status', post)).toEqual([5, 503]);
});

it('does not wait for a server that says nothing of coming back', async () => {
  expect(await sent(2, '/x', get, () => new Response('', { status: 503 }))).toEqual([1, 503]);
});
