import { kettles } from '@countersign/api/testing/product.ts';
import type { Product } from '@countersign/core/kernel/index.ts';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../run.ts';
import type { Reached, Where, World } from '../world.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as the one JSON document it must be. */
  json(): unknown;
}

export interface Stage {
  readonly folder: string;
  readonly asked: Where[];
  write(name: string, text: string): Promise<void>;
  run(...argv: readonly string[]): Promise<Ran>;
  close(): Promise<void>;
}

/** A folder of its own, and a command line in it that talks to what the test gives it. */
export async function stage(
  connect: (where: Where) => Promise<Reached>,
  more: Partial<World> & { readonly of?: Product } = {},
): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-cli-'));
  const asked: Where[] = [];
  return {
    folder,
    asked,
    async write(name, text) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    },
    async run(...argv) {
      let out = '';
      let err = '';
      const code = await run(argv, {
        env: {},
        cwd: folder,
        stdout: { write: (text) => (out += text) },
        stderr: { write: (text) => (err += text) },
        stdin: (async function* () {})(),
        signal: new AbortController().signal,
        uuid: () => '00000000-0000-4000-8000-00000000000' + String(asked.length % 10),
        product: async () => more.of ?? kettles(),
        async connect(where) {
          asked.push(where);
          return connect(where);
        },
        ...more,
      });
      return { code, out, err, json: (): unknown => JSON.parse(out) };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
