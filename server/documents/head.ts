import type { FrameworkId } from '@countersign/core/framework/index.ts';

/** What stands on every sheet: without it, a page torn out of a document would say more than it knows. */
export interface Head {
  readonly organisation: string;
  readonly title: string;
  readonly sample: boolean;
  /** In the organisation's zone, named. */
  readonly asOf: string;
  readonly knownAt: string;
  readonly printedAt: string;
  readonly printedBy: string;
  readonly log: { readonly size: number; readonly root: string };
}

export const FRAMEWORK_NAMES: Readonly<Record<FrameworkId, string>> = { soc2: 'SOC 2', iso27001: 'ISO/IEC 27001:2022' };

/** What one of a framework's requirements is called, and several. */
export const REQUIREMENT_WORDS: Readonly<Record<FrameworkId, readonly [string, string]>> = {
  soc2: ['criterion', 'criteria'],
  iso27001: ['requirement', 'requirements'],
};

/** The first line of every sheet of a table, and of every CSV. */
export const clocksLine = ({ organisation, title, asOf, knownAt, printedAt, printedBy, sample }: Head): string =>
  `${sample ? 'SAMPLE. ' : ''}${organisation}: ${title}. True on ${asOf}. Known by ${knownAt}. Exported ${printedAt} by ${printedBy}.`;

/** The log that figures rest on, as the foot of every sheet has it. */
export const logLine = ({ log }: Head): string => `Ledger: ${log.size} entries, root ${log.root}`;

/** Prints instants in an organisation's zone: 24 Aug 2026, 14:30 (Europe/Madrid). */
export function printerIn(zone: string): (instant: number | string) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  // Intl writes “Sept” where everybody else writes “Sep”.
  return (instant) => `${format.format(new Date(instant)).replace('Sept', 'Sep')} (${zone})`;
}

/** The day only. */
export function dayPrinterIn(zone: string): (instant: number | string) => string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric' });
  return (instant) => format.format(new Date(instant)).replace('Sept', 'Sep');
}

/** Of what a document does not say, what holds for all. */
export const NOT_SAID: readonly string[] = [
  'It is the company’s own record of its own mapping. No auditor has concluded anything from it, and it is neither a report nor a certificate.',
  'It cannot show that a source told the truth, or that what was never collected does not exist.',
  'What was not observed is unknown. It counts as neither good nor bad, and never as good.',
  'The root names the log as it was at that size: who holds a log of that root can recompute every figure here, and see that nothing was altered, dropped or put in between. Without an outside witness or a time-stamp it shows order, not when.',
];
