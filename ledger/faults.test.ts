import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeBundle } from './bundle.ts';
import { exampleKey, exampleSigner, leavesOf, ORIGIN, sourceOf } from './example-log.ts';
import { failingDisk, type Step } from './failing-disk-for-tests.ts';
import { fileStorage } from './file-storage.ts';
import { rootOf } from './frontier.ts';
import { leafHash, toHex } from './hash.ts';
import { memoryStorage } from './memory-storage.ts';
import { publish, readCheckpoint } from './sequencer.ts';
import type { Storage } from './storage.ts';
import { tilePath, TILE_WIDTH, tilesOf, widthAt } from './tile-path.ts';
import { readTile } from './tile-reader.ts';

const signer = exampleSigner();
const LEAVES = leavesOf(40 * TILE_WIDTH + 1);
const publishTo = (storage: Storage, size: number) => publish(storage, sourceOf(size), signer, ORIGIN);
const root = await mkdtemp(join(tmpdir(), 'ledger-faults-'));
afterAll(() => rm(root, { recursive: true }));
let folders = 0;
const newFolder = () => join(root, String(folders++));

/** Size of the published log, every file of which must be there and hold the entries of the source, as its checkpoint says. */
async function sizeOfWhole(storage: Storage): Promise<number> {
  const checkpoint = await readCheckpoint(storage, ORIGIN, exampleKey().publicKey);
  if (checkpoint === undefined) return 0;
  const { size } = checkpoint;
  const leaves: Uint8Array[] = [];
  for (const tile of tilesOf(size)) {
    const found = await readTile(storage, tile.level, tile.index, size);
    if (found === null) throw new Error(`${tilePath(tile)} is missing at ${size}`);
    if (tile.level !== 'entries') continue;
    const entries = decodeBundle(found.bytes, found.width).slice(0, widthAt('entries', tile.index, size));
    leaves.push(...entries.map(leafHash));
  }
  expect(Buffer.concat(leaves).equals(Buffer.concat(LEAVES.slice(0, size)))).toBe(true);
  expect(toHex(rootOf(leaves))).toBe(toHex(checkpoint.root));
  return size;
}

/** What every stop must leave: a whole log of at least what was acknowledged, which goes on as if nothing had happened. */
async function expectRecovery(storage: Storage, acknowledged: number, size: number): Promise<void> {
  expect(await sizeOfWhole(storage)).toBeGreaterThanOrEqual(acknowledged);
  await publishTo(storage, size);
  expect(await sizeOfWhole(storage)).toBe(size);
  for (const [path, bytes] of await straight(size)) {
    const found = Buffer.from((await storage.read(path)) ?? '');
    if (!found.equals(bytes)) throw new Error(`${path} is not what an append without a fault writes`);
  }
}

const written = new Map<number, Promise<Map<string, Uint8Array>>>();

/** Files of the log at a size, written at once and without a fault. */
function straight(size: number): Promise<Map<string, Uint8Array>> {
  const storage = memoryStorage();
  const known = written.get(size) ?? publishTo(storage, size).then(() => storage.files);
  written.set(size, known);
  return known;
}

