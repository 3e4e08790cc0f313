import type { GoverningVersion, StepsOf } from '../check/feed.ts';
import type { CountQuestion, ExceptedItem } from '../population/feed.ts';
import { Check, freshnessMs, settlesMs } from '../check/record.ts';
import type { CheckTerms } from '../check/timeline.ts';
import { calendarOf, termsOf } from '../control/acts.ts';
import type { Performed } from '../control/assignment.ts';
import { Exception, excuseOf } from '../control/exception.ts';
import { Performance, performedWithout } from '../control/performance.ts';
import { Control } from '../control/record.ts';
import type { Calendar, Terms } from '../control/schedule.ts';
import type { Excuse } from '../control/settle.ts';
import { erasedEvidence } from '../erasure/erased.ts';
import { Erasure } from '../erasure/record.ts';
import type { At, Book, Governed, Instant, Stored } from '../kernel/index.ts';
import { dayEnd, dayStart, inForce } from '../kernel/index.ts';
import { Holidays } from '../organisation/record.ts';

/** What the rules of time read of a control. */
export const operatingReads = [Control, Check, Exception, Performance, Holidays, Erasure] as const;
export type OperatingBook = Book<typeof operatingReads>;

/** One control as the rules of time see it: versions, performances and exceptions as known. */
export interface ControlHistory {
  readonly control: string;
  readonly governed: Governed<Terms>;
  readonly performed: readonly Performed[];
  readonly excuses: readonly Excuse[];
}

/** A check with the versions that govern its collections. */
export interface CheckHistory {
  readonly check: string;
  readonly governed: Governed<Stored<typeof Check>>;
}

/** Days off as the lists in force at that moment have them. */
export const calendarIn = (book: OperatingBook, { zone, asOf }: Pick<At, 'zone' | 'asOf'>): Calendar =>
  calendarOf(
    zone,
    book.holidays.ids().flatMap((id) => inForce(book.holidays.governed(id), asOf) ?? []),
  );

/** Controls known, retired ones too, or those named, each with what was done and excused. */
export function controlHistories(book: OperatingBook, named?: readonly string[]): readonly ControlHistory[] {
  const excuses = excusesByControl(book);
  const erased = erasedEvidence(book);
  const ids = named === undefined ? book.control.ids() : book.control.ids().filter((id) => named.includes(id));
  return ids.map((control) => ({
    control,
    governed: book.control.governed(control).map((span) => ({ ...span, terms: termsOf(span.terms) })),
    performed: book.performance
      .pointingAt('control', control)
      .filter((row) => row.withdrawn === undefined)
      .map((row) => performedWithout(row, erased)),
    excuses: excuses.get(control) ?? [],
  }));
}

/** Exceptions as they stand at the position asked, whatever the as-of: what they cover is in their dates. */
function excusesByControl(book: OperatingBook): ReadonlyMap<string, readonly Excuse[]> {
  const found = new Map<string, Excuse[]>();
  for (const id of book.exception.ids()) {
    const known = book.exception.history(id);
    const control = known.at(-1)?.control;
    const excuse = excuseOf(known);
    if (control === undefined || excuse === undefined) continue;
    const others = found.get(control);
    if (others === undefined) found.set(control, [excuse]);
    else others.push(excuse);
  }
  return found;
}

/** Every check known, with its versions. */
export const checkHistories = (book: OperatingBook): readonly CheckHistory[] =>
  book.check.ids().map((check) => ({ check, governed: book.check.governed(check) }));

/** By control the checks some version of which, in force at a moment of [from, to], supports it. */
export function supporting(
  checks: readonly CheckHistory[],
  from: Instant,
  to: Instant,
): ReadonlyMap<string, readonly CheckHistory[]> {
  const found = new Map<string, CheckHistory[]>();
  for (const check of checks) {
    const spans = check.governed.filter((span) => span.from <= to && span.to > from);
    for (const control of new Set<string>(spans.flatMap((span) => span.terms.supports))) {
      const others = found.get(control);
      if (others === undefined) found.set(control, [check]);
      else others.push(check);
    }
  }
  return found;
}

export const stateTerms = ({ check, governed }: CheckHistory, steps: StepsOf): Governed<CheckTerms> =>
  governed.map(({ from, to, terms }) => ({
    from,
    to,
    terms: {
      version: terms.version,
      freshnessMs: freshnessMs(terms),
      settlesMs: settlesMs(terms),
      stepsOf: (source) => steps.of(check, terms.version, source),
    },
  }));

const versionsOf = ({ governed }: CheckHistory): readonly GoverningVersion[] =>
  governed.map(({ from, to, terms }) => ({ version: terms.version, from, to }));

/**
 * Items of a control under an exception that another than who asked approved, with the days it covers. One that was withdrawn keeps what
 * happened before.
 */
function exceptedItems(excuses: readonly Excuse[], at: At): readonly ExceptedItem[] {
  const known = Math.min(at.asOf, at.knownAt);
  return excuses.flatMap((excuse) => {
    const isApproved = excuse.approvedBy !== undefined && excuse.approvedBy !== excuse.requestedBy;
    if (excuse.item === undefined || !isApproved || (excuse.approvedRecordedAt ?? Infinity) > known) return [];
    const ended = excuse.endedAt !== undefined && excuse.endedAt <= known ? excuse.endedAt : Infinity;
    return [
      { item: excuse.item, from: dayStart(at.zone, excuse.from), to: Math.min(dayEnd(at.zone, excuse.to) + 1, ended) },
    ];
  });
}

export const countQuestion = (
  key: string,
  check: CheckHistory,
  excuses: readonly Excuse[],
  from: Instant,
  to: Instant,
  at: At,
): CountQuestion => ({
  key,
  check: check.check,
  dataset: datasetOf(check),
  versions: versionsOf(check),
  from,
  to,
  excepted: exceptedItems(excuses, at),
});

/** A check's dataset and mode, which no later version changes. */
export const datasetOf = ({ governed }: CheckHistory): string => governed.at(-1)?.terms.dataset ?? '';
export const modeOf = ({ governed }: CheckHistory): 'state' | 'events' => governed.at(-1)?.terms.mode ?? 'state';
