import type { Milestone } from '../framework/milestone.ts';
import { dayOfMilestone } from '../framework/milestone.ts';
import { MILESTONE_NAMES } from '../framework/milestone-kinds.ts';
import { addMonths, monthsIn } from '../framework/months.ts';
import type { ProgrammeBody } from '../framework/record.ts';
import type { DateText } from '../kernel/index.ts';
import { addDays, dayNumber } from '../kernel/index.ts';
import { sorted } from './milestones.ts';

/** What somebody should know of a programme's dates, and may have good reason for. Nothing of it is refused. */
export interface Warning {
  readonly code:
    | 'period-under-3-months'
    | 'period-under-6-months'
    | 'period-over-12-months'
    | 'gap-after-previous'
    | 'no-dates'
    | 'report-late'
    | 'fieldwork-early'
    | 'stages-far-apart'
    | 'no-internal-audit'
    | 'no-management-review'
    | 'first-surveillance-late'
    | 'recertification-late'
    | 'overdue';
  readonly says: string;
}

type Dated = Pick<ProgrammeBody, 'framework' | 'report' | 'asOfDate' | 'periodFrom' | 'periodTo' | 'milestones'>;
type Before = Pick<ProgrammeBody, 'title' | 'report' | 'asOfDate' | 'periodTo'>;

/** A window as the market has it, in months: no rule of the AICPA sets a minimum. */
export const WINDOW_MONTHS = { usualFloor: 3, buyersWant: 6, usualMost: 12, first: 6, next: 12 } as const;

const REPORT_WEEKS = 8;
/** A certificate holds for three years from the decision at most, and is first looked at again within one (ISO/IEC 17021-1 clause 9.1.3). */
export const CERTIFICATE_MONTHS = 36;
const SURVEILLANCE_MONTHS = 12;
const STAGES_APART_MONTHS = 3;

/** The last day of a certificate that was decided on a day. */
export const lastDayOf = (decision: DateText): DateText => addDays(addMonths(decision, CERTIFICATE_MONTHS), -1);

export function warningsOf(programme: Dated, before: Before | undefined, day: DateText): readonly Warning[] {
  const milestones = sorted(programme.milestones ?? []);
  const dated = programme.framework === 'soc2' ? soc2(programme, before, milestones) : iso27001(milestones);
  return [...dated, ...overdue(milestones, day)];
}

function soc2(
  { report, asOfDate, periodFrom, periodTo }: Dated,
  before: Before | undefined,
  milestones: readonly Milestone[],
): Warning[] {
  const ends = asOfDate ?? periodTo;
  if (report === undefined || ends === undefined)
    return [
      {
        code: 'no-dates',
        says:
          report === undefined
            ? 'Nobody has said yet whether a Type 1 or a Type 2 report is meant.'
            : report === 'type-1'
              ? 'The date that the Type 1 report speaks of is not set.'
              : 'The observation period of the Type 2 report is not set.',
      },
    ];
  const found: Warning[] = [];
  if (periodFrom !== undefined && periodTo !== undefined) found.push(...windowOf(periodFrom, periodTo));
  const ended = before?.periodTo;
  if (periodFrom !== undefined && before !== undefined && ended !== undefined && periodFrom > addDays(ended, 1)) {
    const days = dayNumber(periodFrom) - dayNumber(ended) - 1;
    found.push({
      code: 'gap-after-previous',
      says: `${days} ${days === 1 ? 'day lies' : 'days lie'} between the period of “${before.title}”, which ended on ${ended}, and this one. No report speaks of them; periods usually follow back to back.`,
    });
  }
  const reportOn = milestones.find(({ milestone }) => milestone === 'report');
  if (reportOn !== undefined && dayOfMilestone(reportOn) > addDays(ends, REPORT_WEEKS * 7))
    found.push({
      code: 'report-late',
      says: `The report is planned for ${dayOfMilestone(reportOn)}, more than eight weeks after ${ends}. Four to eight are usual.`,
    });
  const fieldwork = milestones.find(({ milestone }) => milestone === 'fieldwork');
  if (report === 'type-2' && fieldwork !== undefined && dayOfMilestone(fieldwork) <= ends)
    found.push({
      code: 'fieldwork-early',
      says: `Final fieldwork on ${dayOfMilestone(fieldwork)} would begin before the period ends on ${ends}. Interim fieldwork is a milestone of its own.`,
    });
  return found;
}

