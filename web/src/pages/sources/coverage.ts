import type { Schedules } from '@countersign/core/connector/schedules.ts';
import type { Coverage as CoverageShape } from '@countersign/core/timeline/coverage.ts';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { useClocks } from '../../kit/clocks.ts';

export type Covered = z.output<typeof CoverageShape>['sources'][number];
export type Dataset = Covered['datasets'][number];
export type Schedule = z.output<typeof Schedules>['schedules'][number];

const DAYS = 90;

/** The ninety days that end as of the address, or today. */
export function useWindow(): { readonly from: string; readonly to: string } {
  const { asOf } = useClocks();
  const end = asOf === undefined ? new Date() : new Date(asOf.length === 10 ? `${asOf}T12:00:00Z` : asOf);
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  return { from: day(end.getTime() - (DAYS - 1) * 86_400_000), to: day(end.getTime()) };
}

export const useCoverage = (source?: string) =>
  useView<typeof CoverageShape>('sources.coverage', { ...useWindow(), ...(source === undefined ? {} : { source }) });

export const useSchedules = () => useView<typeof Schedules>('schedules', {});

/** Over the window: when a dataset was seen whole, and when not; before its first collection nobody saw it. */
export function stretchesOf({
  segments,
}: Dataset): readonly { readonly from: string; readonly to: string; readonly state: 'pass' | 'unknown' }[] {
  return segments.map(({ from, to, delivered }) => ({
    from,
    to,
    state: delivered === 'complete' ? 'pass' : 'unknown',
  }));
}

/** Percent of the window in which it was seen whole. */
export const seenOf = ({ seenSeconds, unseenSeconds }: Dataset): number =>
  Math.round((100 * seenSeconds) / Math.max(1, seenSeconds + unseenSeconds));

export const lastOf = (source: Covered): string | undefined =>
  source.datasets
    .flatMap(({ last }) => (last === null ? [] : [last.observedAt]))
    .sort()
    .at(-1);
