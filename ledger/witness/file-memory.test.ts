import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exampleKey, ORIGIN } from '../example-log.ts';
import { LedgerFault } from '../fault.ts';
import { printVerifierKey } from '../key.ts';
import type { Witnessed } from './decide.ts';
import { fileMemory } from './file-memory.ts';

const folder = await mkdtemp(join(tmpdir(), 'ledger-memory-'));
afterAll(() => rm(folder, { recursive: true }));

const state = (size: number, byte = size): Witnessed => ({ size, root: new Uint8Array(32).fill(byte) });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof LedgerFault ? error.code : String(error)),
  );

describe('a memory in a file', () => {
  it('is there for the next process, readable by nobody else', async () => {
    const path = join(folder, 'kept');
    await fileMemory(path).trust([exampleKey(), exampleKey()]);
    expect(await fileMemory(path).advance(ORIGIN, undefined, state(5))).toBe(true);

    const next = fileMemory(path);

    expect(await next.latest(ORIGIN)).toEqual(state(5));
    expect((await next.trusted()).map(printVerifierKey)).toEqual([printVerifierKey(exampleKey())]);
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('advances from what it holds only, and never backwards', async () => {
    const memory = fileMemory(join(folder, 'steps'));
    await memory.advance(ORIGIN, undefined, state(5));

    expect(await memory.advance(ORIGIN, undefined, state(6))).toBe(false);
    expect(await memory.advance(ORIGIN, state(5, 1), state(6))).toBe(false);
    expect(await memory.advance(ORIGIN, state(5), state(4))).toBe(false);
    expect(await memory.advance(ORIGIN, state(5), state(5))).toBe(true);
    expect(await memory.advance(ORIGIN, state(5), state(7))).toBe(true);
    expect(await memory.latest('__proto__')).toBeUndefined();
  });

  it('lets one of many at once win', async () => {
    const path = join(folder, 'race');
    const won = await Promise.all(
      Array.from({ length: 12 }, (_, i) => fileMemory(path).advance(ORIGIN, undefined, state(i + 1))),
    );

    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await fileMemory(path).latest(ORIGIN))?.size).toBe(won.indexOf(true) + 1);
  });

  it('is refused where it was damaged: to forget is worse than to stop', async () => {
    const path = join(folder, 'damaged');
    await fileMemory(path).trust([exampleKey()]);
    await fileMemory(path).advance(ORIGIN, undefined, state(5));
    const whole = await readFile(path, 'utf8');

    for (const text of [
      '',
      '{}',
      '[]',
      'null',
      whole.slice(0, -20),
      whole.replace('memory 1', 'memory 2'),
      whole.replace('"size": 5', '"size": -5'),
      whole.replace('"size": 5', '"size": "5"'),
      whole.replace(/"root": "[^"]+"/, '"root": "AAAA"'),
      whole.replace(`"${ORIGIN}": {`, '"other.example.com": {'),
      whole.replace('"keys": [', '"keys": [7,'),
    ]) {
      await writeFile(path, text);
      expect([text.slice(0, 30), await codeOf(fileMemory(path).latest(ORIGIN))]).toEqual([
        text.slice(0, 30),
        expect.stringMatching(/^(?:memory|key)\.malformed$/),
      ]);
      expect(await codeOf(fileMemory(path).advance(ORIGIN, undefined, state(1)))).toMatch(/malformed$/);
      expect(await readFile(path, 'utf8')).toBe(text);
    }
  });

  it('is left alone where another process holds it', { timeout: 20_000 }, async () => {
    const path = join(folder, 'held');
    await writeFile(`${path}.lock`, '');

    expect(await codeOf(fileMemory(path).advance(ORIGIN, undefined, state(1)))).toBe('memory.busy');
    expect(await fileMemory(path).latest(ORIGIN)).toBeUndefined();
  });
});
