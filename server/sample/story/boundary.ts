import { addMonths } from '@countersign/core/framework/months.ts';
import { addDays } from '@countersign/core/kernel/index.ts';
import type { Days } from '../days.ts';
import { LENGTH_DAYS } from '../days.ts';
import type { Dice } from '../dice.ts';
import { personId } from './decisions.ts';
import type { Name } from './people.ts';
import type { Step } from './step.ts';
import { commitments, things } from './things.ts';

type Put = readonly [kind: string, id: string, isIn: boolean, justification?: string];

/** In the system that the SOC 2 report describes. */
const SOC2: readonly Put[] = [
  ['legal-entity', 'company', true],
  ['system', 'planning', true],
  ['system', 'api', true],
  ['system', 'platform', true],
  ['system', 'identity', true],
  ['system', 'code', true],
  ['system', 'reports', true],
  ['data-store', 'planning-db', true],
  ['data-store', 'events-db', true],
  ['data-store', 'exports', true],
  ['team', 'engineering', true],
  ['team', 'operations', true],
  ['team', 'support', true],
  ['third-party', 'cloud', true],
  ['third-party', 'mail-relay', true],
  ['system', 'website', false, 'It shows what everybody may read and reaches no system of customers.'],
  ['site', 'office', false, 'Nothing of the service is run or reached from it that is not reached from anywhere.'],
];

/** In the management system; what is left out, with why. */
const ISMS: readonly Put[] = [
  ['legal-entity', 'company', true],
  ['system', 'planning', true],
  ['system', 'api', true],
  ['system', 'platform', true],
  ['system', 'identity', true],
  ['system', 'code', true],
  ['system', 'reports', true],
  ['system', 'website', true],
  ['system', 'crm', true],
  ['data-store', 'planning-db', true],
  ['data-store', 'events-db', true],
  ['data-store', 'exports', true],
  ['data-store', 'files', true],
  ['team', 'engineering', true],
  ['team', 'operations', true],
  ['team', 'support', true],
  ['team', 'commercial', true],
  ['site', 'office', true],
  ['third-party', 'cloud', true],
  ['third-party', 'mail-relay', true],
  ['legal-entity', 'holding', false, 'It owns shares and has neither people nor systems.'],
];

/** The company draws its boundary, and says where both programmes lead and when. */
export function boundary(days: Days, dice: Dice): readonly Step[] {
  const who = (name: Name): string => personId(dice, name);
  const act = (
    name: string,
    day: number,
    hours: number,
    by: Name,
    what: string,
    input: Readonly<Record<string, unknown>>,
  ): Step => ({ is: 'act', name: `boundary ${name}`, at: days.at(days.working(day), hours), by, act: what, input });
  const scoped = (programme: string, all: readonly Put[], kinds: readonly string[]) => ({
    programme,
    things: all
      .filter(([kind]) => kinds.includes(kind))
      .map(([kind, id, isIn, justification]) => ({
        kind,
        id,
        in: isIn,
        ...(justification === undefined ? {} : { justification }),
      })),
  });
  // Six months that began in the last third of the story, whole calendar months, and the year after them.
  const periodFrom = `${days.date(LENGTH_DAYS - 146).slice(0, 7)}-01`;
  const periodTo = addDays(addMonths(periodFrom, 6), -1);
  const nextTo = addDays(addMonths(periodFrom, 18), -1);
  const report = addDays(periodTo, 42);
  const all = ['legal-entity', 'system', 'data-store', 'team', 'third-party', 'site'];
  return [
    act('drawn', 34, 10.4, 'bram', 'records.apply', { records: things(days, who) }),
    act('commitments', 36, 11.2, 'bram', 'records.apply', { records: commitments(who) }),
    act(
      'of SOC 2',
      41,
      15.4,
      'bram',
      'programme.scope',
      scoped(
        'soc2',
        SOC2.filter(([, id]) => id !== 'reports'),
        all,
      ),
    ),
    act(
      'of ISO 27001',
      131,
      11.4,
      'bram',
      'programme.scope',
      scoped(
        'iso27001',
        ISMS.filter(([, id]) => id !== 'reports'),
        all,
      ),
    ),
    act('subservice', 133, 10.1, 'bram', 'programme.change', {
      programme: 'soc2',
      subservice: [
        { party: 'cloud', method: 'carve-out' },
        { party: 'mail-relay', method: 'carve-out' },
      ],
    }),
    act('ISO scope in words', 134, 10.3, 'aisha', 'programme.change', {
      programme: 'iso27001',
      scope:
        'Development, operation and support of the planning service for customers, from one office and from home, as of the Statement of Applicability.',
    }),
    act('ISO dates', 231, 10.3, 'aisha', 'programme.plan', {
      programme: 'iso27001',
      milestones: [
        { milestone: 'gap-analysis', on: days.date(190), doneOn: days.date(193) },
        { milestone: 'internal-audit', on: days.date(LENGTH_DAYS + 20) },
        { milestone: 'management-review', on: days.date(LENGTH_DAYS + 34) },
        { milestone: 'stage-1', on: days.date(LENGTH_DAYS + 62) },
        { milestone: 'stage-2', on: days.date(LENGTH_DAYS + 97) },
        { milestone: 'decision', on: days.date(LENGTH_DAYS + 125) },
        { milestone: 'surveillance-1', on: days.date(LENGTH_DAYS + 480) },
        { milestone: 'surveillance-2', on: days.date(LENGTH_DAYS + 845) },
        { milestone: 'recertification', on: days.date(LENGTH_DAYS + 1120) },
      ],
    }),
    act('SOC 2 report', 233, 14.3, 'bram', 'programme.change', {
      programme: 'soc2',
      report: 'type-2',
      periodFrom,
      periodTo,
      scope: 'The planning service, its API and the platform they run on.',
    }),
    act('SOC 2 dates', 233, 14.6, 'bram', 'programme.plan', {
      programme: 'soc2',
      milestones: [
        { milestone: 'readiness', on: days.date(228), doneOn: days.date(226) },
        { milestone: 'interim-fieldwork', on: addMonths(periodFrom, 4) },
        { milestone: 'fieldwork', on: addDays(periodTo, 10) },
        { milestone: 'report', on: report },
      ],
    }),
    act(
      'reports put in',
      303,
      11.7,
      'bram',
      'programme.scope',
      scoped(
        'soc2',
        SOC2.filter(([, id]) => id === 'reports'),
        all,
      ),
    ),
    act('next year', LENGTH_DAYS - 11, 16.2, 'bram', 'programme.begin', {
      id: 'soc2-next',
      framework: 'soc2',
      report: 'type-2',
      periodFrom: addDays(periodTo, 1),
      periodTo: nextTo,
      previous: 'soc2',
      milestones: [
        { milestone: 'fieldwork', on: addDays(nextTo, 10) },
        { milestone: 'report', on: addDays(nextTo, 42) },
      ],
    }),
  ];
}
