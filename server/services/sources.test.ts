import type { Connector, Dataset } from '@countersign/connectors/kit/connector.ts';
import { SourceRefusal } from '@countersign/connectors/kit/connector.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, refusalOf, standUp } from '../testing.ts';

const SECRET = 'hunter2-unmistakable';
let readingNow = 0;
let mostReading = 0;
/** Called when somebody is being probed. */
let whileProbed: () => Promise<unknown> = () => Promise.resolve();

const dataset = (name: string, collect: Dataset['collect']): Dataset => ({
  name,
  mode: 'state',
  says: name,
  fields: {},
  collect,
});
const connector = (name: string, datasets: readonly Dataset[]): Connector => ({
  name,
  title: name,
  says: name,
  local: 'never',
  settings: z.strictObject({}),
  secrets: ['token'],
  version: '1',
  probe: async () => {
    await whileProbed();
    return { says: 'It answers.' };
  },
  datasets,
  checks: [],
});
const item = (id: string) => ({ is: 'item', id, data: { id } }) as const;

const ALL = [
  connector('broken', [
    dataset('twice', async function* () {
      yield item('one');
      yield item('one');
      return {};
    }),
    dataset('fault', async function* ({ secrets }) {
      yield item('one');
      throw new TypeError(`cannot read ${secrets['token'] ?? ''}`);
    }),
    dataset('refused', async function* ({ secrets }) {
      yield item('one');
      throw new SourceRefusal('source.not-allowed', `The system refused ${secrets['token'] ?? ''}`);
    }),
    dataset('whole', async function* () {
      yield item('one');
      return {};
    }),
  ]),
  connector('slow', [
    dataset('things', async function* () {
      readingNow += 1;
      mostReading = Math.max(mostReading, readingNow);
      await sleep(30);
      readingNow -= 1;
      yield item('one');
      return {};
    }),
  ]),
];
vi.mock('@countersign/connectors/kit/registry.ts', () => ({
  connectors: () => Promise.resolve(new Map(ALL.map((one) => [one.name, one]))),
}));

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
});
afterAll(() => ground.close());

const connect = (
  id: string,
  name = 'broken',
  secrets: Record<string, string> = { token: SECRET },
  org = ground.alpha,
) => ground.engine.services.connect(org, OPERATOR, { connector: name, id, settings: {}, secrets });
const collect = (names: readonly string[], org = ground.alpha) =>
  ground.engine.services.collect(org, OPERATOR, names, () => undefined, new AbortController().signal);
const kept = async () =>
  (
    await ground.asAdministrator<{ name: string }>(
      `select name from secret where org = $1 and name like 'source/%' order by name`,
      [ground.alpha.id],
    )
  ).map(({ name }) => name);

describe('a collection that goes wrong', () => {
  test('is recorded as failed with its reason and without a secret, and the next one is read', async () => {
    const log: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((line) => log.push(String(line)) > 0);
    await connect('b1');
    await connect('b2');

    const reports = await collect(['b1', 'b2']).finally(() => write.mockRestore());
    const stored = await ground.asAdministrator<{ why: string }>(
      'select why::text as why from collection where org = $1',
      [ground.alpha.id],
    );

    expect(reports.map(({ dataset: name, status, items }) => [name, status, items])).toEqual(
      ['b1', 'b2'].flatMap(() => [
        ['broken/twice', 'failed', 0],
        ['broken/fault', 'failed', 0],
        ['broken/refused', 'failed', 0],
        ['broken/whole', 'complete', 1],
      ]),
    );
    expect(reports.map(({ why }) => why[0]?.split(':')[0] ?? '')).toEqual([
      'facts.twice',
      expect.stringMatching(/^The connector met a fault \([0-9a-f-]{36} in the server’s log\)\.$/),
      'source.not-allowed',
      '',
      'facts.twice',
      expect.any(String),
      'source.not-allowed',
      '',
    ]);
    const faults = log.map((line) => JSON.parse(line) as { fault: string; error: string });
    expect(faults).toHaveLength(2);
    expect(reports[1]?.why[0]).toContain(faults[0]?.fault);
    expect(faults[0]?.error).toContain('TypeError: cannot read');
    expect(JSON.stringify([reports, stored, log])).not.toContain(SECRET);
  });

  test('is thrown when who asked has gone', async () => {
    const gone = AbortSignal.abort(new Error('gone'));

    await expect(ground.engine.services.collect(ground.alpha, OPERATOR, ['b1'], () => undefined, gone)).rejects.toThrow(
      'gone',
    );
  });
});

describe('a source’s secrets', () => {
  test('are not kept when the source is refused at last', async () => {
    whileProbed = () =>
      ground.engine.services.connect(ground.alpha, OPERATOR, {
        connector: 'push',
        id: 'raced',
        settings: {},
        secrets: {},
      });

    const code = await refusalOf(connect('raced'));
    whileProbed = () => Promise.resolve();

    expect(code).toBe('record.exists');
    expect(await kept()).not.toContain('source/raced/token');
  });

  test('are deleted once it is removed, and those of the others stay', async () => {
    await connect('gone');
    await connect('gone-not');
    const before = await kept();
    await ground.engine.runtime.act(ground.alpha, OPERATOR, 'source.remove', { source: 'gone' });

    await ground.engine.services.doctor();

    expect(before).toEqual(expect.arrayContaining(['source/gone/token', 'source/gone-not/token']));
    expect(await kept()).toContain('source/gone-not/token');
    expect(await kept()).not.toContain('source/gone/token');
  });
});

test('a token that was revoked is not kept even as a digest', async () => {
  const make = () => ground.engine.services.createToken(ground.alpha, OPERATOR, { name: 'n' });
  const digests = async () =>
    (await ground.asAdministrator<{ id: string }>('select id from token where org = $1', [ground.alpha.id])).map(
      ({ id }) => id,
    );
  const [shown, forgotten, good] = [await make(), await make(), await make()];
  for (const { id } of [shown, forgotten])
    await ground.engine.runtime.act(ground.alpha, OPERATOR, 'token.revoke', { token: id });

  expect(await ground.engine.services.authenticate(shown.token)).toBeUndefined();

  expect(await digests()).not.toContain(shown.id);
  expect(await digests()).not.toContain(forgotten.id);
  expect(await digests()).toContain(good.id);
});

test('no more than a few systems are read at once, and all are', async () => {
  const ids = Array.from({ length: 12 }, (_, i) => `slow-${i}`);
  for (const id of ids) await connect(id, 'slow', {}, ground.beta);

  const reports = await Promise.all(ids.map((id) => collect([id], ground.beta)));

  expect(reports.flat().map(({ status }) => status)).toEqual(ids.map(() => 'complete'));
  expect(mostReading).toBeGreaterThan(1);
  expect(mostReading).toBeLessThan(5);
});
