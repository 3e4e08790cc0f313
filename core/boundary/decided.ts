import type { BoundaryKind, InclusionReason, Programme } from '../framework/record.ts';
import type { Instant, Stored } from '../kernel/index.ts';

type Version = Stored<typeof Programme>;

/** One decision about a requirement or a thing: in, out or taken back, and why, by whom and when. */
export interface Decided {
  readonly in: boolean | null;
  readonly justification: string | undefined;
  readonly reasons: readonly InclusionReason[];
  readonly by: string;
  readonly at: Instant;
  readonly version: number;
}

type Stand = Pick<Decided, 'in' | 'justification' | 'reasons'>;
const UNDECIDED: Stand = { in: null, justification: undefined, reasons: [] };

const same = (a: Stand, b: Stand): boolean =>
  a.in === b.in && a.justification === b.justification && a.reasons.join() === b.reasons.join();

/**
 * Every decision that the versions of a programme tell of, by what it is about, oldest first. A version that says of something what the one
 * before it said decides nothing about it.
 */
function decisions(
  versions: readonly Version[],
  standsIn: (version: Version) => ReadonlyMap<string, Stand>,
  otherwise: Stand,
): ReadonlyMap<string, readonly Decided[]> {
  const all = new Map<string, Decided[]>();
  let before: ReadonlyMap<string, Stand> = new Map();
  for (const version of versions) {
    const now = standsIn(version);
    for (const key of new Set([...before.keys(), ...now.keys()])) {
      const stand = now.get(key) ?? otherwise;
      if (same(stand, before.get(key) ?? otherwise)) continue;
      const decided = { ...stand, by: version.actor, at: version.recordedAt, version: version.version };
      const others = all.get(key);
      if (others === undefined) all.set(key, [decided]);
      else others.push(decided);
    }
    before = now;
  }
  return all;
}

/** By ref. Of a requirement that nobody has said anything about there is none: it is in with the programme. */
export const requirementDecisions = (versions: readonly Version[]): ReadonlyMap<string, readonly Decided[]> =>
  decisions(
    versions,
    ({ outOfScope, included = [] }) =>
      new Map<string, Stand>([
        ...included.map(({ ref, reasons, justification }) => [ref, { in: true, justification, reasons }] as const),
        ...outOfScope.map(({ ref, justification }) => [ref, { in: false, justification, reasons: [] }] as const),
      ]),
    { in: true, justification: undefined, reasons: [] },
  );

/** By `kind/id`. */
export const boundaryDecisions = (versions: readonly Version[]): ReadonlyMap<string, readonly Decided[]> =>
  decisions(
    versions,
    ({ boundary = {} }) =>
      new Map(
        Object.entries(boundary).flatMap(([kind, members]) =>
          (members ?? []).map(
            (member) =>
              [
                keyOf(kind as BoundaryKind, member.id),
                { in: member.in, justification: member.justification, reasons: [] },
              ] as const,
          ),
        ),
      ),
    UNDECIDED,
  );

export const keyOf = (kind: BoundaryKind, id: string): string => `${kind}/${id}`;

/** What a version says of a thing: in, out, or nothing. */
export const standOf = (
  { boundary }: Pick<Version, 'boundary'>,
  kind: BoundaryKind,
  id: string,
): { readonly in: boolean | null; readonly justification: string | undefined } => {
  const member = (boundary?.[kind] ?? []).find((one) => one.id === id);
  return { in: member?.in ?? null, justification: member?.justification };
};
