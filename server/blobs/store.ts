import type { Readable } from 'node:stream';
import { defineRefusals } from '@countersign/core/kernel/index.ts';

export const refuseBlob = defineRefusals('blob', {
  full: {
    family: 'unmet',
    says: (p: { where: string }) =>
      `There is no room left for files (${p.where}). Nothing of this one was kept. Whoever runs the machine has to make room.`,
  },
  quota: {
    family: 'unmet',
    says: (p: { most: string; used: string }) =>
      `The organisation may keep ${p.most} of files and has ${p.used}. Nothing of this one was kept. Whoever runs the machine may raise COUNTERSIGN_QUOTA_BYTES.`,
  },
  count: {
    family: 'unmet',
    says: (p: { most: number }) =>
      `The organisation may keep ${p.most} files and has them. Nothing of this one was kept. Whoever runs the machine may raise COUNTERSIGN_QUOTA_FILES.`,
  },
  busy: {
    family: 'unmet',
    says: (p: { most: number }) => `${p.most} uploads of the organisation are under way. Repeat when one has ended.`,
  },
  missing: { family: 'missing', says: (p: { digest: string }) => `No file with the digest ${p.digest} was uploaded.` },
});

/** Bytes from the first to the last, both inclusive, as HTTP counts them. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Bytes that are kept and that nobody finds yet. */
export interface Draft {
  /** Gives them their name. An implementation must have them on durable storage when it resolves. */
  commit(digest: string): Promise<void>;
  /** Removes what commit did not take. Does nothing after it, and nothing twice. */
  discard(): Promise<void>;
}

/**
 * Bytes of evidence, by organisation and digest. An implementation must keep no more than a few MiB of a file in memory, must show
 * nothing of a draft under a digest before its commit, and must refuse with blob.full where there is no room. It is told digests in
 * lower-case hex and trusts them: whoever calls has counted them from the bytes.
 */
export interface BlobStore {
  /** Where it is, for people: a folder or a bucket, never a credential. */
  readonly where: string;
  /** An error of `pieces` must leave nothing behind, and is thrown as it is. */
  draft(org: number, pieces: AsyncIterable<Uint8Array>): Promise<Draft>;
  /** Rejects before the first byte where the file is not there. */
  read(org: number, digest: string, range?: Range): Promise<Readable>;
  /** Removes a file for good. One that is not there is removed already. */
  remove(org: number, digest: string): Promise<void>;
  /** Removes drafts that were broken off more than a day ago. */
  sweep(): Promise<void>;
}
