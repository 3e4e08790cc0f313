import type { BoundaryKind } from '../framework/record.ts';
import { BOUNDARY_KINDS } from '../framework/record.ts';
import type { Book, DateText, Instant, Stored } from '../kernel/index.ts';
import type { DataStore, LegalEntity, Site, System, Team, THINGS, ThirdParty } from './record.ts';

export type ThingsBook = Book<typeof THINGS>;

type Row =
  | Stored<typeof LegalEntity>
  | Stored<typeof System>
  | Stored<typeof DataStore>
  | Stored<typeof Team>
  | Stored<typeof Site>
  | Stored<typeof ThirdParty>;

/** From one thing to another, with the field that says so. */
export interface Link {
  readonly link: string;
  readonly kind: BoundaryKind;
  readonly id: string;
}

/** Fields by which things name each other, and the kind each names. */
export const LINKS = {
  parent: 'legal-entity',
  entity: 'legal-entity',
  runsOn: 'system',
  connectsTo: 'system',
  storesIn: 'data-store',
  runBy: 'team',
  sites: 'site',
  site: 'site',
  provider: 'third-party',
} as const satisfies Record<string, BoundaryKind>;
export type LinkName = keyof typeof LINKS;

/** A thing of whatever kind as a boundary sees it. */
export interface Thing {
  readonly kind: BoundaryKind;
  readonly id: string;
  readonly name: string;
  readonly type: string | undefined;
  readonly description: string | undefined;
  readonly owner: string | undefined;
  readonly from: DateText | undefined;
  readonly to: DateText | undefined;
  readonly people: number | undefined;
  readonly country: string | undefined;
  readonly holds: readonly string[];
  readonly links: readonly Link[];
  readonly recordedAt: Instant;
}

const ids = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

export function thingOf(kind: BoundaryKind, row: Row): Thing {
  const fields: Readonly<Record<string, unknown>> = { ...row };
  return {
    kind,
    id: row.id,
    name: row.name,
    type: 'type' in row ? row.type : undefined,
    description: row.description,
    owner: row.owner,
    from: row.from,
    to: row.to,
    people: 'people' in row ? row.people : undefined,
    country: 'country' in row ? row.country : undefined,
    holds: 'holds' in row ? row.holds : [],
    links: Object.entries(LINKS).flatMap(([link, to]) => ids(fields[link]).map((id) => ({ link, kind: to, id }))),
    recordedAt: row.recordedAt,
  };
}

/** Every thing there is, by kind in their order and then by name. */
export const thingsOf = (book: ThingsBook): readonly Thing[] =>
  BOUNDARY_KINDS.flatMap((kind) =>
    book[kind]
      .all()
      .map((row) => thingOf(kind, row))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
  );

export const LIVES = ['current', 'planned', 'ended'] as const;
export type Life = (typeof LIVES)[number];

/** Whether a thing is there on a day; both its dates are days on which it is. */
export const lifeOn = ({ from, to }: Pick<Thing, 'from' | 'to'>, day: DateText): Life =>
  from !== undefined && day < from ? 'planned' : to !== undefined && to < day ? 'ended' : 'current';

/** Whether a thing was there on any day of a period. */
export const wasThere = ({ from, to }: Pick<Thing, 'from' | 'to'>, first: DateText, last: DateText): boolean =>
  (from === undefined || from <= last) && (to === undefined || to >= first);
