import { Control } from '../control/record.ts';
import { crosswalkReads, edgesOf } from '../crosswalk/edges.ts';
import type { CrosswalkBook } from '../crosswalk/edges.ts';
import type { Mapping } from '../crosswalk/record.ts';
import { cataloguesOf } from '../framework/catalogues.ts';
import type { Framework } from '../framework/catalog.ts';
import { refuseFramework } from '../framework/own.ts';
import type { Book, DateText, Stored } from '../kernel/index.ts';
import type { AnsweringControl, Exclusion } from './preview.ts';
import { refuseTransition } from './record.ts';
import type { TransitionTable } from './table.ts';
import { tableBetween } from './table.ts';

export const transitionReads = [Control, ...crosswalkReads] as const;
export type TransitionBook = Book<typeof transitionReads>;

export interface Editions {
  readonly older: Framework;
  readonly newer: Framework;
  readonly table: TransitionTable;
}

/**
 * The two editions and what became of items between them.
 *
 * @throws Refusal framework.unknown, transition.same, transition.none
 */
export function editionsOf(book: CrosswalkBook, from: string, to: string): Editions {
  const catalogues = cataloguesOf(book);
  const named = (id: string, field: string): Framework => {
    const found = catalogues.get(id);
    if (found === undefined) throw refuseFramework('unknown', { id }, [field]);
    return found;
  };
  const [older, newer] = [named(from, 'from'), named(to, 'to')];
  if (older.id === newer.id) throw refuseTransition('same', { id: from }, ['to']);
  const table = tableBetween(older, newer, edgesOf(book, catalogues));
  if (table === undefined) throw refuseTransition('none', { from, to }, ['to']);
  return { older, newer, table };
}

/** Every control with what it answers, and whether it runs on the day. */
export const answeringOf = (book: TransitionBook, today: DateText): readonly AnsweringControl[] =>
  book.control.all().map(({ id, title, answers, startsOn, endsOn }) => ({
    ...{ id, title, answers },
    runs: startsOn !== undefined && startsOn <= today && (endsOn === undefined || endsOn >= today),
  }));

/**
 * What was out of scope, as given: items of the older edition, each once. Clauses 4 to 10 could never be left out (ISO/IEC 27001 §1).
 *
 * @throws Refusal transition.item, transition.mandatory, transition.twice
 */
export function exclusionsIn(older: Framework, given: readonly Exclusion[]): readonly Exclusion[] {
  const items = new Map(older.requirements.map((item) => [item.ref, item]));
  const seen = new Set<string>();
  for (const [i, { ref }] of given.entries()) {
    const path = ['exclusions', i, 'ref'];
    const item = items.get(ref);
    if (item === undefined) throw refuseTransition('item', { framework: older.id, ref }, path);
    if (item.part === 'clause') throw refuseTransition('mandatory', { ref }, path);
    if (seen.has(ref)) throw refuseTransition('twice', { what: ref }, path);
    seen.add(ref);
  }
  return given;
}

export interface MappingMove {
  readonly mapping: string;
  readonly end: 'from' | 'to';
  readonly before: string;
  readonly after: string;
}

/** Lines of own mappings about the older edition: those that can speak of the newer one as they are, and those that somebody has to read. */
export function mappingMoves(
  book: TransitionBook,
  table: TransitionTable,
): {
  readonly moves: readonly MappingMove[];
  readonly look: readonly { readonly mapping: string; readonly ref: string }[];
} {
  const older = new Map(table.older.map((item) => [item.ref, item]));
  const newer = new Map(table.newer.map((item) => [item.ref, item]));
  const all = book.mapping.all();
  const pairs = new Set(all.map((line) => pairOf(line, line.from, line.to)));
  const moves: MappingMove[] = [];
  const look: { mapping: string; ref: string }[] = [];
  for (const line of all) {
    const end = line.from.framework === table.from ? 'from' : line.to.framework === table.from ? 'to' : undefined;
    if (end === undefined) continue;
    const other = end === 'from' ? line.to : line.from;
    // What says what became of the items stays what it is.
    if (other.framework === table.to) continue;
    const { ref } = line[end];
    const item = older.get(ref);
    const [after] = item?.to ?? [];
    const isSame =
      (item?.became === 'kept' || item?.became === 'renamed') &&
      after !== undefined &&
      newer.get(after)?.asks === 'same';
    const moved = { framework: table.to, ref: after ?? '' };
    const pair = end === 'from' ? pairOf(line, moved, line.to) : pairOf(line, line.from, moved);
    if (!isSame || pairs.has(pair)) {
      look.push({ mapping: line.id, ref });
      continue;
    }
    pairs.add(pair);
    moves.push({ mapping: line.id, end, before: ref, after });
  }
  return { moves, look };
}

interface EndOf {
  readonly framework: string;
  readonly ref: string;
}
const pairOf = ({ set }: Pick<Stored<typeof Mapping>, 'set'>, one: EndOf, other: EndOf): string =>
  JSON.stringify([set, ...[one, other].map(({ framework, ref }) => `${framework}\n${ref}`).sort()]);
