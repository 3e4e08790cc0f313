import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeBundle, encodeBundle } from './bundle.ts';
import { consistencyProof, verifyConsistency } from './consistency.ts';
import { exampleKey, exampleSigner, leavesOf, ORIGIN, sourceOf } from './example-log.ts';
import { fileStorage } from './file-storage.ts';
import { rootOf } from './frontier.ts';
import { EMPTY_ROOT, toHex } from './hash.ts';
import { inclusionProof, verifyInclusion } from './inclusion.ts';
import { memoryStorage } from './memory-storage.ts';
import { publish } from './sequencer.ts';
import type { Storage } from './storage.ts';
import { indexPath, parseTilePath, tilePath, tilesOf, widthAt } from './tile-path.ts';
import { readTile, tileReader } from './tile-reader.ts';
import { proofFor, verifyProof } from './tlog-proof.ts';

const signer = exampleSigner();
const publishTo = (storage: Storage, size: number) => publish(storage, sourceOf(size), signer, ORIGIN);

/** The files that the checkpoint of `size` speaks of, and the checkpoint. */
async function treeFiles(storage: Storage, size: number): Promise<Record<string, string>> {
  const files: Record<string, string> = { checkpoint: text(await storage.read('checkpoint')) };
  for (const tile of tilesOf(size))
    files[tilePath(tile)] = text((await readTile(storage, tile.level, tile.index, size))?.bytes);
  return files;
}

const text = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? 'missing' : Buffer.from(bytes).toString('latin1');

describe('tile paths', () => {
  it.each([
    [0, '000'],
    [999, '999'],
    [1000, 'x001/000'],
    [1234067, 'x001/x234/067'],
  ])('%i is %s', (index, path) => {
    expect(indexPath(index)).toBe(path);
    expect(parseTilePath(`tile/3/${path}`)).toEqual({ level: 3, index, width: 256 });
    expect(parseTilePath(`tile/entries/${path}.p/7`)).toEqual({ level: 'entries', index, width: 7 });
  });

  it.each([
    'tile/00/000',
    'tile/0/0',
    'tile/0/x000/001',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/../000',
    'tile/64/000/',
    '/tile/0/000',
    'tile/0/000\n',
  ])('%j is no tile', (path) => expect(parseTilePath(path)).toBeUndefined());

  it('a tree of 70,000 has the tiles of the specification', () => {
    const widths = (level: number) =>
      [...tilesOf(70_000)].filter((tile) => tile.level === level).map(({ width }) => width);

    expect([widths(0).length, widths(0).at(-1)]).toEqual([274, 112]);
    expect(widths(1)).toEqual([256, 17]);
    expect(widths(2)).toEqual([1]);
    expect([widthAt(0, 0, 256), widthAt(1, 0, 256), widthAt(1, 0, 255)]).toEqual([256, 1, 0]);
  });
});

describe('entry bundles', () => {
  it('come back as written, empty and longest entries too', () => {
    const entries = [new Uint8Array(), Buffer.alloc(65_535, 1), Buffer.from('x')];

    expect(decodeBundle(encodeBundle(entries), 3).map((entry) => Buffer.from(entry))).toEqual(
      entries.map((entry) => Buffer.from(entry)),
    );
    expect(() => encodeBundle([Buffer.alloc(65_536)])).toThrowError(
      expect.objectContaining({ code: 'entry.too-long' }),
    );
  });

  it.each([[[]], [[0]], [[0, 2, 1]], [[255, 255, 1, 2]], [[0, 1, 1, 0]]])('%j is not one entry', (bytes) => {
    expect(() => decodeBundle(Uint8Array.from(bytes), 1)).toThrowError(
      expect.objectContaining({ code: 'bundle.malformed' }),
    );
  });
});

