import { nodeHash, type Hash } from './hash.ts';
import { LedgerFault } from './fault.ts';

/** A complete subtree: the `index`-th of 2^`level` leaves each. */
export interface Node {
  readonly level: number;
  readonly index: number;
}

/** Entries [begin, end) as they hang together in a tree: one hash of a proof. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

/** Gives the hashes of complete subtrees, in the order asked. An implementation must refuse what its tree does not hold. */
export type NodeReader = (nodes: readonly Node[]) => Promise<readonly Hash[]>;

/** Largest power of two smaller than `n` (RFC 6962 §2.1), for n ≥ 2. Sizes pass 2^32: no bit operators. */
export function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The complete subtrees that make up a range, largest first. */
export function nodesOf({ begin, end }: Range): Node[] {
  const nodes: Node[] = [];
  let at = begin;
  while (at < end) {
    let level = 0;
    while (at + 2 ** (level + 1) <= end) level++;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/** Hash of each range, with one read for all of them. */
export async function readRanges(read: NodeReader, ranges: readonly Range[]): Promise<Hash[]> {
  const parts = ranges.map(nodesOf);
  const hashes = await read(parts.flat());
  let at = 0;
  return parts.map((nodes) => {
    const own = hashes.slice(at, at + nodes.length);
    at += nodes.length;
    return foldRight(own);
  });
}

/** Root of a tree of `size` entries, size ≥ 1. */
export async function readRoot(read: NodeReader, size: number): Promise<Hash> {
  return foldRight(await read(nodesOf({ begin: 0, end: size })));
}

/** Reads subtrees of a tree whose leaf hashes are all in memory. */
export function memoryReader(leaves: readonly Hash[]): NodeReader {
  const levels: Hash[][] = [[...leaves]];
  for (let below = levels[0] ?? []; below.length > 1;) {
    const above: Hash[] = [];
    for (let i = 0; i + 1 < below.length; i += 2) above.push(nodeHash(at(below, i), at(below, i + 1)));
    levels.push(above);
    below = above;
  }
  return async (nodes) => nodes.map(({ level, index }) => at(levels[level] ?? [], index));
}

function at(hashes: readonly Hash[], index: number): Hash {
  const hash = hashes[index];
  if (hash === undefined) throw new LedgerFault('tree.out-of-range', 'The tree has no such subtree.');
  return hash;
}

function foldRight(hashes: readonly Hash[]): Hash {
  const folded = hashes.reduceRight<Hash | undefined>(
    (right, left) => (right === undefined ? left : nodeHash(left, right)),
    undefined,
  );
  if (folded === undefined) throw new LedgerFault('tree.out-of-range', 'A range without entries has no hash.');
  return folded;
}
