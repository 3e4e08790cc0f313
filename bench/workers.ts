import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { dice, spread } from './figures.ts';
import type { Say } from './figures.ts';
import { sizesOf } from './flags.ts';
import { makeFolder } from './folder.ts';
import { cli, cliJson, serve, work } from './process.ts';
import type { Served } from './process.ts';

const SERVERS = 2;
const WORKERS = 3;
const COMMITS = 200;

/** A git history of its own, of known length. */
function makeHistory(path: string): void {
  mkdirSync(path);
  const git = (...args: readonly string[]): void => void execFileSync('git', args, { cwd: path, stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Ada Example');
  git('config', 'user.email', 'ada@example.com');
  for (let i = 0; i < COMMITS; i += 1) git('commit', '-q', '--allow-empty', '-m', `Change ${i}`);
}

const Page = z.object({
  items: z.array(z.object({ id: z.string(), version: z.int() })),
  next: z.string().nullable(),
});
const Asked = z.object({ id: z.string(), state: z.string() });

/** Asks until somebody answers: a server that was killed is asked again through the other one, with the same key. */
async function persistently<T>(servers: readonly Served[], ask: (url: string) => Promise<T | undefined>): Promise<T> {
  for (let i = 0; ; i += 1) {
    const server = servers[i % servers.length];
    const answer = server === undefined ? undefined : await ask(server.url).catch(() => undefined);
    if (answer !== undefined) return answer;
    if (i > 600) throw new Error('Nobody answered for a minute');
    await sleep(100);
  }
}

/** Two servers and three workers on one database; any of them is killed, again and again, and started anew. */
export async function workers(argv: readonly string[], say: Say): Promise<boolean> {
  const size = sizesOf(argv, { rounds: 5, sources: 2, seed: 1 });
  const draw = dice(size.seed);
  const folder = await makeFolder();
  try {
    const history = join(folder.path, 'history');
    makeHistory(history);
    await cli(folder.data, 'init', '--name', 'Workers', '--slug', 'workers');
    const people = join(folder.path, 'people.yaml');
    writeFileSync(people, 'kind: person\nid: p-ada\nname: Ada\nemail: ada@example.com\nroles: [owner]\n');
    await cli(folder.data, 'apply', people);
    const sources = Array.from({ length: size.sources }, (_, i) => `repo-${i}`);
    for (const id of sources) await cli(folder.data, 'connect', 'git', '--id', id, '--setting', `path=${history}`);
    const { link } = z
      .looseObject({ link: z.string() })
      .parse((await cliJson(folder.data, 'sign-in-link', 'ada@example.com')).json);
    const { token } = z
      .object({ token: z.string() })
      .parse((await cliJson(folder.data, 'token', 'create', '--name', 'bench')).json);

    const servers = await Promise.all(
      Array.from({ length: SERVERS }, () => serve(folder.data, { COUNTERSIGN_WORKER: 'off' })),
    );
    const hands = await Promise.all(Array.from({ length: WORKERS }, () => work(folder.data)));
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

    const first = servers[0]?.url ?? '';
    const entered = await fetch(`${first}/api/sign-in/redeem`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: first, 'x-countersign-org': '-' },
      body: JSON.stringify({ token: new URL(link).searchParams.get('token'), name: 'Ada', password: randomUUID() }),
    });
    const cookie = entered.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const isSignedIn = (url: string): Promise<boolean> =>
      fetch(`${url}/api/me`, { headers: { cookie, 'x-countersign-org': 'workers' } }).then(({ ok }) => ok);

    let isOver = false;
    const jobs = new Set<string>();
    const acts: string[] = [];
    const asking = (async () => {
      while (!isOver) {
        const source = sources[Math.floor(draw() * sources.length)];
        const key = randomUUID();
        const asked = await persistently(servers, async (url) => {
          const response = await fetch(`${url}/api/jobs`, {
            method: 'POST',
            headers: { ...headers, 'idempotency-key': key },
            body: JSON.stringify({ kind: 'collect', input: { source } }),
          });
          return response.ok ? Asked.parse(await response.json()) : undefined;
        });
        jobs.add(asked.id);
        await sleep(50);
      }
    })();
    const acting = (async () => {
      while (!isOver) {
        const id = `h-${acts.length}`;
        const key = randomUUID();
        await persistently(servers, async (url) => {
          const response = await fetch(`${url}/api/acts/records.apply`, {
            method: 'POST',
            headers: { ...headers, 'idempotency-key': key },
            body: JSON.stringify({ records: [{ kind: 'holidays', id, dates: [] }] }),
          });
          return response.ok ? true : undefined;
        });
        acts.push(id);
        await sleep(20);
      }
    })();

    const back: number[] = [];
    let sessions = true;
    for (let round = 0; round < size.rounds; round += 1) {
      await sleep(300 + draw() * 700);
      const victim = Math.floor(draw() * (SERVERS + WORKERS));
      const began = performance.now();
      if (victim < SERVERS) {
        await servers[victim]?.kill();
        servers[victim] = await serve(folder.data, { COUNTERSIGN_WORKER: 'off' });
      } else {
        await hands[victim - SERVERS]?.kill();
        hands[victim - SERVERS] = await work(folder.data);
      }
      back.push(performance.now() - began);
      for (const { url } of servers) sessions &&= await isSignedIn(url);
    }
    isOver = true;
    await Promise.all([asking, acting]);

    const states = new Map<string, string>();
    for (const id of jobs) {
      const state = await persistently(servers, async (url) => {
        const response = await fetch(`${url}/api/jobs/${id}`, { headers });
        const job = response.ok ? Asked.parse(await response.json()) : undefined;
        return job === undefined || ['waiting', 'running'].includes(job.state) ? undefined : job.state;
      });
      states.set(id, state);
    }
    const listed = z.object({ total: z.int(), items: z.array(Asked) }).parse(
      await persistently(servers, async (url) => {
        const response = await fetch(`${url}/api/jobs?kind=collect&limit=200`, { headers });
        return response.ok ? ((await response.json()) as unknown) : undefined;
      }),
    );
    const holidays: { readonly id: string; readonly version: number }[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = Page.parse(
        await persistently(servers, async (url) => {
          const response = await fetch(`${url}/api/records/holidays?limit=200${from}`, { headers });
          return response.ok ? ((await response.json()) as unknown) : undefined;
        }),
      );
      holidays.push(...page.items);
      cursor = page.next;
    }
    for (const one of [...servers, ...hands]) await one.stop();

    const today = new Date().toISOString().slice(0, 10);
    const told = await cliJson(folder.data, 'effectiveness', '--from', '2020-01-01', '--to', today);
    const Populations = z.object({
      controls: z.array(z.object({ populations: z.array(z.object({ check: z.string(), items: z.int() })) })),
    });
    const commits = Populations.parse(told.json)
      .controls.flatMap(({ populations }) => populations)
      .find(({ check }) => check === 'git-commit-attributable')?.items;
    const rebuilt = await cli(folder.data, 'rebuild');

    const undone = [...states].filter(([, state]) => state !== 'done');
    const missing = acts.filter((id) => holidays.find((row) => row.id === id)?.version !== 1);
    const expected = COMMITS * sources.length;
    say(`${size.rounds} kills of ${SERVERS} servers and ${WORKERS} workers; back after ${spread(back)}`);
    say(`jobs: ${jobs.size} asked for, ${undone.length} not done, ${listed.total} kept in all`);
    say(`acts: ${acts.length} acknowledged, ${missing.length} missing or twice, ${holidays.length} kept`);
    say(`facts: ${commits ?? 'no'} commits judged, ${expected} in the histories; rebuild exits with ${rebuilt.code}`);
    say(`the session ${sessions ? 'stayed' : 'WAS LOST'}`);
    return (
      undone.length === 0 &&
      listed.total === jobs.size &&
      missing.length === 0 &&
      holidays.length === acts.length &&
      commits === expected &&
      rebuilt.code === 0 &&
      sessions
    );
  } finally {
    await folder.remove();
  }
}
