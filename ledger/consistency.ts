import { LedgerFault } from './fault.ts';
import { EMPTY_ROOT, nodeHash, sameBytes, type Hash } from './hash.ts';
import { readRanges, splitPoint, type NodeReader, type Range } from './subtree.ts';

/** Consistency proof (RFC 6962 §2.1.2) that the tree of `size` entries begins with the tree of `oldSize`. */
export async function consistencyProof(read: NodeReader, oldSize: number, size: number): Promise<Hash[]> {
  if (!Number.isSafeInteger(oldSize) || oldSize < 0 || oldSize > size)
    throw new LedgerFault('tree.out-of-range', `A log of ${size} entries was never one of ${oldSize}.`);
  return oldSize === 0 ? [] : readRanges(read, steps(oldSize, size));
}

/**
 * RFC 9162 §2.1.4.2. The RFC leaves size 0 open; here every log extends the empty one, and the proof of that is empty:
 * `oldRoot` must then be the root of no entries. Between equal sizes the roots must be equal and the proof empty.
 */
export function verifyConsistency(
  oldSize: number,
  oldRoot: Hash,
  size: number,
  root: Hash,
  proof: readonly Hash[],
): boolean {
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(size) || oldSize < 0 || oldSize > size) return false;
  if (oldSize === size)
    return proof.length === 0 && sameBytes(oldRoot, root) && (size !== 0 || sameBytes(root, EMPTY_ROOT));
  if (oldSize === 0) return proof.length === 0 && sameBytes(oldRoot, EMPTY_ROOT);

  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (first === undefined || rest.length === 0) return false;
  let node = oldSize - 1;
  let last = size - 1;
  while (node % 2 === 1) {
    node = (node - 1) / 2;
    last = Math.floor(last / 2);
  }
  let before = first;
  let after = first;
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      before = nodeHash(hash, before);
      after = nodeHash(hash, after);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      after = nodeHash(after, hash);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && sameBytes(before, oldRoot) && sameBytes(after, root);
}

function isPowerOfTwo(n: number): boolean {
  return n === 1 || splitPoint(n) * 2 === n;
}

function steps(oldSize: number, size: number): Range[] {
  const downward: Range[] = [];
  let begin = 0;
  let end = size;
  let known = true;
  while (end !== oldSize) {
    const middle = begin + splitPoint(end - begin);
    if (oldSize <= middle) {
      downward.push({ begin: middle, end });
      end = middle;
    } else {
      downward.push({ begin, end: middle });
      begin = middle;
      known = false;
    }
  }
  if (!known) downward.push({ begin, end });
  return downward.reverse();
}
