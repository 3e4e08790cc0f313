import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { keepPublished } from './keep-published.ts';

const ORGANISATIONS = [
  { id: 1, slug: 'alpha' },
  { id: 2, slug: 'beta' },
];
const CHECKPOINT = { origin: 'o', size: 1, root: new Uint8Array(32) };

test('one organisation that cannot be published is told once, and does not keep the others', async () => {
  const published: number[] = [];
  const lines: string[] = [];
  const stop = keepPublished(
    {
      publish: (org) => {
        if (org === 1) return Promise.reject(new Error('Organisation 1 has no log key'));
        published.push(org);
        return Promise.resolve(CHECKPOINT);
      },
    },
    () => Promise.resolve(ORGANISATIONS),
    (line) => lines.push(line),
    2,
  );
  while (published.length < 3) await sleep(2);
  await stop();

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^alpha: /);
});

test('a round that takes long is not followed by those that it overslept, and is waited for at the end', async () => {
  let running = 0;
  let most = 0;
  let begun = 0;
  let ended = 0;
  const stop = keepPublished(
    {
      publish: async () => {
        begun += 1;
        running += 1;
        most = Math.max(most, running);
        await sleep(40);
        running -= 1;
        ended += 1;
        return CHECKPOINT;
      },
    },
    () => Promise.resolve(ORGANISATIONS.slice(0, 1)),
    () => undefined,
    2,
  );
  while (begun < 2) await sleep(2);
  await stop();
  const atTheEnd = begun;
  await sleep(60);

  expect([most, ended, begun]).toEqual([1, 2, 2]);
  expect(atTheEnd).toBe(2);
});
