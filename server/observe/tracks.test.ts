import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, standUp } from '../testing.ts';
import { TrackMemory } from './tracks.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
});
afterAll(() => ground.close());

const at = (text: string): number => Date.parse(`${text}T00:00:00Z`);

test('a window is as complete as the weakest claim of the collections known then that cover some of it', async () => {
  ground.clock.set('2026-06-01T00:00:00Z');
  await ground.engine.services.connect(ground.alpha, OPERATOR, {
    connector: 'push',
    id: 'ci',
    settings: {},
    secrets: {},
  });
  const indexes: number[] = [];
  for (const [from, to, claim] of [
    ['2026-01-01', '2026-02-01', 'collector'],
    ['2026-02-01', '2026-03-01', 'claimed'],
    ['2026-03-01', '2026-04-01', 'reconciled'],
  ] as const) {
    const collection = {
      dataset: 'runs',
      mode: 'events',
      from: `${from}T00:00:00Z`,
      to: `${to}T00:00:00Z`,
      complete: true,
    };
    const report = await ground.engine.services.push(
      ground.alpha,
      OPERATOR,
      'ci',
      Readable.from([Buffer.from(JSON.stringify({ collection }))]),
    );
    await ground.asAdministrator('update collection set completed_by = $3 where org = $1 and log_index = $2', [
      ground.alpha.id,
      report.index,
      claim,
    ]);
    indexes.push(report.index);
  }
  const size = (indexes[2] ?? 0) + 1;

  const says = await ground.database.tenant(ground.alpha.id, 'read', (client) =>
    new TrackMemory().completeBy(client, ground.alpha.id, size),
  );
  const over = (from: string, to: string, position = size) => says.over('ci/runs', at(from), at(to), position);

  expect(over('2026-01-01', '2026-02-01')).toBe('collector');
  expect(over('2026-01-31', '2026-02-02')).toBe('claimed');
  expect(over('2026-03-01', '2026-06-01')).toBe('reconciled');
  expect(over('2026-01-01', '2026-06-01')).toBe('claimed');
  expect(over('2026-01-15', '2026-06-01', indexes[1])).toBe('collector');
  expect(over('2026-05-01', '2026-06-01')).toBe('claimed');
  expect(says.over('ci/none', 0, Infinity, size)).toBe('claimed');
});
