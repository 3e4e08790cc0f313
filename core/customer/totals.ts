import { z } from 'zod';
import type { Stored } from '../kernel/index.ts';
import { REGIONS, WANTED } from './record.ts';
import type { CustomerRequest, Region, Wanted } from './record.ts';

const Money = z.array(z.object({ currency: z.string(), amount: z.number() }));
const Total = z.object({
  requests: z.int(),
  waiting: z.int().describe('Open or answered: not won and not lost.'),
  amounts: Money.describe('What hangs on those that wait, by currency: currencies are never added up.'),
  by: z.string().nullable().describe('The earliest day on which one that waits is wanted.'),
});

/** Totals of a set of requests. A request for two reports counts with both, so the lines by framework add up to more than there are. */
export const Totals = z.object({
  all: Total,
  byWanted: z.array(Total.extend({ wants: z.enum(WANTED) })),
  byRegion: z.array(Total.extend({ region: z.enum(REGIONS) })),
});
export type Totals = z.infer<typeof Totals>;

type Row = Pick<Stored<typeof CustomerRequest>, 'wants' | 'region' | 'state' | 'amount' | 'currency' | 'by'>;

const isWaiting = ({ state }: Row): boolean => state === 'open' || state === 'answered';

function totalOf(rows: readonly Row[]): z.infer<typeof Total> {
  const waiting = rows.filter(isWaiting);
  const amounts = new Map<string, number>();
  for (const { amount, currency } of waiting) {
    if (amount !== undefined && currency !== undefined) amounts.set(currency, (amounts.get(currency) ?? 0) + amount);
  }
  const [by] = waiting.flatMap((row) => row.by ?? []).sort();
  return {
    requests: rows.length,
    waiting: waiting.length,
    amounts: [...amounts].map(([currency, amount]) => ({ currency, amount })).sort((a, b) => b.amount - a.amount),
    by: by ?? null,
  };
}

/** What customers wait for, in all, by what they want and by region: what a planner weighs. */
export const totalsOf = (rows: readonly Row[]): Totals => ({
  all: totalOf(rows),
  byWanted: WANTED.map((wants: Wanted) => ({ wants, ...totalOf(rows.filter((row) => row.wants.includes(wants))) })),
  byRegion: REGIONS.map((region: Region) => ({ region, ...totalOf(rows.filter((row) => row.region === region)) })),
});