describe('publishing', () => {
  it('grows by one entry at every size to 1,025 and proves itself from its tiles', async () => {
    const storage = memoryStorage();
    const leaves = leavesOf(1025);
    let before = { size: 0, root: EMPTY_ROOT };
    for (let size = 1; size <= 1025; size++) {
      const checkpoint = await publishTo(storage, size);
      const read = tileReader(storage, size);
      const index = (size * 7) % size || size - 1;
      const leaf = leaves[index] ?? Buffer.of();

      expect(toHex(checkpoint.root)).toBe(toHex(rootOf(leaves.slice(0, size))));
      expect(verifyInclusion(leaf, index, size, await inclusionProof(read, index, size), checkpoint.root)).toBe(true);
      expect(
        verifyConsistency(
          before.size,
          before.root,
          size,
          checkpoint.root,
          await consistencyProof(read, before.size, size),
        ),
      ).toBe(true);
      before = checkpoint;
    }
    expect(
      [...storage.files.keys()].filter(
        (path) => /\.p\//.test(path) && !/tile\/(0|entries)\/004|tile\/1\/000/.test(path),
      ),
    ).toEqual([]);
  });

  it.each([1, 255, 256, 257, 511, 512, 513, 65_536, 65_537])(
    'gives the same bytes at once and in steps, at %i',
    async (size) => {
      const [once, stepwise] = [memoryStorage(), memoryStorage()];
      await publishTo(once, size);
      for (const step of [0, 1, 255, 256, 257, 300, size - 1, size]
        .filter((step) => step <= size)
        .sort((a, b) => a - b))
        await publishTo(stepwise, step);

      expect(await treeFiles(stepwise, size)).toEqual(await treeFiles(once, size));
      expect(Object.values(await treeFiles(once, size))).not.toContain('missing');
    },
  );

  it('killed at any operation and repeated, gives the same bytes and never a wrong checkpoint', async () => {
    for (const [from, to] of [
      [0, 3],
      [0, 257],
      [200, 256],
      [255, 600],
      [256, 257],
      [510, 513],
    ] as const) {
      const expected = memoryStorage();
      await publishTo(expected, to);
      let kills = 0;
      for (let allowed = 0; ; allowed++) {
        const files = new Map<string, Uint8Array>();
        const storage = memoryStorage(files);
        if (from > 0) await publishTo(storage, from);
        const done = await publishTo(dying(storage, allowed), to).then(
          () => true,
          (error: Error) => error.message !== 'killed',
        );
        if (done) break;
        kills++;
        const size = Number(text(files.get('checkpoint')).split('\n')[1] ?? 0);
        if (files.has('checkpoint')) expect(Object.values(await treeFiles(storage, size))).not.toContain('missing');
        await publishTo(storage, to);
        expect(await treeFiles(storage, to)).toEqual(await treeFiles(expected, to));
      }
      expect(kills).toBeGreaterThan(5);
    }
  });

  it('reads and writes in proportion to what is new', async () => {
    const storage = memoryStorage();
    await publishTo(storage, 65_600);
    const asked: number[] = [];
    const source = sourceOf(65_603);
    let operations = 0;
    await publish(
      counting(storage, () => operations++),
      { ...source, entries: (from, to) => (asked.push(from, to), source.entries(from, to)) },
      signer,
      ORIGIN,
    );

    expect(asked).toEqual([65_536, 65_603]);
    expect(operations).toBeLessThan(16);
  });

  it('writes nothing when nothing is new', async () => {
    const storage = memoryStorage();
    await publishTo(storage, 300);
    const before = new Map(storage.files);
    let operations = 0;
    await publishTo({ ...counting(storage, () => operations++), read: storage.read }, 300);

    expect(storage.files).toEqual(before);
    expect(operations).toBe(0);
  });

  describe('never signs a second history', () => {
    it.each([
      ['log.shorter', 299, undefined],
      ['log.forked', 300, 299],
      ['log.forked', 400, 256],
    ] as const)('%s', async (code, size, changed) => {
      const storage = memoryStorage();
      await publishTo(storage, 300);
      const before = new Map(storage.files);
      const other = sourceOf(size, (index) => (index === changed ? 'another' : `entry ${index}`));

      await expect(publish(storage, other, signer, ORIGIN)).rejects.toMatchObject({ code });
      expect(storage.files.get('checkpoint')).toEqual(before.get('checkpoint'));
    });

    it('compares the last full bundle too', async () => {
      const storage = memoryStorage();
      await publishTo(storage, 256);

      await expect(
        publish(
          storage,
          sourceOf(257, (i) => (i === 9 ? 'x' : `entry ${i}`)),
          signer,
          ORIGIN,
        ),
      ).rejects.toMatchObject({ code: 'log.forked' });
    });

    it('stops where tiles are damaged, missing, or the checkpoint is not its own', async () => {
      const storage = memoryStorage();
      await publishTo(storage, 300);
      const tile = storage.files.get('tile/0/001.p/44') ?? Buffer.of();

      storage.files.set('tile/0/001.p/44', Buffer.alloc(tile.length));
      await expect(publishTo(storage, 301)).rejects.toMatchObject({ code: 'log.forked' });
      storage.files.set('tile/0/001.p/44', tile.subarray(1));
      await expect(publishTo(storage, 301)).rejects.toMatchObject({ code: 'tile.malformed' });
      storage.files.delete('tile/0/001.p/44');
      await expect(publishTo(storage, 301)).rejects.toMatchObject({ code: 'tile.missing' });
      await expect(publish(storage, sourceOf(301), exampleSigner(8), ORIGIN)).rejects.toMatchObject({
        code: 'note.unsigned',
      });
    });

    it('refuses a source with a hole', async () => {
      const source = sourceOf(10);
      const holey = {
        ...source,
        async *entries(from: number, to: number) {
          for await (const found of source.entries(from, to)) if (found.index !== 4) yield found;
        },
      };

      await expect(publish(memoryStorage(), holey, signer, ORIGIN)).rejects.toMatchObject({ code: 'log.gap' });
      await expect(publish(memoryStorage(), { ...source, size: async () => 11 }, signer, ORIGIN)).rejects.toMatchObject(
        { code: 'log.gap' },
      );
    });
  });
});

