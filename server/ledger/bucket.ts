import { Readable } from 'node:stream';
import type { ObjectStore } from '@countersign/ledger/index.ts';
import { openS3 } from '../blobs/s3.ts';
import type { Bucket } from '../blobs/s3.ts';

/** The objects of a bucket as a log keeps itself in them, `s3Storage(await openBucket(bucket), prefix)`. Credentials as the SDK finds them. */
export async function openBucket({ bucket, ...store }: Omit<Bucket, 'prefix'>): Promise<ObjectStore> {
  const { aws, Upload, client } = await openS3(store);

  return {
    async get(key) {
      try {
        const { Body } = await client.send(new aws.GetObjectCommand({ Bucket: bucket, Key: key }));
        if (Body === undefined) throw new TypeError('The store answered without bytes');
        return await Body.transformToByteArray();
      } catch (error) {
        if (error instanceof aws.NoSuchKey) return undefined;
        throw error;
      }
    },
    async put(key, bytes, { contentType, cacheControl }) {
      const params = { Bucket: bucket, Key: key, ContentType: contentType, CacheControl: cacheControl };
      if (bytes instanceof Uint8Array) {
        await client.send(new aws.PutObjectCommand({ ...params, Body: bytes }));
        return;
      }
      const Body = Readable.from(bytes, { objectMode: false });
      // The SDK wraps what its source throws, and leaves a source it gave up on open.
      let broken: unknown;
      Body.once('error', (error) => (broken = error));
      try {
        await new Upload({ client, params: { ...params, Body }, queueSize: 1 }).done();
      } catch (error) {
        Body.destroy();
        throw broken ?? error;
      }
    },
    async *list(prefix) {
      for await (const page of aws.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
    },
    async delete(key) {
      await client.send(new aws.DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}
