import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';
import type { Engine } from '../engine.ts';
import type { ActAnswer, Organisation } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, refusalIn, refusalOf, standUp } from '../testing.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signers } from '../ledger/keys.ts';
import { createVault, readKeyFile } from '../secrets.ts';
import type { Tenants } from './organisation.ts';
import { Memory } from './organisation.ts';
import type { Runner } from './runner.ts';
import { createRunner } from './runner.ts';
import { potteryProduct } from './testing.ts';

let ground: Ground;
/** A second process's worth on the same database. */
let other: Engine;
let tenants: readonly Organisation[];

beforeAll(async () => {
  ground = await standUp(potteryProduct());
  other = await ground.another();
  tenants = [ground.alpha, ground.beta];
});
afterAll(() => ground.close());

let pots = 0;
/** A pot that no other test has. */
let pot: string;
beforeEach(async () => {
  pot = `p-${(pots += 1)}`;
  for (const org of tenants) await apply(org, [{ kind: 'pot', id: pot }]);
});

const run = (
  org: Organisation,
  name: string,
  input: object,
  options: Parameters<Engine['runtime']['act']>[4] = {},
  engine: Engine = ground.engine,
): Promise<ActAnswer> => engine.runtime.act(org, OPERATOR, name, input, options);

const apply = (org: Organisation, records: readonly object[]): Promise<ActAnswer> =>
  run(org, 'records.apply', { records });

const read = (org: Organisation, id: string, engine: Engine = ground.engine): Promise<object> =>
  engine.runtime.get(org, OPERATOR, 'pot', id);

const sizeOf = async (org: Organisation): Promise<number> =>
  (await ground.asAdministrator<{ size: number }>('select size::int from log where org = $1', [org.id]))[0]?.size ?? 0;

describe('a change made from a version that is not the last', () => {
  test('is refused, and nothing is written', async () => {
    await run(ground.alpha, 'pot.glaze', { pot });
    const size = await sizeOf(ground.alpha);

    const refused = await refusalOf(run(ground.alpha, 'pot.changeFrom', { pot, from: 1, note: 'mine' }));

    expect(refused).toBe('record.conflict');
    expect(await sizeOf(ground.alpha)).toBe(size);
    expect((await run(ground.beta, 'pot.changeFrom', { pot, from: 1, note: 'mine' })).changes).toMatchObject([
      { version: 2 },
    ]);
  });

  test('is refused by If-Match, where the act itself decides on what is there', async () => {
    await run(ground.alpha, 'pot.glaze', { pot });

    const refused = await refusalIn(run(ground.alpha, 'pot.glaze', { pot }, { ifMatch: 1 }));
    const done = await run(ground.alpha, 'pot.glaze', { pot }, { ifMatch: 2 });

    expect([refused.code, refused.family]).toEqual(['record.conflict', 'conflict']);
    expect(done.answer).toEqual({ glazes: 2 });
  });
});

