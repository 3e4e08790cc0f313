import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type pg from 'pg';
import type { Findings } from './findings.ts';
import type { Counts } from './runs.ts';

export interface BlobRow {
  readonly digest: string;
  readonly bytes: number;
}

/** Files after a digest, in the order of digests. */
export async function blobsAfter(
  client: pg.ClientBase,
  org: number,
  after: string,
  limit: number,
): Promise<readonly BlobRow[]> {
  const { rows } = await client.query<BlobRow>(
    `select encode(digest, 'hex') as digest, bytes from blob where org = $1 and digest > decode($2, 'hex') order by digest limit $3`,
    [org, after, limit],
  );
  return rows;
}

export async function blobOf(client: pg.ClientBase, org: number, digest: string): Promise<BlobRow | undefined> {
  const { rows } = await client.query<BlobRow>(
    `select encode(digest, 'hex') as digest, bytes from blob where org = $1 and digest = decode($2, 'hex')`,
    [org, digest],
  );
  return rows[0];
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && error.code === 'ENOENT') || /^(?:NoSuchKey|NotFound)$/.test(error.name));

export interface EvidenceParts {
  readBlob(org: number, digest: string): Promise<Readable>;
  tenant<T>(org: number, mode: 'read', work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
}

/**
 * Reads one file of evidence and hashes it. No transaction is open meanwhile: a large file takes long. What was erased in between is no
 * difference.
 */
export async function checkBlob(
  parts: EvidenceParts,
  org: number,
  { digest, bytes }: BlobRow,
  findings: Findings,
  counts: Counts,
  signal: AbortSignal,
): Promise<void> {
  const read = await readWhole(parts, org, digest, signal);
  counts.evidence += 1;
  counts.evidenceBytes += read?.bytes ?? 0;
  if (read?.digest === digest && read.bytes === bytes) return;
  const { isThere, named } = await parts.tenant(org, 'read', async (client) => ({
    isThere: (await blobOf(client, org, digest)) !== undefined,
    named: await documentsOf(client, org, digest),
  }));
  if (!isThere) return;
  const path = `blobs/${org}/${digest.slice(0, 2)}/${digest}`;
  const where = { evidence: digest, path };
  const of = named === '' ? 'A file' : `The file of ${named}`;
  if (read === undefined)
    findings.add('evidence.missing', where, `${of} is gone (${path}).`, {
      expected: `${bytes} bytes`,
      found: 'nothing',
    });
  else if (read.bytes !== bytes)
    findings.add('evidence.length', where, `${of} has ${read.bytes} bytes; ${bytes} were filed (${path}).`, {
      expected: `${bytes} bytes`,
      found: `${read.bytes} bytes`,
    });
  else
    findings.add('evidence.digest', where, `${of} was changed: its bytes are not those that were filed (${path}).`, {
      expected: `SHA-256 ${digest}`,
      found: `SHA-256 ${read.digest}`,
    });
}

async function readWhole(
  { readBlob }: EvidenceParts,
  org: number,
  digest: string,
  signal: AbortSignal,
): Promise<BlobRow | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of await readBlob(org, digest)) {
      signal.throwIfAborted();
      hash.update(piece as Buffer);
      bytes += (piece as Buffer).length;
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return { digest: hash.digest('hex'), bytes };
}

async function documentsOf(client: pg.ClientBase, org: number, digest: string): Promise<string> {
  const { rows } = await client.query<{ id: string; name: string }>(
    `select id, body->>'name' as name from record
      where org = $1 and kind = 'evidence' and superseded_index is null and body->>'digest' = $2 order by id limit 3`,
    [org, digest],
  );
  return rows.map(({ id, name }) => `“${name}” (${id})`).join(', ');
}

/** Documents whose bytes the table of files does not know. */
export async function checkUnlisted(client: pg.ClientBase, org: number, findings: Findings): Promise<void> {
  const { rows } = await client.query<{ id: string; version: number; name: string; digest: string }>(
    `select id, version, body->>'name' as name, body->>'digest' as digest from record r
      where org = $1 and kind = 'evidence' and superseded_index is null and not retired and body->>'erased' is null
        and not exists (select from blob b where b.org = r.org and b.digest = decode(r.body->>'digest', 'hex')) order by id limit 100`,
    [org],
  );
  for (const { id, version, name, digest } of rows)
    findings.add(
      'evidence.unlisted',
      { record: `evidence/${id}@${version}`, evidence: digest },
      `The table of files does not know the bytes of “${name}” (${id}).`,
    );
}
