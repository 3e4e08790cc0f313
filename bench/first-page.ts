import { chromium } from 'playwright-core';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { short, table } from './figures.ts';
import type { Say } from './figures.ts';
import { makeFolder } from './folder.ts';
import { freePort } from './process.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** Of the first page, in kilobytes of compressed script. */
const GOAL_KB = 200;

const megabytes = (path: string): number =>
  existsSync(path) ? Number(execFileSync('du', ['-sm', path], { encoding: 'utf8' }).split('\t')[0]) : 0;

interface Started {
  readonly seconds: number;
  readonly installedMb: number;
  readonly cacheMb: number;
  readonly script: number | undefined;
  readonly style: number | undefined;
}

/** From a clean clone by `npm start` to the first page; `cache` is npm’s, empty the first time. */
async function start(clone: string, cache: string): Promise<Started> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const { DATABASE_URL: _url, COUNTERSIGN_URL: _server, ...rest } = process.env;
  const child = spawn('npm', ['start'], {
    cwd: clone,
    env: { ...rest, npm_config_cache: cache, PORT: String(port), COUNTERSIGN_DATA: join(clone, '.countersign') },
    stdio: 'ignore',
    detached: true,
  });
  const gone = once(child, 'exit');
  try {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
      const page = await fetch(`${url}/sign-in`).then(
        async (response) => (response.ok ? response.text() : ''),
        () => '',
      );
      if (page.includes('<div id="root">')) break;
      await sleep(100);
    }
    const seconds = (performance.now() - began) / 1000;
    const { script, style } = await weigh(`${url}/sign-in`);
    return { seconds, installedMb: megabytes(join(clone, 'node_modules')), cacheMb: megabytes(cache), script, style };
  } finally {
    child.kill('SIGTERM');
    await gone;
  }
}

/** Bytes of script and style that a browser asks for to show a page, each compressed as gzip does at its best. */
async function weigh(
  url: string,
): Promise<{ readonly script: number | undefined; readonly style: number | undefined }> {
  if (!existsSync(BROWSER)) return { script: undefined, style: undefined };
  const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const sizes = { script: 0, stylesheet: 0 };
    const weighing: Promise<void>[] = [];
    page.on('response', (response) => {
      const type = response.request().resourceType();
      if (type !== 'script' && type !== 'stylesheet') return;
      weighing.push(response.body().then((body) => void (sizes[type] += gzipSync(body, { level: 9 }).length)));
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    await Promise.all(weighing);
    return { script: sizes.script, style: sizes.stylesheet };
  } finally {
    await browser.close();
  }
}

/** A clean clone to its first page, with an empty cache of npm’s and with the one that left behind. */
export async function firstPage(_argv: readonly string[], say: Say): Promise<boolean> {
  const folder = await makeFolder();
  try {
    const cache = join(folder.path, 'cache');
    const rows: (readonly string[])[] = [];
    for (const name of ['empty cache', 'warm cache']) {
      const clone = join(folder.path, name.replace(' ', '-'));
      execFileSync('git', ['clone', '-q', ROOT, clone]);
      const { seconds, installedMb, cacheMb, script, style } = await start(clone, cache);
      const kb = (bytes: number | undefined): string => (bytes === undefined ? 'no browser' : short(bytes / 1000));
      rows.push([name, short(seconds), String(installedMb), String(cacheMb), kb(script), kb(style)]);
    }
    const head = ['from a clean clone', 'seconds', 'node_modules MB', 'npm cache MB', 'script kB gz', 'style kB gz'];
    say(table([head, ...rows]));
    say(`goal: script of the first page at most ${GOAL_KB} kB`);
    return true;
  } finally {
    await folder.remove();
  }
}
