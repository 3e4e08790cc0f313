import type { RoadmapAnswer } from '@countersign/core/planner/result.ts';
import { count } from '../../kit/format.ts';

export type Roadmap = RoadmapAnswer;
export type Option = RoadmapAnswer['options'][number];
export type Figure = RoadmapAnswer['figures'][number];

/** $128 k */
export const thousands = (dollars: number): string => `$${count(Math.round(dollars / 1000))} k`;

/** One decimal, none where it is nought. */
export const decimal = (n: number): string => String(Math.round(n * 10) / 10);

/** A value in its unit, as a table has it. */
export function valued(value: number, unit: Figure['unit']): string {
  switch (unit) {
    case 'usd':
      return `$${count(Math.round(value))}`;
    case 'share':
      return `${Math.round(value * 100)} %`;
    case 'months':
      return decimal(value);
    case 'days':
    case 'count':
      return String(value);
  }
}

export function bandSaid({ low, likely, high }: Pick<Figure, 'low' | 'likely' | 'high'>, unit: Figure['unit']): string {
  return low === high ? valued(likely, unit) : `${valued(low, unit)} / ${valued(likely, unit)} / ${valued(high, unit)}`;
}

/** The least round number that all fit under, for the end of an axis that begins at nought. */
export function axisEnd(most: number): { readonly end: number; readonly step: number } {
  const steps = [5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 50_000, 1_000_000];
  const step = 1000 * (steps.find((one) => most / (one * 1000) <= 5) ?? 1_000_000);
  return { step, end: Math.max(step, Math.ceil((most * 1.12) / (step / 2)) * (step / 2)) };
}
