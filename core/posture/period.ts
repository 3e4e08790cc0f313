import type { Programme } from '../framework/record.ts';
import type { At, DateText, Stored } from '../kernel/index.ts';
import { addDays, dayNumber, dayOf } from '../kernel/index.ts';

/** Half a year: what a first report of operation usually covers, and what is looked at where no period is set. */
const UNSET_DAYS = 182;

/** The observation period that a programme is in, in whole days, both inclusive. */
export interface ObservationPeriod {
  readonly from: DateText;
  readonly to: DateText;
  /** False where the programme names no dates: then the last half-year stands in. */
  readonly set: boolean;
  readonly days: number;
  /** Days of it that have begun by as-of. */
  readonly elapsed: number;
}

export function periodOf(
  programme: Pick<Stored<typeof Programme>, 'from' | 'to' | 'periodFrom' | 'periodTo'>,
  { asOf, zone }: Pick<At, 'asOf' | 'zone'>,
): ObservationPeriod {
  const today = dayOf(zone, asOf);
  // A Type 2 programme names its period; one to come is not yet what is looked at.
  const { periodFrom, periodTo } = programme;
  const named =
    periodFrom === undefined
      ? programme
      : periodFrom <= today
        ? { from: periodFrom, to: periodTo }
        : { from: undefined, to: undefined };
  const set = named.from !== undefined;
  const from = named.from ?? addDays(today, 1 - UNSET_DAYS);
  const to = set ? (named.to ?? today) : today;
  const [first, last] = [dayNumber(from), Math.max(dayNumber(from), dayNumber(to))];
  return {
    from,
    to: to < from ? from : to,
    set,
    days: last - first + 1,
    elapsed: Math.max(0, Math.min(last, dayNumber(today)) - first + 1),
  };
}
