import { plural } from '../kit/format.ts';

export const words = {
  title: 'Overview',
  sentence: (failing: number, others: number): string => {
    if (failing === 0 && others === 0) return 'Nothing needs anybody now.';
    if (failing === 0) return `${plural(others, 'thing needs', 'things need')} somebody. No control fails.`;
    const fails = plural(failing, 'control fails', 'controls fail');
    return others === 0
      ? `${fails}.`
      : `${fails}, and ${plural(others, 'other thing needs', 'other things need')} somebody.`;
  },
  planned: (n: number) =>
    `No control has started: all ${n} are planned, so nothing can be met yet. Start those that the company runs.`,
  sub: (operating: number, notObserved: number, planned: number): string =>
    [
      plural(operating, 'control operates', 'controls operate'),
      notObserved === 0 ? '' : `${notObserved} cannot be judged`,
      planned === 0 ? '' : `${planned} are planned`,
    ]
      .filter((part) => part !== '')
      .join(', ') + '.',
  openRequirements: 'Open requirements',
  of: { soc2: (n: string) => ` of ${n} criteria met`, iso27001: (n: string) => ` of ${n} items met` },
  since: (change: string, on: string, excluded: number): string =>
    `${change} since ${on}${excluded === 0 ? '' : ` · ${excluded} out of scope`}`,
  unchanged: 'no change',
  chart: (title: string, now: string, then: string) => `${title}: ${now} now; ${then} at the beginning`,
  counts: (met: number, partly: number, unmet: number, notObserved: number): string =>
    `${met} met, ${partly} partly met, ${unmet} unmet, ${notObserved} not observed`,
  unseenFor: (source: string, length: string) => `${source} unseen, ${length}`,
  table: { day: 'Day', met: 'Met', partly: 'Partly met', unmet: 'Unmet', notObserved: 'Not observed' },
  attention: 'Needs attention next',
  all: (n: number) => `All ${n}`,
  fewer: 'The six most urgent',
  nothing: 'Nothing needs anybody',
  nothingHelp:
    'No control fails, every source answers, and nothing is due soon. What is due later stands with each control.',
  nothingStarted:
    'Library controls say nothing until somebody says that they have started. Choose those that the company runs, and give each an owner.',
  toControls: 'Choose controls to start',
  now: 'now',
  days: (n: number): string => (n === 0 ? 'today' : n === 1 ? '1 day' : n < 0 ? `${-n} d ago` : `${n} days`),
  period: 'Observation period',
  lastHalf: 'Last half-year',
  noPeriod: 'No programme names an observation period.',
  dayOf: (n: string) => ` of ${n} days`,
  left: (n: number) => plural(n, 'day left', 'days left'),
  over: 'all days over',
  dueSoFar: (n: string) => `Due so far: ${n}.`,
  seeAll: 'See all controls',
  unseen: 'What we did not see',
  unseenNone: 'Every source showed all it should, all the time.',
  unseenMore: (n: number) => `${n} more`,
  sources: 'All sources',
  ledger: 'Ledger',
  entries: 'Entries',
  root: 'Root',
  toLedger: 'Who sees it',
  seen: 'Order and authorship of every entry are fixed by it, and others saw it as it grew. How far, the ledger tells.',
  order: 'Order and authorship of every entry are fixed by it. Without an outside witness it shows order, not honesty.',
  elapsed: (elapsed: number, days: number) => `${elapsed} of ${days} days have begun`,
} as const;
