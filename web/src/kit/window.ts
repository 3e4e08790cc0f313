import { useList } from '../api/hooks.ts';
import { useZone } from '../api/session.ts';
import { useClocks } from './clocks.ts';
import type { Parameter, QueryState } from './query-state.ts';

/** A stretch of whole days, both inclusive. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;
const HALF_A_YEAR = 182;

export const addDays = (date: string, n: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + n * DAY_MS).toISOString().slice(0, 10);

export const daysBetween = ({ from, to }: Days): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS) + 1;

/** The day an instant falls on in a zone. */
export const dateIn = (at: Date, zone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** The day that is looked at: that of the true-on clock, else today in the organisation’s zone. */
export function useLookedAt(): string {
  const zone = useZone();
  const { asOf } = useClocks();
  if (asOf === undefined) return dateIn(new Date(), zone);
  return asOf.length === 10 ? asOf : dateIn(new Date(asOf), zone);
}

interface Period extends Days {
  /** Whose period it is; undefined where no programme names dates. */
  readonly programme: string | undefined;
}

/** The observation period of the programme in force that names dates, else the last half-year. */
export function usePeriod(): Period {
  const today = useLookedAt();
  const { data } = useList('programme', { limit: 50 });
  for (const one of data?.items ?? []) {
    const { title, ...dates }: Readonly<Record<string, unknown>> = { ...one };
    if (typeof dates['to'] === 'string' && dates['to'] < today) continue;
    if (typeof dates['from'] === 'string' && dates['from'] > today) continue;
    // A Type 2 programme names its observation period.
    const observed = typeof dates['periodFrom'] === 'string';
    const [from, to] = observed ? [dates['periodFrom'], dates['periodTo']] : [dates['from'], dates['to']];
    if (typeof from !== 'string' || from > today) continue;
    return { from, to: typeof to === 'string' ? to : today, programme: typeof title === 'string' ? title : undefined };
  }
  return { from: addDays(today, 1 - HALF_A_YEAR), to: today, programme: undefined };
}

export const SPANS = ['month', 'quarter', 'period', 'year'] as const;
export type Span = (typeof SPANS)[number];
const LENGTHS = { month: 30, quarter: 91, year: 365 } as const;

export interface Windowed extends Days {
  /** Which of the usual ones it is. */
  readonly span: Span | undefined;
  readonly set: (window: Partial<Days> | Span) => void;
}

type Spec = { readonly from: Parameter<string>; readonly to: Parameter<string> };

/** The window of a page, which stands in the address; the observation period without one. */
export function useWindow(state: QueryState<Spec>): Windowed {
  const period = usePeriod();
  const today = useLookedAt();
  const of = (span: Span): Days =>
    span === 'period' ? { from: period.from, to: period.to } : { from: addDays(today, 1 - LENGTHS[span]), to: today };
  const given = { from: state.value.from ?? period.from, to: state.value.to ?? period.to };
  const days = given.to < given.from ? of('period') : given;
  return {
    ...days,
    span: SPANS.find((span) => of(span).from === days.from && of(span).to === days.to),
    set: (window) => {
      if (window === 'period') state.set({ from: undefined, to: undefined });
      else state.set(typeof window === 'string' ? of(window) : { ...days, ...window });
    },
  };
}

/** Days that a month’s name needs on an axis. */
const NAMED_FROM_DAYS = 8;

/** The months of a window with their days in it, for an axis; one that is hardly there has no name. */
export function monthsIn({ from, to }: Days): readonly { readonly name: string; readonly days: number }[] {
  const found: { name: string; days: number }[] = [];
  for (let date = from; date <= to;) {
    const next = new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 1)).toISOString().slice(0, 10);
    const last = next <= to ? addDays(next, -1) : to;
    const days = daysBetween({ from: date, to: last });
    const name = new Date(`${date}T12:00:00Z`).toLocaleDateString('en-GB', { month: 'short', timeZone: 'UTC' });
    found.push({ name: days < NAMED_FROM_DAYS && from.slice(0, 7) !== to.slice(0, 7) ? '' : name, days });
    date = next;
  }
  return found;
}
