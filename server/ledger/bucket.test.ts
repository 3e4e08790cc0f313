import { ListMultipartUploadsCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { memoryStorage, publish, s3Storage } from '@countersign/ledger/index.ts';
import { exampleSigner, ORIGIN, sourceOf } from '@countersign/ledger/example-log.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { S3 } from '../blobs/testing.ts';
import { motoServer, startS3 } from '../blobs/testing.ts';
import { openBucket } from './bucket.ts';

const command = motoServer();
const MIB = 1024 * 1024;

describe.skipIf(command === undefined)('a log in an S3 bucket (moto)', () => {
  let s3: S3;
  beforeAll(async () => {
    s3 = await startS3(command ?? '', 'logs');
  }, 60_000);
  afterAll(async () => s3.close());
  const storage = async (prefix: string) => s3Storage(await openBucket(s3.bucket), prefix);

  test('has the bytes of one in memory, and outgrown tiles are gone', async () => {
    const [there, memory] = [await storage('logs/7'), memoryStorage()];
    for (const size of [3, 300, 520]) {
      await publish(there, sourceOf(size), exampleSigner(), ORIGIN);
      await publish(memory, sourceOf(size), exampleSigner(), ORIGIN);
    }

    const keys: string[] = [];
    for await (const key of (await openBucket(s3.bucket)).list('logs/7/')) keys.push(key);
    expect(keys.map((key) => key.slice('logs/7/'.length)).sort()).toEqual([...memory.files.keys()].sort());
    for (const [path, bytes] of memory.files)
      expect(Buffer.from((await there.read(path)) ?? '')).toEqual(Buffer.from(bytes));
  });

  test('answers undefined for what is not there, and throws for what cannot be asked', async () => {
    expect(await (await storage('logs/8')).read('checkpoint')).toBeUndefined();
    const elsewhere = s3Storage(await openBucket({ ...s3.bucket, bucket: 'another' }), '');
    await expect(elsewhere.read('checkpoint')).rejects.toThrow();
    await expect(elsewhere.write('checkpoint', Buffer.of(1))).rejects.toThrow();
  });

  test('keeps a stream whole; one that breaks off leaves what was there, and no part', async () => {
    const there = await storage('logs/9');
    const pieces = async function* (breaks: boolean) {
      for (let i = 0; i < 12; i++) yield Buffer.alloc(MIB, i);
      if (breaks) throw new Error('The source broke off');
    };
    await there.write('payload/file/a', pieces(false));

    await expect(there.write('payload/file/a', pieces(true))).rejects.toThrow('The source broke off');

    expect((await there.read('payload/file/a'))?.length).toBe(12 * MIB);
    const { Uploads = [] } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket.bucket }));
    expect(Uploads).toEqual([]);
  });

  test('says how its objects are to be served', async () => {
    const there = await storage('logs/10');
    await publish(there, sourceOf(1), exampleSigner(), ORIGIN);

    const head = await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket.bucket, Key: 'logs/10/checkpoint' }));
    expect([head.ContentType, head.CacheControl]).toEqual(['text/plain; charset=utf-8', 'no-cache']);
  });
});