describe('tlog proofs', () => {
  it('show an entry to whoever has the key, and no other entry', async () => {
    const storage = memoryStorage();
    await publishTo(storage, 300);
    const proof = await proofFor(storage, 257);
    const entry = Buffer.from('entry 257');

    expect(verifyProof(proof, entry, [exampleKey()])).toMatchObject({ index: 257, checkpoint: { size: 300 } });
    expect(() => verifyProof(proof, Buffer.from('entry 256'), [exampleKey()])).toThrowError(
      expect.objectContaining({ code: 'proof.wrong' }),
    );
    expect(() => verifyProof(proof.replace('index 257', 'index 256'), entry, [exampleKey()])).toThrowError(
      expect.objectContaining({ code: 'proof.wrong' }),
    );
    expect(() => verifyProof(proof.replace('@v1', '@v2'), entry, [exampleKey()])).toThrowError(
      expect.objectContaining({ code: 'proof.malformed' }),
    );
    expect(() => verifyProof(proof, entry, [exampleKey(8)])).toThrowError(
      expect.objectContaining({ code: 'note.unsigned' }),
    );
    for (let at = 0; at < proof.length; at++) {
      const changed = `${proof.slice(0, at)}${proof[at] === 'A' ? 'B' : 'A'}${proof.slice(at + 1)}`;
      expect(() => verifyProof(changed, entry, [exampleKey()])).toThrowError();
    }
  });

  it('of a log with one entry has no hashes', async () => {
    const storage = memoryStorage();
    await publishTo(storage, 1);

    expect(verifyProof(await proofFor(storage, 0), Buffer.from('entry 0'), [exampleKey()]).index).toBe(0);
  });
});

describe('file storage', () => {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });
  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
    folders.push(folder);
    return folder;
  };

  it('holds the same tree as memory, without drafts left behind', async () => {
    const [memory, folder] = [memoryStorage(), await newFolder()];
    const disk = fileStorage(join(folder, 'log'));
    for (const size of [0, 5, 256, 520]) {
      await publishTo(disk, size);
      await publishTo(memory, size);
    }
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((found) => found.isFile());

    expect(await treeFiles(disk, 520)).toEqual(await treeFiles(memory, 520));
    expect(names.map(({ name }) => name).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(names.length).toBe(memory.files.size);
  });

  it.each(['../x', '/etc/x', 'a/../../x', 'a//b', '', '.hidden', 'a\\b', 'c:/x', 'a/b\0', 'a/.'])(
    'refuses %j',
    async (path) => {
      const storage = fileStorage(await newFolder());

      await expect(storage.write(path, Buffer.of(1))).rejects.toMatchObject({ code: 'path.unsafe' });
      await expect(storage.read(path)).rejects.toMatchObject({ code: 'path.unsafe' });
      await expect(storage.removeFolder(path)).rejects.toMatchObject({ code: 'path.unsafe' });
    },
  );
});

function dying(storage: Storage, allowed: number): Storage {
  let left = allowed;
  return counting(storage, () => {
    if (left-- <= 0) throw new Error('killed');
  });
}

function counting(storage: Storage, before: () => void): Storage {
  return {
    read: async (path) => (before(), storage.read(path)),
    write: async (path, bytes) => (before(), storage.write(path, bytes)),
    sync: async () => (before(), storage.sync()),
    removeFolder: async (path) => (before(), storage.removeFolder(path)),
  };
}
