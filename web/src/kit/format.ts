/** How figures and dates are written (web.md §9): "24 Aug 2026", 24 h with zone where it matters, "3 d 4 h", thousands with a comma. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();
function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone, hour12: false });
  formats.set(key, made);
  return made;
}

/** Intl writes “Sept” where everybody else, our documents too, writes “Sep”. */
const short = (date: string): string => date.replace('Sept', 'Sep');

const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);

/** "24 Aug 2026". A date is its own day in every zone; an instant is the day it falls on in `zone`. */
export function day(text: string, zone = 'UTC'): string {
  const [at, where] = isDate(text) ? [`${text}T12:00:00Z`, 'UTC'] : [text, zone];
  return short(format(where, { day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(at)));
}

/** "24 Aug": within a year that is plain from the context. */
export function shortDay(text: string, zone = 'UTC'): string {
  const [at, where] = isDate(text) ? [`${text}T12:00:00Z`, 'UTC'] : [text, zone];
  return short(format(where, { day: 'numeric', month: 'short' }).format(new Date(at)));
}

/** "09:12". */
export const time = (text: string, zone = 'UTC'): string =>
  format(zone, { hour: '2-digit', minute: '2-digit' }).format(new Date(text));

/** "24 Aug 2026, 09:12". */
export const moment = (text: string, zone = 'UTC'): string => `${day(text, zone)}, ${time(text, zone)}`;

/** "24 Aug 2026, 09:12:30 CEST": where the zone matters. */
export const momentInZone = (text: string, zone = 'UTC'): string =>
  `${day(text, zone)}, ${format(zone, { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' }).format(new Date(text))}`;

/** "1 Apr – 30 Sep 2026", both dates inclusive. */
export function range(from: string, to: string): string {
  return from.slice(0, 4) === to.slice(0, 4) ? `${shortDay(from)} – ${day(to)}` : `${day(from)} – ${day(to)}`;
}

/** "3 d 4 h", "4 h 10 min", "25 s": the two largest units. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  const two = (a: number, unit: string, b: number, smaller: string): string =>
    b === 0 ? `${a} ${unit}` : `${a} ${unit} ${b} ${smaller}`;
  if (s >= DAY) return two(Math.floor(s / DAY), 'd', Math.floor((s % DAY) / HOUR), 'h');
  if (s >= HOUR) return two(Math.floor(s / HOUR), 'h', Math.floor((s % HOUR) / MINUTE), 'min');
  if (s >= MINUTE) return `${Math.floor(s / MINUTE)} min`;
  return `${s} s`;
}

const numbers = new Intl.NumberFormat('en-GB');
/** "18,211". */
export const count = (n: number): string => numbers.format(n);

/** "1 control", "3 controls". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** "2.4 MB", in thousands as file managers count. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [n, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return unit === 0 ? `${value} B` : `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`;
}

/** "7c1e 04aa … 9b40": fours, the middle left out. */
export const digest = (text: string): string => `${text.slice(0, 4)} ${text.slice(4, 8)} … ${text.slice(-4)}`;

/** "34 min ago", "3 d ago", "in 4 d". */
export function ago(text: string, now: number = Date.now()): string {
  const seconds = (now - new Date(text).getTime()) / 1000;
  const size = duration(Math.abs(seconds)).split(' ').slice(0, 2).join(' ');
  return seconds >= 0 ? `${size} ago` : `in ${size}`;
}

/** Initials for an avatar. */
export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter((part) => part !== '')
    .map((part) => part[0]?.toUpperCase() ?? '')
    .slice(0, 2)
    .join('');
