import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from '../testing.ts';
import { diskStore } from './disk.ts';
import { s3Store } from './s3.ts';
import type { BlobStore } from './store.ts';
import type { S3 } from './testing.ts';
import { motoServer, startS3 } from './testing.ts';

const MIB = 1024 * 1024;

async function* pieces(bytes: Buffer, size = 300_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Breaks off after a few pieces, as a connection does. */
async function* broken(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield* pieces(bytes);
  throw new Error('The upload broke off');
}

async function all(stream: Readable): Promise<Buffer> {
  const got: Buffer[] = [];
  for await (const piece of stream) got.push(piece as Buffer);
  return Buffer.concat(got);
}

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What every store must do. `names` lists all that is kept, drafts and parts included. */
function suite(open: () => { readonly store: BlobStore; names(): Promise<readonly string[]> }): void {
  test.each([
    ['nothing', 0],
    ['a byte', 1],
    ['less than a part', MIB],
    ['several parts', 20 * MIB + 7],
  ])('keeps %s and gives it back', async (_, size) => {
    const { store } = open();
    const bytes = randomBytes(size);

    const draft = await store.draft(1, pieces(bytes));
    await draft.commit(digestOf(bytes));
    await draft.discard();

    expect((await all(await store.read(1, digestOf(bytes)))).equals(bytes)).toBe(true);
  });

  test('reads the bytes of a range, both ends included', async () => {
    const { store } = open();
    const bytes = Buffer.from('0123456789');
    const draft = await store.draft(1, pieces(bytes));
    await draft.commit(digestOf(bytes));

    expect(String(await all(await store.read(1, digestOf(bytes), { first: 2, last: 4 })))).toBe('234');
    expect(String(await all(await store.read(1, digestOf(bytes), { first: 9, last: 9 })))).toBe('9');
  });

  test('shows nothing of a draft, and keeps nothing of one that is discarded', async () => {
    const { store, names } = open();
    const bytes = randomBytes(9 * MIB);
    const before = await names();

    const draft = await store.draft(1, pieces(bytes));
    await expect(store.read(1, digestOf(bytes))).rejects.toThrow();
    await draft.discard();
    await draft.discard();

    expect(await names()).toEqual(before);
  });

  test.each([MIB, 30 * MIB])(
    'keeps nothing of an upload of %d bytes that breaks off, and says what broke it',
    async (size) => {
      const { store, names } = open();
      const before = await names();

      await expect(store.draft(1, broken(randomBytes(size)))).rejects.toThrow('The upload broke off');

      expect(await names()).toEqual(before);
    },
  );

  test('keeps what is the same once', async () => {
    const { store, names } = open();
    const bytes = Buffer.from('twice');

    for (let i = 0; i < 2; i += 1) {
      const draft = await store.draft(1, pieces(bytes));
      await draft.commit(digestOf(bytes));
      await draft.discard();
    }

    expect((await names()).filter((name) => name.endsWith(digestOf(bytes)))).toHaveLength(1);
  });

  test('has nothing for another organisation', async () => {
    const { store } = open();
    const bytes = Buffer.from('of one only');
    const draft = await store.draft(1, pieces(bytes));
    await draft.commit(digestOf(bytes));

    await expect(store.read(2, digestOf(bytes))).rejects.toThrow();
  });

  test('sweeps without touching what is new', async () => {
    const { store, names } = open();
    const draft = await store.draft(1, pieces(Buffer.from('under way')));
    const before = await names();

    await store.sweep();
    const after = await names();
    await draft.discard();

    expect(after).toEqual(before);
  });
}

describe('a folder', () => {
  let folder = '';
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'countersign-store-'))));
  afterAll(() => rm(folder, { recursive: true }));
  const names = async (): Promise<readonly string[]> =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();

  suite(() => ({ store: diskStore(folder, 0), names }));

  test('refuses to begin where less is free than must stay free', async () => {
    const store = diskStore(folder, 1000, () => Promise.resolve(999));
    const before = await names();

    expect(await refusalOf(store.draft(1, pieces(Buffer.from('x'))))).toBe('blob.full');
    expect(await names()).toEqual(before);
  });

  test('refuses halfway when room runs out, and keeps nothing', async () => {
    const left = [1000, 1000, 10];
    const store = diskStore(folder, 500, () => Promise.resolve(left.shift() ?? 10));
    const before = await names();

    expect(await refusalOf(store.draft(1, pieces(Buffer.alloc(200 * MIB), 8 * MIB)))).toBe('blob.full');
    expect(left).toEqual([]);
    expect(await names()).toEqual(before);
  });

  test.each(['ENOSPC', 'EDQUOT'])('%s is no fault but a refusal', async (code) => {
    const store = diskStore(folder, 0, () => Promise.reject(Object.assign(new Error(code), { code })));

    expect(await refusalOf(store.draft(1, pieces(Buffer.from('x'))))).toBe('blob.full');
  });
});

const moto = motoServer();
if (moto === undefined)
  console.warn('Left out: the store of S3, as moto_server is not here (pip install "moto[server]").');

describe.skipIf(moto === undefined)('S3, by moto', () => {
  let s3: S3;
  let store: BlobStore;
  beforeAll(async () => {
    s3 = await startS3(moto ?? '', 'company/évidence');
    store = await s3Store(s3.bucket);
  }, 60_000);
  afterAll(() => s3?.close());

  suite(() => ({
    store,
    async names() {
      const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: 'evidence' }));
      const { Uploads = [] } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: 'evidence' }));
      return [...Contents, ...Uploads].map(({ Key = '' }) => Key).sort();
    },
  }));
});
