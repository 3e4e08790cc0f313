import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consistencyProof, verifyConsistency } from './consistency.ts';
import { leavesOf, rootByDefinition } from './example-log.ts';
import { Frontier, rootOf } from './frontier.ts';
import { EMPTY_ROOT, leafHash, nodeHash, toHex } from './hash.ts';
import { inclusionProof, verifyInclusion } from './inclusion.ts';
import { memoryReader, readRoot } from './subtree.ts';

const hashByDefinition = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const nodeByDefinition = (l: Uint8Array, r: Uint8Array) => hashByDefinition(Uint8Array.of(1), l, r);
const LARGEST = 1025;
const leaves = leavesOf(LARGEST);
const read = memoryReader(leaves);
const growing = new Frontier();
const roots = [growing.root(), ...leaves.map((leaf) => (growing.push(leaf), growing.root()))];
const rootAt = (size: number) => roots[size] ?? new Uint8Array();
const leafAt = (index: number) => leaves[index] ?? new Uint8Array();

describe('the tree', () => {
  it('hashes as RFC 6962 writes it', () => {
    expect(toHex(EMPTY_ROOT)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(toHex(leafHash(new Uint8Array()))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257, 1000])
      expect(toHex(rootOf(leaves.slice(0, size)))).toBe(
        toHex(rootByDefinition(leaves.slice(0, size), nodeByDefinition)),
      );
    expect(toHex(nodeHash(leafAt(0), leafAt(1)))).toBe(toHex(nodeByDefinition(leafAt(0), leafAt(1))));
  });

  it('has the same root by subtrees at every size', async () => {
    for (let size = 1; size <= LARGEST; size++) expect(toHex(await readRoot(read, size))).toBe(toHex(rootAt(size)));
  });
});

describe('proofs', () => {
  it('show first, middle and last entry at every size, and no other entry', async () => {
    for (let size = 1; size <= LARGEST; size++)
      for (const index of new Set([0, size >> 1, size - 1])) {
        const proof = await inclusionProof(read, index, size);
        expect(verifyInclusion(leafAt(index), index, size, proof, rootAt(size))).toBe(true);
        expect(verifyInclusion(leafAt(index + 1), index, size, proof, rootAt(size))).toBe(false);
        expect(verifyInclusion(leafAt(index), index + 1, size, proof, rootAt(size))).toBe(false);
      }
  });

  it('show every size to begin with its half and its predecessor', async () => {
    for (let size = 1; size <= LARGEST; size++)
      for (const old of new Set([0, size >> 1, size - 1, size])) {
        const proof = await consistencyProof(read, old, size);
        expect(verifyConsistency(old, rootAt(old), size, rootAt(size), proof)).toBe(true);
        expect(verifyConsistency(old, leafAt(0), size, rootAt(size), proof)).toBe(old === 1);
      }
  });

  it('hold for all pairs of small sizes, under exactly the right numbers', async () => {
    for (let size = 1; size <= 33; size++) {
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProof(read, index, size);
        for (let other = 0; other < size; other++)
          expect(verifyInclusion(leafAt(index), other, size, proof, rootAt(size))).toBe(other === index);
      }
      for (let old = 0; old <= size; old++) {
        const proof = await consistencyProof(read, old, size);
        expect(verifyConsistency(old, rootAt(old), size, rootAt(size), proof)).toBe(true);
        if (old > 0) expect(verifyConsistency(old - 1, rootAt(old), size, rootAt(size), proof)).toBe(false);
      }
    }
  });

  it('a log extends the empty one by an empty proof only, and only from the root of nothing', () => {
    expect(verifyConsistency(0, EMPTY_ROOT, 5, rootAt(5), [])).toBe(true);
    expect(verifyConsistency(0, rootAt(1), 5, rootAt(5), [])).toBe(false);
    expect(verifyConsistency(0, EMPTY_ROOT, 5, rootAt(5), [rootAt(1)])).toBe(false);
    expect(verifyConsistency(0, rootAt(1), 0, rootAt(1), [])).toBe(false);
  });

  it('fail when a bit changes, a hash is dropped, added or swapped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: LARGEST }),
        fc.nat(),
        fc.nat(),
        fc.nat({ max: 255 }),
        async (size, a, b, bit) => {
          const index = a % size;
          const old = 1 + (a % (size - 1));
          const inclusion = await inclusionProof(read, index, size);
          const consistency = await consistencyProof(read, old, size);
          for (const changed of spoiled(inclusion, b, bit))
            expect(verifyInclusion(leafAt(index), index, size, changed, rootAt(size))).toBe(false);
          for (const changed of spoiled(consistency, b, bit))
            expect(verifyConsistency(old, rootAt(old), size, rootAt(size), changed)).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuse an entry or a size the log never had', async () => {
    await expect(inclusionProof(read, 5, 5)).rejects.toMatchObject({ code: 'tree.out-of-range' });
    await expect(consistencyProof(read, 6, 5)).rejects.toMatchObject({ code: 'tree.out-of-range' });
  });
});

function spoiled(proof: readonly Uint8Array[], at: number, bit: number): Uint8Array[][] {
  const i = at % Math.max(proof.length, 1);
  const hash = proof[i];
  if (hash === undefined) return [[leafAt(0)]];
  const flipped = Buffer.from(hash);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  const next = proof[i + 1];
  return [
    proof.with(i, flipped),
    proof.toSpliced(i, 1),
    proof.toSpliced(i, 0, hash),
    [...proof, hash],
    ...(next === undefined ? [] : [proof.with(i, next).with(i + 1, hash)]),
  ];
}
