import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { run } from './run.ts';
import { local, remote } from './transport.ts';

const stop = new AbortController();
// Once: a second Ctrl-C ends the process as usual.
process.once('SIGINT', () => stop.abort());

// A reader that closes early, as `| head` does, has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const code = await run(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  signal: stop.signal,
  uuid: randomUUID,
  product: async () => (await import('@countersign/core/product.ts')).product,
  async keep() {
    const { keeperOf } = await import('@countersign/server/local.ts');
    const folder = resolve(process.env['COUNTERSIGN_DATA'] ?? '.countersign');
    return keeperOf(folder, (line: string) => void process.stderr.write(`${line}\n`));
  },
  async connect(where) {
    if (where.url !== undefined && where.url !== '') return remote(where.url, where);
    const { openLocal } = await import('@countersign/server/local.ts');
    const folder = resolve(process.env['COUNTERSIGN_DATA'] ?? '.countersign');
    return local(await openLocal(folder, (line: string) => void process.stderr.write(`${line}\n`)), where);
  },
});
process.exitCode = code;
// What Ctrl-C interrupted may still hold the process open.
if (stop.signal.aborted) process.exit();
