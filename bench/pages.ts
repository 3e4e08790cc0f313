import { chromium } from 'playwright-core';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { dice, quantile, short, table } from './figures.ts';
import type { Say } from './figures.ts';
import { sizesOf } from './flags.ts';
import { makeFolder } from './folder.ts';
import { cli, cliJson, serve } from './process.ts';

const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Every page of an organisation that asks something, as a person opens it. */
const PAGES = [
  'overview',
  'work',
  'soc2/requirements?open=CC6.1',
  'iso27001/requirements',
  'controls',
  'controls/IAM-04',
  'effectiveness',
  'evidence',
  'sources',
  'checks',
  'policies',
  'people',
  'first-run',
  'jobs',
  'settings',
] as const;

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
}

/** What a page asks of the API, seen in a real browser. */
async function callsOf(url: string, token: string): Promise<ReadonlyMap<string, readonly Call[]>> {
  const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
  try {
    const found = new Map<string, readonly Call[]>();
    for (const name of PAGES) {
      const context = await browser.newContext();
      const calls: Call[] = [];
      await context.route('**/api/**', async (route) => {
        const request = route.request();
        const { pathname, search } = new URL(request.url());
        // A stream does not end, and is no question.
        if (!pathname.endsWith('/events'))
          calls.push({ method: request.method(), path: pathname + search, body: request.postData() });
        await route.continue({ headers: { ...request.headers(), authorization: `Bearer ${token}` } });
      });
      const page = await context.newPage();
      await page.goto(`${url}/sample/${name}`);
      await page.waitForLoadState('networkidle');
      found.set(name, calls);
      await context.close();
    }
    return found;
  } finally {
    await browser.close();
  }
}

/** Asks one call; its milliseconds, or the status that it was refused with. */
async function ask(url: string, token: string, { method, path, body }: Call): Promise<number | string> {
  const began = performance.now();
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'x-countersign-org': 'sample',
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    body,
  });
  await response.arrayBuffer();
  return response.ok ? performance.now() - began : String(response.status);
}

/**
 * The API calls of every page, as a browser makes them, asked again by many readers at once while collections arrive: time of each
 * page's slowest share. Holds if nobody is refused or meets a fault.
 */
export async function pages(argv: readonly string[], say: Say): Promise<boolean> {
  const size = sizesOf(argv, { readers: 4, seconds: 5, pause: 1000, seed: 1, items: 2000 });
  if (!existsSync(BROWSER)) {
    say(`No browser at ${BROWSER}: nothing was measured.`);
    return true;
  }
  const folder = await makeFolder();
  const draw = dice(size.seed);
  try {
    await cli(folder.data, 'init', '--demo', '--name', 'Sample', '--slug', 'sample');
    const people = z.object({ json: z.unknown() }).parse(await cliJson(folder.data, 'get', 'person')).json;
    const owner = z
      .object({ items: z.array(z.looseObject({ id: z.string(), roles: z.array(z.string()) })) })
      .parse(people)
      .items.find(({ roles }) => roles.includes('owner'))?.id;
    if (owner === undefined) throw new Error('The sample has no owner');
    const told = await cliJson(folder.data, 'token', 'create', '--name', 'bench', '--for', owner);
    const { token } = z.object({ token: z.string() }).parse(told.json);
    const pushed = await cliJson(folder.data, 'token', 'create', '--name', 'push');
    const job = z.object({ token: z.string() }).parse(pushed.json).token;
    await cli(folder.data, 'connect', 'push', '--id', 'bench');
    const server = await serve(folder.data);
    try {
      const calls = await callsOf(server.url, token);
      const silent = PAGES.filter((name) => (calls.get(name) ?? []).length === 0);
      if (silent.length > 0)
        throw new Error(`Asked nothing: ${silent.join(', ')}. Is the client built (npm run build)?`);
      const alone = new Map<string, number[]>();
      for (const [name, mine] of calls)
        for (const call of mine) {
          const took = await ask(server.url, token, call);
          if (typeof took === 'number') (alone.get(name) ?? alone.set(name, []).get(name))?.push(took);
        }
      const beside = new Map<string, number[]>();
      const refused: string[] = [];
      const ends = performance.now() + size.seconds * 1000;
      let [collections, isOver] = [0, false];
      const reader = async (): Promise<void> => {
        while (performance.now() < ends) {
          const name = PAGES[Math.floor(draw() * PAGES.length)] ?? 'overview';
          const took = await Promise.all((calls.get(name) ?? []).map((call) => ask(server.url, token, call)));
          for (const one of took) {
            if (typeof one === 'number') (beside.get(name) ?? beside.set(name, []).get(name))?.push(one);
            else refused.push(`${name} ${one}`);
          }
          await sleep(size.pause * (0.5 + draw()));
        }
      };
      const collector = async (): Promise<void> => {
        while (!isOver) {
          const header = {
            collection: { dataset: 'things', mode: 'state', observedAt: new Date().toISOString(), complete: true },
          };
          const items = Array.from({ length: size.items }, (_, i) => ({ id: `i-${i}`, data: { ok: draw() < 0.99 } }));
          await fetch(`${server.url}/api/sources/bench/facts`, {
            method: 'POST',
            headers: { authorization: `Bearer ${job}`, 'content-type': 'application/x-ndjson' },
            body: [header, ...items].map((line) => `${JSON.stringify(line)}\n`).join(''),
          });
          collections += 1;
        }
      };
      const collecting = collector();
      await Promise.all(Array.from({ length: size.readers }, reader));
      isOver = true;
      await collecting;
      const row = (name: string): readonly string[] => {
        const [one, many] = [alone.get(name) ?? [], beside.get(name) ?? []];
        return [
          name,
          String(calls.get(name)?.length ?? 0),
          short(quantile(one, 0.5)),
          short(quantile(one, 1)),
          short(quantile(many, 0.5)),
          short(quantile(many, 0.95)),
          String(many.length),
        ];
      };
      say(
        `${size.readers} readers, ${size.seconds} s, ${collections} collections of ${size.items} items meanwhile; milliseconds of an API call`,
      );
      say(table([['page', 'calls', 'alone p50', 'alone most', 'p50', 'p95', 'n'], ...PAGES.map(row)]));
      if (refused.length > 0) say(`refused or faulty: ${[...new Set(refused)].join(', ')}`);
      return refused.length === 0;
    } finally {
      await server.stop();
    }
  } finally {
    await folder.remove();
  }
}
