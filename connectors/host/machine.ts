import { open, readdir, stat } from 'node:fs/promises';
import { findProgram, text } from '../kit/program.ts';

/** A file as it was found. Not there is a fact; there and not readable is a gap. */
export type Found =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'missing' }
  | { readonly is: 'unreadable'; readonly why: string };

export type Ran =
  | { readonly is: 'ran'; readonly code: number; readonly out: string; readonly err: string }
  | { readonly is: 'missing' };

/**
 * The machine that is read. An implementation must change nothing on it and must tell a file that is not there from
 * one that it may not read.
 */
export interface Machine {
  read(path: string): Promise<Found>;
  /** Names in a folder, sorted; undefined where it is not there or cannot be listed. */
  list(folder: string): Promise<readonly string[] | undefined>;
  /** Last change of a file (RFC 3339), undefined where it is not there. */
  changedAt(path: string): Promise<string | undefined>;
  /** Runs a program by its bare name, found in system folders only, without a shell. */
  run(program: string, ...args: readonly string[]): Promise<Ran>;
}

const fileLimitBytes = 8 * 1024 * 1024;
const runLimitMs = 30_000;

/** This very machine, for one collection. */
export function thisMachine(signal: AbortSignal): Machine {
  return {
    read: (path) => readFile(path),
    list: (folder) =>
      readdir(folder).then(
        (names) => names.sort(),
        () => undefined,
      ),
    changedAt: (path) =>
      stat(path).then(
        ({ mtime }) => `${mtime.toISOString().slice(0, 19)}Z`,
        () => undefined,
      ),
    async run(name, ...args) {
      const program = findProgram(name);
      if (program === undefined) return { is: 'missing' };
      const { code, out, err } = await text({ program, args, signal, limitMs: runLimitMs, cwd: '/' });
      return { is: 'ran', code, out, err };
    },
  };
}

async function readFile(path: string): Promise<Found> {
  try {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(fileLimitBytes + 1);
      let size = 0;
      for (;;) {
        const { bytesRead } = await file.read(buffer, size, buffer.length - size, null);
        size += bytesRead;
        if (bytesRead === 0) return { is: 'text', text: buffer.toString('utf8', 0, size) };
        if (size > fileLimitBytes) return { is: 'unreadable', why: `${path} is larger than ${fileLimitBytes} bytes` };
      }
    } finally {
      await file.close();
    }
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown fault';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { is: 'missing' };
    return {
      is: 'unreadable',
      why: code === 'EACCES' || code === 'EPERM' ? `no permission to read ${path}` : `${path}: ${code}`,
    };
  }
}
