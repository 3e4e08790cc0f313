import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly out: string;
  /** What it said to people, the end of it. */
  readonly err: string;
  /** Most memory its process held (VmHWM), in bytes; 0 where the system does not tell. */
  readonly peakBytes: number;
  readonly ms: number;
}

/** Environment of a child: our own, less what would lead it to another database or server. */
function environment(data: string, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { DATABASE_URL: _url, COUNTERSIGN_URL: _server, COUNTERSIGN_TOKEN: _token, ...rest } = process.env;
  return { ...rest, COUNTERSIGN_DATA: data, ...more };
}

/** Most memory a process has held so far, in bytes, by what the kernel says of it. */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Runs the command line on a data folder and waits for its end. */
export async function cli(data: string, ...args: readonly string[]): Promise<Ended> {
  const began = performance.now();
  const child = spawn(process.execPath, ['cli/main.ts', ...args], {
    cwd: ROOT,
    env: environment(data),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err, peakBytes] = ['', '', 0];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err = (err + chunk.toString()).slice(-4000)));
  const watch = setInterval(() => (peakBytes = Math.max(peakBytes, peakOf(child.pid))), 20);
  const [code] = await once(child, 'close');
  clearInterval(watch);
  return { code: typeof code === 'number' ? code : 3, out, err, peakBytes, ms: performance.now() - began };
}

/** As {@link cli} with `--json`, its one document parsed. */
export async function cliJson(data: string, ...args: readonly string[]): Promise<Ended & { readonly json: unknown }> {
  const ended = await cli(data, ...args, '--json');
  if (ended.code > 1)
    throw new Error(`countersign ${args.join(' ')} ended with ${ended.code}: ${ended.out}${ended.err}`);
  return { ...ended, json: JSON.parse(ended.out) };
}

export interface Served {
  readonly url: string;
  /** From the start of the process to the first answer of `healthz`. */
  readonly readyMs: number;
  /** The end of what it wrote to its log. */
  words(): string;
  /** Whether the process has ended. */
  hasEnded(): boolean;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when the process is gone. */
  stop(): Promise<void>;
}

/** Starts the real server on a free port and waits until it answers. */
export async function serve(data: string, more: Readonly<Record<string, string>> = {}): Promise<Served> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: ROOT,
    env: environment(data, { PORT: String(port), ...more }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-4000)));
  const gone = once(child, 'exit');
  for (;;) {
    if (hasEnded(child)) throw new Error(`The server ended before it answered: ${words}`);
    const ready = await fetch(`${url}/healthz`).then(
      async (response) => (await response.text(), response.ok),
      () => false,
    );
    if (ready) break;
    await sleep(20);
  }
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    child.kill(signal);
    await gone;
  };
  return {
    url,
    readyMs: performance.now() - began,
    words: () => words,
    hasEnded: () => hasEnded(child),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

/** Starts a process that only does jobs; resolves when it says that it does. */
export async function work(data: string): Promise<Pick<Served, 'kill' | 'stop'>> {
  const child = spawn(process.execPath, ['server/worker.ts'], {
    cwd: ROOT,
    env: environment(data),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), gone]);
  if (hasEnded(child)) throw new Error('The worker ended before it began');
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    child.kill(signal);
    await gone;
  };
  return { kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('No port is free');
  return address.port;
}

/** Kills the embedded database of a data folder, which this bench started, by the pid in its own pid file. */
export function killDatabase(cluster: string): void {
  const pid = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
  if (Number.isInteger(pid) && pid > 1) process.kill(pid, 'SIGKILL');
}
