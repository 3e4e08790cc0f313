import { z } from 'zod';
import type { Instant } from '../kernel/index.ts';
import { dayOf, printInstant } from '../kernel/index.ts';
import type { Amount, Law, Obligation } from './catalog.ts';
import { KNOWN_FROM, LAW_IDS, RECIPIENTS, UNITS } from './catalog.ts';
import type { Found } from './condition.ts';
import type { DutyCalendar, Due } from './deadline.ts';
import { dueAfter, dueExtended } from './deadline.ts';

/**
 * `running`: still in time. `met`, `late`: done, by its end or after it. `missed`: over and not done. `waiting`: begins with something that has not
 * happened. `unknown`: a fact it rests on is not known. `not-applicable`: by facts that are known, with the reason.
 */
export const CLOCK_STATES = ['missed', 'running', 'unknown', 'waiting', 'late', 'met', 'not-applicable'] as const;
export type ClockState = (typeof CLOCK_STATES)[number];

export const Clock = z.object({
  obligation: z.string(),
  law: z.enum(LAW_IDS).nullable().describe('null: a contract.'),
  short: z.string(),
  article: z.string(),
  title: z.string(),
  recipient: z.enum(RECIPIENTS),
  deadline: z.string().describe('What the rule says.'),
  unit: z.enum(UNITS).nullable().describe('What it is counted in; null: it has no figure.'),
  knownFrom: z.enum(KNOWN_FROM).nullable(),
  rule: z.string().describe('Which rule, of which version of the catalogue, as of when.'),
  state: z.enum(CLOCK_STATES),
  because: z.string(),
  counted: z.string().nullable(),
  cautions: z.array(z.string()),
  zone: z.string(),
  startsAt: z.string().nullable(),
  dueAt: z.string().nullable().describe('null: no figure, or not begun.'),
  isExtended: z.boolean(),
  doneAt: z.string().nullable(),
  secondsLeft: z
    .int()
    .nullable()
    .describe('Until it is due, negative after; of one that is done, how early or late it was.'),
});
export type Clock = z.infer<typeof Clock>;

/** From when a clock runs: an instant, nothing yet, or unknown, with the earliest it can be. */
export type Start =
  { readonly at: Instant } | { readonly waits: string } | { readonly unknown: string; readonly earliest: Instant };

export interface Ticking {
  readonly law: Law | undefined;
  readonly obligation: Pick<Obligation, 'id' | 'article' | 'title' | 'recipient'> &
    Partial<Pick<Obligation, 'deadline' | 'knownFrom' | 'since'>>;
  /** What the rule is called where it is no law’s. */
  readonly short?: string;
  readonly deadline: string;
  readonly within: Amount | undefined;
  readonly applies: Found;
  readonly start: Start;
  readonly calendar: DutyCalendar;
  readonly isExtended?: boolean;
  readonly doneAt: Instant | undefined;
  readonly cautions?: readonly string[];
}

const SECOND_MS = 1000;

/** A clock as it stands at a moment. Something done counts as done even while it is unknown whether it had to be. */
export function clockAt(ticking: Ticking, asOf: Instant): Clock {
  const { law, obligation, applies, start, calendar, doneAt } = ticking;
  const from = 'at' in start ? start.at : 'earliest' in start ? start.earliest : undefined;
  const due = from === undefined || applies.truth === 'no' ? undefined : dueOf(ticking, from);
  const [state, because] = stateOf(ticking, due, asOf);
  const until = doneAt ?? asOf;
  return {
    obligation: obligation.id,
    law: law?.id ?? null,
    short: ticking.short ?? law?.short ?? '',
    article: obligation.article,
    title: obligation.title,
    recipient: obligation.recipient,
    deadline: ticking.deadline,
    unit: ticking.within?.unit ?? null,
    knownFrom: obligation.knownFrom ?? null,
    rule:
      law === undefined
        ? 'As the contract says.'
        : `${obligation.id}, catalogue ${law.$meta.version} as of ${law.$meta.asOf}`,
    state,
    because,
    counted: due?.says ?? null,
    cautions: cautionsOf(ticking, due),
    zone: calendar.zone,
    startsAt: 'at' in start ? printInstant(start.at) : null,
    dueAt: due === undefined ? null : printInstant(due.at),
    isExtended: ticking.isExtended === true,
    doneAt: doneAt === undefined ? null : printInstant(doneAt),
    secondsLeft: due === undefined ? null : Math.floor((due.at - until) / SECOND_MS),
  };
}

