import { join } from 'node:path';
import { diskStore } from './disk.ts';
import type { Bucket } from './s3.ts';
import { s3Store } from './s3.ts';
import type { BlobStore } from './store.ts';

/** What one organisation may keep. */
export interface Quota {
  readonly bytes: number;
  readonly files: number;
}

/** Where bytes of evidence go, and how many. */
export interface BlobSettings {
  /** Absent: the folder `blobs` of the data folder. */
  readonly s3?: Bucket;
  readonly quota: Quota;
  /** Bytes that must stay free on the disk. */
  readonly floor: number;
}

const GIB = 1024 ** 3;

export const DEFAULT_BLOBS: BlobSettings = {
  quota: { bytes: 100 * GIB, files: 1_000_000 },
  floor: GIB / 4,
};

/** Where finished binders wait to be fetched: apart from evidence, so that what expires here is never a file of that. */
export const openBinderStore = async (dataFolder: string, { s3, floor }: BlobSettings): Promise<BlobStore> =>
  s3 === undefined
    ? diskStore(join(dataFolder, 'binders'), floor)
    : s3Store({ ...s3, prefix: [s3.prefix, 'binders'].filter((part) => part !== '').join('/') });

export const openStore = async (dataFolder: string, { s3, floor }: BlobSettings): Promise<BlobStore> =>
  s3 === undefined ? diskStore(join(dataFolder, 'blobs'), floor) : s3Store(s3);
