import { words } from '../words/kit.ts';
import { CLOCK } from './clocks.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const iso = (year: number, month: number, date: number): string | undefined => {
  const at = new Date(Date.UTC(year, month, date));
  return at.getUTCMonth() === month ? at.toISOString().slice(0, 10) : undefined;
};

/**
 * What somebody typed as a date, in ISO form: "2026-07-31", "31 Jul 2026", "31 July", "end of June 2026", "end of June" (of `now`’s
 * year, or the one before if that is still to come). An RFC 3339 instant stays as it is. Undefined where it is none.
 */
export function dateIn(text: string, now: number = Date.now()): string | undefined {
  const t = text.trim().toLowerCase();
  if (CLOCK.test(text.trim())) return text.trim();
  const year = new Date(now).getUTCFullYear();
  const monthOf = (word: string | undefined): number => MONTHS.findIndex((name) => word?.startsWith(name) === true);
  const past = (date: string | undefined, given: boolean): string | undefined => {
    if (date === undefined || given) return date;
    return Date.parse(date) > now ? `${Number(date.slice(0, 4)) - 1}${date.slice(4)}` : date;
  };
  const end = /^end of ([a-z]{3,9})(?: (\d{4}))?$/.exec(t);
  if (end !== null) {
    const month = monthOf(end[1]);
    if (month < 0) return undefined;
    const y = end[2] === undefined ? year : Number(end[2]);
    return past(new Date(Date.UTC(y, month + 1, 0)).toISOString().slice(0, 10), end[2] !== undefined);
  }
  const plain = /^(\d{1,2}) ([a-z]{3,9})(?: (\d{4}))?$/.exec(t);
  if (plain === null) return undefined;
  const month = monthOf(plain[2]);
  if (month < 0) return undefined;
  return past(iso(plain[3] === undefined ? year : Number(plain[3]), month, Number(plain[1])), plain[3] !== undefined);
}

/** Days people look back to. */
export function presets(now: number): readonly { readonly label: string; readonly date: string }[] {
  const at = new Date(now);
  const [y, m] = [at.getUTCFullYear(), at.getUTCMonth()];
  const text = (date: Date): string => date.toISOString().slice(0, 10);
  return [
    { label: words.asOf.endOfMonth, date: text(new Date(Date.UTC(y, m, 0))) },
    { label: words.asOf.endOfQuarter, date: text(new Date(Date.UTC(y, m - (m % 3), 0))) },
    { label: words.asOf.yearAgo, date: text(new Date(Date.UTC(y - 1, m, at.getUTCDate()))) },
  ];
}
