import { printInstant } from '../kernel/index.ts';
import type { Anchor } from './feed.ts';

/** How many of those who saw an entry first are told of it. */
export const FIRST_SEEN = 3;

export const byTime = (a: Anchor, b: Anchor): number => a.at - b.at || a.size - b.size || a.index - b.index;

/**
 * The earliest of those who saw a log that an entry was in. An anchor of `size` covers entries 0…size−1, so those of an entry are the
 * anchors whose size is greater than its index: sorted by size, a suffix. What is earliest of each suffix is found once; an entry costs a binary search.
 */
export class Anchorage {
  readonly #sizes: readonly number[];
  /** For each place in `#sizes` the earliest of the anchors from there on. */
  readonly #earliest: readonly (readonly Anchor[])[];

  constructor(anchors: readonly Anchor[]) {
    const sorted = anchors.toSorted((a, b) => a.size - b.size);
    const earliest: (readonly Anchor[])[] = [];
    let best: readonly Anchor[] = [];
    for (const anchor of sorted.toReversed()) {
      const worst = best.at(-1);
      if (best.length < FIRST_SEEN || (worst !== undefined && byTime(anchor, worst) < 0))
        best = [...best, anchor].sort(byTime).slice(0, FIRST_SEEN);
      earliest.push(best);
    }
    this.#sizes = sorted.map(({ size }) => size);
    this.#earliest = earliest.reverse();
  }

  /** Up to three who saw the entry, earliest first. */
  of(index: number): readonly Anchor[] {
    let [low, high] = [0, this.#sizes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sizes[middle] ?? Infinity) > index) high = middle;
      else low = middle + 1;
    }
    return this.#earliest[low] ?? [];
  }
}

const known = new WeakMap<readonly Anchor[], Anchorage>();

/** Of the same list it is made once. */
export function anchorageOf(anchors: readonly Anchor[]): Anchorage {
  const found = known.get(anchors) ?? new Anchorage(anchors);
  known.set(anchors, found);
  return found;
}

/** `provenBy` of the contract: the earliest outside time of a checkpoint that covers the entry; `provenWith`: who says so. */
export interface Proven {
  readonly provenBy: string;
  readonly provenWith: { readonly kind: Anchor['kind']; readonly id: string; readonly name: string };
}

export function provenOf(
  anchorage: Anchorage,
  index: number | undefined,
  nameOf: (anchor: Anchor) => string,
): Proven | undefined {
  const [first] = index === undefined ? [] : anchorage.of(index);
  if (first === undefined) return undefined;
  const { kind, id, at } = first;
  return { provenBy: printInstant(at), provenWith: { kind, id, name: nameOf(first) } };
}
