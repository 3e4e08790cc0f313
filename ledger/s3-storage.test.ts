import { describe, expect, it } from 'vitest';
import { exampleSigner, ORIGIN, sourceOf } from './example-log.ts';
import { memoryStorage } from './memory-storage.ts';
import { s3Storage, type ObjectHeaders, type ObjectStore } from './s3-storage.ts';
import { publish } from './sequencer.ts';

/** A bucket in memory that remembers how objects are served. The real protocol is tried in `server/ledger/bucket.test.ts`. */
function bucket(): ObjectStore & { objects: Map<string, { bytes: Uint8Array; headers: ObjectHeaders }> } {
  const objects = new Map<string, { bytes: Uint8Array; headers: ObjectHeaders }>();
  return {
    objects,
    get: async (key) => objects.get(key)?.bytes,
    async put(key, bytes, headers) {
      const parts: Uint8Array[] = [];
      if (bytes instanceof Uint8Array) parts.push(bytes);
      else for await (const part of bytes) parts.push(part);
      objects.set(key, { bytes: Buffer.concat(parts), headers });
    },
    async *list(prefix) {
      for (const key of [...objects.keys()]) if (key.startsWith(prefix)) yield key;
    },
    async delete(key) {
      objects.delete(key);
    },
  };
}

describe('a log in a bucket', () => {
  it.each(['logs/a1b2', ''])('has the bytes of one in memory, under %j', async (prefix) => {
    const store = bucket();
    const memory = memoryStorage();
    store.objects.set('logs/a1b2x/tile/0/000.p/3', {
      bytes: Buffer.of(1),
      headers: { contentType: '', cacheControl: '' },
    });

    for (const size of [3, 300, 520]) {
      await publish(s3Storage(store, prefix), sourceOf(size), exampleSigner(), ORIGIN);
      await publish(memory, sourceOf(size), exampleSigner(), ORIGIN);
    }

    const under = prefix === '' ? '' : `${prefix}/`;
    const found = [...store.objects].flatMap(([key, { bytes }]) =>
      key.startsWith(under) && key !== 'logs/a1b2x/tile/0/000.p/3'
        ? [[key.slice(under.length), Buffer.from(bytes)] as const]
        : [],
    );
    expect(new Map(found)).toEqual(new Map([...memory.files].map(([path, bytes]) => [path, Buffer.from(bytes)])));
    expect(store.objects.has('logs/a1b2x/tile/0/000.p/3')).toBe(true);
  });

  it('is served as the specification asks', async () => {
    const store = bucket();
    await publish(s3Storage(store, ''), sourceOf(300), exampleSigner(), ORIGIN);
    await s3Storage(store, '').write('payload/017.ndjson', Buffer.of(1));
    const type = (key: string) => store.objects.get(key)?.headers.contentType;

    expect(type('checkpoint')).toBe('text/plain; charset=utf-8');
    expect(type('tile/0/000')).toBe('application/octet-stream');
    expect(type('payload/017.ndjson')).toBe('application/x-ndjson');
    expect(store.objects.get('checkpoint')?.headers.cacheControl).toBe('no-cache');
    expect(store.objects.get('tile/0/001.p/44')?.headers.cacheControl).toContain('immutable');
  });

  it.each(['../x', '/etc/x', 'a//b', '', '.hidden', 'a/.'])('refuses %j', async (path) => {
    const storage = s3Storage(bucket(), 'logs');

    await expect(storage.write(path, Buffer.of(1))).rejects.toMatchObject({ code: 'path.unsafe' });
    await expect(storage.read(path)).rejects.toMatchObject({ code: 'path.unsafe' });
    await expect(storage.removeFolder(path)).rejects.toMatchObject({ code: 'path.unsafe' });
    if (path !== '')
      expect(() => s3Storage(bucket(), path)).toThrowError(expect.objectContaining({ code: 'path.unsafe' }));
  });
});
