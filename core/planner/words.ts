/** Figures as sentences have them. */

const SMALL = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve'];

/** A count at the beginning of a sentence. */
export const times = (n: number): string => SMALL[n] ?? String(n);

const grouped = (n: number): string => String(Math.round(n)).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** $1,234 */
export const dollars = (n: number): string => `$${grouped(n)}`;

/** $128 k */
export const thousands = (n: number): string => `$${grouped(n / 1000)} k`;

/** One decimal, none where it is nought. */
export const decimal = (n: number): string => String(Math.round(n * 10) / 10);

export const months = (n: number): string => `${decimal(n)} ${Math.round(n * 10) === 10 ? 'month' : 'months'}`;

/** nine of ten trials; a share that is not quite all is never told as all, nor one that is not none as none. */
export const ofTen = (share: number): string => {
  if (share >= 1) return 'all trials';
  if (share <= 0) return 'no trial';
  if (share > 0.95) return 'more than nine of ten trials';
  if (share < 0.05) return 'fewer than one of ten trials';
  return `${times(Math.round(share * 10)).toLowerCase()} of ten trials`;
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** 15 Nov 2026 */
export const day = (date: string): string =>
  `${Number(date.slice(8, 10))} ${MONTHS[Number(date.slice(5, 7)) - 1] ?? ''} ${date.slice(0, 4)}`;

/** a, b and c */
export const listed = (all: readonly string[]): string =>
  all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
