import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { verifyPath } from '@countersign/ledger/index.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Services } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, standUp } from '../testing.ts';
import { archived } from './log-archive.ts';

let ground: Ground;
let folder: string;
beforeAll(async () => {
  ground = await standUp();
  folder = await mkdtemp(join(tmpdir(), 'countersign-archive-'));
});
afterAll(async () => {
  await ground.close();
  await rm(folder, { recursive: true });
});

const bodyOf = (services: Services): Readable => {
  const told = archived(services, ground.alpha);
  if (!('bytes' in told)) throw new Error('An archive is bytes');
  return told.bytes;
};

test('the archive verifies as it is, with every entry of the log', async () => {
  const { services, runtime } = ground.engine;
  const records = Array.from({ length: 30 }, (_, i) => ({ kind: 'person', id: `p-${i}`, name: `Person ${i}` }));
  for (const record of records) await runtime.act(ground.alpha, OPERATOR, 'records.apply', { records: [record] });
  const { key } = await services.checkpoint(ground.alpha);
  const path = join(folder, 'log.zip');
  await writeFile(path, bodyOf(services));

  const answer = await verifyPath(path, { keys: [key] });

  expect(answer).toMatchObject({ ok: true, kind: 'export', failures: [] });
  expect(answer.checked.entries).toBeGreaterThanOrEqual(30);
});

test('whoever goes away before its end ends the export as well', async () => {
  let ended = false;
  const services = {
    async *exportLog() {
      try {
        for (let i = 0; ; i++) yield { path: `tile/${i}`, bytes: new Uint8Array(100_000), append: false };
      } finally {
        ended = true;
      }
    },
  } as unknown as Services;
  const body = bodyOf(services);
  for await (const _ of body) break;

  await expect.poll(() => ended).toBe(true);
});
