import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { systemClock } from '../clock.ts';
import { DAY_MS } from './abandoned.ts';
import type { BlobStore, Draft } from './store.ts';
import { refuseBlob } from './store.ts';

export interface Bucket {
  readonly bucket: string;
  /** Before every key, without a slash at its ends; empty for none. */
  readonly prefix: string;
  /** Of a store that is not AWS’s. */
  readonly endpoint?: string;
  readonly region?: string;
}

const MIB = 1024 * 1024;
/** Two parts are in memory at once: 2 GiB make 256 of them, far from the ten thousand that S3 takes. */
const PART = 8 * MIB;
const PARTS_AT_ONCE = 2;

/** The SDK and a client of the store. Credentials come as the SDK finds them: its environment variables, profile, or the machine’s role. */
export async function openS3({ endpoint, region }: Pick<Bucket, 'endpoint' | 'region'>) {
  // Loaded only where it is used: it takes a third of a second.
  const aws = await import('@aws-sdk/client-s3');
  const { Upload } = await import('@aws-sdk/lib-storage');
  const client = new aws.S3Client({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    // Stores that are not AWS’s refuse the trailers; files and logs are checked by hashes of our own.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { aws, Upload, client };
}

/**
 * Objects of an S3-compatible store. Drafts lie beside what was committed, under keys that name no digest; a commit is the store’s own copy, so
 * bytes go over the wire once.
 */
export async function s3Store({ bucket, prefix, ...store }: Bucket): Promise<BlobStore> {
  const { aws, Upload, client } = await openS3(store);
  const where = `s3://${bucket}/${prefix}`;
  const under = prefix === '' ? '' : `${prefix}/`;
  const key = (org: number, digest: string): string => `${under}${org}/${digest.slice(0, 2)}/${digest}`;
  const drafts = `${under}drafts/`;

  const orFull = (error: unknown): never => {
    throw isFull(error) ? refuseBlob('full', { where }) : error;
  };

  return {
    where,
    async draft(org, pieces): Promise<Draft> {
      const Key = `${drafts}${org}/${randomUUID()}`;
      const body = Readable.from(pieces, { objectMode: false, highWaterMark: MIB });
      // The SDK wraps what its source throws; the refusal of an upload must come out as it was.
      let broken: unknown;
      body.once('error', (error) => (broken = error));
      const upload = new Upload({
        client,
        params: { Bucket: bucket, Key, Body: body },
        partSize: PART,
        queueSize: PARTS_AT_ONCE,
      });
      try {
        await upload.done();
      } catch (error) {
        body.destroy();
        return orFull(broken ?? error);
      }
      const discard = async (): Promise<void> => {
        await client.send(new aws.DeleteObjectCommand({ Bucket: bucket, Key }));
      };
      return {
        discard,
        async commit(digest) {
          const CopySource = [bucket, ...Key.split('/')].map(encodeURIComponent).join('/');
          await client
            .send(new aws.CopyObjectCommand({ Bucket: bucket, Key: key(org, digest), CopySource }))
            .catch(orFull);
        },
      };
    },
    async read(org, digest, range) {
      const { Body } = await client.send(
        new aws.GetObjectCommand({
          Bucket: bucket,
          Key: key(org, digest),
          ...(range === undefined ? {} : { Range: `bytes=${range.first}-${range.last}` }),
        }),
      );
      if (!(Body instanceof Readable)) throw new TypeError('The store answered without bytes');
      return Body;
    },
    async remove(org, digest) {
      await client.send(new aws.DeleteObjectCommand({ Bucket: bucket, Key: key(org, digest) }));
    },
    async sweep() {
      await removeOldDrafts(aws, client, bucket, drafts);
      await abortOldUploads(aws, client, bucket, drafts);
    },
  };
}

/** Full, or over what the store gives this account: the names that S3, MinIO, Ceph and Garage use. */
function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status =
    '$metadata' in error && typeof error.$metadata === 'object' && error.$metadata !== null
      ? 'httpStatusCode' in error.$metadata && error.$metadata.httpStatusCode
      : undefined;
  return status === 507 || /^(?:XMinioStorageFull|QuotaExceeded|XMinioAdminBucketQuotaExceeded)$/.test(error.name);
}

type Aws = typeof import('@aws-sdk/client-s3');

const isOld = (made: Date | undefined): boolean => made !== undefined && systemClock.now() - made.getTime() > DAY_MS;

async function removeOldDrafts(aws: Aws, client: S3Client, bucket: string, drafts: string): Promise<void> {
  for await (const page of aws.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: drafts })) {
    for (const { Key, LastModified } of page.Contents ?? []) {
      if (Key === undefined || !isOld(LastModified)) continue;
      await client.send(new aws.DeleteObjectCommand({ Bucket: bucket, Key }));
    }
  }
}

/** Parts of an upload that never ended are kept, and paid for, until somebody says that it will not. */
async function abortOldUploads(aws: Aws, client: S3Client, bucket: string, drafts: string): Promise<void> {
  const { Uploads = [] } = await client.send(new aws.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: drafts }));
  for (const { Key, UploadId, Initiated } of Uploads) {
    if (Key === undefined || UploadId === undefined || !isOld(Initiated)) continue;
    await client.send(new aws.AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
  }
}
