import { toBase64 } from './base64.ts';
import { decodeBundle, LONGEST_ENTRY } from './bundle.ts';
import { textOf } from './canonical.ts';
import { openCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { LedgerFault } from './fault.ts';
import { Findings, type Failure } from './findings.ts';
import { readWhole, type Folder } from './folder.ts';
import { Frontier } from './frontier.ts';
import { HASH_BYTES, leafHash, sameBytes } from './hash.ts';
import { fingerprint, printVerifierKey, type VerifierKey } from './key.ts';
import { rekorDsse, type LeafCodec } from './leaf.ts';
import { parseNote } from './note.ts';
import { findRemoved } from './old.ts';
import { PayloadCheck, type PayloadCount } from './payload-check.ts';
import { payloadIndex } from './payload.ts';
import { KeyChain } from './rotation.ts';
import { TileBuilder, type Draft } from './tile-builder.ts';
import { parseTilePath, TILE_WIDTH, tilePath, widthAt } from './tile-path.ts';
import { chooseTrust, type Trust } from './trust.ts';

export interface Verification {
  readonly ok: boolean;
  /** `proofs`: roots recomputed and found as signed: the log's, each payload root, the older log's within this one. */
  readonly checked: {
    readonly files: number;
    readonly entries: number;
    readonly proofs: number;
    readonly signatures: number;
  };
  readonly payloads: PayloadCount;
  readonly log: { readonly origin: string; readonly size: number; readonly root: string } | null;
  readonly trust: {
    /** With `from-binder`, `ok` says that the log is whole, not whose it is. */
    readonly key: 'given' | 'from-binder';
    /** SHA-256 of the log key's SPKI DER, hexadecimal; null if no key signed the checkpoint. */
    readonly fingerprint: string | null;
    readonly witnesses: readonly string[];
    readonly timestamps: readonly string[];
    readonly provenNoLaterThan: string | null;
  };
  readonly failures: readonly Failure[];
}

export interface VerifyOptions {
  /** An earlier export: nothing of it may have been removed or changed. */
  readonly old?: Folder;
  /** Verifier keys known from elsewhere. Without them the export's own `key.vkey` is used, and the answer says so. */
  readonly keys?: readonly string[];
  readonly codec?: LeafCodec;
}

const LONGEST_CHECKPOINT = 64 * 1024;
const LONGEST_BUNDLE = TILE_WIDTH * (2 + LONGEST_ENTRY);

/**
 * Verifies an export from nothing but its files. Whatever is wrong with them is a failure in the answer; only a given
 * key that is none is refused (`key.malformed`). Streams: memory grows with the number of distinct items only.
 */
export async function verifyExport(folder: Folder, options: VerifyOptions = {}): Promise<Verification> {
  if (options.old === undefined) return answer(await inspect(folder, options));

  const now = await inspect(folder, options, await peek(options.old));
  // OLD may be from before the log changed its key: what stands for the log now stood for it then.
  const old = await inspect(options.old, options.keys ? { ...options, keys: now.keys.map(printVerifierKey) } : options);
  for (const { path, code, message } of old.findings.failures) now.findings.add(`OLD/${path}`, code, message);
  if (old.checkpoint !== undefined && now.checkpoint !== undefined) {
    compareLogs(old, now);
    await findRemoved(options.old, folder, Math.min(old.checkpoint.size, now.checkpoint.size), now.findings);
  }
  return answer(now);
}

interface Inspection {
  readonly findings: Findings;
  readonly trust: Trust;
  /** The keys that stand for the log: those trusted, and those that the log connects with them. */
  readonly keys: readonly VerifierKey[];
  readonly signedBy: readonly VerifierKey[];
  readonly checkpoint: Checkpoint | undefined;
  readonly checked: { files: number; entries: number; proofs: number; signatures: number };
  readonly payloads: PayloadCount;
}

/** Checks one export; `prefix` is a checkpoint that its log must extend. */
async function inspect(folder: Folder, options: VerifyOptions, prefix?: Checkpoint): Promise<Inspection> {
  const findings = new Findings();
  const checked = { files: 0, entries: 0, proofs: 0, signatures: 0 };
  const trust = await chooseTrust(folder, options.keys, findings);
  const { checkpoint, signers, doubt } = await readSigned(folder, trust, findings);
  const chain = new KeyChain(trust, checkpoint?.origin ?? '');

  const payloads = new PayloadCheck(folder, findings);
  if (checkpoint !== undefined) {
    const log = new LogCheck(folder, findings, chain, options.codec ?? rekorDsse, payloads);
    await log.run(checkpoint, prefix);
    checked.entries = log.entries;
    checked.proofs = log.proofs + payloads.roots;
    checked.signatures += payloads.signatures;
  }
  const keys = chain.settle(signers, findings);
  const signedBy = signers.filter(({ publicKey }) => keys.some((key) => sameBytes(key.publicKey, publicKey)));
  if (signedBy.length === 0 && doubt !== undefined) findings.catch('checkpoint', doubt);
  checked.signatures += signedBy.length;
  checked.files = await walk(folder, checkpoint?.size ?? 0, payloads.boundFiles, findings);
  return { findings, trust, keys, signedBy, checkpoint, checked, payloads: payloads.count };
}

function answer({ findings, trust, signedBy, checkpoint, checked, payloads }: Inspection): Verification {
  const [key] = signedBy;
  return {
    ok: findings.failures.length === 0,
    checked,
    payloads,
    log: checkpoint ? { origin: checkpoint.origin, size: checkpoint.size, root: toBase64(checkpoint.root) } : null,
    trust: {
      key: trust.key,
      fingerprint: key ? fingerprint(key.publicKey) : null,
      witnesses: [],
      timestamps: [],
      provenNoLaterThan: null,
    },
    failures: findings.failures,
  };
}

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
async function peek(folder: Folder): Promise<Checkpoint | undefined> {
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

/** Recomputes the log from its entry bundles, comparing every tile on the way. */
class LogCheck {
  entries = 0;
  proofs = 0;
  readonly #folder: Folder;
  readonly #findings: Findings;
  readonly #chain: KeyChain;
  readonly #codec: LeafCodec;
  readonly #payloads: PayloadCheck;

  constructor(folder: Folder, findings: Findings, chain: KeyChain, codec: LeafCodec, payloads: PayloadCheck) {
    this.#folder = folder;
    this.#findings = findings;
    this.#chain = chain;
    this.#codec = codec;
    this.#payloads = payloads;
  }

  async run({ size, root }: Checkpoint, prefix: Checkpoint | undefined): Promise<void> {
    const tree = new TileBuilder();
    const frontier = new Frontier();
    this.#comparePrefix(frontier, prefix);
    for (let bundle = 0; bundle * TILE_WIDTH < size; bundle++) {
      const path = tilePath({ level: 'entries', index: bundle, width: widthAt('entries', bundle, size) });
      const entries = await this.#findings.attempt(path, () =>
        this.#readBundle(path, widthAt('entries', bundle, size)),
      );
      // Nothing after a hole can be placed in the tree, and a forged size must not keep us looking for ever.
      if (entries === undefined) return;
      for (const [i, entry] of entries.entries()) {
        const leaf = leafHash(entry);
        await this.#compareTiles(tree.push(leaf));
        frontier.push(leaf);
        this.#comparePrefix(frontier, prefix);
        await this.#checkEntry(path, bundle * TILE_WIDTH + i, entry);
        this.entries++;
      }
    }
    await this.#compareTiles(tree.partials());
    if (sameBytes(frontier.root(), root)) this.proofs++;
    else this.#findings.add('checkpoint', 'checkpoint.root', 'The entries do not hash to the root that was signed.');
  }

  async #readBundle(path: string, count: number): Promise<Uint8Array[]> {
    const bytes = await readWhole(this.#folder, path, LONGEST_BUNDLE);
    if (bytes === undefined) throw new LedgerFault('tile.missing', 'The entry bundle is missing.');
    if (bytes === 'too-long') throw new LedgerFault('bundle.malformed', 'The entry bundle is too long.');
    return decodeBundle(bytes, count);
  }

  async #compareTiles(drafts: readonly Draft[]): Promise<void> {
    for (const { path, bytes } of drafts) {
      const found = await this.#findings.attempt(path, () => readWhole(this.#folder, path, TILE_WIDTH * HASH_BYTES));
      if (found === undefined) this.#findings.add(path, 'tile.missing', 'The tile is missing.');
      else if (found === 'too-long' || !sameBytes(found, bytes))
        this.#findings.add(path, 'tile.mismatch', 'The tile does not follow from the entries.');
    }
  }

  async #checkEntry(path: string, index: number, entry: Uint8Array): Promise<void> {
    const leaf = await this.#findings.attempt(path, () => this.#codec.parse(entry));
    if (leaf === undefined) return;
    this.#chain.entry(path, index, leaf.publicKey, this.#findings);
    const statement = await this.#payloads.entry(index, leaf);
    if (statement !== undefined) await this.#findings.attempt(path, () => this.#chain.statement(statement));
  }

  #comparePrefix(frontier: Frontier, prefix: Checkpoint | undefined): void {
    if (prefix?.size !== frontier.size) return;
    if (sameBytes(prefix.root, frontier.root())) this.proofs++;
    else this.#findings.add('checkpoint', 'old.forked', `The first ${prefix.size} entries are not those of OLD.`);
  }
}

function compareLogs(old: Inspection, now: Inspection): void {
  if (old.checkpoint === undefined || now.checkpoint === undefined) return;
  if (old.checkpoint.origin !== now.checkpoint.origin)
    now.findings.add('checkpoint', 'old.other-log', 'OLD is an export of another log.');
  if (old.checkpoint.size > now.checkpoint.size)
    now.findings.add(
      'checkpoint',
      'old.longer',
      `OLD has ${old.checkpoint.size} entries, this ${now.checkpoint.size}.`,
    );
  const keysNow = new Set(now.keys.map(({ publicKey }) => fingerprint(publicKey)));
  if (!old.signedBy.some(({ publicKey }) => keysNow.has(fingerprint(publicKey))))
    now.findings.add('key.vkey', 'old.other-key', 'OLD is signed with a key that this export does not know.');
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
  const entry = payloadIndex(path);
  if (entry !== undefined) return entry < size;
  const tile = parseTilePath(path);
  return tile !== undefined && tile.width === widthAt(tile.level, tile.index, size);
}
