/**
 * How many auditor days a certification body plans for. The table is Table C.1 of ISO/IEC 27006-1:2024 Annex C (the figures of B.1 of the 2015
 * edition, seen on public pages of certification bodies). The 2024 edition itself was not read: the matrix is one body's form, and the floor of
 * 70 %, the split in thirds, and the shares of surveillance and recertification are from the 2015 edition and custom. A body may plan otherwise.
 */

/** Upper bound of persons, and days of the initial audit (stage 1 and 2 together) before any adjustment. */
const TABLE = [
  [10, 5],
  [15, 6],
  [25, 7],
  [45, 8.5],
  [65, 10],
  [85, 11],
  [125, 12],
  [175, 13],
  [275, 14],
  [425, 15],
  [625, 16.5],
  [875, 17.5],
  [1175, 18.5],
  [1550, 19.5],
  [2025, 21],
  [2675, 22],
  [3450, 23],
  [4350, 24],
  [5450, 25],
  [6800, 26],
  [8500, 27],
  [10_700, 28],
] as const;

/** Beyond the table its progression is followed: a day more for each quarter more persons, as its last rows have it. */
const PROGRESSION = 1.25;

/** No adjustment brings the time below this share of the table’s (2015 edition). */
export const FLOOR = 0.7;

export const SCORES = [1, 2, 3] as const;
export type Score = (typeof SCORES)[number];
export type Level = 'low' | 'medium' | 'high';

/** Scores of 1 (simple) to 3 (demanding). */
export interface Factors {
  /** Type of business and regulation; standardisation of processes and tasks; maturity of the management system. */
  readonly business: readonly [Score, Score, Score];
  /** Complexity of infrastructure; dependence on outsourcing, cloud included; own development of systems. */
  readonly it: readonly [Score, Score, Score];
}

export interface Band {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/** By how much the time of the table changes, as shares: business (rows) by IT (columns). */
const MATRIX: Readonly<Record<Level, Readonly<Record<Level, readonly [number, number]>>>> = {
  high: { low: [0.05, 0.2], medium: [0.1, 0.5], high: [0.2, 1] },
  medium: { low: [-0.1, -0.05], medium: [0, 0], high: [0.1, 0.5] },
  low: { low: [-0.3, -0.1], medium: [-0.1, -0.05], high: [0.05, 0.2] },
};

export interface TableRow {
  readonly from: number;
  readonly to: number;
  readonly days: number;
  /** False beyond the last row. */
  readonly isOfTable: boolean;
}

/** The row of the table for persons doing work under the organisation’s control: employees, contractors, part-time in full-time equivalents. */
export function tableRow(persons: number): TableRow {
  if (!Number.isInteger(persons) || persons < 1) throw new RangeError('persons is a whole number from 1');
  let from = 1;
  for (const [to, days] of TABLE) {
    if (persons <= to) return { from, to, days, isOfTable: true };
    from = to + 1;
  }
  let [to, days] = [10_700, 28];
  while (persons > to) {
    from = to + 1;
    to = Math.round(to * PROGRESSION);
    days += 1;
  }
  return { from, to, days, isOfTable: false };
}

/** Three scores added: 3–4 low, 5–6 medium, 7–9 high. */
export function levelOf(scores: readonly [Score, Score, Score]): Level {
  const sum = scores[0] + scores[1] + scores[2];
  return sum <= 4 ? 'low' : sum <= 6 ? 'medium' : 'high';
}

/** Upwards to half days: a body books no less. The hair below the half is what binary fractions leave of it. */
export const toHalfDays = (days: number): number => Math.ceil(days * 2 - 1e-9) / 2;

export interface AuditDays {
  readonly row: TableRow;
  readonly business: Level;
  readonly it: Level;
  /** Shares of the table’s time, −0.3 for a third less. */
  readonly adjustment: { readonly low: number; readonly high: number };
  /** The initial audit, in half days; likely is the middle of the adjustment. */
  readonly days: Band;
  /** Whether the floor of 70 % decided about the low end. */
  readonly isFloored: boolean;
  readonly stage1: Band;
  readonly stage2: Band;
  /** A year. */
  readonly surveillance: Band;
  readonly recertification: Band;
}

/**
 * Days of the initial audit, of a surveillance audit and of recertification (27006-1 Annex C, see above). A third of the initial audit is stage 1,
 * the rest stage 2; a surveillance audit takes a third of it, recertification two.
 */
export function auditDays(persons: number, factors: Factors): AuditDays {
  const row = tableRow(persons);
  const [business, it] = [levelOf(factors.business), levelOf(factors.it)];
  const [low, high] = MATRIX[business][it];
  const at = (adjustment: number): number => toHalfDays(row.days * Math.max(FLOOR, 1 + adjustment));
  const days = { low: at(low), likely: at((low + high) / 2), high: at(high) };
  const each = (share: (days: number) => number): Band => ({
    low: share(days.low),
    likely: share(days.likely),
    high: share(days.high),
  });
  const third = (n: number): number => toHalfDays(n / 3);
  return {
    row,
    business,
    it,
    adjustment: { low, high },
    days,
    isFloored: 1 + low <= FLOOR,
    stage1: each(third),
    stage2: each((n) => n - third(n)),
    surveillance: each(third),
    recertification: each((n) => toHalfDays((n * 2) / 3)),
  };
}