const draftsIn = async (folder: string) =>
  (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.draft'));

// From nothing, within a tile, over its edge by which partial tiles go, from edge to edge.
const APPENDS = [
  [0, 3],
  [3, 200],
  [250, 515],
  [256, 512],
] as const;

describe('a publisher in a folder', () => {
  describe.each([
    ['stops for good', true],
    ['goes on with its clean-up', false],
  ])('at every step of an append that fails it %s', (_, forGood) => {
    it.each(APPENDS)('from %i to %i entries nothing acknowledged is lost, and it recovers', async (from, to) => {
      const start = newFolder();
      if (from > 0) await publishTo(fileStorage(start), from);
      const failed = new Set<Step>();
      for (let at = 0; ; at++) {
        const folder = newFolder();
        if (from > 0) await cp(start, folder, { recursive: true });
        let step = 0;
        const disk = failingDisk((kind) => {
          if (step === at) failed.add(kind);
          if (forGood ? step++ >= at : step++ === at)
            throw Object.assign(new Error('EIO'), { code: 'EIO', syscall: kind });
        });
        const outcome = await publishTo(fileStorage(folder, { disk }), to).then(
          () => 'done' as const,
          (error: Error) => error.message,
        );

        expect(['done', 'EIO']).toContain(outcome);
        await expectRecovery(fileStorage(folder), outcome === 'done' ? to : from, to);
        expect(await draftsIn(folder)).toEqual([]);
        await rm(folder, { recursive: true });
        if (outcome === 'done' && step <= at) break;
      }
      for (const kind of ['mkdir', 'open', 'write', 'datasync', 'rename', 'sync'] as const)
        expect(failed).toContain(kind);
    });
  });

  it(
    'killed (SIGKILL) before every step of two appends has lost nothing it acknowledged',
    { timeout: 300_000 },
    async () => {
      const start = newFolder();
      await publishTo(fileStorage(start), 250);
      const stages = [300, 515];
      let survived = false;
      let at = 0;
      const oneAfterAnother = async () => {
        while (!survived) {
          const folder = newFolder();
          await cp(start, folder, { recursive: true });
          const { signal, said } = await runKilled(folder, at++, stages);
          if (signal === null) survived = true;
          else expect(signal).toBe('SIGKILL');
          await expectRecovery(fileStorage(folder), Math.max(250, ...said), 515);
          // One in a folder of partial tiles that the log has outgrown meanwhile is looked for by nobody.
          expect((await draftsIn(folder)).filter((path) => !path.includes('.p/'))).toEqual([]);
          await rm(folder, { recursive: true });
        }
      };

      await Promise.all([oneAfterAnother(), oneAfterAnother()]);

      expect(at).toBeGreaterThan(40);
    },
  );
});

function runKilled(
  folder: string,
  step: number,
  sizes: readonly number[],
): Promise<{ signal: NodeJS.Signals | null; said: number[] }> {
  const script = fileURLToPath(new URL('./killed-for-tests.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder, String(step), ...sizes.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code !== null && code !== 0) reject(new Error(`The publisher ended with ${code}`));
      else resolve({ signal, said: said.split('\n').filter(Boolean).map(Number) });
    });
  });
}

/**
 * A disk whose power may go: what was not synced is kept or lost file by file, in any combination that `keep` chooses. Stricter
 * than any file system, which at least keeps its own order.
 */
function losableStorage(durable: Map<string, Uint8Array>) {
  let unsynced: ((files: Map<string, Uint8Array>) => void)[] = [];
  const present = memoryStorage(new Map(durable));
  const later = (change: (files: Map<string, Uint8Array>) => void) => void unsynced.push(change);
  const storage: Storage = {
    read: present.read,
    async write(path, bytes) {
      await present.write(path, bytes);
      const kept = present.files.get(path);
      later((files) => kept && files.set(path, kept));
    },
    async sync() {
      for (const change of unsynced) change(durable);
      unsynced = [];
    },
    async removeFolder(path) {
      await present.removeFolder(path);
      later((files) => {
        for (const name of [...files.keys()]) if (name.startsWith(`${path}/`)) files.delete(name);
      });
    },
  };
  const afterPowerLoss = (keep: (change: number) => boolean) => {
    const left = new Map(durable);
    for (const [i, change] of unsynced.entries()) if (keep(i)) change(left);
    return left;
  };
  return { storage, afterPowerLoss, unsynced: () => unsynced.length };
}

describe('a publisher whose power goes', () => {
  it.each(APPENDS)('at every step from %i to %i, whatever part of the unsynced is lost, recovers', async (from, to) => {
    const start = memoryStorage();
    if (from > 0) await publishTo(start, from);
    for (let at = 0, done = false; !done; at++) {
      const { storage, afterPowerLoss, unsynced } = losableStorage(new Map(start.files));
      let left = at;
      const step = <T>(work: () => Promise<T>) => (left-- > 0 ? work() : Promise.reject(new Error('power')));
      const dying: Storage = {
        read: storage.read,
        write: (path, bytes) => step(() => storage.write(path, bytes)),
        sync: () => step(() => storage.sync()),
        removeFolder: (path) => step(() => storage.removeFolder(path)),
      };
      done = await publishTo(dying, to).then(
        () => true,
        () => false,
      );

      const choices = Math.min(2 ** unsynced(), 64);
      for (let choice = 0; choice < choices; choice++) {
        const spread = choices === 64 ? (choice * 2_654_435_761) >>> 0 : choice;
        const files = afterPowerLoss((change) => ((spread >>> (change % 32)) & 1) === 1);
        await expectRecovery(memoryStorage(files), done ? to : from, to);
      }
    }
  });

  it('keeps an append of many tiles too', async () => {
    const to = 40 * TILE_WIDTH + 1;
    const { storage, afterPowerLoss } = losableStorage(new Map());
    await publishTo(storage, to);

    expect(await sizeOfWhole(memoryStorage(afterPowerLoss(() => false)))).toBe(to);
  });
});
