import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refuseUnlessAllowed } from '@countersign/core/access/index.ts';
import { addEvidence } from '@countersign/core/evidence/index.ts';
import type pg from 'pg';
import { systemClock } from '../clock.ts';
import type { Tenants } from '../kernel/organisation.ts';
import type { Services } from '../runtime.ts';

const PIECE = 2;
const DAY_MS = 86_400_000;

/** Removes files that an upload broken off more than a day ago has left in a folder; one that is not there has none. */
export async function removeAbandoned(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    // Another process may be removing the same.
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true && systemClock.now() - found.mtimeMs > DAY_MS) await rm(path, { force: true });
  }
}

async function removeDrafts(folder: string): Promise<void> {
  for (const org of await readdir(folder).catch(() => [])) await removeAbandoned(join(folder, org, 'drafts'));
}

/** A name is as durable as the folder that holds it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export interface Blobs extends Pick<Services, 'putBlob'> {
  /** Resolves when what uploads left behind is removed. */
  readonly swept: Promise<void>;
  file(org: number, digest: string): string;
  /** Sizes of those that were uploaded. */
  sizes(client: pg.ClientBase, org: number, digests: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Bytes of evidence on disk, by organisation and digest. */
export function blobs(folder: string, tenants: Tenants): Blobs {
  const file = (org: number, digest: string): string => join(folder, String(org), digest.slice(0, PIECE), digest);
  return {
    swept: removeDrafts(folder),
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
      refuseUnlessAllowed(actor, { name: 'PUT /api/blobs', allowed: addEvidence.allowed });
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
        const shelf = dirname(target);
        await mkdir(shelf, { recursive: true, mode: 0o700 });
        await rename(draft, target);
        for (const made of [shelf, dirname(shelf), folder]) await syncFolder(made);
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
