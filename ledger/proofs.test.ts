import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consistencyProof, verifyConsistency } from './consistency.ts';
import { leavesOf } from './example-log.ts';
import { Frontier } from './frontier.ts';
import { nodeHash, sha256, type Hash } from './hash.ts';
import { inclusionProof, verifyInclusion } from './inclusion.ts';
import { memoryReader, readRoot, type NodeReader } from './subtree.ts';

const EVERY = 1025;
const leaves = leavesOf(EVERY);
const read = memoryReader(leaves);
const growing = new Frontier();
const roots = [growing.root(), ...leaves.map((leaf) => (growing.push(leaf), growing.root()))];
const rootAt = (size: number) => roots[size] ?? new Uint8Array();
const leafAt = (index: number) => leaves[index] ?? new Uint8Array();

/** Every index up to 64; beyond, the edges of each subtree on the way to the right edge, the middle, and a stride of primes. */
function* sampleOf(size: number): Generator<number> {
  if (size <= 64) {
    for (let i = 0; i < size; i++) yield i;
    return;
  }
  const picked = new Set([0, 1, size >> 1, size - 2, size - 1]);
  for (let edge = 1; edge < size; edge *= 2) for (const at of [edge - 1, edge, size - edge]) picked.add(at);
  for (let at = size % 97; at < size; at += 97) picked.add(at);
  yield* picked;
}

describe('proofs at every size from 1 to 1,025', () => {
  it('of inclusion verify, under the right index only', async () => {
    for (let size = 1; size <= EVERY; size++)
      for (const index of sampleOf(size)) {
        const proof = await inclusionProof(read, index, size);
        if (!verifyInclusion(leafAt(index), index, size, proof, rootAt(size)))
          throw new Error(`entry ${index} of ${size} does not verify`);
        if (size > 1 && verifyInclusion(leafAt(index), (index + 1) % size, size, proof, rootAt(size)))
          throw new Error(`entry ${index} of ${size} verifies at the index after`);
      }
  });

  it('of consistency verify, from the right root only', async () => {
    for (let size = 1; size <= EVERY; size++)
      for (const index of sampleOf(size)) {
        const old = index + 1;
        const proof = await consistencyProof(read, old, size);
        if (!verifyConsistency(old, rootAt(old), size, rootAt(size), proof))
          throw new Error(`${size} does not extend ${old}`);
        if (verifyConsistency(old, rootAt(old - 1), size, rootAt(size), proof))
          throw new Error(`${size} extends another log of ${old}`);
      }
  });

  it.each([EVERY, 1024, 1000, 513])('every entry and every older size at %i', async (size) => {
    for (let index = 0; index < size; index++) {
      const inclusion = await inclusionProof(read, index, size);
      const consistency = await consistencyProof(read, index + 1, size);
      if (!verifyInclusion(leafAt(index), index, size, inclusion, rootAt(size))) throw new Error(`entry ${index}`);
      if (!verifyConsistency(index + 1, rootAt(index + 1), size, rootAt(size), consistency))
        throw new Error(`from ${index + 1}`);
    }
  });
});

/**
 * A log of ten million entries of which all but `marked` are the same: a complete subtree without a marked entry has one hash for each
 * level, so that a tree of any size is hashed truly, by RFC 6962, in some hundred hashes.
 */
function hugeLog(marked: ReadonlySet<number>): { leaf(index: number): Hash; read: NodeReader } {
  const same: Hash[] = [sha256(Uint8Array.of(0))];
  const leaf = (index: number) => (marked.has(index) ? sha256(Buffer.from(`marked ${index}`)) : at(same, 0));
  const subtree = (level: number, index: number): Hash => {
    if (level === 0) return leaf(index);
    const [first, end] = [index * 2 ** level, (index + 1) * 2 ** level];
    if ([...marked].some((entry) => entry >= first && entry < end))
      return nodeHash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1));
    for (let height = same.length; height <= level; height++)
      same.push(nodeHash(at(same, height - 1), at(same, height - 1)));
    return at(same, level);
  };
  return { leaf, read: async (nodes) => nodes.map(({ level, index }) => subtree(level, index)) };
}

function at(hashes: readonly Hash[], index: number): Hash {
  const hash = hashes[index];
  if (hash === undefined) throw new RangeError(`no hash ${index}`);
  return hash;
}

describe('proofs at random sizes to ten million', () => {
  const LARGEST = 10_000_000;

  it('verify, and only with the right entry, index, size and root', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: LARGEST }),
        fc.nat(LARGEST),
        fc.nat(LARGEST),
        fc.nat(LARGEST),
        async (size, a, b, c) => {
          const [index, old] = [a % size, 1 + (b % size)];
          const log = hugeLog(new Set([index, old - 1, c % size]));
          const [root, oldRoot] = [await readRoot(log.read, size), await readRoot(log.read, old)];
          const inclusion = await inclusionProof(log.read, index, size);
          const consistency = await consistencyProof(log.read, old, size);

          expect(verifyInclusion(log.leaf(index), index, size, inclusion, root)).toBe(true);
          expect(verifyConsistency(old, oldRoot, size, root, consistency)).toBe(true);

          const forged = hugeLog(new Set([(index + 1) % size]));
          expect(verifyInclusion(forged.leaf(index), index, size, inclusion, root)).toBe(false);
          expect(verifyInclusion(log.leaf(index), index, size, inclusion, await readRoot(forged.read, size))).toBe(
            false,
          );
          expect(verifyConsistency(old, sha256(oldRoot), size, root, consistency)).toBe(false);
          expect(verifyConsistency(old, oldRoot, size, sha256(root), consistency)).toBe(false);
          expect(verifyInclusion(log.leaf(index), index, size, inclusion.slice(1), root)).toBe(false);
          expect(inclusion.length).toBeLessThanOrEqual(24);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
