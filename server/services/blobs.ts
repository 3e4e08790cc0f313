import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { refuseUnlessAllowed } from '@countersign/core/access/index.ts';
import { addEvidence, mediaMismatch } from '@countersign/core/evidence/index.ts';
import type pg from 'pg';
import type { Quota } from '../blobs/open.ts';
import { printSize } from '../blobs/size.ts';
import { SAMPLE, sniff } from '../blobs/sniff.ts';
import type { BlobStore, Range } from '../blobs/store.ts';
import { refuseBlob } from '../blobs/store.ts';
import type { Tenants } from '../kernel/organisation.ts';
import type { Organisation, Services } from '../runtime.ts';

/** Distinguishes the lock of an organisation's files from those of sources, the judge and the sequencer. */
const LOCK = 1_785_427_305;
/** Uploads of one organisation that one process takes at once. */
const MOST_AT_ONCE = 16;

/** A file that was uploaded. */
export interface Kept {
  readonly bytes: number;
  /** What its first bytes say it is. */
  readonly media: string;
}

export interface Blobs extends Pick<Services, 'putBlob' | 'storage'> {
  /** Resolves when what uploads left behind is removed. */
  readonly swept: Promise<void>;
  /** Refuses blob.missing for a digest that this organisation has not uploaded, whoever else has. */
  find(org: Organisation, digest: string): Promise<Kept>;
  read(org: number, digest: string, range?: Range): Promise<Readable>;
  /** Deletes the files whose records were erased, of one organisation; what a crash left is deleted by the next call. Answers how many. */
  removeUnlinked(org: number): Promise<number>;
  /** Sizes of those that were uploaded. */
  sizes(client: pg.ClientBase, org: number, digests: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

interface Usage {
  readonly bytes: number;
  readonly files: number;
}

async function usageOf(client: pg.ClientBase, org: number): Promise<Usage> {
  const { rows } = await client.query<{ bytes: string; files: string }>(
    'select coalesce(sum(bytes), 0)::text as bytes, count(*)::text as files from blob where org = $1',
    [org],
  );
  return { bytes: Number(rows[0]?.bytes ?? 0), files: Number(rows[0]?.files ?? 0) };
}

/** Refuses what would not fit beside what is there. */
function refuseOver(quota: Quota, used: Usage, more: number): void {
  if (used.files >= quota.files) throw refuseBlob('count', { most: quota.files });
  if (used.bytes + more > quota.bytes) {
    throw refuseBlob('quota', { most: printSize(quota.bytes), used: printSize(used.bytes) });
  }
}

/** What goes by on its way to the store: digest, length, and the first bytes. Ends with the refusal of what is too much. */
function counting(bytes: Readable, quota: Quota, used: Usage) {
  const hash = createHash('sha256');
  const sample: Buffer[] = [];
  let sampled = 0;
  let size = 0;
  return {
    async *pieces(): AsyncGenerator<Uint8Array> {
      for await (const piece of bytes) {
        const chunk = piece as Buffer;
        size += chunk.length;
        refuseOver(quota, used, size);
        hash.update(chunk);
        if (sampled < SAMPLE) {
          sample.push(chunk.subarray(0, SAMPLE - sampled));
          sampled += chunk.length;
        }
        yield chunk;
      }
    },
    counted: async () => ({ digest: hash.digest('hex'), bytes: size, media: await sniff(Buffer.concat(sample)) }),
  };
}

/** Bytes of evidence, by organisation and digest: what is in the store under a name is in the table, and counts. */
export function blobs(store: BlobStore, quota: Quota, tenants: Tenants): Blobs {
  const underWay = new Map<number, number>();

  /** The name is given and the row written under one lock, so that two uploads cannot both take the last room. */
  const keep = (org: number, kept: Kept & { readonly digest: string }, commit: () => Promise<void>): Promise<void> =>
    tenants.tenant(org, 'write', async (client) => {
      await client.query('select pg_advisory_xact_lock($1, $2)', [org, LOCK]);
      const digest = Buffer.from(kept.digest, 'hex');
      const { rowCount } = await client.query('select 1 from blob where org = $1 and digest = $2', [org, digest]);
      if (rowCount === 0) refuseOver(quota, await usageOf(client, org), kept.bytes);
      await commit();
      await client.query(
        'insert into blob (org, digest, bytes, media) values ($1, $2, $3, $4) on conflict do nothing',
        [org, digest, kept.bytes, kept.media],
      );
    });

  async function sniffed(org: number, digest: string): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const piece of await store.read(org, digest, { first: 0, last: SAMPLE - 1 })) {
      pieces.push(piece as Buffer);
    }
    return sniff(Buffer.concat(pieces));
  }

