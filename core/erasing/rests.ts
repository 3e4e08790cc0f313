import { assign } from '../control/assignment.ts';
import { lacksErased } from '../control/lacking.ts';
import { performedWithout } from '../control/performance.ts';
import { occurrencesOf } from '../control/schedule.ts';
import { calendarIn, controlHistories, operatingReads } from '../effectiveness/reading.ts';
import { erasedEvidence } from '../erasure/erased.ts';
import type { Erasable } from '../erasure/record.ts';
import { FRAMEWORK_IDS } from '../framework/catalog.ts';
import { Programme } from '../framework/record.ts';
import type { At, Book, Instant } from '../kernel/index.ts';
import { dayEnd, dayStart, parseInstant } from '../kernel/index.ts';
import { controlsOf, erasableReads, namingOf } from './touched.ts';

export const restsReads = [...erasableReads, ...operatingReads, Programme] as const;
export type RestsBook = Book<typeof restsReads>;

const A_YEAR_MS = 366 * 86_400_000;

/** Work that names a document: the occurrence it met, and whether it would be left without the evidence it requires. */
export function workOn(book: RestsBook, id: string, at: At) {
  const gone = new Map([...erasedEvidence(book), [id, at.knownAt] as const]);
  const naming = namingOf(book, id).filter(({ withdrawn }) => withdrawn === undefined);
  const calendar = calendarIn(book, at);
  const histories = new Map(
    controlHistories(book, [...new Set(naming.map(({ control }) => control))]).map((one) => {
      const { governed, performed } = one;
      const occurrences = occurrencesOf(governed, calendar, -Infinity, at.asOf + A_YEAR_MS);
      const keys = new Map([...assign(occurrences, performed).met].map(([key, by]) => [by.id, key]));
      return [one.control, { governed, keys }];
    }),
  );
  return naming.map((row) => {
    const history = histories.get(row.control);
    const left = performedWithout(row, gone);
    return {
      performance: row.id,
      control: row.control,
      performedAt: row.performedAt,
      met: history?.keys.get(row.id),
      leftWithout: history !== undefined && lacksErased(history.governed, left, left.at),
    };
  });
}

/** When a thing speaks of: a document by its period or its moment and by the work that names it. */
export function spanOf(
  book: RestsBook,
  what: Erasable,
  observed: { readonly from: Instant; readonly to: Instant } | undefined,
): { readonly from: Instant; readonly to: Instant } | undefined {
  if (what.kind !== 'evidence') return observed;
  const row = book.evidence.get(what.id);
  const filed = book.evidence.history(what.id)[0]?.recordedAt ?? row.recordedAt;
  const moments = [
    row.from,
    row.to,
    row.observedAt,
    ...namingOf(book, what.id).map(({ performedAt }) => performedAt),
  ].flatMap((text) => (text === undefined ? [] : (parseInstant(text) ?? [])));
  const all = moments.length === 0 ? [filed] : moments;
  return { from: Math.min(...all), to: Math.max(...all) };
}

/** Programmes whose framework one of the controls answers, and whose period the thing speaks of; one without a period always. */
export function programmesOf(
  book: RestsBook,
  what: Erasable,
  span: { readonly from: Instant; readonly to: Instant } | undefined,
  zone: string,
) {
  const controls = controlsOf(book, what).flatMap((id) => book.control.find(id) ?? []);
  const answered = FRAMEWORK_IDS.filter((framework) => controls.some(({ answers }) => answers[framework].length > 0));
  return book.programme
    .all()
    .filter(({ framework }) => answered.includes(framework))
    .flatMap(({ id, title, framework, periodFrom, periodTo, asOfDate }) => {
      const [from, to] = [periodFrom ?? asOfDate, periodTo ?? asOfDate];
      const isApart =
        span !== undefined &&
        from !== undefined &&
        to !== undefined &&
        (span.to < dayStart(zone, from) || dayEnd(zone, to) < span.from);
      return isApart
        ? []
        : [{ id, title, framework, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
    });
}
