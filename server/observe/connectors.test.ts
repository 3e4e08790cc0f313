import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rename } from 'node:fs/promises';
import { MadeRepository } from '@countersign/connectors/git/repository-for-tests.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import type { CollectionReport, Organisation } from '../runtime.ts';
import type { Bench } from './testing.ts';
import { openBench, OPERATOR } from './testing.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const OWNER: Actor = { id: 'olga', roles: ['owner'] };
const at = (text: string): number => Date.parse(`${text}:00Z`);
const seconds = (text: string): number => at(text) / 1000;

let begun = 0;
async function connected(): Promise<{ org: Organisation; repository: MadeRepository }> {
  bench.now = at('2026-01-01T00:00');
  const org = await bench.begin(`git-${(begun += 1)}`);
  const repository = new MadeRepository();
  repository.tell(
    { mark: 1, seconds: seconds('2026-01-02T10:00') },
    { mark: 2, seconds: seconds('2026-01-03T10:00'), parents: [1], message: 'two\n\nReviewed-by: Bo <bo@example.com>' },
  );
  await bench.engine.services.connect(org, OPERATOR, {
    connector: 'git',
    id: 'repo',
    settings: { path: repository.path },
    secrets: {},
  });
  return { org, repository };
}

async function collect(org: Organisation, when: string): Promise<CollectionReport> {
  bench.now = at(when);
  const reports = await bench.engine.services.collect(org, OPERATOR, [], () => undefined, new AbortController().signal);
  const commits = reports.find(({ dataset }) => dataset === 'git/commits');
  if (commits === undefined) throw new Error('no commits');
  return commits;
}

const live = async (org: Organisation): Promise<number> =>
  (await bench.rows(org, `select from fact where dataset = 'git/commits' and until_index is null`)).length;
const interval = async (org: Organisation): Promise<unknown> =>
  (
    await bench.rows<{ from_at: number; to_at: number }>(
      org,
      `select from_at, to_at from collection where dataset = 'git/commits' order by log_index desc limit 1`,
    )
  ).map(({ from_at, to_at }) => [new Date(from_at).toISOString(), new Date(to_at).toISOString()])[0];
const unreviewed = async (org: Organisation): Promise<number> =>
  (
    await bench.rows(
      org,
      `select from verdict where check_id = 'git-commit-reviewed' and until_index is null and outcome = 1`,
    )
  ).length;

