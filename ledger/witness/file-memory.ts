import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromBase64, toBase64 } from '../base64.ts';
import { LedgerFault } from '../fault.ts';
import { HASH_BYTES } from '../hash.ts';
import { parseVerifierKey, printVerifierKey, type VerifierKey } from '../key.ts';
import type { Witnessed } from './decide.ts';
import type { WitnessMemory } from './witness.ts';

const FORMAT = 'countersign witness memory 1';
const LONGEST = 16 * 1024 * 1024;
const WAITS = 100;
const WAIT_MS = 50;

interface Log {
  readonly keys: readonly string[];
  readonly size?: number;
  readonly root?: string;
}
type Logs = Readonly<Record<string, Log>>;

/** What a witness without a server remembers: the logs it was told to trust, and of each the largest tree that it cosigned. */
export interface FileMemory extends WitnessMemory {
  /** The keys of all logs that are trusted. */
  trusted(): Promise<readonly VerifierKey[]>;
  /** Trusts these from now on; which log each is of its name says. */
  trust(keys: readonly VerifierKey[]): Promise<void>;
}

/**
 * A witness's memory in one JSON file, for an account of its own or a laptop. Written beside its place, flushed and renamed, under a lock file that
 * one process at a time holds. Without the file nothing is remembered yet: whoever loses it must get a new key.
 *
 * Refuses `memory.malformed` for a file that is none, and `memory.busy` where another process holds it: then nothing was changed.
 */
export function fileMemory(path: string): FileMemory {
  const read = async (): Promise<Logs> => {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return {};
      throw new LedgerFault('memory.malformed', `${path} cannot be read.`);
    }
    return parse(text, path);
  };

  return {
    async latest(origin) {
      return witnessed((await read())[origin]);
    },
    advance: (origin, from, to) =>
      alone(path, async () => {
        const logs = await read();
        const now = witnessed(logs[origin]);
        if (!isSame(now, from) || to.size < (now?.size ?? 0)) return false;
        const keys = logs[origin]?.keys ?? [];
        await write(path, { ...logs, [origin]: { keys, size: to.size, root: toBase64(to.root) } });
        return true;
      }),
    async trusted() {
      return Object.values(await read()).flatMap(({ keys }) => keys.map(parseVerifierKey));
    },
    trust: (given) =>
      alone(path, async () => {
        const logs: Record<string, Log> = { ...(await read()) };
        for (const key of given) {
          const before = logs[key.name];
          const keys = [...new Set([...(before?.keys ?? []), printVerifierKey(key)])];
          logs[key.name] = { ...before, keys };
        }
        await write(path, logs);
      }),
  };
}

function parse(text: string, path: string): Logs {
  const malformed = () =>
    new LedgerFault(
      'memory.malformed',
      `${path} is not what a witness remembers, or was damaged: a new key is needed.`,
    );
  let given: unknown;
  try {
    given = text.length > LONGEST ? undefined : JSON.parse(text);
  } catch {
    throw malformed();
  }
  if (!isMap(given) || given['format'] !== FORMAT || !isMap(given['logs'])) throw malformed();
  const logs: Record<string, Log> = Object.create(null) as Record<string, Log>;
  for (const [origin, log] of Object.entries(given['logs'])) {
    if (!isMap(log) || !Array.isArray(log['keys'])) throw malformed();
    const keys = log['keys'].map((key: unknown) => {
      if (typeof key !== 'string' || parseVerifierKey(key).name !== origin) throw malformed();
      return key;
    });
    const { size, root } = log;
    if (size === undefined && root === undefined) logs[origin] = { keys };
    else if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 && typeof root === 'string') {
      if (fromBase64(root, 'memory.malformed').length !== HASH_BYTES) throw malformed();
      logs[origin] = { keys, size, root };
    } else throw malformed();
  }
  return logs;
}

const isMap = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

const witnessed = (log: Log | undefined): Witnessed | undefined =>
  log?.size === undefined || log.root === undefined
    ? undefined
    : { size: log.size, root: fromBase64(log.root, 'memory.malformed') };

const isSame = (a: Witnessed | undefined, b: Witnessed | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.size === b.size && toBase64(a.root) === toBase64(b.root);

async function write(path: string, logs: Logs): Promise<void> {
  const draft = join(dirname(path), `.${randomUUID()}.draft`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify({ format: FORMAT, logs }, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  // Else a crash may forget the name, and with it what was just signed.
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** One process at a time. A lock that a dead one left is not broken: two that both thought so would both go on. */
async function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  for (let waited = 0; ; waited++) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      break;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (waited === WAITS)
        throw new LedgerFault('memory.busy', `Another witness holds ${lock}. If none runs any more, delete that file.`);
      await new Promise((done) => setTimeout(done, WAIT_MS));
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