describe('an idempotency key', () => {
  test('gives a repeat the first answer and makes no second entry, also in another process', async () => {
    const idempotencyKey = randomUUID();
    const first = await run(ground.alpha, 'pot.glaze', { pot }, { idempotencyKey });
    const size = await sizeOf(ground.alpha);

    const again = await run(ground.alpha, 'pot.glaze', { pot }, { idempotencyKey });
    const elsewhere = await run(ground.alpha, 'pot.glaze', { pot }, { idempotencyKey }, other);

    expect(again).toEqual(first);
    expect(elsewhere).toEqual(first);
    expect(await sizeOf(ground.alpha)).toBe(size);
    expect(await read(ground.alpha, pot)).toMatchObject({ glazes: 1 });
  });

  test('is one organisation’s: the same key is another’s own', async () => {
    const idempotencyKey = randomUUID();
    await run(ground.alpha, 'pot.glaze', { pot }, { idempotencyKey });

    await run(ground.beta, 'pot.glaze', { pot }, { idempotencyKey });

    expect(await read(ground.beta, pot)).toMatchObject({ glazes: 1 });
  });

  test('holds when the repeats come at once, through two processes', async () => {
    const idempotencyKey = randomUUID();

    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        run(ground.alpha, 'pot.glaze', { pot }, { idempotencyKey }, i % 2 === 0 ? ground.engine : other),
      ),
    );

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await read(ground.alpha, pot)).toMatchObject({ glazes: 1 });
  });

  test('in capitals is the same key', async () => {
    const idempotencyKey = randomUUID();
    const first = await run(ground.alpha, 'pot.glaze', { pot }, { idempotencyKey });

    expect(await run(ground.alpha, 'pot.glaze', { pot }, { idempotencyKey: idempotencyKey.toUpperCase() })).toEqual(
      first,
    );
  });

  test('that was used for something else is refused, and nothing is told of what was done with it', async () => {
    const idempotencyKey = randomUUID();
    const lena: Actor = { id: 'lena', roles: ['lead'] };
    await run(ground.alpha, 'pot.glaze', { pot }, { idempotencyKey });
    const size = await sizeOf(ground.alpha);
    const by = (actor: Actor, name: string, input: object) =>
      refusalIn(ground.engine.runtime.act(ground.alpha, actor, name, input, { idempotencyKey }));

    const refused = await Promise.all([
      by(OPERATOR, 'pot.glaze', { pot: 'p-1-other' }),
      by(OPERATOR, 'pot.retire', { pot }),
      by(lena, 'pot.glaze', { pot }),
    ]);
    const stranger = await by({ id: 'emma', roles: ['employee'] }, 'pot.glaze', { pot });

    expect(refused.map(({ code, family }) => [code, family])).toEqual(
      Array.from({ length: 3 }, () => ['record.key-reused', 'conflict']),
    );
    expect(stranger.code).toBe('record.forbidden');
    expect(await sizeOf(ground.alpha)).toBe(size);
  });

  test('that two use at once is the first one’s', async () => {
    const idempotencyKey = randomUUID();

    const [first, second] = await Promise.allSettled([
      run(ground.alpha, 'pot.glaze', { pot }, { idempotencyKey }),
      run(ground.alpha, 'pot.retire', { pot }, { idempotencyKey }),
    ]);

    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'record.key-reused' } });
    expect(await read(ground.alpha, pot)).toMatchObject({ glazes: 1 });
  });

  test('of a refused act is free: the repeat decides anew', async () => {
    const idempotencyKey = randomUUID();
    await refusalOf(run(ground.alpha, 'pot.glaze', { pot: `${pot}-x` }, { idempotencyKey }));
    await apply(ground.alpha, [{ kind: 'pot', id: `${pot}-x` }]);

    expect((await run(ground.alpha, 'pot.glaze', { pot: `${pot}-x` }, { idempotencyKey })).answer).toEqual({
      glazes: 1,
    });
  });

  test.each(['garbage', '', "'; drop table log; --", `${randomUUID()}0`])('“%s” is refused', async (idempotencyKey) => {
    expect(await refusalOf(run(ground.alpha, 'pot.glaze', { pot }, { idempotencyKey }))).toBe('record.invalid');
  });
});

test('a dry run decides and checks everything, and saves nothing', async () => {
  const size = await sizeOf(ground.alpha);

  const dry = await run(ground.alpha, 'pot.glaze', { pot }, { dryRun: true, idempotencyKey: randomUUID() });
  const refused = await refusalOf(run(ground.alpha, 'pot.changeFrom', { pot, from: 9, note: 'x' }, { dryRun: true }));

  expect(dry).toMatchObject({ index: null, changes: [{ id: pot, version: 2 }], answer: { glazes: 1 } });
  expect(refused).toBe('record.conflict');
  expect(await sizeOf(ground.alpha)).toBe(size);
  expect(await read(ground.alpha, pot)).toMatchObject({ glazes: 0, head: 1 });
});