  return {
    swept: store.sweep().catch(() => undefined),
    read: (org, digest, range) => store.read(org, digest, range),
    removeUnlinked: (org) =>
      tenants.tenant(org, 'write', async (client) => {
        // The lock of uploads: the same bytes may be coming in again, and are then somebody's anew.
        await client.query('select pg_advisory_xact_lock($1, $2)', [org, LOCK]);
        const { rows } = await client.query<{ digest: Buffer; again: boolean }>(
          `delete from unlinked u where org = $1
           returning digest, exists (select from blob b where b.org = $1 and b.digest = u.digest) as again`,
          [org],
        );
        const gone = rows.filter(({ again }) => !again);
        for (const { digest } of gone) await store.remove(org, digest.toString('hex'));
        return gone.length;
      }),
    async sizes(client, org, digests) {
      const { rows } = await client.query<{ digest: Buffer; bytes: number }>(
        'select digest, bytes from blob where org = $1 and digest = any($2)',
        [org, digests.map((digest) => Buffer.from(digest, 'hex'))],
      );
      return new Map(rows.map((row) => [row.digest.toString('hex'), row.bytes]));
    },
    async find(org, digest) {
      const row = await tenants.tenant(org.id, 'read', async (client) => {
        const { rows } = await client.query<{ bytes: number; media: string | null }>(
          'select bytes, media from blob where org = $1 and digest = $2',
          [org.id, Buffer.from(digest, 'hex')],
        );
        return rows[0];
      });
      if (row === undefined) throw refuseBlob('missing', { digest });
      // One kept before types were looked at; a range of an empty file is none.
      const media = row.media ?? (row.bytes === 0 ? await sniff(Buffer.alloc(0)) : await sniffed(org.id, digest));
      return { bytes: row.bytes, media };
    },
    async storage(org) {
      const used = await tenants.tenant(org.id, 'read', (client) => usageOf(client, org.id));
      return { where: store.where, used, quota };
    },
    async putBlob(org, actor, bytes, name) {
      refuseUnlessAllowed(actor, { name: 'PUT /api/blobs', allowed: addEvidence.allowed });
      // It may break off before anybody reads it; whoever reads it then meets the error.
      bytes.on('error', () => undefined);
      const others = underWay.get(org.id) ?? 0;
      if (others >= MOST_AT_ONCE) throw refuseBlob('busy', { most: MOST_AT_ONCE });
      underWay.set(org.id, others + 1);
      try {
        const used = await tenants.tenant(org.id, 'read', (client) => usageOf(client, org.id));
        refuseOver(quota, used, 0);
        const { pieces, counted } = counting(bytes, quota, used);
        const draft = await store.draft(org.id, pieces());
        try {
          const kept = await counted();
          await keep(org.id, kept, () => draft.commit(kept.digest));
          const says = name === undefined ? undefined : mediaMismatch(name, kept.media, kept.bytes);
          return { ...kept, ...(says === undefined ? {} : { says }) };
        } finally {
          await draft.discard();
        }
      } finally {
        underWay.set(org.id, (underWay.get(org.id) ?? 1) - 1);
      }
    },
  };
}
