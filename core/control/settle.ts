import { dayOf } from '../kernel/time.ts';
import type { DateText, Instant } from '../kernel/time.ts';
import type { Performed } from './assignment.ts';
import type { Calendar, Occurrence } from './schedule.ts';

/** An exception as it stands: asked for, and perhaps approved. Both dates are inclusive. */
export interface Excuse {
  readonly from: DateText;
  readonly to: DateText;
  /** An exception on one item excuses no occurrence. */
  readonly item?: string | undefined;
  readonly requestedBy: string;
  readonly approvedBy?: string | undefined;
  readonly approvedRecordedAt?: Instant | undefined;
  /** When its withdrawal was recorded: what fell due before stays excused. */
  readonly endedAt?: Instant | undefined;
}

export type Settled = 'on-time' | 'late' | 'missed' | 'pending' | 'excused';

/** What became of an occurrence, as known by `knownAt`: contract, "Assignment" and "Unmet". */
export function settle(
  occurrence: Occurrence,
  performed: Performed | undefined,
  excuses: readonly Excuse[],
  calendar: Calendar,
  knownAt: Instant,
): Settled {
  if (performed) return performed.at <= occurrence.due ? 'on-time' : 'late';
  if (excuses.some((excuse) => covers(excuse, occurrence, calendar, knownAt))) return 'excused';
  return knownAt <= occurrence.graceEnd ? 'pending' : 'missed';
}

/** Approved by someone other than who asked, on record before the due instant, and over the due date. */
function covers(excuse: Excuse, occurrence: Occurrence, calendar: Calendar, knownAt: Instant): boolean {
  if (excuse.item !== undefined) return false;
  if (excuse.approvedBy === undefined || excuse.approvedBy === excuse.requestedBy) return false;
  const recordedAt = excuse.approvedRecordedAt;
  if (recordedAt === undefined || recordedAt >= occurrence.due || recordedAt > knownAt) return false;
  if (excuse.endedAt !== undefined && excuse.endedAt <= Math.min(occurrence.due, knownAt)) return false;
  const dueOn = dayOf(calendar.zone, occurrence.due);
  return excuse.from <= dueOn && dueOn <= excuse.to;
}
