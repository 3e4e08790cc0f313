/** A stretch of whole days, both inclusive. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** The last day of a month, counted from 1. */
const lastOf = (year: number, month: number): string =>
  `${year}-${two(month)}-${two(new Date(Date.UTC(year, month, 0)).getUTCDate())}`;

/** The calendar quarter before that of a day. */
export function lastQuarter(today: string): Days {
  const [year = 0, month = 1] = today.split('-').map(Number);
  const quarter = Math.floor((month - 1) / 3);
  const [of, first] = quarter === 0 ? [year - 1, 10] : [year, quarter * 3 - 2];
  return { from: `${of}-${two(first)}-01`, to: lastOf(of, first + 2) };
}

export const thisYear = (today: string): Days => ({ from: `${today.slice(0, 4)}-01-01`, to: today });