function dueOf({ within, obligation: { deadline }, calendar, isExtended }: Ticking, from: Instant): Due | undefined {
  if (within === undefined) return undefined;
  const extension = isExtended === true ? deadline?.extension : undefined;
  return extension === undefined
    ? dueAfter(from, within, calendar, deadline?.lastDayOff)
    : dueExtended(from, within, extension, calendar, deadline?.lastDayOff);
}

function stateOf(
  { applies, start, doneAt }: Ticking,
  due: Due | undefined,
  asOf: Instant,
): readonly [ClockState, string] {
  if (applies.truth === 'no') return ['not-applicable', applies.because];
  if (doneAt !== undefined && !('waits' in start)) {
    if (due === undefined || doneAt <= due.at) return ['met', applies.because];
    // Late for sure only where it is sure that it had to be done, and by when.
    if (applies.truth === 'yes' && !('unknown' in start)) return ['late', applies.because];
  }
  if (applies.truth === 'unknown') return ['unknown', applies.because];
  if ('unknown' in start) return ['unknown', start.unknown];
  if ('waits' in start) return ['waiting', start.waits];
  return [due === undefined || asOf <= due.at ? 'running' : 'missed', applies.because];
}

function cautionsOf({ cautions = [], within, calendar, start }: Ticking, due: Due | undefined): string[] {
  if (due === undefined) return [...cautions];
  return [
    ...cautions,
    ...('unknown' in start ? ['The end shown is the earliest it can be.'] : []),
    ...(within?.unit === 'business-days' && calendar.daysOff.size === 0
      ? ['No days off are named for this law: only Saturdays and Sundays were left out, so the end may be later.']
      : []),
  ];
}

/** Whether a rule holds that began on a day, in the zone it is counted in. */
export function inForceOn(since: string, at: Instant, zone: string, what: string): Found {
  return dayOf(zone, at) < since
    ? { truth: 'no', because: `${what} holds since ${since}; this began before.` }
    : { truth: 'yes', because: `${what} holds since ${since}.` };
}

/** How many of each state. */
export const ClockCounts = z.object({
  missed: z.int(),
  running: z.int(),
  unknown: z.int(),
  waiting: z.int(),
  late: z.int(),
  met: z.int(),
  notApplicable: z.int(),
});

export function countClocks(clocks: readonly Pick<Clock, 'state'>[]): z.infer<typeof ClockCounts> {
  const count = (state: ClockState): number => clocks.filter((clock) => clock.state === state).length;
  return {
    missed: count('missed'),
    running: count('running'),
    unknown: count('unknown'),
    waiting: count('waiting'),
    late: count('late'),
    met: count('met'),
    notApplicable: count('not-applicable'),
  };
}

/** The next end among clocks that are not done, those of unknown ones too: what is pressing. */
export const nextDue = (clocks: readonly Clock[]): string | null =>
  clocks
    .filter(({ state }) => state === 'running' || state === 'unknown')
    .flatMap(({ dueAt }) => dueAt ?? [])
    .sort()[0] ?? null;

export const ORDER: Readonly<Record<ClockState, number>> = {
  missed: 0,
  running: 1,
  unknown: 2,
  waiting: 3,
  late: 4,
  met: 5,
  'not-applicable': 6,
};

/** What presses first. */
export const byPress = (a: Clock, b: Clock): number =>
  ORDER[a.state] - ORDER[b.state] ||
  (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9') ||
  a.obligation.localeCompare(b.obligation);
