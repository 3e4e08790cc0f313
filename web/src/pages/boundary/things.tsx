import type { Boundary } from '@countersign/core/boundary/view.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { day } from '../../kit/format.ts';
import { kind as kindNames, words } from '../../words/boundary.ts';

export type Told = z.output<typeof Boundary>;
export type Thing = Told['things'][number];

export const keyOf = ({ kind, id }: Pick<Thing, 'kind' | 'id'>): string => `${kind}/${id}`;

/** “from 1 Mar 2026”, “ended 4 Apr 2026”. */
export function datesOf({ life, from, to }: Thing): string {
  if (life === 'ended') return to === null ? '' : words.ended(day(to));
  if (life === 'planned') return from === null ? '' : words.planned(day(from));
  return [from === null ? '' : words.from(day(from)), to === null ? '' : words.to(day(to))].filter(Boolean).join(', ');
}

export function NameCell({ thing }: { readonly thing: Thing }): ReactElement {
  const { name, kind, type, people, life } = thing;
  const more = [
    type === null ? kindNames[kind] : (words.types[type] ?? type),
    people === null ? '' : words.people(people),
    life === 'current' ? '' : datesOf(thing),
  ];
  return (
    <>
      <span className={life === 'ended' ? 't3' : 'm'}>{name}</span>
      <div className="s2 t2">{more.filter(Boolean).join(' · ')}</div>
    </>
  );
}

export function OwnerCell({ thing: { owner } }: { readonly thing: Thing }): ReactElement {
  return owner === null ? <span className="warn">{words.nobody}</span> : <>{owner.name ?? owner.id}</>;
}
