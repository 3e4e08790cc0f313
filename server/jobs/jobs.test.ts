import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';
import { actors } from './actors.ts';
import type { Job } from './jobs.ts';
import { Jobs } from './jobs.ts';
import type { JobRun } from './kind.ts';
import { defineJob } from './kind.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
});
const opened: Jobs[] = [];
afterEach(async () => {
  for (const jobs of opened.splice(0)) await jobs.close();
  await ground.asAdministrator('delete from job');
});
afterAll(() => ground.close());

type Work = (run: JobRun) => Promise<{ said: string } | undefined>;
const ANY = ['owner', 'lead', 'employee', 'operator'] as const;

/** A process’s worth of jobs, of which each does what a test says. */
function jobs(work: Work, report: string[] = []): Jobs {
  const input = z.strictObject({ what: z.string().max(10).default('it') });
  const made = new Jobs({
    database: ground.database,
    clock: ground.clock,
    organisations: ground.engine.services.organisations,
    organisation: async (id) => (await ground.engine.services.organisations()).find((org) => org.id === id),
    actorOf: actors(ground.engine.runtime, ground.clock),
    report: (line) => void report.push(line),
    kinds: [
      defineJob('try', { title: 'Trying', input, allowed: ANY, tries: 2, atOnce: 4, run: (_, run) => work(run) }),
      defineJob('one', {
        title: 'One at a time',
        input,
        allowed: ANY,
        subject: ({ what }) => what,
        run: (_, run) => work(run),
      }),
      defineJob('ours', { title: 'Housekeeping', input, quiet: true, run: (_, run) => work(run) }),
    ],
  });
  opened.push(made);
  return made;
}

async function ended(
  asked: Jobs,
  id: string,
  until: (job: Job) => boolean = (job) => job.endedAt !== null,
): Promise<Job> {
  for (let tries = 0; tries < 200; tries += 1) {
    const job = await asked.get(ground.alpha, OPERATOR, id);
    if (until(job)) return job;
    await sleep(50);
  }
  throw new Error('It did not end');
}
const ask = (asked: Jobs, kind = 'try', actor: Actor = PEOPLE.lead, id?: string, input = {}) =>
  asked.ask(ground.alpha, actor, { kind, input, ...(id === undefined ? {} : { id }) });
const said = async ({ progress }: JobRun): Promise<{ said: string }> => {
  progress({ done: 2, of: 3, says: 'halfway' });
  return Promise.resolve({ said: 'so' });
};

