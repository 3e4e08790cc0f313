import type { Milestone } from '../framework/milestone.ts';
import type { ProgrammeBody } from '../framework/record.ts';
import type { DateText } from '../kernel/index.ts';
import { dayNumber } from '../kernel/index.ts';
import { isDone, reached, sorted } from './milestones.ts';
import { lastDayOf } from './warnings.ts';

/**
 * Where a programme is on a day. SOC 2: planned before its period or date, in its period, reporting from the day after until the report is
 * out. ISO: planned before Stage 1, under audit until the decision, certified until the certificate ends. `undated`: nobody has set the dates.
 */
export const PHASES = [
  'undated',
  'planned',
  'in-period',
  'reporting',
  'reported',
  'under-audit',
  'certified',
  'ended',
] as const;
export type Phase = (typeof PHASES)[number];

type Dated = Pick<ProgrammeBody, 'framework' | 'asOfDate' | 'periodFrom' | 'periodTo' | 'milestones' | 'from' | 'to'>;

export function phaseOf(programme: Dated, day: DateText): Phase {
  const { framework, asOfDate, periodFrom, periodTo, milestones, to } = programme;
  const isOver = to !== undefined && to < day;
  if (framework === 'soc2') {
    if (reached(milestones, 'report', day) !== undefined) return isOver ? 'ended' : 'reported';
    const [starts, ends] = [asOfDate ?? periodFrom, asOfDate ?? periodTo];
    if (starts === undefined || ends === undefined) return isOver ? 'ended' : 'undated';
    // A period that is over waits for its report, also when the next one is already the programme in force.
    return day < starts
      ? 'planned'
      : day <= ends && asOfDate === undefined
        ? 'in-period'
        : day <= ends
          ? 'planned'
          : 'reporting';
  }
  const decision = reached(milestones, 'decision', day);
  if (decision !== undefined) return day <= lastDayOf(decision) && !isOver ? 'certified' : 'ended';
  if (isOver) return 'ended';
  const audits = sorted(milestones ?? []).filter(({ milestone }) =>
    ['stage-1', 'stage-2', 'decision'].includes(milestone),
  );
  const [first] = audits;
  if (first === undefined) return 'undated';
  return audits.some((one) => isDone(one, day)) || first.on <= day ? 'under-audit' : 'planned';
}

/** What comes next: a milestone that has not happened, or the edge of a period. */
export interface Next {
  readonly what: Milestone['milestone'] | 'period-begins' | 'period-ends' | 'as-of-date' | 'certificate-ends';
  readonly on: DateText;
  /** Days from the day asked about; negative where it is overdue. */
  readonly inDays: number;
  readonly note: string | undefined;
}

export function nextOf(programme: Dated, day: DateText): Next | undefined {
  const { asOfDate, periodFrom, periodTo, milestones, to } = programme;
  if (to !== undefined && to < day && phaseOf(programme, day) === 'ended') return undefined;
  const decision = reached(milestones, 'decision', day);
  const edges = [
    { what: 'as-of-date' as const, on: asOfDate },
    { what: 'period-begins' as const, on: periodFrom },
    { what: 'period-ends' as const, on: periodTo },
    { what: 'certificate-ends' as const, on: decision === undefined ? undefined : lastDayOf(decision) },
  ].flatMap(({ what, on }) => (on === undefined || on < day ? [] : [{ what, on, note: undefined }]));
  const open = (milestones ?? [])
    .filter((one) => !isDone(one, day))
    .map(({ milestone, on, note }) => ({ what: milestone, on, note }));
  const [first] = [...open, ...edges].sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
  return first === undefined ? undefined : { ...first, inDays: dayNumber(first.on) - dayNumber(day) };
}
