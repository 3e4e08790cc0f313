import { safeSegments } from './safe-path.ts';
import type { Storage } from './storage.ts';

/** How an object is to be served. */
export interface ObjectHeaders {
  readonly contentType: string;
  readonly cacheControl: string;
}

/**
 * As much of an S3-compatible store as a log needs. An implementation must read what was put before, as S3 does since 2020, and must
 * show an object whole or not at all: `put` resolves when the store has it on durable storage, and a stream that breaks
 * off leaves the object as it was, and throws.
 */
export interface ObjectStore {
  /** The whole object, or undefined if there is none. Any other answer of the store is thrown. */
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, bytes: Uint8Array | AsyncIterable<Uint8Array>, headers: ObjectHeaders): Promise<void>;
  /** All keys that begin so, in any order. */
  list(prefix: string): AsyncIterable<string>;
  /** Nothing happens if there is none. */
  delete(key: string): Promise<void>;
}

/**
 * A log in a bucket, under `prefix` (without a slash at its ends; empty for none). A put is atomic and durable when it is answered,
 * so there is nothing left for `sync`. Served from there as it is, the log is one that C2SP tlog-tiles describes.
 */
export function s3Storage(store: ObjectStore, prefix: string): Storage {
  const under = prefix === '' ? '' : `${safeSegments(prefix).join('/')}/`;
  const key = (path: string) => under + safeSegments(path).join('/');
  return {
    read: async (path) => store.get(key(path)),
    write: async (path, bytes) => store.put(key(path), bytes, headersOf(path)),
    async sync() {},
    async removeFolder(path) {
      for await (const found of store.list(`${key(path)}/`)) await store.delete(found);
    },
  };
}

const FOR_EVER = 'public, max-age=31536000, immutable';

/** C2SP tlog-tiles: a tile never changes, partial or full; what else a log has may. */
function headersOf(path: string): ObjectHeaders {
  if (path.startsWith('tile/')) return { contentType: 'application/octet-stream', cacheControl: FOR_EVER };
  if (path.endsWith('.ndjson')) return { contentType: 'application/x-ndjson', cacheControl: 'no-cache' };
  if (path.startsWith('payload/')) return { contentType: 'application/octet-stream', cacheControl: 'no-cache' };
  return { contentType: 'text/plain; charset=utf-8', cacheControl: 'no-cache' };
}
