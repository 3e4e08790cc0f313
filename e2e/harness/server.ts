import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The client is built on the way where its sources have changed. */
const PATIENCE_MS = 240_000;

/** A running product with a data folder of its own, as `npm start` runs it. */
export interface Served {
  readonly url: string;
  /** The first owner's link, where nobody had signed in. */
  readonly firstLink: string | undefined;
  /** Runs the terminal beside it, as its operator, and gives what it prints on standard output. */
  cli(...args: readonly string[]): Promise<string>;
  /** What the server has written so far. */
  said(): string;
  close(): Promise<void>;
}

export async function serve(settings: Readonly<Record<string, string>> = {}): Promise<Served> {
  const data = await mkdtemp(join(tmpdir(), 'countersign-e2e-'));
  const port = await freePort();
  const env = {
    ...withoutOurs(process.env),
    COUNTERSIGN_DATA: data,
    COUNTERSIGN_KEY_FILE: join(data, 'key'),
    PORT: String(port),
    ...settings,
  };
  let said = '';
  const child = spawn(process.execPath, ['tools/bin/run.mjs', 'start'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => void (said += piece.toString()));
  await until(
    () => /Countersign serves (\S+)/.test(said),
    child,
    () => said,
  );
  const url = /Countersign serves (\S+)/.exec(said)?.[1]?.replace('127.0.0.1', 'localhost') ?? '';
  await until(
    async () => (await fetch(`${url}/healthz`).catch(() => undefined))?.ok === true,
    child,
    () => said,
  );
  // The link is printed after the address, or not at all.
  await new Promise((resolve) => setTimeout(resolve, 500));
  return {
    url,
    firstLink: /^http\S+cf_\S+$/m.exec(said)?.[0],
    said: () => said,
    cli: (...args) => run(['cli/bin/countersign.mjs', ...args], env),
    async close() {
      await ended(child);
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What the environment of the test says of another installation is none of this one's business. */
const withoutOurs = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^COUNTERSIGN_|^DATABASE_URL$|^PORT$|^HOST$|^VITEST/.test(name)),
  );

async function until(holds: () => boolean | Promise<boolean>, child: ChildProcess, said: () => string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (child.exitCode !== null) throw new Error(`The server ended (${child.exitCode}):\n${said()}`);
    if (Date.now() > deadline) throw new Error(`The server did not come up:\n${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.on('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (piece: Buffer) => void (out += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => void (err += piece.toString()));
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0
        ? resolve(out)
        : reject(new Error(`countersign ${args.slice(1).join(' ')} ended with ${code}:\n${out}\n${err}`)),
    );
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
