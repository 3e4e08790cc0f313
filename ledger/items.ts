import { compareBytes, utf8 } from './bytes.ts';
import { canonicalBytes } from './canonical.ts';
import { LedgerFault } from './fault.ts';
import { Frontier } from './frontier.ts';
import { hashFromHex, leafHash, toHex, type Hash } from './hash.ts';
import { inclusionProof, verifyInclusion } from './inclusion.ts';
import type { Subject } from './statement.ts';
import { memoryReader } from './subtree.ts';

/** Beyond this a statement carries a root over its subjects instead of the list. */
export const MOST_SUBJECTS = 200;

/** Order of items in a collection: by the bytes of their UTF-8 ids, as PostgreSQL's "C" collation sorts. */
export const compareIds = (a: string, b: string): number => compareBytes(utf8(a), utf8(b));

/** RFC 6962 root over the salted digests of a collection's items, taken in the order of their ids; O(log n) memory. */
export class ItemsRoot {
  readonly #frontier = new Frontier();
  #last: string | undefined;

  get size(): number {
    return this.#frontier.size;
  }

  /** Refuses `items.unordered` unless ids ascend strictly: an id twice would be two truths. */
  add(item: string, digest: Hash): void {
    if (this.#last !== undefined && compareIds(this.#last, item) >= 0)
      throw new LedgerFault('items.unordered', `Item ${JSON.stringify(item)} does not come after the one before it.`);
    this.#last = item;
    this.addNameless(digest);
  }

  /** For an item of which only the digest is known: erased or withheld. */
  addNameless(digest: Hash): void {
    this.#frontier.push(leafHash(digest));
  }

  root(): Hash {
    return this.#frontier.root();
  }
}

/** Proof that the `index`-th of these salted digests is in the collection. */
export const itemProof = (digests: readonly Hash[], index: number): Promise<Hash[]> =>
  inclusionProof(memoryReader(digests.map(leafHash)), index, digests.length);

/** Whether `digest` is the `index`-th of `items` under `itemsRoot`. */
export const verifyItemProof = (
  digest: Hash,
  index: number,
  items: number,
  proof: readonly Hash[],
  itemsRoot: Hash,
): boolean => verifyInclusion(leafHash(digest), index, items, proof, itemsRoot);

/** What one subject contributes to `subjectsRoot`: name and digest, since no list carries the name. */
export const subjectLeaf = ({ name, digest }: Subject): Hash =>
  leafHash(canonicalBytes({ digest: { sha256: digest.sha256 }, name }));

/**
 * Subjects as a statement takes them: the list itself or, for long ones, one subject that stands for all, with the
 * predicate fields `subjectsRoot` and `subjectsCount` that go with it.
 */
export function gatherSubjects(
  subjects: readonly Subject[],
  name = 'subjects',
): { subject: readonly Subject[]; predicate: { subjectsRoot?: string; subjectsCount?: number } } {
  if (subjects.length <= MOST_SUBJECTS) return { subject: subjects, predicate: {} };
  const frontier = new Frontier();
  for (const subject of subjects) frontier.push(subjectLeaf(subject));
  const subjectsRoot = toHex(frontier.root());
  return {
    subject: [{ name, digest: { sha256: subjectsRoot } }],
    predicate: { subjectsRoot, subjectsCount: subjects.length },
  };
}

/** Root and count out of a predicate, or undefined if it has none. Refuses `statement.malformed` for half of a pair. */
export function rootIn(
  predicate: { readonly [key: string]: unknown },
  rootField: 'itemsRoot' | 'subjectsRoot',
  countField: 'items' | 'subjectsCount',
): { root: Hash; count: number } | undefined {
  const root = predicate[rootField];
  const count = predicate[countField];
  if (root === undefined) return undefined;
  if (typeof root !== 'string' || typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0)
    throw new LedgerFault('statement.malformed', `The predicate's ${rootField} and ${countField} do not go together.`);
  return { root: hashFromHex(root), count };
}