describe('a job', () => {
  test('is done by a worker, and says what it did', async () => {
    const worker = jobs(said);
    await worker.work();

    const { id, state } = await ask(worker);
    const done = await ended(worker, id);

    expect(state).toBe('waiting');
    expect(done).toMatchObject({
      ...{ state: 'done', attempt: 1, actor: 'lena', result: { said: 'so' }, error: null },
      progress: { done: 2, of: 3, says: 'halfway' },
    });
  });

  test('waits for a worker of another process', async () => {
    const server = jobs(() => Promise.reject(new Error('not here')));
    const { id } = await ask(server);
    const worker = jobs(said);

    await worker.work();

    expect((await ended(server, id)).state).toBe('done');
  });

  test('is told of while it goes on, to its end', async () => {
    const worker = jobs(async ({ progress }) => {
      progress({ done: 1, of: 2 });
      await sleep(1500);
      return { said: 'at last' };
    });
    await worker.work();
    const { id } = await ask(worker);

    const states: string[] = [];
    for await (const job of worker.watch(ground.alpha, OPERATOR, id, new AbortController().signal)) {
      states.push(`${job.state} ${job.progress.done}`);
    }

    expect(states).toContain('running 1');
    expect(states.at(-1)).toBe('done 1');
  });

  test('exists with the transaction that asks for it, or never did', async () => {
    let ran = 0;
    const worker = jobs(async () => {
      ran += 1;
      return Promise.resolve(undefined);
    });
    await worker.work();
    const id = randomUUID();
    const asking = ground.database.tenant(ground.alpha.id, 'write', async (client) => {
      await worker.enqueue(client, ground.alpha.id, 'try', {}, { actor: 'lena', id });
      throw new Error('undone');
    });

    await expect(asking).rejects.toThrow('undone');
    await sleep(500);

    expect(ran).toBe(0);
    expect(await refusalOf(worker.get(ground.alpha, OPERATOR, id))).toBe('job.missing');
  });

  test('asked for twice under one key is one job; under the key of another it is refused', async () => {
    const server = jobs(said);
    const id = randomUUID();

    const twice = [await ask(server, 'try', PEOPLE.lead, id), await ask(server, 'try', PEOPLE.lead, id)];

    expect(twice.map((job) => job.id)).toEqual([id, id]);
    expect(await refusalOf(ask(server, 'try', PEOPLE.lead, id, { what: 'else' }))).toBe('record.key-reused');
    expect(await refusalOf(ask(server, 'try', PEOPLE.owner, id))).toBe('record.key-reused');
  });

  test('of one subject waits or runs once, whoever asks; of another it does not wait for it', async () => {
    const server = jobs(said);

    const first = await ask(server, 'one', PEOPLE.lead, undefined, { what: 'a' });
    const second = await ask(server, 'one', PEOPLE.owner, undefined, { what: 'a' });
    const other = await ask(server, 'one', PEOPLE.owner, undefined, { what: 'b' });

    expect(second.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
  });

  test('of one occasion is asked for once, however many notice it', async () => {
    const servers = [jobs(said), jobs(said), jobs(said)];
    const notice = (server: Jobs) =>
      ground.database.tenant(ground.alpha.id, 'write', (client) =>
        server.enqueue(client, ground.alpha.id, 'try', {}, { actor: 'countersign', once: 'try/2026-W01' }),
      );

    const told = await Promise.all([...servers, ...servers].map(notice));

    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(told.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  test('runs once with three workers waiting for it', async () => {
    const runs: string[] = [];
    const workers = [1, 2, 3].map(() => jobs(async ({ id }) => (runs.push(id), sleep(20, undefined))));
    for (const worker of workers) await worker.work();
    const [first] = workers;
    if (first === undefined) throw new Error('Three were made');

    const asked = await Promise.all(Array.from({ length: 30 }, () => ask(first)));
    for (const { id } of asked) await ended(first, id);

    expect(runs.toSorted()).toEqual(asked.map(({ id }) => id).toSorted());
  });

  test('keeps no secret and no data in the queue: an organisation, a row and a turn', async () => {
    const server = jobs(said);
    await ask(server, 'try', PEOPLE.lead, undefined, { what: 'hunter2' });

    const rows = await ground.asAdministrator<{ data: object; all: string }>(
      'select data, to_jsonb(j)::text as all from pgboss.job j',
    );

    expect(rows.length).toBeGreaterThan(0);
    for (const { data, all } of rows) {
      expect(Object.keys(data).toSorted()).toEqual(['id', 'org', 'turn']);
      expect(all).not.toContain('hunter2');
    }
  });
});

describe('a job that goes wrong', () => {
  test('is tried again after a while, then left to a person, who retries it', async () => {
    let works = false;
    const report: string[] = [];
    const worker = jobs(
      () => (works ? Promise.resolve({ said: 'now' }) : Promise.reject(new Error('a secret mishap'))),
      report,
    );
    await worker.work();

    const { id } = await ask(worker);
    const waiting = await ended(worker, id, ({ error }) => error !== null);
    const failed = await ended(worker, id);
    works = true;
    await worker.retry(ground.alpha, PEOPLE.lead, id);
    const done = await ended(worker, id);

    expect(waiting).toMatchObject({ state: 'waiting', error: { code: 'job.fault' } });
    expect(Date.parse(waiting.notBefore ?? '')).toBeGreaterThan(ground.clock.now());
    expect(failed).toMatchObject({ state: 'failed', attempt: 2, error: { code: 'job.fault' } });
    expect(failed.advice).toMatch(/Retry/);
    expect(report.filter((line) => line.includes('a secret mishap'))).toHaveLength(2);
    expect(failed.error?.says).not.toContain('a secret mishap');
    expect(done).toMatchObject({ state: 'done', error: null, result: { said: 'now' } });
  });

  test('for a reason that trying again does not mend is not tried again', async () => {
    const worker = jobs(() => Promise.reject(new Refusal('source.not-found', 'unmet', 'There is no such repository.')));
    await worker.work();

    const { id } = await ask(worker);
    const failed = await ended(worker, id);
    const discarded = await worker.discard(ground.alpha, PEOPLE.lead, id);

    expect(failed).toMatchObject({
      attempt: 1,
      error: { code: 'source.not-found', says: 'There is no such repository.' },
    });
    expect(discarded.state).toBe('discarded');
    expect(await refusalOf(worker.retry(ground.alpha, PEOPLE.lead, id))).toBe('job.not-failed');
  });

  test('because its worker is killed each time is left to a person', async () => {
    const worker = jobs(said);
    const { id } = await ask(worker);
    // What two workers that were killed have left behind.
    await ground.asAdministrator(`update job set attempt = 2, state = 'running', run = gen_random_uuid()`);

    await worker.work();

    expect(await ended(worker, id)).toMatchObject({ state: 'failed', error: { code: 'job.killed' } });
  });

  test('because who asked has left does nothing', async () => {
    let ran = 0;
    const worker = jobs(async () => ((ran += 1), Promise.resolve(undefined)));
    const { id } = await worker.ask(ground.alpha, { id: 'gone', roles: ['lead'] }, { kind: 'try', input: {} });

    await worker.work();

    expect(await ended(worker, id)).toMatchObject({ state: 'failed', error: { code: 'job.gone' } });
    expect(ran).toBe(0);
  });
});

describe('stopping', () => {
  const long: Work = ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped')));
    });

  test('a job that waits ends it at once', async () => {
    const server = jobs(said);
    const { id } = await ask(server);

    const { state } = await server.cancel(ground.alpha, PEOPLE.lead, id);
    const worker = jobs(said);
    await worker.work();
    await sleep(500);

    expect(state).toBe('cancelled');
    expect((await server.get(ground.alpha, OPERATOR, id)).state).toBe('cancelled');
    expect(await refusalOf(server.cancel(ground.alpha, PEOPLE.lead, id))).toBe('job.ended');
  });

  test('one that runs is asked of its worker, wherever that is', async () => {
    const worker = jobs(long);
    await worker.work();
    const server = jobs(said);
    const { id } = await ask(server);
    await ended(server, id, ({ state }) => state === 'running');

    await server.cancel(ground.alpha, PEOPLE.lead, id);

    expect((await ended(server, id)).state).toBe('cancelled');
  });

  test('the worker hands what runs to the next, as if it had not been tried', async () => {
    const leaving = jobs(long);
    await leaving.work();
    const { id } = await ask(leaving);
    await ended(leaving, id, ({ state }) => state === 'running');

    await leaving.close();
    const next = jobs(said);
    await next.work();

    expect(await ended(next, id)).toMatchObject({ state: 'done', attempt: 1 });
  });

  test('a worker that is no longer heard of loses its job to another, and stops', async () => {
    let runs = 0;
    let stopped = false;
    const silent = jobs(({ signal }) => {
      runs += 1;
      if (runs > 1) return Promise.resolve({ said: 'by the next run' });
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          stopped = true;
          reject(new Error('stopped'));
        });
      });
    });
    await silent.work();
    const { id } = await ask(silent);
    await ended(silent, id, ({ state }) => state === 'running');
    await ground.asAdministrator(`update job set seen_at = seen_at - interval '5 minutes'`);
    const other = jobs(said);

    await other.sweep(ground.alpha);

    expect(await ended(silent, id)).toMatchObject({ state: 'done', attempt: 2, result: { said: 'by the next run' } });
    await ended(silent, id, () => stopped);
  });
});

