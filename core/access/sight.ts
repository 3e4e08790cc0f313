import { Control } from '../control/record.ts';
import { Programme } from '../framework/record.ts';
import type { Actor, Area, Book, Concerns, DateText, Opening, RecordDef, Refusal, Sight } from '../kernel/index.ts';
import { dayOf } from '../kernel/index.ts';
import type { Instant } from '../kernel/index.ts';
import { Grant, refuseGrant } from './grant.ts';

/** What must be at hand to say what a guest sees. */
export const sightReads = [Grant, Programme, Control] as const;

/** What somebody's grants open today, whatever time they ask about. */
export function sightOf(
  actor: Actor,
  book: Book<readonly [typeof Grant, typeof Programme]>,
  now: Instant,
  zone: string,
): Sight {
  const today = dayOf(zone, now);
  const mine = book.grant.pointingAt('person', actor.id);
  const given = mine.filter(({ state }) => state === 'given');
  const openings = given
    .filter(({ from, to }) => from <= today && today <= to)
    .flatMap(({ id, programme, visible, from, to }): Opening[] => {
      const framework = book.programme.find(programme)?.framework;
      return framework === undefined ? [] : [{ grant: id, programme, framework, areas: visible, from, to }];
    });
  return {
    openings,
    drafts: actor.roles.includes('adviser'),
    none: openings.length > 0 ? undefined : whyNone(mine, today, zone),
  };
}

type GrantRow = ReturnType<Book<readonly [typeof Grant]>['grant']['get']>;

function whyNone(mine: readonly GrantRow[], today: DateText, zone: string): NonNullable<Sight['none']> {
  const begins = mine
    .filter(({ state, from }) => state === 'given' && today < from)
    .map(({ from }) => from)
    .sort()[0];
  if (begins !== undefined) return { code: 'begins', on: begins };
  const ended = mine
    .map(({ state, to, recordedAt }) => (state === 'ended' ? dayOf(zone, recordedAt) : to))
    .sort()
    .at(-1);
  return ended === undefined ? { code: 'none' } : { code: 'ended', on: ended };
}

/** Why a guest sees nothing of this, or undefined if a grant in force opens it. `area`: of what; `any`: whatever the grant opens; undefined: what no grant opens. */
export function refusalToGuest(
  sight: Sight | undefined,
  what: string,
  area: Area | 'any' | undefined,
): Refusal | undefined {
  const none = sight === undefined ? { code: 'none' as const } : sight.none;
  if (none !== undefined || sight === undefined) return nothing(none ?? { code: 'none' });
  const isOpen = area === 'any' || (area !== undefined && sight.openings.some(({ areas }) => areas.includes(area)));
  return isOpen ? undefined : refuseGrant('area', { what });
}

const nothing = ({ code, on }: NonNullable<Sight['none']>): Refusal =>
  on === undefined || code === 'none' ? refuseGrant('none', {}) : refuseGrant(code, { on });

/** The openings by which an area is seen. */
export const openingsOf = ({ openings }: Sight, area: Area | 'any'): readonly Opening[] =>
  area === 'any' ? openings : openings.filter(({ areas }) => areas.includes(area));

/**
 * Whether what a row speaks of is the business of one of these openings. A control's frameworks are told by `frameworksOf`, undefined
 * where there is no such control.
 */
export function isConcerned(
  openings: readonly Opening[],
  concerns: Concerns | undefined,
  frameworksOf: (control: string) => readonly string[],
): boolean {
  if (concerns === undefined) return openings.length > 0;
  const { frameworks = [], programmes = [], controls = [] } = concerns;
  return openings.some(
    ({ framework, programme }) =>
      frameworks.includes(framework) ||
      programmes.includes(programme) ||
      controls.some((control) => frameworksOf(control).includes(framework)),
  );
}

/** Whether somebody is shown a kind inside the answer of a view: one without an area no guest is. */
export const isForGuests = (def: RecordDef): boolean => def.area !== undefined;
