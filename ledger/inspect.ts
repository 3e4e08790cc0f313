import { textOf } from './canonical.ts';
import { openCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { LedgerFault } from './fault.ts';
import { Findings } from './findings.ts';
import { readWhole, type Folder } from './folder.ts';
import { sameBytes } from './hash.ts';
import type { VerifierKey } from './key.ts';
import { rekorDsse, type LeafCodec } from './leaf.ts';
import { LogCheck, type Landmark, type LogWatch } from './log-check.ts';
import { parseNote } from './note.ts';
import { PayloadCheck, type PayloadCount, type PayloadWatch } from './payload-check.ts';
import { payloadIndex } from './payload.ts';
import { confirmSeen, isSeenPath, readSeen, type Seen } from './seen.ts';
import { KeyChain } from './rotation.ts';
import { parseTilePath, widthAt } from './tile-path.ts';
import { candidates, chooseTrust, type GivenTrust, type Trust } from './trust.ts';

export interface InspectOptions extends GivenTrust {
  readonly codec?: LeafCodec;
  /** Aborting it ends the work with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told now and then how far the work is. */
  readonly progress?: (done: Progress) => void;
}

/** `of` is not known before the checkpoint, or the manifest, is read. */
export interface Progress {
  readonly step: 'files' | 'entries';
  readonly done: number;
  readonly of: number;
}

/** What was found out about one log by its files. */
export interface Inspection {
  readonly findings: Findings;
  readonly trust: Trust;
  /** The keys that stand for the log: those trusted, and those that the log connects with them. */
  readonly keys: readonly VerifierKey[];
  readonly signedBy: readonly VerifierKey[];
  readonly checkpoint: Checkpoint | undefined;
  readonly checked: { files: number; entries: number; proofs: number; signatures: number };
  readonly payloads: PayloadCount;
  readonly seen: readonly Seen[];
  readonly confirmed: ReadonlySet<Landmark>;
}

/** What a binder asks besides: roots it knows of, and to be told what the log holds. */
export interface Besides {
  readonly landmarks?: readonly Landmark[];
  readonly log?: LogWatch;
  readonly payload?: PayloadWatch;
}

const LONGEST_CHECKPOINT = 64 * 1024;
const TELL_EVERY = 256;

/** Checks one export. Whatever is wrong with the files is in the findings; only a given key or root that is none is refused. */
export async function inspect(folder: Folder, options: InspectOptions, besides: Besides = {}): Promise<Inspection> {
  const findings = new Findings();
  const trust = await chooseTrust(folder, options, findings);
  const { checkpoint, signers, doubt } = await readSigned(folder, trust, findings);
  const size = checkpoint?.size ?? 0;
  const claims = await readSeen(folder, candidates(trust), trust, size, findings);
  const landmarks = [...claims.landmarks, ...(besides.landmarks ?? [])];

  const chain = new KeyChain(trust, checkpoint?.origin ?? '');
  const payloads = new PayloadCheck(folder, findings, besides.payload);
  const watch = watching(options, size, besides.log);
  const log = new LogCheck(folder, findings, chain, options.codec ?? rekorDsse, payloads, watch);
  if (checkpoint !== undefined) await log.run(checkpoint, landmarks);
  await payloads.settle();

  const keys = chain.settle(signers, findings);
  const signedBy = signers.filter((key) => isAmong(keys, key));
  if (signedBy.length === 0 && doubt !== undefined) findings.catch('checkpoint', doubt);
  const confirmed = new Set([...log.confirmed].filter((landmark) => isByLog(landmark, keys, findings)));
  return {
    findings,
    trust,
    keys,
    signedBy,
    checkpoint,
    checked: {
      files: await walk(folder, size, payloads.boundFiles, findings),
      entries: log.entries,
      proofs: log.proofs + payloads.roots,
      signatures: signedBy.length + claims.signatures + payloads.signatures,
    },
    payloads: payloads.count,
    seen: confirmSeen(claims, confirmed),
    confirmed,
  };
}

export const isAmong = (keys: readonly VerifierKey[], { publicKey }: VerifierKey): boolean =>
  keys.some((key) => sameBytes(key.publicKey, publicKey));

/** Whether a checkpoint that stands beside the log is signed by a key of it. */
function isByLog({ signedBy, path }: Landmark, keys: readonly VerifierKey[], findings: Findings): boolean {
  if (signedBy === undefined || signedBy.some((key) => isAmong(keys, key))) return true;
  findings.add(path, 'checkpoint.untrusted', 'The checkpoint here is signed with a key that is not trusted.');
  return false;
}

const watching = ({ signal, progress }: InspectOptions, of: number, log: LogWatch | undefined): LogWatch => ({
  entry(index, entry) {
    signal?.throwIfAborted();
    if (index % TELL_EVERY === 0 || index + 1 === of) progress?.({ step: 'entries', done: index + 1, of });
    log?.entry(index, entry);
  },
});

interface Signed {
  readonly checkpoint: Checkpoint | undefined;
  /** Keys that signed it: trusted ones, or, with a `doubt`, ones that only the log itself can connect with them. */
  readonly signers: readonly VerifierKey[];
  /** Why no trusted key signed it. */
  readonly doubt?: LedgerFault;
}

/** The checkpoint even where its signature is wrong, so that the rest can still be looked at; signed by nobody then. */
async function readSigned(folder: Folder, trust: Trust, findings: Findings): Promise<Signed> {
  const bytes = await readWhole(folder, 'checkpoint', LONGEST_CHECKPOINT);
  if (bytes === undefined || bytes === 'too-long') {
    findings.add('checkpoint', 'checkpoint.missing', 'There is no usable checkpoint.');
    return { checkpoint: undefined, signers: [] };
  }
  const read = <T>(step: (note: string) => T): T | LedgerFault => orFault(() => step(textOf(bytes)));
  const trusted = read((note) => openCheckpoint(note, trust.keys));
  if (!(trusted instanceof LedgerFault)) return { checkpoint: trusted.checkpoint, signers: trusted.signedBy };
  const own = read((note) => openCheckpoint(note, trust.own));
  if (!(own instanceof LedgerFault)) return { checkpoint: own.checkpoint, signers: own.signedBy, doubt: trusted };
  const unsigned = read((note) => parseCheckpoint(parseNote(note).text));
  return { checkpoint: unsigned instanceof LedgerFault ? undefined : unsigned, signers: [], doubt: trusted };
}

/** The checkpoint that an export claims, whoever signed it. */
export async function peek(folder: Folder): Promise<Checkpoint | undefined> {
  const bytes = await readWhole(folder, 'checkpoint', LONGEST_CHECKPOINT);
  if (bytes === undefined || bytes === 'too-long') return undefined;
  const read = orFault(() => parseCheckpoint(parseNote(textOf(bytes)).text));
  return read instanceof LedgerFault ? undefined : read;
}

function orFault<T>(step: () => T): T | LedgerFault {
  try {
    return step();
  } catch (error) {
    if (error instanceof LedgerFault) return error;
    throw error;
  }
}

/** Looks at every name in the export: what does not belong is a failure, for it would look as if the log vouched for it. */
async function walk(
  folder: Folder,
  size: number,
  bound: ReadonlyMap<string, string>,
  findings: Findings,
): Promise<number> {
  let files = 0;
  try {
    for await (const { path, plain } of folder.list()) {
      files++;
      if (!plain) findings.add(path, 'file.not-plain', 'This is a link or a device, not a file.');
      else if (!belongs(path, size, bound)) findings.add(path, 'file.stray', 'The file does not belong to the export.');
    }
  } catch (error) {
    if (files === 0 && error instanceof Error && 'code' in error && error.code === 'ENOENT')
      findings.add('.', 'folder.missing', 'There is no such folder.');
    else findings.catch('.', error);
  }
  return files;
}

function belongs(path: string, size: number, bound: ReadonlyMap<string, string>): boolean {
  if (path === 'checkpoint' || path === 'key.vkey' || bound.has(path)) return true;
  if (isSeenPath(path, size)) return true;
  const entry = payloadIndex(path);
  if (entry !== undefined) return entry < size;
  const tile = parseTilePath(path);
  return tile !== undefined && tile.width === widthAt(tile.level, tile.index, size);
}
