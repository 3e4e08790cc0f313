import { useSearch } from '@tanstack/react-router';

/** The two clocks of the address: undefined is now. Violet on a page says that one of them is set. */
export interface Clocks {
  /** True on: an RFC 3339 instant or a date. */
  readonly asOf: string | undefined;
  /** Known by. */
  readonly knownAt: string | undefined;
}

export const CLOCK = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

const clock = (value: unknown): string | undefined =>
  typeof value === 'string' && CLOCK.test(value) ? value : undefined;

export const clocksIn = (search: Readonly<Record<string, unknown>>): Clocks => ({
  asOf: clock(search['asOf']),
  knownAt: clock(search['knownAt']),
});

export function useClocks(): Clocks {
  return clocksIn(useSearch({ strict: false }));
}

/** Why nothing can be recorded: the page shows another time. Undefined where it shows now. */
export function useAnotherTime(): string | undefined {
  const { asOf, knownAt } = useClocks();
  if (asOf === undefined && knownAt === undefined) return undefined;
  return `You are looking at ${asOf ?? 'now'}${knownAt === undefined ? '' : `, as known on ${knownAt}`}. Return to now to record work.`;
}
