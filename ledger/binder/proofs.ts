import { textOf } from '../canonical.ts';
import { openCheckpoint } from '../checkpoint.ts';
import { LedgerFault } from '../fault.ts';
import type { Findings } from '../findings.ts';
import { readWhole, type Folder } from '../folder.ts';
import { leafHash } from '../hash.ts';
import { verifyInclusion } from '../inclusion.ts';
import type { VerifierKey } from '../key.ts';
import type { Landmark } from '../log-check.ts';
import { parseProof, type ProofText } from '../tlog-proof.ts';

const LONGEST_PROOF = 64 * 1024;
const PROOF_PATH = /^data\/proofs\/([^/]+)\.tlog-proof$/;

type Opened = ReturnType<typeof openCheckpoint>;

interface Proof {
  readonly path: string;
  /** Id of the evidence it is for. */
  readonly evidence: string;
  readonly text: ProofText;
  readonly opened: Opened;
  holds: boolean;
  /** Whether its entry shows a file of that evidence. */
  bound: boolean;
}

export const isProofPath = (path: string): boolean => PROOF_PATH.test(path);

/** The proofs of a binder, each by itself a proof for whoever takes one piece of evidence away. */
export class Proofs {
  readonly #proofs: Proof[] = [];
  readonly #byEntry = new Map<number, Proof[]>();
  // Most proofs of a binder are under one checkpoint, whose signature is looked at once.
  readonly #opened = new Map<string, Opened>();
  readonly #keys: readonly VerifierKey[];

  constructor(keys: readonly VerifierKey[]) {
    this.#keys = keys;
  }

  async read(folder: Folder, path: string, findings: Findings): Promise<void> {
    await findings.attempt(path, async () => {
      const bytes = await readWhole(folder, path, LONGEST_PROOF);
      if (bytes === undefined || bytes === 'too-long')
        throw new LedgerFault('proof.malformed', 'There is no usable proof.');
      const text = parseProof(textOf(bytes));
      const evidence = PROOF_PATH.exec(path)?.[1] ?? '';
      const proof = { path, evidence, text, opened: this.#open(text.note), holds: false, bound: false };
      this.#proofs.push(proof);
      this.#byEntry.set(text.index, [...(this.#byEntry.get(text.index) ?? []), proof]);
    });
  }

  #open(note: string): Opened {
    const known = this.#opened.get(note);
    if (known !== undefined) return known;
    const opened = openCheckpoint(note, this.#keys);
    this.#opened.set(note, opened);
    return opened;
  }

  /** The roots the proofs lead to: the log must have had each. */
  landmarks(): Landmark[] {
    const first = new Map<Opened, string>();
    for (const { opened, path } of this.#proofs) if (!first.has(opened)) first.set(opened, path);
    return [...first].map(([{ checkpoint, signedBy }, path]) => ({
      size: checkpoint.size,
      root: checkpoint.root,
      signedBy,
      path,
      forked: 'proof.forked',
      message: `At ${checkpoint.size} entries the log had another root than the one the proof leads to.`,
    }));
  }

  entry(index: number, entry: Uint8Array): void {
    const proofs = this.#byEntry.get(index);
    if (proofs === undefined) return;
    const leaf = leafHash(entry);
    for (const proof of proofs) {
      const { size, root } = proof.opened.checkpoint;
      proof.holds = verifyInclusion(leaf, index, size, proof.text.hashes, root);
    }
  }

  /** An entry shows a file, at this path below `data/`. */
  file(index: number, path: string | undefined): void {
    for (const proof of this.#byEntry.get(index) ?? [])
      if (path?.startsWith(`evidence/${proof.evidence}/`) === true) proof.bound = true;
  }

  /** How many hold, and what is wrong with the others. `evidence`: ids of what stands below `data/evidence`. */
  close(evidence: ReadonlySet<string>, findings: Findings): number {
    const proven = new Set<string>();
    for (const { path, text, holds, bound, evidence: id } of this.#proofs) {
      proven.add(id);
      if (!holds) findings.add(path, 'proof.wrong', `The proof does not show the entry at index ${text.index}.`);
      else if (evidence.has(id) && !bound)
        findings.add(path, 'proof.unbound', `Entry ${text.index} shows no file of this evidence.`);
    }
    for (const id of evidence)
      if (!proven.has(id))
        findings.add(`data/proofs/${id}.tlog-proof`, 'bag.missing', 'This evidence has no proof beside it.');
    return this.#proofs.filter(({ holds }) => holds).length;
  }
}
