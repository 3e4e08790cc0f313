import data from '@countersign/catalogs/gap/effort.json' with { type: 'json' };
import { z } from 'zod';
import { FREQUENCIES } from '../control/schedule.ts';

/** Person-days: what one in ten needs at most, what half do, what nine in ten do. */
export interface Effort {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

const NATURES = ['manual', 'hybrid', 'automated'] as const;
export type Nature = (typeof NATURES)[number];
type Frequency = (typeof FREQUENCIES)[number];

const Three = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);
const Catalogue = z.object({
  $meta: z.object({ source: z.string(), on: z.iso.date(), scope_note: z.string() }),
  set_up: z.record(z.enum(NATURES), z.record(z.enum(FREQUENCIES), Three)),
  run: z.record(z.enum(NATURES), Three),
  occurrences: z.record(z.enum(FREQUENCIES), z.int().positive()),
  daily_share: z.object({ daily: z.number().positive().max(1), weekly: z.number().positive().max(1) }),
  put_right: z.object({ share: z.number().positive().max(1) }),
});

const catalogue = Catalogue.parse(data);

/** Where the figures are from, and of when. */
export const EFFORT_SOURCE = {
  source: catalogue.$meta.source,
  on: catalogue.$meta.on,
  note: catalogue.$meta.scope_note,
};

export const effortOf = ([low, likely, high]: readonly [number, number, number]): Effort => ({ low, likely, high });
export const scaled = ({ low, likely, high }: Effort, by: number): Effort => ({
  low: low * by,
  likely: likely * by,
  high: high * by,
});
export const NO_EFFORT: Effort = { low: 0, likely: 0, high: 0 };
export const added = (one: Effort, other: Effort): Effort => ({
  low: one.low + other.low,
  likely: one.likely + other.likely,
  high: one.high + other.high,
});

/** A control whose nature nobody stated is taken as manual, the most work to run. */
interface Described {
  readonly nature?: Nature | undefined;
  readonly frequency: Frequency;
}

/** Days from deciding on a control to its first operation. */
export const setUpOf = ({ nature = 'manual', frequency }: Described): Effort =>
  effortOf(catalogue.set_up[nature][frequency]);

/** Days to put right, or to show, one that was set up before. */
export const putRightOf = (control: Described): Effort => scaled(setUpOf(control), catalogue.put_right.share);

/** Days in a year that running it takes. */
export function yearOf({ nature = 'manual', frequency }: Described): Effort {
  const share = frequency === 'daily' || frequency === 'weekly' ? catalogue.daily_share[frequency] : 1;
  return scaled(effortOf(catalogue.run[nature]), catalogue.occurrences[frequency] * share);
}
