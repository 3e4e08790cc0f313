import type { Effort } from './effort.ts';

/** What is still open of an item, as a share of 1, and the controls that could close it. */
export interface OpenItem {
  readonly ref: string;
  readonly open: number;
  readonly candidates: readonly string[];
}

/** What a control would buy. */
export interface Offer {
  readonly control: string;
  /** Items of which it would close a part. */
  readonly closes: readonly string[];
  /** Items newly reached, in items: of each the open part, shared equally among the controls that would answer it. */
  readonly gain: number;
  /** The largest open part among those items: as much of the control is still to do. */
  readonly share: number;
}

export const NEXT = 5;

/** What each control would buy; controls that buy nothing are left out. */
export function offersOf(items: readonly OpenItem[]): ReadonlyMap<string, Offer> {
  const offers = new Map<string, Offer>();
  for (const { ref, open, candidates } of items) {
    if (open <= 0) continue;
    for (const control of candidates) {
      const known = offers.get(control);
      offers.set(control, {
        control,
        closes: [...(known?.closes ?? []), ref],
        gain: (known?.gain ?? 0) + open / candidates.length,
        share: Math.max(known?.share ?? 0, open),
      });
    }
  }
  return offers;
}

/**
 * The controls that buy the most, best first: items newly reached for each likely person-day. One control closes its own part of an item and
 * no other's, so that what one buys does not depend on the others, and taking the best each time is taking the best five.
 */
export function nextOf<T extends Offer>(offers: readonly T[], effortOf: (offer: T) => Effort): readonly T[] {
  const worth = (offer: T): number => offer.gain / Math.max(Number.EPSILON, effortOf(offer).likely);
  return [...offers]
    .sort((a, b) => worth(b) - worth(a) || b.gain - a.gain || (a.control < b.control ? -1 : 1))
    .slice(0, NEXT);
}
