import { LedgerFault } from './fault.ts';
import { nodeHash, sameBytes, type Hash } from './hash.ts';
import { readRanges, splitPoint, type NodeReader, type Range } from './subtree.ts';

/** Inclusion proof (RFC 6962 §2.1.1) of entry `index` in the tree of `size` entries, leaf's sibling first. */
export async function inclusionProof(read: NodeReader, index: number, size: number): Promise<Hash[]> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new LedgerFault('tree.out-of-range', `A log of ${size} entries has no entry ${index}.`);
  return readRanges(read, siblings(index, size));
}

/** RFC 9162 §2.1.3.2. False on any disagreement, never a throw: the proof may come from anyone. */
export function verifyInclusion(leaf: Hash, index: number, size: number, proof: readonly Hash[], root: Hash): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && sameBytes(hash, root);
}

function siblings(index: number, size: number): Range[] {
  const downward: Range[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = begin + splitPoint(end - begin);
    if (index < middle) {
      downward.push({ begin: middle, end });
      end = middle;
    } else {
      downward.push({ begin, end: middle });
      begin = middle;
    }
  }
  return downward.reverse();
}
