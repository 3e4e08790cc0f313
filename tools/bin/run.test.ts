import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let root: string;

/** A client that takes a while to build. */
const CLIENT = `
  import { setTimeout } from 'node:timers/promises';
  export default async () => {
    console.log('builds');
    await setTimeout(1000);
    return { root: import.meta.dirname, build: { outDir: 'dist' } };
  };`;

/** The page that verifies, which is built beside it. */
const PAGE = `
  import { join } from 'node:path';
  const root = import.meta.dirname;
  export default { root, build: { outDir: 'dist', rollupOptions: { input: join(root, 'verify.html') } } };`;

/** A checkout with our dependencies and a server that says what happens to it. */
beforeEach(() => {
  const checkout = fileURLToPath(new URL('../../', import.meta.url));
  root = mkdtempSync(join(tmpdir(), 'countersign-run-'));
  for (const file of ['package.json', 'package-lock.json', 'tools/bin']) {
    cpSync(join(checkout, file), join(root, file), { recursive: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
  // A client that was built after everything it is made of.
  for (const folder of ['server', 'core', 'api', 'web/dist', 'ledger/page/dist'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'web/dist/index.html'), '');
  writeFileSync(join(root, 'ledger/page/dist/verify.html'), '');
  writeFileSync(
    join(root, 'server/main.ts'),
    `const wanted: string | undefined = process.argv[2];
     process.on('SIGTERM', () => { console.log('asked'); process.exit(0); });
     console.log('up', Number(process.versions.node.split('.')[0]) >= 24);
     if (wanted !== undefined) process.exit(Number(wanted));
     setTimeout(() => process.exit(9), 20_000);`,
  );
});

afterEach(() => rmSync(root, { recursive: true }));

function run(...args: string[]) {
  const child = spawn(process.execPath, [join(root, 'tools/bin/run.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  return { child, ended: once(child, 'close').then(([code]) => ({ code: Number(code), said })) };
}

test('runs the target on a recent Node and ends as it ended', async () => {
  expect(await run('start', '7').ended).toEqual({ code: 7, said: 'up true\n' });
});

test('a signal to it alone ends the target, once', async () => {
  const { child, ended } = run('start');
  await once(child.stdout, 'data');

  child.kill('SIGTERM');

  expect(await ended).toEqual({ code: 0, said: 'up true\nasked\n' });
});

test.each([[], ['stop'], ['constructor']])('the word %s is refused', async (...words: string[]) => {
  expect((await run(...words).ended).code).toBe(2);
});

describe('a client that is not built', () => {
  beforeEach(() => {
    rmSync(join(root, 'web/dist'), { recursive: true });
    writeFileSync(join(root, 'web/index.html'), '<!doctype html><title>Client</title>');
    writeFileSync(join(root, 'web/vite.config.ts'), CLIENT);
    writeFileSync(join(root, 'ledger/page/verify.html'), '<!doctype html><title>Page</title>');
    writeFileSync(join(root, 'ledger/page/vite.config.ts'), PAGE);
  });

  test('is built by one of two that start at once, and both serve it', async () => {
    const both = await Promise.all([run('start', '7').ended, run('start', '7').ended]);

    expect(both.map(({ code }) => code)).toEqual([7, 7]);
    expect(both.filter(({ said }) => said.includes('builds'))).toHaveLength(1);
  });

  test('is built although whoever began it was killed', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'close');
    writeFileSync(join(root, '.building'), String(gone.pid));

    const { code, said } = await run('start', '7').ended;

    expect({ code, built: said.includes('builds') }).toEqual({ code: 7, built: true });
  });
});
