import { decodeBundle, LONGEST_ENTRY } from './bundle.ts';
import type { Checkpoint } from './checkpoint.ts';
import { LedgerFault } from './fault.ts';
import type { FindingCode, Findings } from './findings.ts';
import { readWhole, type Folder } from './folder.ts';
import { Frontier } from './frontier.ts';
import { HASH_BYTES, leafHash, sameBytes, type Hash } from './hash.ts';
import type { VerifierKey } from './key.ts';
import type { LeafCodec } from './leaf.ts';
import type { PayloadCheck } from './payload-check.ts';
import type { KeyChain } from './rotation.ts';
import { TileBuilder, type Draft } from './tile-builder.ts';
import { TILE_WIDTH, tilePath, widthAt } from './tile-path.ts';

const LONGEST_BUNDLE = TILE_WIDTH * (2 + LONGEST_ENTRY);

/** The root that somebody says the log had at a size: compared when the tree has grown to it. */
export interface Landmark {
  readonly size: number;
  readonly root: Hash;
  /** Keys that signed it, where they must be the log's: whether they are shows when all of it was read. */
  readonly signedBy?: readonly VerifierKey[];
  /** What is found if the log had another. */
  readonly path: string;
  readonly forked: FindingCode;
  readonly message: string;
}

/** Told of each entry as the log is read; an entry that cannot be read is left out. */
export interface LogWatch {
  entry(index: number, entry: Uint8Array): void;
}

/** Recomputes the log from its entry bundles, comparing every tile on the way. */
export class LogCheck {
  entries = 0;
  proofs = 0;
  /** The landmarks whose root was found. */
  readonly confirmed = new Set<Landmark>();
  readonly #folder: Folder;
  readonly #findings: Findings;
  readonly #chain: KeyChain;
  readonly #codec: LeafCodec;
  readonly #payloads: PayloadCheck;
  readonly #watch: LogWatch | undefined;

  constructor(
    folder: Folder,
    findings: Findings,
    chain: KeyChain,
    codec: LeafCodec,
    payloads: PayloadCheck,
    watch?: LogWatch,
  ) {
    this.#folder = folder;
    this.#findings = findings;
    this.#chain = chain;
    this.#codec = codec;
    this.#payloads = payloads;
    this.#watch = watch;
  }

  /** Landmarks beyond the size of the log are never reached: the caller looks at their sizes. */
  async run({ size, root }: Checkpoint, landmarks: readonly Landmark[]): Promise<void> {
    const tree = new TileBuilder();
    const frontier = new Frontier();
    const due = [...landmarks].sort((a, b) => a.size - b.size);
    this.#compareLandmarks(frontier, due);
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
        this.#compareLandmarks(frontier, due);
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
    this.#watch?.entry(index, entry);
    const statement = await this.#payloads.entry(index, leaf);
    if (statement !== undefined) await this.#findings.attempt(path, () => this.#chain.statement(statement));
  }

  #compareLandmarks(frontier: Frontier, due: Landmark[]): void {
    for (let next = due[0]; next !== undefined && next.size === frontier.size; next = due[0]) {
      due.shift();
      if (sameBytes(next.root, frontier.root())) {
        this.confirmed.add(next);
        this.proofs++;
      } else this.#findings.add(next.path, next.forked, next.message);
    }
  }
}