describe('who sees and does what', () => {
  test('a lead sees all, an employee their own, and another tenant none', async () => {
    const server = jobs(said);
    const theirs = await ask(server, 'try', PEOPLE.lead);
    const own = await ask(server, 'try', PEOPLE.employee);
    const seen = async (actor: Actor, org = ground.alpha) =>
      (await server.list(org, actor, {})).items.map(({ id }) => id).toSorted();

    expect(await seen(PEOPLE.lead)).toEqual([theirs.id, own.id].toSorted());
    expect(await seen(PEOPLE.auditor)).toEqual([theirs.id, own.id].toSorted());
    expect(await seen(PEOPLE.employee)).toEqual([own.id]);
    expect(await seen(OPERATOR, ground.beta)).toEqual([]);
    expect(await refusalOf(server.get(ground.alpha, PEOPLE.employee, theirs.id))).toBe('job.missing');
    expect(await refusalOf(server.cancel(ground.beta, OPERATOR, theirs.id))).toBe('job.missing');
    expect(await refusalOf(server.cancel(ground.alpha, PEOPLE.auditor, theirs.id))).toBe('record.forbidden');
  });

  test('asks only for kinds that are asked for, with an input that fits', async () => {
    const server = jobs(said);

    expect(await refusalOf(ask(server, 'ours'))).toBe('job.kind');
    expect(await refusalOf(ask(server, 'none'))).toBe('job.kind');
    expect(await refusalOf(ask(server, 'try', PEOPLE.auditor))).toBe('record.forbidden');
    expect(await refusalOf(ask(server, 'try', PEOPLE.lead, undefined, { what: 'x'.repeat(11) }))).toBe(
      'record.invalid',
    );
  });

  test('lists by state, text and page', async () => {
    const server = jobs(said);
    for (const what of ['a', 'b', 'c', 'd', 'e']) await ask(server, 'one', PEOPLE.lead, undefined, { what });
    const [first] = (await server.list(ground.alpha, OPERATOR, {})).items;
    await server.cancel(ground.alpha, OPERATOR, first?.id ?? '');

    const page = await server.list(ground.alpha, OPERATOR, { limit: 2 });
    const rest = await server.list(ground.alpha, OPERATOR, {
      limit: 3,
      ...(page.next === null ? {} : { cursor: page.next }),
    });
    const live = await server.list(ground.alpha, OPERATOR, { state: 'live', search: 'ONE' });

    expect(page).toMatchObject({ total: 5, counts: { waiting: 4, cancelled: 1 } });
    expect(new Set([...page.items, ...rest.items].map(({ id }) => id)).size).toBe(5);
    expect(rest.next).toBeNull();
    expect(live.items).toHaveLength(4);
    expect(await refusalOf(server.list(ground.alpha, OPERATOR, { cursor: `1.${"'".repeat(36)}` }))).toBe(
      'record.invalid',
    );
  });
});