describe('a git repository', () => {
  it('is read whole once, and then only what is new', async () => {
    const { org, repository } = await connected();
    const first = await collect(org, '2026-01-05T00:00');
    expect(first).toMatchObject({ status: 'complete', items: 2, changed: 2 });
    expect(await unreviewed(org)).toBe(1);

    repository.tell({ mark: 3, seconds: seconds('2026-01-05T10:00'), parents: [2] });
    const second = await collect(org, '2026-01-06T00:00');

    expect(second).toMatchObject({ status: 'complete', items: 1, changed: 1 });
    expect(await interval(org)).toEqual(['2026-01-05T00:00:00.000Z', '2026-01-06T00:00:00.000Z']);
    expect(await collect(org, '2026-01-07T00:00')).toMatchObject({ status: 'complete', items: 0, changed: 0 });
    expect([await live(org), await unreviewed(org)]).toEqual([3, 2]);
  });

  it('is read again from the earliest commit that was merged late', async () => {
    const { org, repository } = await connected();
    await collect(org, '2026-01-05T00:00');
    repository.tell(
      { mark: 3, seconds: seconds('2026-01-03T08:00'), parents: [1], branch: 'side' },
      { mark: 4, seconds: seconds('2026-01-05T10:00'), parents: [2, 3] },
    );
    const merged = await collect(org, '2026-01-06T00:00');

    // Listed again with what stayed, so that nothing of the interval is taken as withdrawn.
    expect(merged).toMatchObject({ status: 'complete', items: 3, changed: 2 });
    expect(await interval(org)).toEqual(['2026-01-03T08:00:00.000Z', '2026-01-06T00:00:00.000Z']);
    expect(await live(org)).toBe(4);
  });

  it('withdraws the commits that a rewritten branch no longer has', async () => {
    const { org, repository } = await connected();
    await collect(org, '2026-01-05T00:00');
    repository.tell({ mark: 9, seconds: seconds('2026-01-04T10:00'), parents: [1], message: 'rewritten' });
    await collect(org, '2026-01-06T00:00');

    const subjects = await bench.rows(
      org,
      `select data ->> 'subject' as subject from fact where dataset = 'git/commits' and until_index is null order by at`,
    );
    expect(subjects).toEqual([{ subject: 'change 1' }, { subject: 'rewritten' }]);
    const { differences } = await bench.engine.services.rebuild(org, () => undefined);
    expect(differences).toEqual([]);
  });

  it('that cannot be read gives a failed collection with its reason, and keeps what is known', async () => {
    const { org, repository } = await connected();
    await collect(org, '2026-01-05T00:00');
    await rename(repository.path, `${repository.path}-away`);
    const failed = await collect(org, '2026-01-06T00:00');

    expect(failed).toMatchObject({ status: 'failed', items: 0, changed: 0 });
    expect(failed.why[0]).toMatch(/^source\./);
    expect(await live(org)).toBe(2);
    await rename(`${repository.path}-away`, repository.path);
    expect(await collect(org, '2026-01-07T00:00')).toMatchObject({ status: 'complete', items: 0 });
  });

  it('leaves nothing behind when its collection is broken off', async () => {
    const { org } = await connected();
    bench.now = at('2026-01-05T00:00');
    const gone = AbortSignal.abort(new Error('gone'));

    await expect(bench.engine.services.collect(org, OPERATOR, [], () => undefined, gone)).rejects.toThrow('gone');
    expect(await bench.rows(org, 'select from collection')).toEqual([]);
  });
});

describe('the machine itself', () => {
  it('is read for its operator, and for nobody else', async () => {
    bench.now = at('2026-01-01T00:00');
    const org = await bench.begin('host-yes');
    const input = { connector: 'host', id: 'machine', settings: {}, secrets: {} };

    await expect(bench.engine.services.connect(org, OWNER, input)).rejects.toMatchObject({ code: 'source.local' });
    await expect(bench.engine.services.connect(org, OPERATOR, input)).resolves.toMatchObject({ source: 'machine' });
    await expect(
      bench.engine.services.collect(org, OWNER, ['machine'], () => undefined, new AbortController().signal),
    ).rejects.toMatchObject({ code: 'source.local' });
  });

  it('and a local path are not read where others reach the server', async () => {
    const closed = await bench.restarted({ localSources: false });
    bench.now = at('2026-01-01T00:00');
    const org = await bench.begin('host-no');

    for (const [connector, settings] of [
      ['host', {}],
      ['git', { path: new MadeRepository().path }],
    ] as const)
      await expect(
        closed.services.connect(org, OPERATOR, { connector, id: 'it', settings, secrets: {} }),
      ).rejects.toMatchObject({ code: 'source.local' });
  });

  it('tells what it does not know, and takes no secret that it does not use', async () => {
    bench.now = at('2026-01-01T00:00');
    const org = await bench.begin('strange');
    const connect = (input: object): Promise<unknown> =>
      bench.engine.services.connect(org, OPERATOR, { connector: 'git', id: 'it', settings: {}, secrets: {}, ...input });

    await expect(connect({ connector: 'gut' })).rejects.toMatchObject({ code: 'source.connector' });
    await expect(connect({ settings: { nothing: '1' } })).rejects.toMatchObject({ code: 'source.settings' });
    await expect(
      connect({ settings: { path: new MadeRepository().path }, secrets: { surely: 'x' } }),
    ).rejects.toMatchObject({ code: 'source.secret' });
    expect((await bench.engine.runtime.list(org, OPERATOR, 'source')).total).toBe(0);
  });
});
