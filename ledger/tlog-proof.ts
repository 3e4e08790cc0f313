import { fromBase64, toBase64 } from './base64.ts';
import { textOf } from './canonical.ts';
import { openCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { LedgerFault } from './fault.ts';
import { HASH_BYTES, leafHash, type Hash } from './hash.ts';
import { inclusionProof, verifyInclusion } from './inclusion.ts';
import type { VerifierKey } from './key.ts';
import { parseNote } from './note.ts';
import type { Storage } from './storage.ts';
import { tileReader } from './tile-reader.ts';

const HEAD = 'c2sp.org/tlog-proof@v1';
const MOST_HASHES = 64;

/** Proof that the published log holds entry `index`: C2SP tlog-proof v1, a small text to keep beside the evidence. */
export const proofFor = async (storage: Storage, index: number): Promise<string> => (await proverOf(storage))(index);

/** Proofs of many entries under the checkpoint that is published now. Refuses `checkpoint.missing`; each `tree.out-of-range`, `tile.…`. */
export async function proverOf(storage: Storage): Promise<(index: number) => Promise<string>> {
  const note = await storage.read('checkpoint');
  if (note === undefined) throw new LedgerFault('checkpoint.missing', 'The log has not been published yet.');
  const text = textOf(note);
  const { size } = parseCheckpoint(parseNote(text).text);
  const read = tileReader(storage, size);
  return async (index) =>
    [HEAD, `index ${index}`, ...(await inclusionProof(read, index, size)).map(toBase64), '', text].join('\n');
}

/**
 * Index and checkpoint that the proof shows `entry` to be under. Refuses `proof.malformed`, `proof.wrong` (the entry is not
 * there), or what is wrong with the checkpoint: `note.…`, `checkpoint.…`.
 */
export function verifyProof(
  proof: string,
  entry: Uint8Array,
  trusted: readonly VerifierKey[],
): { index: number; checkpoint: Checkpoint } {
  const { index, hashes, note } = parseProof(proof);
  const { checkpoint } = openCheckpoint(note, trusted);
  if (!verifyInclusion(leafHash(entry), index, checkpoint.size, hashes, checkpoint.root))
    throw new LedgerFault('proof.wrong', `The proof does not show this entry at index ${index}.`);
  return { index, checkpoint };
}

export interface ProofText {
  readonly index: number;
  readonly hashes: readonly Hash[];
  /** The signed checkpoint under which it holds. */
  readonly note: string;
}

/** The parts of a proof; nothing is checked. Refuses `proof.malformed`. */
export function parseProof(proof: string): ProofText {
  const gap = proof.indexOf('\n\n');
  const [head, indexLine, ...hashLines] = proof.slice(0, Math.max(gap, 0)).split('\n');
  const [, digits] = /^index (0|[1-9][0-9]{0,15})$/.exec(indexLine ?? '') ?? [];
  if (head !== HEAD || digits === undefined || !Number.isSafeInteger(Number(digits)) || hashLines.length > MOST_HASHES)
    throw new LedgerFault('proof.malformed', 'The text is not a C2SP tlog-proof.');
  const hashes = hashLines.map((line) => fromBase64(line, 'proof.malformed'));
  if (hashes.some((hash) => hash.length !== HASH_BYTES))
    throw new LedgerFault('proof.malformed', 'A hash of the proof does not have 32 bytes.');
  return { index: Number(digits), hashes, note: proof.slice(gap + 2) };
}
