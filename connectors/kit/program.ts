import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { SourceRefusal } from './connector.ts';

/** Where programs are looked for: system folders that only an administrator writes, never the caller's PATH. */
const folders =
  process.platform === 'win32'
    ? ['C:\\Program Files\\Git\\cmd', 'C:\\Windows\\System32']
    : [
        '/usr/bin',
        '/bin',
        '/usr/sbin',
        '/sbin',
        '/usr/local/bin',
        '/usr/local/sbin',
        '/opt/homebrew/bin',
        '/run/current-system/sw/bin',
      ];

/** The absolute path of a program by its bare name, or undefined where this machine has none. */
export function findProgram(name: string): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return folders.map((folder) => join(folder, file)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export interface Run {
  /** Absolute path, from `findProgram`. */
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment of the child but PATH and the locale; nothing of ours is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  readonly signal: AbortSignal;
  readonly limitMs: number;
}

export interface Ended {
  readonly code: number;
  /** The first 8 KiB of what it wrote to standard error. */
  readonly err: string;
}

/**
 * Runs a program without a shell and gives its standard output chunk by chunk; the next chunk is read only when the
 * last was taken, so a slow reader holds the program back. Returns how it ended. Refuses with `source.limit` past its
 * time and `source.stopped` when the signal says so; a reader that leaves early ends the program.
 */
export async function* stream(run: Run): AsyncGenerator<Buffer, Ended> {
  const child = spawn(run.program, [...run.args], {
    env: { PATH: folders.join(process.platform === 'win32' ? ';' : ':'), LC_ALL: 'C', LANG: 'C', ...run.env },
    ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
    stdio: ['pipe', 'pipe', 'pipe'],
    shell: false,
    windowsHide: true,
    detached: process.platform !== 'win32',
  });
  let late = false;
  const end = () => endGroup(child.pid);
  const live = child.pid;
  if (live !== undefined) groups.add(live);
  const timer = setTimeout(() => {
    late = true;
    end();
  }, run.limitMs);
  run.signal.addEventListener('abort', end, { once: true });
  if (run.signal.aborted) end();
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (err.length < 8192) err = (err + text).slice(0, 8192);
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  ended.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  child.stdin.end(run.input ?? '');
  let running = true;
  try {
    for await (const chunk of child.stdout) {
      yield chunk;
    }
    const code = await ended;
    running = false;
    if (run.signal.aborted) throw new SourceRefusal('source.stopped', 'the collection was stopped');
    if (late) throw new SourceRefusal('source.limit', `a program took longer than ${run.limitMs / 1000} s`);
    return { code, err };
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', end);
    if (running) {
      end();
      await ended.catch(() => undefined);
    }
    if (live !== undefined) groups.delete(live);
  }
}

/** Programs running now: each is in a group of its own, so Ctrl-C does not reach it and our own exit must end it. */
const groups = new Set<number>();
process.on('exit', () => {
  for (const pid of groups) endGroup(pid);
});

/** Ends the program and what it started: git leaves its transport helpers behind when only git itself is ended. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
}

/** Runs a program and gives its whole output as text; refuses with `source.limit` past `limitBytes`. */
export async function text(run: Run, limitBytes = 16 * 1024 * 1024): Promise<Ended & { readonly out: string }> {
  const chunks: Buffer[] = [];
  let size = 0;
  const running = stream(run);
  for (;;) {
    const next = await running.next();
    if (next.done === true) return { ...next.value, out: Buffer.concat(chunks).toString('utf8') };
    size += next.value.length;
    if (size > limitBytes) {
      await running.return({ code: -1, err: '' });
      throw new SourceRefusal('source.limit', `a program wrote more than ${limitBytes} bytes`);
    }
    chunks.push(next.value);
  }
}
