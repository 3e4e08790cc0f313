import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOUR } from './tour.ts';

const bin = fileURLToPath(new URL('bin/countersign.mjs', import.meta.url));
/** What the command line opens where no server is named: without it nothing but help and `verify` would work. */
const hasServer = existsSync(new URL('../server/local.ts', import.meta.url));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The line's words, as a shell would cut them: blanks, double quotes, single quotes. */
export function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replace(
      /"([^"]*)"|'([^']*)'/g,
      (_, double: string | undefined, single: string | undefined) => double ?? single ?? '',
    ),
  );
}

it.each([
  ['a --b "c d" e', ['a', '--b', 'c d', 'e']],
  [`x --input '{"a":"b c"}'`, ['x', '--input', '{"a":"b c"}']],
])('cuts %j into words', (line, words) => {
  expect(wordsOf(line)).toEqual(words);
});

// Every example of every --help, in a folder of its own with the real command line, server and database.
describe.skipIf(!hasServer)('the tour of all examples', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-tour-'));
    for (const { files = {} } of TOUR) {
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const countersign = (words: readonly string[]): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const { COUNTERSIGN_URL: _url, COUNTERSIGN_TOKEN: _token, ...env } = process.env;
      const child = spawn(process.execPath, [bin, ...words], {
        cwd: folder,
        env: { ...env, COUNTERSIGN_DATA: join(folder, '.countersign') },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk) => (out += String(chunk)));
      child.stderr.on('data', (chunk) => (err += String(chunk)));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, out, err }));
    });

  it.each(TOUR.map(({ line, exit = 0 }) => [line, exit] as const))('countersign %s', async (line, exit) => {
    const ran = await countersign(wordsOf(line));

    expect(ran.code, ran.err + ran.out).toBe(exit);
    expect(ran.out).not.toBe('');
    if (line.includes('--json')) expect(() => JSON.parse(ran.out)).not.toThrow();
  });
});
