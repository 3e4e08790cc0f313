import { potteryProduct } from '@countersign/server/kernel/testing.ts';
import { standUp } from '@countersign/server/testing.ts';
import { stage } from 'countersign/testing/world.ts';
import { local } from 'countersign/transport.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';

// Kinds, acts and views that only this test knows, from the command line through the doors to a real PostgreSQL and back.

let ground: Awaited<ReturnType<typeof standUp>>;
let terminal: Awaited<ReturnType<typeof stage>>;

beforeAll(async () => {
  ground = await standUp(potteryProduct());
  const app = await ground.app('secret');
  const headers = { 'x-countersign-operator': 'secret' };
  const close = async (): Promise<void> => undefined;
  terminal = await stage(async (where) => local({ headers, close, inject: (options) => app.inject(options) }, where), {
    of: ground.engine.runtime.product,
  });
});

afterAll(async () => {
  await terminal.close();
  await ground.close();
});

const json = async (...words: string[]): Promise<unknown> => (await terminal.run(...words, '--json')).json();

test('a new kind is applied from a file, acted on, asked about, and apart for each tenant', async () => {
  await terminal.write('in/a.yaml', 'kind: pot\nid: p\nrack: r\n---\nkind: rack\nid: r\ntitle: "yes"\nbest: p\n');

  expect(await json('apply', 'in', '--org', 'alpha')).toMatchObject({ create: [{ id: 'p' }, { id: 'r' }] });
  expect(await json('act', 'pot.glaze', '--pot', 'p', '--org', 'alpha')).toMatchObject({ answer: { glazes: 1 } });
  expect(await json('view', 'pot.stock', '--org', 'alpha')).toEqual({ pots: 1, glazes: 1 });
  expect(await json('view', 'pot.stock', '--org', 'beta')).toEqual({ pots: 0, glazes: 0 });
});

test('what is exported and applied again changes nothing', async () => {
  const exported = await terminal.run('export', 'out', '--org', 'alpha', '--json');

  expect(exported.code).toBe(0);
  expect(await json('apply', 'out', '--org', 'alpha')).toMatchObject({ create: [], change: [] });
});

test('a refusal of its act is one document and exit 2', async () => {
  const refused = await terminal.run('act', 'pot.glaze', '--pot', 'q', '--org', 'alpha', '--json');

  expect([refused.code, refused.json()]).toMatchObject([2, { refusal: { code: 'record.missing' } }]);
});
