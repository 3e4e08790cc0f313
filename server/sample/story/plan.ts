import { addDays, dayNumber } from '@countersign/core/kernel/index.ts';
import { addMonths } from '@countersign/core/framework/months.ts';
import { DAYS_A_MONTH } from '@countersign/core/planner/graph.ts';
import type { Days } from '../days.ts';
import { LENGTH_DAYS } from '../days.ts';
import type { Step } from './step.ts';

/** Day of the story on which the plan begins; it is saved on it and adopted in the week after. */
const BEGINS = 236;
/** From the end of the period until the report is issued. */
const REPORT_DAYS = 42;

/** Whole calendar months: the period that the programmes of the sample have. */
const firstOfPeriod = (days: Days): string => `${days.date(LENGTH_DAYS - 146).slice(0, 7)}-01`;

/**
 * The company plans when its controls have run for half a year: a lead answers, the chief executive adopts. What the firm agreed on is edited into the
 * figures, so that the period begins on the first of a month.
 */
export function plan(days: Days): readonly Step[] {
  const startsOn = days.date(BEGINS);
  const periodFrom = firstOfPeriod(days);
  const fixed = (figure: string, value: number, why: string) => ({
    figure,
    low: value,
    likely: value,
    high: value,
    why,
  });
  const answers = {
    ...{ persons: 38, engineers: 17, stage: 'growth', enterprise: true, industry: 'software' },
    markets: { usCa: 55, europe: 35, latam: 5 },
    asked: { soc2: 3, iso27001: 1, first: 'soc2', by: days.date(LENGTH_DAYS + 40) },
    waiting: { usCa: 350_000, europe: 155_000 },
    ...{ budget: 150_000, monthsAvailable: 7.5, startsOn },
    categories: ['security', 'availability', 'confidentiality'],
    type1: 'no',
    quotes: [
      { figure: 'soc2.type2.audit.mid', firm: 'Pinewater Assurance', amount: 18_400, on: days.date(BEGINS - 12) },
    ],
    edits: [
      fixed(
        'soc2.readiness.months',
        (dayNumber(periodFrom) - dayNumber(startsOn)) / DAYS_A_MONTH,
        'Agreed with the firm: the period begins on the first of a month',
      ),
      fixed('soc2.reporting.months', REPORT_DAYS / DAYS_A_MONTH, 'Engagement letter: six weeks'),
      fixed('done.soc2', 0, 'Counted in the weeks before the period'),
    ],
  };
  const act = (
    name: string,
    day: number,
    by: 'aisha' | 'ines',
    what: string,
    input: Readonly<Record<string, unknown>>,
  ): Step => ({
    ...{ is: 'act', name: `plan ${name}`, at: days.at(days.working(day), 16.1), by, act: what, input },
  });
  return [
    act('saved', BEGINS, 'aisha', 'plan.save', { id: 'plan-board', title: 'Plan for the board', answers }),
    act('adopted', BEGINS + 4, 'ines', 'plan.adopt', { plan: 'plan-board' }),
  ];
}

/** The last day of the period that the plan gives the SOC 2 programme. */
export const periodEnds = (days: Days): string => addDays(addMonths(firstOfPeriod(days), 6), -1);
