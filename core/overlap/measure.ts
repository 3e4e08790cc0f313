import type { Link } from '../crosswalk/index.ts';
import { extentOf, WHOLE } from '../crosswalk/index.ts';
import type { Framework, Requirement } from '../framework/catalog.ts';
import { groupingsOf } from './comparison.ts';

/** From which strength on a definition counts a link (contract.md, `overlap`): any; about half; most of the evidence. */
export const MIN_STRENGTHS = [1, 5, 7] as const;
export type MinStrength = (typeof MIN_STRENGTHS)[number];

/** One thing that reaches an item: how many tenths of it, and whether the whole of it. */
export interface Mark {
  readonly tenths: number;
  readonly whole: boolean;
  /** Lines of mappings that it rests on, by id; none where it rests on controls. */
  readonly lines: readonly string[];
}

/** An item of the second framework, and all that reaches it from the first. */
export interface Reached {
  readonly requirement: Requirement;
  readonly marks: readonly Mark[];
}

export interface Count {
  readonly touched: number;
  readonly whole: number;
  readonly partial: number;
  readonly of: number;
}

/** How far an item is reached where only what is at least so strong counts. */
export function extentAt({ marks }: Pick<Reached, 'marks'>, minStrength: number): 'whole' | 'partial' | 'none' {
  const counted = marks.filter(({ tenths }) => tenths >= minStrength);
  if (counted.length === 0) return 'none';
  return counted.some(({ whole }) => whole) ? 'whole' : 'partial';
}

/** Touched: some link at that strength. Whole: one of them is equal to the item or contains it. Partial: touched, and none does. */
export function countAt(items: readonly Reached[], minStrength: number): Count {
  const extents = items.map((item) => extentAt(item, minStrength));
  const whole = extents.filter((extent) => extent === 'whole').length;
  const partial = extents.filter((extent) => extent === 'partial').length;
  return { touched: whole + partial, whole, partial, of: items.length };
}

export const bestOf = ({ marks }: Pick<Reached, 'marks'>): number => Math.max(0, ...marks.map(({ tenths }) => tenths));

/** Mean over the items of their best strength, as a share of 1; 0 of no items. */
export const meanOf = (items: readonly Reached[]): number =>
  items.length === 0 ? 0 : items.reduce((sum, item) => sum + bestOf(item), 0) / items.length / WHOLE;

/** Lines that stand behind a count at that strength. */
export const linesAt = (items: readonly Reached[], minStrength: number): readonly string[] =>
  items.flatMap(({ marks }) => marks.filter(({ tenths }) => tenths >= minStrength).flatMap(({ lines }) => lines));

/** The figures of one direction, for all items and for each group of them. */
export function figuresOf(framework: Framework, items: readonly Reached[], direction: string) {
  return {
    definitions: MIN_STRENGTHS.map((minStrength) => ({ minStrength, direction, ...countAt(items, minStrength) })),
    weighted: { direction, mean: meanOf(items) },
    byGroup: groupingsOf(framework).flatMap(({ id, name, kind, has }) => {
      const members = items.filter(({ requirement }) => has(requirement));
      return MIN_STRENGTHS.map((minStrength) => ({
        group: id,
        name,
        kind,
        direction,
        minStrength,
        ...countAt(members, minStrength),
      }));
    }),
  };
}

/** Items of a framework with the links that reach them: each pair counts by its best path. */
export function reachedBy(framework: Framework, links: readonly Link[]): readonly Reached[] {
  const byItem = Map.groupBy(links, ({ to }) => to.ref);
  return framework.requirements.map((requirement) => ({
    requirement,
    marks: (byItem.get(requirement.ref) ?? []).map(({ paths: [best] }) => ({
      tenths: best.reach,
      whole: extentOf(best.claim.relation, best.reach) === 'whole',
      lines: best.edges.map(({ id }) => id),
    })),
  }));
}
