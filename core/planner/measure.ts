import { controlStates } from '../effectiveness/states.ts';
import { leftOut, operationOf } from '../effectiveness/status.ts';
import { operatingReads } from '../effectiveness/reading.ts';
import type { FrameworkId } from '../framework/catalog.ts';
import { Programme } from '../framework/record.ts';
import type { At, Book, DateText, Stored } from '../kernel/index.ts';
import { dayOf } from '../kernel/index.ts';
import type { Measured, Operating } from './coverage.ts';

export const measureReads = [Programme, ...operatingReads] as const;

type ProgrammeBook = Book<readonly [typeof Programme]>;

/** The programme of a framework in force on a day; of several the one that began last. */
export function programmeInForce(
  book: ProgrammeBook,
  framework: FrameworkId,
  today: DateText,
): Stored<typeof Programme> | undefined {
  return book.programme
    .all()
    .filter((one) => one.framework === framework)
    .filter(({ from, to }) => (from === undefined || from <= today) && (to === undefined || today <= to))
    .sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? 1 : -1))[0];
}

/**
 * How much of each framework operates already, of its items in scope: all controls of an item, or some. Our library maps nearly every control to
 * both frameworks, so what counts is what operates, and not what is mapped.
 */
export function* measuredOf(book: Book<typeof measureReads>, at: At) {
  const states = yield* controlStates(book, at);
  const controls = book.control.all();
  const today = dayOf(at.zone, at.asOf);
  const operating = (framework: FrameworkId): Operating => {
    const programme = programmeInForce(book, framework, today);
    const rows = operationOf(controls, framework, programme === undefined ? new Map() : leftOut(programme), states);
    const inScope = rows.filter(({ state }) => state !== 'out-of-scope');
    const count = (state: string): number => inScope.filter((row) => row.state === state).length;
    return { of: inScope.length, all: count('met'), some: count('partly') };
  };
  const measured: Measured = { soc2: operating('soc2'), iso27001: operating('iso27001') };
  return measured;
}
