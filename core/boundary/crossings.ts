import type { BoundaryKind } from '../framework/record.ts';
import type { Link, Thing } from './things.ts';

/** A link of which one end is inside a boundary and the other is not: an interface or dependency (ISO/IEC 27001 clause 4.3 c; DC 7). */
export interface Crossing {
  readonly link: Link['link'];
  readonly from: { readonly kind: BoundaryKind; readonly id: string };
  readonly to: { readonly kind: BoundaryKind; readonly id: string };
  /** Which end is inside. */
  readonly inside: 'from' | 'to';
  /** Whether somebody left the other end out, or nobody has decided. */
  readonly other: 'out' | 'undecided';
}

type Ended = { readonly kind: BoundaryKind; readonly id: string };

/** Who belongs to which company is told by the companies themselves; an interface is something that passes between. */
const NOT_AN_INTERFACE: readonly string[] = ['parent', 'entity'];

export function crossingsOf(
  things: readonly Thing[],
  stand: (thing: Ended) => boolean | null | undefined,
): readonly Crossing[] {
  return things.flatMap((thing) =>
    thing.links.flatMap(({ link, kind, id }): readonly Crossing[] => {
      if (NOT_AN_INTERFACE.includes(link)) return [];
      const [a, b] = [stand(thing), stand({ kind, id })];
      // A thing that is not there now has no interface.
      if (a === undefined || b === undefined || (a === true) === (b === true)) return [];
      const outer = a === true ? b : a;
      return [
        {
          link,
          from: { kind: thing.kind, id: thing.id },
          to: { kind, id },
          inside: a === true ? 'from' : 'to',
          other: outer === false ? 'out' : 'undecided',
        },
      ];
    }),
  );
}
