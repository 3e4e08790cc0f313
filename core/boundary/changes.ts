import type { BoundaryKind, Programme } from '../framework/record.ts';
import { BOUNDARY_KINDS } from '../framework/record.ts';
import type { Book, DateText, Instant } from '../kernel/index.ts';
import { dayOf, diffOf } from '../kernel/index.ts';
import { boundaryDecisions } from './decided.ts';
import type { Thing, ThingsBook } from './things.ts';

export const CHANGES = ['began', 'ended', 'changed', 'put-in', 'left-out', 'taken-back'] as const;

/** Something about the boundary that is not as it was: what a description names as significant changes (DC 9), and a change of scope (clause 6.3). */
export interface BoundaryChange {
  readonly on: DateText;
  readonly what: (typeof CHANGES)[number];
  readonly kind: BoundaryKind;
  readonly id: string;
  /** Fields, where the thing itself changed. */
  readonly fields: readonly string[];
  readonly programme: string | undefined;
  readonly justification: string | undefined;
  readonly by: string | undefined;
}

/** What changed from one day to another, both inclusive, oldest first. */
export function changesOver(
  book: ThingsBook & Book<readonly [typeof Programme]>,
  things: readonly Thing[],
  window: { readonly from: DateText; readonly to: DateText },
  asOf: Instant,
  zone: string,
): readonly BoundaryChange[] {
  const within = (day: DateText): boolean => window.from <= day && day <= window.to;
  const nothing = { fields: [], programme: undefined, justification: undefined, by: undefined };
  const lives = things.flatMap(({ kind, id, from, to }): BoundaryChange[] => [
    ...(from !== undefined && within(from) ? [{ ...nothing, on: from, what: 'began' as const, kind, id }] : []),
    ...(to !== undefined && within(to) ? [{ ...nothing, on: to, what: 'ended' as const, kind, id }] : []),
  ]);
  const worded = BOUNDARY_KINDS.flatMap((kind) =>
    book[kind].ids().flatMap((id): BoundaryChange[] => {
      const versions = book[kind].history(id).filter(({ recordedAt }) => recordedAt <= asOf);
      return versions.flatMap((version, i) => {
        const before = versions[i - 1];
        const on = dayOf(zone, version.recordedAt);
        if (before === undefined || !within(on)) return [];
        const fields = [...new Set(diffOf(before, version).map(({ path }) => String(path[0])))];
        // When it began and ended is told with its own dates.
        const told = fields.filter((field) => field !== 'from' && field !== 'to');
        return told.length === 0
          ? []
          : [{ ...nothing, on, what: 'changed' as const, kind, id, fields: told, by: version.actor }];
      });
    }),
  );
  const decided = book.programme.ids().flatMap((programme) => {
    const versions = book.programme.history(programme).filter(({ recordedAt }) => recordedAt <= asOf);
    return [...boundaryDecisions(versions)].flatMap(([key, all]) =>
      all.flatMap((one): BoundaryChange[] => {
        const on = dayOf(zone, one.at);
        const [kind, id] = [BOUNDARY_KINDS.find((of) => key.startsWith(`${of}/`)), key.slice(key.indexOf('/') + 1)];
        if (kind === undefined || !within(on)) return [];
        const what = one.in === null ? 'taken-back' : one.in ? 'put-in' : 'left-out';
        return [{ on, what, kind, id, fields: [], programme, justification: one.justification, by: one.by }];
      }),
    );
  });
  return [...lives, ...worded, ...decided].sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}
