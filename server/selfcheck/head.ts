import {
  consistencyProof,
  LedgerFault,
  parseCheckpoint,
  parseNote,
  readCheckpoint,
  readRoot,
  tileReader,
  verifyConsistency,
} from '@countersign/ledger/index.ts';
import type { Checkpoint, Storage } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import type { Log, LogKeys } from '../ledger/log.ts';
import { logHead } from '../kernel/organisation.ts';
import type { Findings } from './findings.ts';
import type { Published } from './tree.ts';

export interface Before {
  readonly size: number;
  readonly root: Buffer | null;
}

/** What the log is as published, and whether everything said of it fits. */
export interface Head extends Published {
  /** Entries in the table. */
  readonly held: number;
  readonly root: Uint8Array | null;
  /** Whether root or history do not fit, for a reason that only a look at every entry can tell. */
  readonly isUnexplained: boolean;
}

/**
 * Publishes what is due, then holds the signed checkpoint against the tiles, its signature against the log's key, and the history against the
 * checkpoint of the last run.
 */
export async function checkHead(
  parts: {
    readonly log: Pick<Log, 'publish' | 'storageOf' | 'keysOf'>;
    tenant<T>(org: number, mode: 'read', work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  },
  org: number,
  before: Before | undefined,
  findings: Findings,
): Promise<Head> {
  const { log } = parts;
  const storage = log.storageOf(org);
  const path = `log/${org}/checkpoint`;
  const wasThere = (await storage.read('checkpoint')) !== undefined;
  if (!wasThere && (before?.size ?? 0) > 0)
    findings.add('checkpoint.missing', { path }, `The file ${path} is gone; the last self-check saw it.`);
  const refused = await log.publish(org).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof LedgerFault) return error;
      throw error;
    },
  );
  const { held, key } = await parts.tenant(org, 'read', async (client) => ({
    held: (await logHead(client, org, false)).size,
    key: await log.keysOf(client, org),
  }));
  const checkpoint = await opened(storage, key, path, findings);
  // A size that nobody signed is believed only as far as the table goes.
  const isSigned = !findings.has('checkpoint.signature');
  const size =
    checkpoint !== undefined && (isSigned || checkpoint.size <= held) ? checkpoint.size : (before?.size ?? held);

  const most = Math.max(checkpoint?.size ?? 0, before?.size ?? 0);
  if (held < most)
    findings.add('log.shorter', { entry: held }, `The log ends before entry ${held}; it had ${most} entries.`, {
      expected: `${most} entries`,
      found: `${held} entries`,
    });
  let isUnexplained = false;
  if (checkpoint !== undefined && checkpoint.size > 0 && checkpoint.size <= held) {
    const fits = await fitsTiles(storage, checkpoint, before);
    isUnexplained = !fits;
  }
  if (refused !== undefined && !findings.has('log.shorter', 'checkpoint.signature', 'checkpoint.missing'))
    isUnexplained = true;
  return { org, storage, size, held, root: checkpoint?.root ?? null, isUnexplained };
}

async function opened(
  storage: Storage,
  key: LogKeys,
  path: string,
  findings: Findings,
): Promise<Checkpoint | undefined> {
  try {
    return await readCheckpoint(
      storage,
      key.origin,
      key.publicKey,
      key.earlier.map(({ publicKey }) => publicKey),
    );
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    findings.add(
      'checkpoint.signature',
      { path },
      `The file ${path} is not what this log’s key signed under its name: ${error.message}`,
      { expected: `signed by the key of ${key.origin}` },
    );
  }
  // What it speaks of is still looked at, as far as the table goes.
  try {
    return parseCheckpoint(parseNote(Buffer.from((await storage.read('checkpoint')) ?? []).toString('utf8')).text);
  } catch {
    return undefined;
  }
}

/** Whether the tiles give the root that was signed, and begin with the tree of the last run. */
async function fitsTiles(storage: Storage, { size, root }: Checkpoint, before: Before | undefined): Promise<boolean> {
  const reader = tileReader(storage, size, 16);
  try {
    if (Buffer.compare(await readRoot(reader, size), root) !== 0) return false;
    if (before?.root == null || before.size === 0 || before.size > size) return true;
    const proof = await consistencyProof(reader, before.size, size);
    return verifyConsistency(before.size, before.root, size, root, proof);
  } catch (error) {
    if (error instanceof LedgerFault) return false;
    throw error;
  }
}

/**
 * After every entry was looked at: what does not fit and follows from no entry and no tile. The root that was signed is wrong, the history is
 * another one than at the last run, or the log is not published for a reason of its own.
 */
export async function explainHead(
  { org, storage, size }: Head,
  before: Before | undefined,
  rootAt: (size: number) => Promise<string>,
  publish: () => Promise<unknown>,
  findings: Findings,
): Promise<void> {
  if (findings.has('entry.differs', 'log.missing', 'log.shorter')) return;
  const path = `log/${org}/checkpoint`;
  const note = await storage.read('checkpoint');
  const signed = note === undefined ? undefined : textIn(note);
  if (signed !== undefined && signed.size === size && size > 0) {
    const computed = await rootAt(size);
    if (computed !== Buffer.from(signed.root).toString('base64'))
      findings.add('checkpoint.root', { path }, `The root in ${path} is not the one that its ${size} entries have.`, {
        expected: computed,
        found: Buffer.from(signed.root).toString('base64'),
      });
  }
  if (before?.root != null && before.size > 0 && before.size <= size) {
    const computed = await rootAt(before.size);
    if (computed !== before.root.toString('base64'))
      findings.add(
        'log.forked',
        { entry: before.size - 1 },
        `The first ${before.size} entries of the log are not those that the last self-check saw.`,
        { expected: before.root.toString('base64'), found: computed },
      );
  }
  if (findings.size > 0) return;
  await publish().catch((error: unknown) => {
    if (!(error instanceof LedgerFault)) throw error;
    findings.add('log.unpublished', { path }, `The log could not be published: ${error.message}`, {
      found: error.code,
    });
  });
}

function textIn(note: Uint8Array): Checkpoint | undefined {
  try {
    return parseCheckpoint(parseNote(Buffer.from(note).toString('utf8')).text);
  } catch {
    return undefined;
  }
}
