import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tenants } from '../kernel/organisation.ts';
import type { Services } from '../runtime.ts';

const PIECE = 2;

/** Bytes of evidence on disk, by organisation and digest. */
export function blobs(
  folder: string,
  tenants: Tenants,
): Pick<Services, 'putBlob'> & {
  file(org: number, digest: string): string;
  has(org: number, digest: string): Promise<number | undefined>;
} {
  const file = (org: number, digest: string): string => join(folder, String(org), digest.slice(0, PIECE), digest);
  return {
    file,
    /** Its size, if those bytes were uploaded. */
    async has(org, digest) {
      return tenants.tenant(org, 'read', async (client) => {
        const { rows } = await client.query<{ bytes: number }>(
          'select bytes from blob where org = $1 and digest = $2',
          [org, Buffer.from(digest, 'hex')],
        );
        return rows[0]?.bytes;
      });
    },
    /** Streams to a file of its own, then gives it its name: half of an upload is never found. */
    async putBlob(org, _actor, bytes) {
      const drafts = join(folder, String(org), 'drafts');
      await mkdir(drafts, { recursive: true, mode: 0o700 });
      const draft = join(drafts, randomUUID());
      const hash = createHash('sha256');
      let size = 0;
      try {
        const out = await open(draft, 'wx', 0o600);
        try {
          for await (const piece of bytes) {
            const chunk = piece as Buffer;
            hash.update(chunk);
            size += chunk.length;
            await out.write(chunk);
          }
          await out.sync();
        } finally {
          await out.close();
        }
        const digest = hash.digest('hex');
        const target = file(org.id, digest);
        await mkdir(join(target, '..'), { recursive: true, mode: 0o700 });
        await rename(draft, target);
        await tenants.tenant(org.id, 'write', (client) =>
          client.query('insert into blob (org, digest, bytes) values ($1, $2, $3) on conflict do nothing', [
            org.id,
            Buffer.from(digest, 'hex'),
            size,
          ]),
        );
        return { digest, bytes: size };
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}
