import { cycleOf } from '../certification/index.ts';
import type { FrameworkId } from '../framework/catalog.ts';
import type { MilestoneKind } from '../framework/milestone-kinds.ts';
import { addMonths } from '../framework/months.ts';
import type { DateText } from '../kernel/index.ts';
import { addDays } from '../kernel/index.ts';
import type { Answers } from './answers.ts';
import type { Placed } from './graph.ts';
import type { Dated } from './roadmap.ts';

/** A day that a plan names, in the words of programmes. */
export interface PlannedMilestone {
  readonly framework: FrameworkId;
  readonly milestone: MilestoneKind;
  readonly title: string;
  readonly on: DateText;
}

/** Which task ends in which milestone; what has no kind of its own is `other`, and its title says what it is. */
const ENDS: Readonly<Record<string, readonly [FrameworkId, MilestoneKind, string]>> = {
  'soc2.readiness': ['soc2', 'readiness', 'Controls operate'],
  'soc2.type1': ['soc2', 'other', 'Type 1 report'],
  'soc2.period': ['soc2', 'other', 'Observation period ends'],
  'soc2.report': ['soc2', 'report', 'Type 2 report'],
  'iso.isms': ['iso27001', 'readiness', 'Management system stands'],
  'iso.internalAudit': ['iso27001', 'internal-audit', 'Internal audit'],
  'iso.managementReview': ['iso27001', 'management-review', 'Management review'],
  'iso.stage1': ['iso27001', 'stage-1', 'Stage 1'],
  'iso.stage2': ['iso27001', 'stage-2', 'Stage 2'],
  'iso.decision': ['iso27001', 'decision', 'Certificate'],
};

/** Every day that the plan of a path names: ends of its tasks, then what follows from what is in hand. In order of the days. */
export function milestonesOf({ tasks }: Dated, answers: Pick<Answers, 'skipsRenewal'>): readonly PlannedMilestone[] {
  const found = new Map(tasks.map((task) => [task.id, task]));
  const ends = tasks.flatMap((task): readonly PlannedMilestone[] => {
    const end = ENDS[task.id];
    if (end === undefined) return [];
    const [framework, milestone, title] = end;
    return [{ framework, milestone, title, on: task.to }];
  });
  const fieldwork = found.get('soc2.fieldwork');
  return [
    ...ends,
    ...(fieldwork === undefined
      ? []
      : [{ framework: 'soc2' as const, milestone: 'fieldwork' as const, title: 'Fieldwork', on: fieldwork.from }]),
    ...renewal(found.get('soc2.period'), answers),
    ...cycle(found.get('iso.decision')),
  ].sort((a, b) => (a.on === b.on ? 0 : a.on < b.on ? -1 : 1));
}

/** The next period begins the day after the last one ended, and lasts a year. */
function renewal(
  period: Placed | undefined,
  { skipsRenewal }: Pick<Answers, 'skipsRenewal'>,
): readonly PlannedMilestone[] {
  if (period === undefined || skipsRenewal) return [];
  const starts = addDays(period.to, 1);
  const next = { framework: 'soc2', milestone: 'other' } as const;
  return [
    { ...next, title: 'Next period begins', on: starts },
    { ...next, title: 'Next period ends', on: addDays(addMonths(starts, 12), -1) },
  ];
}

function cycle(decision: Placed | undefined): readonly PlannedMilestone[] {
  if (decision === undefined) return [];
  const { surveillance1By, surveillance2On, recertificationOn, expiry } = cycleOf(decision.to);
  const iso = 'iso27001' as const;
  return [
    { framework: iso, milestone: 'surveillance-1', title: 'First surveillance, at the latest', on: surveillance1By },
    { framework: iso, milestone: 'surveillance-2', title: 'Second surveillance', on: surveillance2On },
    { framework: iso, milestone: 'recertification', title: 'Recertification audit', on: recertificationOn },
    { framework: iso, milestone: 'other', title: 'Certificate expires', on: expiry },
  ];
}
