import iso27001 from '@countersign/catalogs/transitions/iso27001-2013--iso27001-2022.json' with { type: 'json' };
import { z } from 'zod';
import type { Edge } from '../crosswalk/edge.ts';
import { invert, isLink } from '../crosswalk/edge.ts';
import { containsTheSecond } from '../crosswalk/relation.ts';
import type { Framework } from '../framework/catalog.ts';
import { SHIPPED } from '../framework/catalog.ts';

/**
 * What became of the items of one edition in the next. The table of ISO/IEC 27001 is a catalogue; that of any other two editions follows from
 * the organisation's mappings between them (decision 26).
 */

export const BECAME = ['kept', 'renamed', 'merged', 'split', 'removed'] as const;
export type Became = (typeof BECAME)[number];
export const CAME = ['kept', 'renamed', 'merged', 'split', 'added'] as const;
export type Came = (typeof CAME)[number];
/** `same`: what answered the older items answers it without a look; `more`: it asks for something beyond them. */
export const ASKS = ['same', 'more', 'new'] as const;
export type Asks = (typeof ASKS)[number];

export interface Older {
  readonly ref: string;
  readonly became: Became;
  readonly to: readonly string[];
  /** What carries over, in our own words or in those of the mappings. */
  readonly carries: string;
}

export interface Newer {
  readonly ref: string;
  readonly came: Came;
  readonly from: readonly string[];
  readonly asks: Asks;
  readonly changes: string;
}

export interface TransitionTable {
  readonly from: string;
  readonly to: string;
  readonly provenance: string;
  /** In the order of the older edition. */
  readonly older: readonly Older[];
  /** In the order of the newer edition. */
  readonly newer: readonly Newer[];
}

const Catalogue = z.object({
  $meta: z.object({ from: z.string(), to: z.string(), provenance: z.string() }),
  older: z.array(z.object({ ref: z.string(), became: z.enum(BECAME), to: z.array(z.string()), carries: z.string() })),
  newer: z.array(z.object({ ref: z.string(), came: z.enum(CAME), asks: z.enum(ASKS), changes: z.string() })),
});

function shippedTable(json: unknown): TransitionTable {
  const { $meta, older, newer } = Catalogue.parse(json);
  return {
    ...$meta,
    older,
    newer: newer.map((item) => ({
      ...item,
      from: older.filter(({ to }) => to.includes(item.ref)).map(({ ref }) => ref),
    })),
  };
}

export const SHIPPED_TABLES: readonly TransitionTable[] = [shippedTable(iso27001)];

const plain = (title: string): string => title.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/**
 * The table between two editions: the shipped one, or what edges between two own frameworks say. Undefined where nothing relates them, and where
 * one of them is a framework of ours: that SOC 2 is mapped to ISO 27001 makes neither an edition of the other. Of an edge, the newer item asks
 * no more where the older one is equal to it or contains it.
 */
export function tableBetween(older: Framework, newer: Framework, edges: readonly Edge[]): TransitionTable | undefined {
  const shipped = SHIPPED_TABLES.find(({ from, to }) => from === older.id && to === newer.id);
  if (shipped !== undefined) return shipped;
  if (SHIPPED.has(older.id) || SHIPPED.has(newer.id)) return undefined;
  const between = edges.filter(isLink).flatMap((edge): readonly Edge[] => {
    if (edge.from.framework === older.id && edge.to.framework === newer.id) return [edge];
    return edge.from.framework === newer.id && edge.to.framework === older.id ? [invert(edge)] : [];
  });
  if (between.length === 0) return undefined;
  const onward = Map.groupBy(between, ({ from }) => from.ref);
  const back = Map.groupBy(between, ({ to }) => to.ref);
  const titles = new Map(newer.requirements.map(({ ref, title }) => [ref, title]));
  const said = (of: readonly Edge[]): string => [...new Set(of.map(({ rationale }) => rationale))].join(' ').trim();

  const became = (title: string, to: readonly string[]): Became => {
    const [only, ...others] = to;
    if (only === undefined) return 'removed';
    if (others.length > 0) return 'split';
    if (new Set(back.get(only)?.map(({ from }) => from.ref)).size > 1) return 'merged';
    return plain(title) === plain(titles.get(only) ?? '') ? 'kept' : 'renamed';
  };
  const olderItems = older.requirements.map(({ ref, title }): Older => {
    const of = onward.get(ref) ?? [];
    const to = [...new Set(of.map((edge) => edge.to.ref))];
    return { ref, became: became(title, to), to, carries: said(of) };
  });
  const becameOf = new Map(olderItems.map((item) => [item.ref, item.became]));

  const came = (from: readonly string[]): Came => {
    const [only, ...others] = from;
    if (only === undefined) return 'added';
    if (others.length > 0) return 'merged';
    const as = becameOf.get(only);
    return as === 'split' || as === 'kept' ? as : 'renamed';
  };
  return {
    from: older.id,
    to: newer.id,
    provenance: [...new Set(between.map(({ provenance }) => provenance))].join(' '),
    older: olderItems,
    newer: newer.requirements.map(({ ref }): Newer => {
      const of = back.get(ref) ?? [];
      const from = [...new Set(of.map((edge) => edge.from.ref))];
      const asks = from.length === 0 ? 'new' : of.some(({ relation }) => containsTheSecond(relation)) ? 'same' : 'more';
      return { ref, came: came(from), from, asks, changes: said(of) };
    }),
  };
}
