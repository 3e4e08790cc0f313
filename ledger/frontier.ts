import { EMPTY_ROOT, nodeHash, type Hash } from './hash.ts';

/**
 * The right edge of a growing RFC 6962 tree: one hash per complete subtree, largest first.
 * Takes leaf hashes in order and keeps O(log n) of them, so a root over a stream needs no room for the stream.
 */
export class Frontier {
  #subtrees: Hash[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(leaf: Hash): void {
    let subtree = leaf;
    for (let complete = this.#size; complete % 2 === 1; complete = (complete - 1) / 2) {
      const left = this.#subtrees.pop();
      if (left !== undefined) subtree = nodeHash(left, subtree);
    }
    this.#subtrees.push(subtree);
    this.#size++;
  }

  root(): Hash {
    return (
      this.#subtrees.reduceRight<Hash | undefined>(
        (right, left) => (right === undefined ? left : nodeHash(left, right)),
        undefined,
      ) ?? EMPTY_ROOT
    );
  }
}

/** Root of the tree over these leaf hashes, in order. */
export function rootOf(leaves: Iterable<Hash>): Hash {
  const frontier = new Frontier();
  for (const leaf of leaves) frontier.push(leaf);
  return frontier.root();
}
