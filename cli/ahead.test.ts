import { afterEach, expect, test } from 'vitest';
import { canned } from './testing/canned.ts';
import type { Stage } from './testing/world.ts';
import { stage } from './testing/world.ts';

const stages: Stage[] = [];
afterEach(async () => {
  for (const one of stages.splice(0)) await one.close();
});

const row = { kind: 'kettle', id: 'a', version: 1, head: 2 };
const plan = { create: [], change: [{ kind: 'kettle', id: 'a', fields: ['title'] }], retire: [], unchanged: 0 };

/** A server with a kettle of which a version dated ahead was recorded last. */
async function standUp() {
  const { sent, connect } = canned({
    'GET /api/records/kettle': ({ query }) => {
      const title = query['heads'] === 'true' ? 'Ahead' : 'In force';
      return { items: [{ ...row, title }], total: 1, next: null };
    },
    'GET /api/records/kettle/a': () => ({ ...row, title: 'In force' }),
    'GET /api/records/kettle/a/history': () => ({
      versions: [
        { ...row, title: 'In force' },
        { ...row, version: 2, title: 'Ahead' },
      ],
    }),
    'POST /api/acts/records.apply': () => ({
      index: null,
      recordedAt: '2026-01-01T00:00:00Z',
      changes: [],
      answer: plan,
    }),
  });
  const one = await stage(connect);
  stages.push(one);
  return { ...one, sent };
}

test('what is exported is what apply compares with: the last version recorded, and with --as-of what held then', async () => {
  const { run, sent } = await standUp();

  await run('export', 'x', '--kind', 'kettle', '--known-at', '2026-02-01');
  await run('export', 'y', '--kind', 'kettle', '--as-of', '2026-01-01');

  expect(sent.map(({ query }) => [query['heads'], query['asOf'], query['knownAt']])).toEqual([
    ['true', undefined, '2026-02-01'],
    [undefined, '2026-01-01', undefined],
  ]);
});

test('the plan shows what was recorded last as what was before, though it does not hold yet', async () => {
  const { run, write } = await standUp();
  await write('k.json', JSON.stringify({ kind: 'kettle', id: 'a', title: 'New' }));

  const ran = await run('apply', 'k.json', '--dry-run');

  expect(ran.out).toContain('Ahead → New');
});

test('a history is asked as known at a moment', async () => {
  const { run, sent } = await standUp();

  await run('get', 'kettle', 'a', '--history', '--known-at', '2026-02-01');

  expect(sent[0]?.query).toEqual({ knownAt: '2026-02-01' });
});