describe('acts that wait together', () => {
  test.each([
    ['makes what the database refuses', 'pot.curse', { pot: 'cursed' }],
    ['breaks while it decides', 'pot.stumble', {}],
  ])('commit though one of them %s', async (_, name, input) => {
    const acts = await Promise.allSettled([
      run(ground.alpha, 'pot.glaze', { pot }),
      run(ground.alpha, 'pot.glaze', { pot }),
      run(ground.alpha, name, input),
      run(ground.alpha, 'pot.glaze', { pot }),
      run(ground.beta, 'pot.glaze', { pot }),
    ]);

    expect(acts.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(await read(ground.alpha, pot)).toMatchObject({ glazes: 3 });
    expect(await read(ground.beta, pot)).toMatchObject({ glazes: 1 });
  });

  test('commit though some of them are refused, and see what those before them did', async () => {
    const size = await sizeOf(ground.alpha);

    const acts = await Promise.allSettled([
      run(ground.alpha, 'pot.glaze', { pot }),
      run(ground.alpha, 'pot.glaze', { pot: 'nowhere' }),
      run(ground.alpha, 'pot.glaze', { pot }),
      run(ground.alpha, 'pot.changeFrom', { pot, from: 1, note: 'late' }),
      run(ground.alpha, 'pot.glaze', { pot }),
    ]);

    expect(acts.map((act) => (act.status === 'fulfilled' ? act.value.index : act.reason.code))).toEqual([
      size,
      'record.missing',
      size + 1,
      'record.conflict',
      size + 2,
    ]);
  });
});

test('recorded time never runs backwards when the clock does, and what was written is seen at once', async () => {
  ground.clock.set('2026-02-01T12:00:00Z');
  const before = await run(ground.alpha, 'pot.glaze', { pot });

  ground.clock.set('2026-02-01T11:00:00Z');
  const after = await run(ground.alpha, 'records.apply', { records: [{ kind: 'notice', id: pot, says: 'hello' }] });
  const seen = await ground.engine.runtime.get(ground.alpha, OPERATOR, 'notice', pot);
  const elsewhere = await other.runtime.list(ground.alpha, OPERATOR, 'notice', { where: { id: pot } });

  expect(before.recordedAt).toBe('2026-02-01T12:00:00.000Z');
  expect(after.recordedAt).toBe('2026-02-01T12:00:00.000Z');
  expect(seen).toMatchObject({ says: 'hello' });
  expect(elsewhere.total).toBe(1);
});

test('sixteen writers in two processes lose no update and leave no gap, in either organisation', async () => {
  const writers = 16;
  const each = 10;
  const before = await Promise.all(tenants.map(sizeOf));

  const answers = await Promise.all(
    Array.from({ length: writers }, async (_, i) => {
      const org = tenants[i % 2] ?? ground.alpha;
      const engine = i % 4 < 2 ? ground.engine : other;
      const indexes: (number | null)[] = [];
      for (let n = 0; n < each; n += 1) indexes.push((await run(org, 'pot.glaze', { pot }, {}, engine)).index);
      return { org: org.id, indexes };
    }),
  );

  for (const [i, org] of tenants.entries()) {
    const from = before[i] ?? 0;
    const expected = (writers / 2) * each;
    const indexes = answers.flatMap((answer) => (answer.org === org.id ? answer.indexes : []));
    expect([...indexes].sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      Array.from({ length: expected }, (_, n) => from + n),
    );
    expect(await read(org, pot)).toMatchObject({ glazes: expected, version: expected + 1 });
    const [log] = await ground.asAdministrator<{ entries: number; most: number; backwards: number }>(
      `select count(*)::int as entries, max(index)::int + 1 as most,
              (select count(*)::int from (select recorded_at < lag(recorded_at) over (order by index) as back from log_entry where org = $1) t where back) as backwards
         from log_entry where org = $1`,
      [org.id],
    );
    expect(log).toEqual({ entries: from + expected, most: from + expected, backwards: 0 });
  }
});

test('what one process wrote another reads in its next answer', async () => {
  for (let i = 1; i <= 20; i += 1) {
    const [writer, reader] = i % 2 === 0 ? [ground.engine, other] : [other, ground.engine];
    await run(ground.alpha, 'pot.glaze', { pot }, {}, writer);

    expect(await read(ground.alpha, pot, reader)).toMatchObject({ glazes: i });
  }
});

describe('a commit of which nobody hears', () => {
  const lostAnswer = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  /** Acts over connections of which the nth to write is treated by `lose`; what comes after it works. */
  const over = async (nth: number, lose: (client: pg.PoolClient) => Promise<void>, after?: () => never) => {
    let writes = 0;
    const tenants: Tenants = {
      async tenant(org, mode, work) {
        if (mode === 'read' || (writes += 1) !== nth) return ground.database.tenant(org, mode, work);
        const answer = await ground.database.tenant(org, mode, async (client) => {
          const done = await work(client);
          await lose(client);
          return done;
        });
        return after === undefined ? answer : after();
      },
    };
    return createRunner({
      product: ground.engine.runtime.product,
      tenants,
      memory: new Memory(ground.engine.runtime.product),
      clock: ground.clock,
      feeds: new Map(),
      holds: new Map(),
      signer: signers(createVault(await readKeyFile(join(ground.folder, 'key')))),
    });
  };
  const four = (runtime: Runner) =>
    Promise.allSettled([
      // The first goes alone; the next three wait together and go second.
      runtime.act(ground.alpha, OPERATOR, 'pot.glaze', { pot }),
      runtime.act(ground.alpha, OPERATOR, 'pot.glaze', { pot }),
      runtime.act(ground.alpha, OPERATOR, 'pot.glaze', { pot: 'nowhere' }),
      runtime.act(ground.alpha, OPERATOR, 'pot.glaze', { pot }),
    ]);

  test.each([1, 2])(
    'is found, and everybody is told what was decided: nothing is done twice (write %i)',
    async (nth) => {
      const size = await sizeOf(ground.alpha);
      const runtime = await over(
        nth,
        async () => undefined,
        () => {
          throw lostAnswer;
        },
      );

      const ends = await four(runtime);

      expect(ends.map((end) => (end.status === 'fulfilled' ? end.value.answer : end.reason.code))).toEqual([
        { glazes: 1 },
        { glazes: 2 },
        'record.missing',
        { glazes: 3 },
      ]);
      expect(await sizeOf(ground.alpha)).toBe(size + 3);
      expect(await read(ground.alpha, pot)).toMatchObject({ glazes: 3 });
      expect((await runtime.act(ground.alpha, OPERATOR, 'pot.glaze', { pot })).answer).toEqual({ glazes: 4 });
    },
  );

  test.each([
    [1, ['rejected', 'fulfilled', 'rejected', 'fulfilled'], 2],
    [2, ['fulfilled', 'rejected', 'rejected', 'rejected'], 1],
  ])(
    'and was not made is a fault to those who waited for it, and nothing of it is done (write %i)',
    async (nth, ends, done) => {
      const size = await sizeOf(ground.alpha);
      const runtime = await over(nth, async (client) => {
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
        await ground.asAdministrator('select pg_terminate_backend($1)', [rows[0]?.pid]);
      });

      const acts = await four(runtime);

      expect(acts.map(({ status }) => status)).toEqual(ends);
      expect(acts[nth === 1 ? 0 : 1]).not.toHaveProperty('reason.family');
      expect(await sizeOf(ground.alpha)).toBe(size + done);
      expect(await read(ground.alpha, pot)).toMatchObject({ glazes: done });
    },
  );

  test('is told to be another’s where the place in the log is', async () => {
    const runtime = await over(1, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      await ground.asAdministrator('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await run(ground.alpha, 'pot.glaze', { pot }, {}, other);
    });

    await expect(runtime.act(ground.alpha, OPERATOR, 'pot.glaze', { pot })).rejects.not.toBeInstanceOf(Refusal);
    expect(await read(ground.alpha, pot)).toMatchObject({ glazes: 1 });
  });
});

test('every act under way is told that the log is held by somebody else, once, and works again afterwards', async () => {
  const patienceMs = 300;
  const runtime = createRunner({
    product: ground.engine.runtime.product,
    tenants: ground.database,
    memory: new Memory(ground.engine.runtime.product),
    clock: ground.clock,
    feeds: new Map(),
    holds: new Map(),
    signer: signers(createVault(await readKeyFile(join(ground.folder, 'key')))),
    patienceMs,
  });
  const began = performance.now();

  const busy = await ground.database.tenant(ground.alpha.id, 'write', async (client) => {
    await client.query('select size from log where org = $1 for update', [ground.alpha.id]);
    const others = await runtime.act(ground.beta, OPERATOR, 'pot.glaze', { pot });
    expect(others.answer).toEqual({ glazes: 1 });
    return Promise.all(
      Array.from({ length: 10 }, () => refusalOf(runtime.act(ground.alpha, OPERATOR, 'pot.glaze', { pot }))),
    );
  });

  expect(new Set(busy)).toEqual(new Set(['record.busy']));
  expect(performance.now() - began).toBeLessThan(5 * patienceMs);
  expect((await runtime.act(ground.alpha, OPERATOR, 'pot.glaze', { pot })).answer).toEqual({ glazes: 1 });
});
