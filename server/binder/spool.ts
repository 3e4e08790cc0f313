import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BinderFile } from '@countersign/ledger/index.ts';

const CHUNK = 1 << 16;

interface Spooled {
  readonly file: string;
  readonly handle: FileHandle;
  waiting: string;
  length: number;
}

/** Files that are written a line at a time, several at once, and read when all is written: on disk, since nobody knows how long they get. */
export class Spool {
  readonly #folder: string;
  readonly #files = new Map<string, Spooled>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<Spool> {
    return new Spool(await mkdtemp(join(tmpdir(), 'countersign-binder-')));
  }

  async add(path: string, line: string): Promise<void> {
    const spooled = this.#files.get(path) ?? (await this.#open(path));
    spooled.waiting += line;
    if (spooled.waiting.length >= CHUNK) await flush(spooled);
  }

  async #open(path: string): Promise<Spooled> {
    const file = join(this.#folder, String(this.#files.size));
    const spooled = { file, handle: await open(file, 'wx', 0o600), waiting: '', length: 0 };
    this.#files.set(path, spooled);
    return spooled;
  }

  get paths(): readonly string[] {
    return [...this.#files.keys()].sort();
  }

  /** What was written, below a folder, by path. */
  async *files(below: string): AsyncGenerator<BinderFile> {
    for (const path of this.paths) {
      const spooled = this.#files.get(path);
      if (spooled === undefined || !path.startsWith(below)) continue;
      await flush(spooled);
      yield { path, size: spooled.length, bytes: createReadStream(spooled.file, { highWaterMark: 1 << 18 }) };
    }
  }

  async close(): Promise<void> {
    for (const { handle } of this.#files.values()) await handle.close().catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function flush(spooled: Spooled): Promise<void> {
  const bytes = Buffer.from(spooled.waiting);
  spooled.waiting = '';
  await spooled.handle.appendFile(bytes);
  spooled.length += bytes.length;
}
