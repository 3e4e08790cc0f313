import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addEvidence } from '@countersign/core/evidence/index.ts';
import type pg from 'pg';
import type { Tenants } from '../kernel/organisation.ts';
import { refuseActor } from '../kernel/queue.ts';
import type { Services } from '../runtime.ts';

const PIECE = 2;

export interface Blobs extends Pick<Services, 'putBlob'> {
  file(org: number, digest: string): string;
  /** Sizes of those that were uploaded. */
  sizes(client: pg.ClientBase, org: number, digests: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Bytes of evidence on disk, by organisation and digest. */
export function blobs(folder: string, tenants: Tenants): Blobs {
  const file = (org: number, digest: string): string => join(folder, String(org), digest.slice(0, PIECE), digest);
  return {
    file,
    async sizes(client, org, digests) {
      const { rows } = await client.query<{ digest: Buffer; bytes: number }>(
        'select digest, bytes from blob where org = $1 and digest = any($2)',
        [org, digests.map((digest) => Buffer.from(digest, 'hex'))],
      );
      return new Map(rows.map((row) => [row.digest.toString('hex'), row.bytes]));
    },
    /** Streams to a file of its own, then gives it its name: half of an upload is never found. */
    async putBlob(org, actor, bytes) {
      refuseActor({ name: 'PUT /api/blobs', allowed: addEvidence.allowed }, actor);
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
            // Unlike `write`, it does not stop halfway.
            await out.writeFile(chunk);
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