function windowOf(from: DateText, to: DateText): Warning[] {
  const months = monthsIn(from, to);
  const has = `The period has ${months} whole ${months === 1 ? 'month' : 'months'}.`;
  if (months < WINDOW_MONTHS.usualFloor)
    return [
      {
        code: 'period-under-3-months',
        says: `${has} The AICPA sets no minimum; three are the usual floor, many buyers ask for six to twelve, and controls that run quarterly or yearly may not run in it at all.`,
      },
    ];
  if (months < WINDOW_MONTHS.buyersWant)
    return [
      {
        code: 'period-under-6-months',
        says: `${has} Many buyers ask for six to twelve; controls that run yearly may not run in it at all.`,
      },
    ];
  if (months >= WINDOW_MONTHS.usualMost && addMonths(from, WINDOW_MONTHS.usualMost) <= to)
    return [
      {
        code: 'period-over-12-months',
        says: `The period is longer than twelve months. Readers hold a report that ends a year ago for stale, and twelve are usual.`,
      },
    ];
  return [];
}

function iso27001(milestones: readonly Milestone[]): Warning[] {
  const dayOf = (kind: Milestone['milestone']): DateText | undefined => {
    const found = milestones.find(({ milestone }) => milestone === kind);
    return found === undefined ? undefined : dayOfMilestone(found);
  };
  const [stage1, stage2, decision] = [dayOf('stage-1'), dayOf('stage-2'), dayOf('decision')];
  const [surveillance, recertification] = [dayOf('surveillance-1'), dayOf('recertification')];
  if (stage1 === undefined && stage2 === undefined && decision === undefined)
    return [{ code: 'no-dates', says: 'No date is set for Stage 1, Stage 2 or the decision on the certificate.' }];
  const found: Warning[] = [];
  if (stage1 !== undefined && stage2 !== undefined && stage2 > addMonths(stage1, STAGES_APART_MONTHS))
    found.push({
      code: 'stages-far-apart',
      says: `Stage 2 on ${stage2} is more than three months after Stage 1 on ${stage1}. Two to eight weeks are usual, and many certification bodies repeat Stage 1 after six months.`,
    });
  for (const [kind, code, what] of [
    ['internal-audit', 'no-internal-audit', 'internal audit (clause 9.2)'],
    ['management-review', 'no-management-review', 'management review (clause 9.3)'],
  ] as const) {
    const first = dayOf(kind);
    if (stage2 !== undefined && (first === undefined || first > stage2))
      found.push({ code, says: `No ${what} stands before Stage 2 on ${stage2}. One full round is expected by then.` });
  }
  if (decision !== undefined && surveillance !== undefined && surveillance > addMonths(decision, SURVEILLANCE_MONTHS))
    found.push({
      code: 'first-surveillance-late',
      says: `The first surveillance on ${surveillance} is later than twelve months after the decision on ${decision}.`,
    });
  if (decision !== undefined && recertification !== undefined && recertification > lastDayOf(decision))
    found.push({
      code: 'recertification-late',
      says: `The recertification on ${recertification} is after ${lastDayOf(decision)}, the last day of the certificate. The audit is usually three months before it.`,
    });
  return found;
}

const overdue = (milestones: readonly Milestone[], day: DateText): Warning[] =>
  milestones
    .filter(({ on, doneOn }) => doneOn === undefined && on < day)
    .map(({ milestone, on, note }) => ({
      code: 'overdue',
      says: `${milestone === 'other' && note !== undefined ? note : MILESTONE_NAMES[milestone]} was planned for ${on} and is not recorded as done.`,
    }));
